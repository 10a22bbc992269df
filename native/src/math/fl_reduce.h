/* Lane-explicit reductions: the lane of an element and the order of the tree are written down, so every instruction set
 * adds the same numbers in the same order. Lane arrays with a constant inner loop vectorise under strict IEEE in gcc
 * and clang; a scalar `m = x > m ? x : m` does not. FL_WIDE lanes hide the latency of the adder: a quarter of them
 * loses a third. */
#ifndef FL_REDUCE_H
#define FL_REDUCE_H
#include "math/fl_math.h"
#include <stddef.h>
#if defined(__SSE2__)
#  include <immintrin.h>
#endif

enum { FL_VEC = 64 / sizeof(fl_real), FL_WIDE = 4 * FL_VEC };

/* Registers of the instruction set: compilers keep an array of lanes in memory, where every addition waits for the
 * store before it, and gcc takes wider vectors apart through memory. Which lane a value goes to does not depend on
 * them. */
#if defined(__AVX512F__)
enum { FL_REGISTER = 64 };
#elif defined(__AVX__)
enum { FL_REGISTER = 32 };
#else
enum { FL_REGISTER = 16 };
#endif
enum { FL_PACK = FL_REGISTER / (int)sizeof(fl_real), FL_PACKS = 64 / FL_REGISTER };
typedef fl_real fl_pack __attribute__((vector_size(FL_REGISTER)));
typedef struct fl_line { fl_pack of[FL_PACKS]; } fl_line; /* FL_VEC values */
typedef struct fl_lines { fl_line a, b, c, d; } fl_lines; /* FL_WIDE values */

FL_FN fl_line fl_load_line(const fl_real* x) {
    fl_line line;
    for (int p = 0; p < FL_PACKS; ++p) memcpy(&line.of[p], x + p * FL_PACK, sizeof line.of[p]);
    return line;
}
FL_FN fl_lines fl_no_lines(void) {
    fl_lines none;
    memset(&none, 0, sizeof none);
    return none;
}
FL_FN fl_line fl_line_sum(fl_line a, fl_line b) {
    for (int p = 0; p < FL_PACKS; ++p) a.of[p] += b.of[p];
    return a;
}

/* a > b ? a : b; an instruction of x86, which gcc does not make of the last line. */
typedef fl_real fl_quarter __attribute__((vector_size(16)));
typedef fl_int  fl_quarter_mask __attribute__((vector_size(16)));
FL_FN fl_quarter fl_quarter_max(fl_quarter a, fl_quarter b) {
#if defined(__SSE2__) && FL_PRECISION == 32
    return (fl_quarter)_mm_max_ps((__m128)a, (__m128)b);
#elif defined(__SSE2__)
    return (fl_quarter)_mm_max_pd((__m128d)a, (__m128d)b);
#else
    const fl_quarter_mask more = a > b;
    return (fl_quarter)((more & (fl_quarter_mask)a) | (~more & (fl_quarter_mask)b));
#endif
}
FL_FN fl_pack fl_pack_max(fl_pack a, fl_pack b) {
#if defined(__AVX512F__) && FL_PRECISION == 32
    return (fl_pack)_mm512_max_ps((__m512)a, (__m512)b);
#elif defined(__AVX512F__)
    return (fl_pack)_mm512_max_pd((__m512d)a, (__m512d)b);
#elif defined(__AVX__) && FL_PRECISION == 32
    return (fl_pack)_mm256_max_ps((__m256)a, (__m256)b);
#elif defined(__AVX__)
    return (fl_pack)_mm256_max_pd((__m256d)a, (__m256d)b);
#else
    return fl_quarter_max(a, b);
#endif
}
FL_FN fl_line fl_line_max(fl_line a, fl_line b) {
    for (int p = 0; p < FL_PACKS; ++p) a.of[p] = fl_pack_max(a.of[p], b.of[p]);
    return a;
}

/* Of the lanes of a line: half of them with the other half, down to one. By quarters, because what is left to gcc may
 * be stored lane by lane and loaded as a vector, which waits. */
enum { FL_QUARTER = 16 / (int)sizeof(fl_real) };

