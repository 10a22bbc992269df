/* Lane-explicit reductions: the lane of an element and the order of the tree are written down, so every instruction set
 * adds the same numbers in the same order. Lane arrays with a constant inner loop vectorise under strict IEEE in gcc
 * and clang; a scalar `m = x > m ? x : m` does not. FL_WIDE lanes hide the latency of the adder: a quarter of them
 * loses a third. */
#ifndef FL_REDUCE_H
#define FL_REDUCE_H
#include "math/fl_math.h"
#include <stddef.h>
#if defined(__AVX__)
#  include <immintrin.h>
#endif

enum { FL_VEC = 64 / sizeof(fl_real), FL_WIDE = 4 * FL_VEC };

/* Largest of n >= FL_VEC values. The last vector overlaps the one before: harmless for a maximum, no scalar tail. */
FL_FN fl_real fl_max(const fl_real* x, int64_t n) {
    fl_real m[FL_WIDE];
    int64_t i = 0;
    for (int l = 0; l < FL_WIDE; ++l) m[l] = x[n - FL_VEC + (l & (FL_VEC - 1))];
    for (; i + FL_WIDE <= n; i += FL_WIDE)
        for (int l = 0; l < FL_WIDE; ++l) m[l] = m[l] > x[i + l] ? m[l] : x[i + l];
    for (; i + FL_VEC <= n; i += FL_VEC)
        for (int l = 0; l < FL_VEC; ++l) m[l] = m[l] > x[i + l] ? m[l] : x[i + l];
    for (int k = FL_WIDE / 2; k; k /= 2)
        for (int l = 0; l < k; ++l) m[l] = m[l] > m[l + k] ? m[l] : m[l + k];
    return m[0];
}

/* Adds n values, n a multiple of FL_VEC, to FL_WIDE lanes: for blocks of at most a few thousand. */
FL_FN void fl_add_lanes(fl_real* lanes, const fl_real* x, int64_t n) {
    int64_t i = 0;
    for (; i + FL_WIDE <= n; i += FL_WIDE)
        for (int l = 0; l < FL_WIDE; ++l) lanes[l] += x[i + l];
    for (; i + FL_VEC <= n; i += FL_VEC)
        for (int l = 0; l < FL_VEC; ++l) lanes[l] += x[i + l];
}

FL_FN fl_real fl_fold_lanes(fl_real* lanes) {
    for (int k = FL_WIDE / 2; k; k /= 2)
        for (int l = 0; l < k; ++l) lanes[l] += lanes[l + k];
    return lanes[0];
}

/* 32 sums in double: exact enough to forget about. As vectors, because compilers keep an array of lanes in memory,
 * where every addition waits for the store before it; of the instruction set's own width, because gcc takes wider ones
 * apart through memory. Which lane a value goes to does not depend on that. */
#if defined(__AVX512F__)
enum { FL_PART = 8 };
#elif defined(__AVX__)
enum { FL_PART = 4 };
#else
enum { FL_PART = 2 };
#endif
enum { FL_SUM_LANES = 32, FL_PARTS = FL_SUM_LANES / FL_PART };
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
