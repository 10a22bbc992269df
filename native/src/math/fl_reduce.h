/* Lane-explicit reductions: the lane of an element and the order of the tree are written down, so every instruction set
 * adds the same numbers in the same order. Lane arrays with a constant inner loop vectorise under strict IEEE in gcc
 * and clang; a scalar `m = x > m ? x : m` does not. FL_WIDE lanes hide the latency of the adder: a quarter of them
 * loses a third. */
#ifndef FL_REDUCE_H
#define FL_REDUCE_H
#include "math/fl_math.h"

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
 * where every addition waits for the store before it. */
typedef double  fl_eight __attribute__((vector_size(64)));
typedef fl_real fl_eight_of __attribute__((vector_size(8 * sizeof(fl_real))));
typedef struct fl_sums { fl_eight lane[4]; } fl_sums;
enum { FL_SUM_LANES = 32 };

FL_FN void fl_add_eight(fl_eight* sum, const fl_real* x) {
    fl_eight_of v;
    memcpy(&v, x, sizeof v);
    *sum += __builtin_convertvector(v, fl_eight);
}
FL_FN void fl_add_all(fl_eight* lane, const fl_real* x) {
    fl_add_eight(lane, x), fl_add_eight(lane + 1, x + 8);
    fl_add_eight(lane + 2, x + 16), fl_add_eight(lane + 3, x + 24);
}

/* Adds n values; value i goes to lane i % 32. */
FL_FN void fl_sums_add(fl_sums* sums, const fl_real* x, int64_t n) {
    fl_sums local = *sums;
    int64_t i = 0;
    for (; i + FL_SUM_LANES <= n; i += FL_SUM_LANES) fl_add_all(local.lane, x + i);
    if (i < n) {
        fl_real rest[FL_SUM_LANES] = { 0 };
        memcpy(rest, x + i, sizeof(fl_real) * (size_t)(n - i));
        fl_add_all(local.lane, rest);
    }
    *sums = local;
}

FL_FN double fl_sums_fold(const fl_sums* sums) {
    double s[FL_SUM_LANES];
    memcpy(s, sums->lane, sizeof s);
    for (int k = FL_SUM_LANES / 2; k; k /= 2)
        for (int l = 0; l < k; ++l) s[l] += s[l + k];
    return s[0];
}

FL_FN double fl_sum_double(const fl_real* x, int64_t n) {
    fl_sums sums = { { { 0 } } };
    fl_sums_add(&sums, x, n);
    return fl_sums_fold(&sums);
}
#endif