FL_FN fl_real fl_line_total(fl_line line) {
    fl_quarter q[4];
    memcpy(q, &line, sizeof q);
    const fl_quarter sum = (q[0] + q[2]) + (q[1] + q[3]);
    return FL_QUARTER == 2 ? sum[0] + sum[1] : (sum[0] + sum[FL_QUARTER / 2]) + (sum[1] + sum[FL_QUARTER - 1]);
}

FL_FN fl_real fl_line_largest(fl_line line) {
    fl_quarter q[4];
    memcpy(q, &line, sizeof q);
    const fl_quarter m = fl_quarter_max(fl_quarter_max(q[0], q[2]), fl_quarter_max(q[1], q[3]));
    const fl_real even = m[0] > m[FL_QUARTER / 2] ? m[0] : m[FL_QUARTER / 2];
    const fl_real odd = m[1] > m[FL_QUARTER - 1] ? m[1] : m[FL_QUARTER - 1];
    return FL_QUARTER == 2 ? (m[0] > m[1] ? m[0] : m[1]) : even > odd ? even : odd;
}

/* Largest of n >= FL_VEC values. The last vector overlaps the one before: harmless for a maximum, no scalar tail. */
FL_FN fl_real fl_max(const fl_real* x, int64_t n) {
    fl_line a = fl_load_line(x + n - FL_VEC), b = a, c = a, d = a;
    int64_t i = 0;
    for (; i + FL_WIDE <= n; i += FL_WIDE) {
        a = fl_line_max(a, fl_load_line(x + i)), b = fl_line_max(b, fl_load_line(x + i + FL_VEC));
        c = fl_line_max(c, fl_load_line(x + i + 2 * FL_VEC)), d = fl_line_max(d, fl_load_line(x + i + 3 * FL_VEC));
    }
    for (; i + FL_VEC <= n; i += FL_VEC) a = fl_line_max(a, fl_load_line(x + i));
    return fl_line_largest(fl_line_max(fl_line_max(a, c), fl_line_max(b, d)));
}

/* Adds n values, n a multiple of FL_VEC, to FL_WIDE lanes: for blocks of at most a few thousand. */
FL_FN void fl_add_lines(fl_lines* lanes, const fl_real* x, int64_t n) {
    fl_lines sum = *lanes;
    int64_t i = 0;
    for (; i + FL_WIDE <= n; i += FL_WIDE) {
        sum.a = fl_line_sum(sum.a, fl_load_line(x + i)), sum.b = fl_line_sum(sum.b, fl_load_line(x + i + FL_VEC));
        sum.c = fl_line_sum(sum.c, fl_load_line(x + i + 2 * FL_VEC));
        sum.d = fl_line_sum(sum.d, fl_load_line(x + i + 3 * FL_VEC));
    }
    for (; i + FL_VEC <= n; i += FL_VEC) sum.a = fl_line_sum(sum.a, fl_load_line(x + i));
    *lanes = sum;
}

FL_FN fl_real fl_fold_lines(const fl_lines* lanes) {
    const fl_line sum = fl_line_sum(fl_line_sum(lanes->a, lanes->c), fl_line_sum(lanes->b, lanes->d));
    return fl_line_total(sum);
}

/* 32 sums in double: exact enough to forget about. As registers, too. */
enum { FL_PART = FL_REGISTER / 8, FL_SUM_LANES = 32, FL_PARTS = FL_SUM_LANES / FL_PART };
typedef double  fl_part __attribute__((vector_size(8 * FL_PART)));
typedef fl_real fl_part_of __attribute__((vector_size(FL_PART * sizeof(fl_real))));
typedef struct fl_sums { fl_part lane[FL_PARTS]; } fl_sums;

FL_FN fl_part fl_load_part(const fl_real* x) {
    fl_part_of v;
    memcpy(&v, x, sizeof v);
#if defined(__AVX512F__) && FL_PRECISION == 32
    return (fl_part)_mm512_cvtps_pd((__m256)v); /* gcc 12 makes four instructions of the last line */
#elif defined(__AVX__) && FL_PRECISION == 32
    return (fl_part)_mm256_cvtps_pd((__m128)v);
#else
    return __builtin_convertvector(v, fl_part);
#endif
}

