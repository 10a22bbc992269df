/* Lane-explicit reductions: the lane of an element and the order of the tree are written down, so every instruction set
 * adds the same numbers in the same order. Lane arrays with a constant inner loop vectorise under strict IEEE in gcc
 * and clang; a scalar `m = x > m ? x : m` does not. FL_WIDE lanes hide the latency of the adder: a quarter of them
 * loses a third. */
#ifndef FL_REDUCE_H
#define FL_REDUCE_H
#include "math/fl_math.h"

enum { FL_VEC = 64 / sizeof(fl_real), FL_WIDE = 4 * FL_VEC, FL_DOUBLE_LANES = 32 };

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

/* Sum in double lanes, whatever n: exact enough to forget about. */
FL_FN double fl_sum_double(const fl_real* x, int64_t n) {
    double s[FL_DOUBLE_LANES] = { 0 };
    int64_t i = 0;
    for (; i + FL_DOUBLE_LANES <= n; i += FL_DOUBLE_LANES)
        for (int l = 0; l < FL_DOUBLE_LANES; ++l) s[l] += (double)x[i + l];
    for (int l = 0; i + l < n; ++l) s[l] += (double)x[i + l];
    for (int k = FL_DOUBLE_LANES / 2; k; k /= 2)
        for (int l = 0; l < k; ++l) s[l] += s[l + k];
    return s[0];
}
#endif