/* Adds 8 values, or products with those of y: in double those of floats are exact, and no square overflows. */
FL_FN void fl_add_part(fl_part* lane, const fl_real* x, const fl_real* y, int part) {
    x += part * FL_PART;
    lane[part] += y ? fl_load_part(x) * fl_load_part(y + part * FL_PART) : fl_load_part(x);
}
FL_FN void fl_add_eight(fl_part* lane, const fl_real* x, const fl_real* y) {
    fl_add_part(lane, x, y, 0);
    if (FL_PART < 8) fl_add_part(lane, x, y, 1);
    if (FL_PART < 4) fl_add_part(lane, x, y, 2), fl_add_part(lane, x, y, 3);
}
FL_FN void fl_add_eights(fl_sums* sums, const fl_real* x, const fl_real* y, int which) {
    fl_add_eight(sums->lane + which * (8 / FL_PART), x + 8 * which, y ? y + 8 * which : y);
}

/* Adds 32 values that were just computed, by whole registers: they need not be stored to be halved. With AVX2 that
 * gains nothing. */
FL_FN void fl_add_block(fl_sums* sums, const fl_real* x) {
#if defined(__AVX512F__) && FL_PRECISION == 32
    const __m512 a = _mm512_loadu_ps(x), b = _mm512_loadu_ps(x + FL_VEC);
    sums->lane[0] += (fl_part)_mm512_cvtps_pd(_mm512_castps512_ps256(a));
    sums->lane[1] += (fl_part)_mm512_cvtps_pd(_mm512_extractf32x8_ps(a, 1));
    sums->lane[2] += (fl_part)_mm512_cvtps_pd(_mm512_castps512_ps256(b));
    sums->lane[3] += (fl_part)_mm512_cvtps_pd(_mm512_extractf32x8_ps(b, 1));
#else
    fl_add_eights(sums, x, NULL, 0), fl_add_eights(sums, x, NULL, 1);
    fl_add_eights(sums, x, NULL, 2), fl_add_eights(sums, x, NULL, 3);
#endif
}

/* The sum of x, or of products where y is not NULL, which is a constant at every call. Value i goes to lane i % 32; n
 * is a multiple of 8. */
FL_FN void fl_sums_add_eights(fl_sums* sums, const fl_real* x, const fl_real* y, int64_t n) {
    fl_sums local = *sums;
    int64_t i = 0;
    for (; i + FL_SUM_LANES <= n; i += FL_SUM_LANES) {
        fl_add_eights(&local, x + i, y ? y + i : y, 0), fl_add_eights(&local, x + i, y ? y + i : y, 1);
        fl_add_eights(&local, x + i, y ? y + i : y, 2), fl_add_eights(&local, x + i, y ? y + i : y, 3);
    }
    if (i + 8 <= n) fl_add_eights(&local, x + i, y ? y + i : y, 0);
    if (i + 16 <= n) fl_add_eights(&local, x + i, y ? y + i : y, 1);
    if (i + 24 <= n) fl_add_eights(&local, x + i, y ? y + i : y, 2);
    *sums = local;
}

/* The sum of any number of values. */
FL_FN void fl_sums_add(fl_sums* sums, const fl_real* x, int64_t n) {
    const int64_t whole = n & ~(int64_t)7;
    fl_sums_add_eights(sums, x, NULL, whole);
    if (n > whole) {
        fl_real rest[FL_SUM_LANES] = { 0 };
        for (int64_t i = whole; i < n; ++i) rest[i % FL_SUM_LANES] = x[i];
        fl_sums_add_eights(sums, rest, NULL, FL_SUM_LANES);
    }
}

FL_FN double fl_sums_fold(const fl_sums* sums) {
    fl_part part[FL_PARTS];
    double s[FL_PART];
    memcpy(part, sums->lane, sizeof part);
    for (int k = FL_PARTS / 2; k; k /= 2)
        for (int p = 0; p < k; ++p) part[p] += part[p + k];
    memcpy(s, part, sizeof s);
    for (int k = FL_PART / 2; k; k /= 2)
        for (int l = 0; l < k; ++l) s[l] += s[l + k];
    return s[0];
}

FL_FN double fl_sum_double(const fl_real* x, int64_t n) {
    fl_sums sums = { { { 0 } } };
    fl_sums_add(&sums, x, n);
    return fl_sums_fold(&sums);
}
#endif
