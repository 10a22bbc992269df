/* The first pass over labels: blocks are checked without a branch, only a bad one is searched. */
#ifndef FL_LABEL_SCAN_H
#define FL_LABEL_SCAN_H
#include "cpu/elements.h"
#include "cpu/kernels.h"
#include "cpu/total.h"
#include "math/fl_reduce.h"

/* The label of a row; without labels the one that the call's rule gives it. */
FL_FN int64_t fl_label_of(const fl_row_call* call, int64_t row) {
    if (!call->labels) return (row + call->shift) % call->classes;
    return call->label_type == FL_INT32 ? (int64_t)((const int32_t*)call->labels)[row]
                                        : ((const int64_t*)call->labels)[row];
}
FL_FN int fl_is_ignored(const fl_row_call* call, int64_t label) { return call->ignores && label == call->ignore_index; }

FL_FN int fl_check_labels(const fl_row_call* call, int64_t row, int n, int64_t* kept) {
    const int64_t classes = call->classes, ignore = call->ignore_index;
    int bad = 0, used = 0;
    if (call->label_type == FL_INT32) {
        const int32_t* y = (const int32_t*)call->labels + row;
        const int ignorable = call->ignores && ignore >= INT32_MIN && ignore <= INT32_MAX;
        const uint32_t limit = classes > INT32_MAX ? (uint32_t)INT32_MAX + 1u : (uint32_t)classes;
        for (int l = 0; l < n; ++l) {
            const int skip = ignorable & (y[l] == (int32_t)ignore);
            used += !skip, bad |= ((uint32_t)y[l] >= limit) & !skip;
        }
    } else {
        const int64_t* y = (const int64_t*)call->labels + row;
        for (int l = 0; l < n; ++l) {
            const int skip = call->ignores & (y[l] == ignore);
            used += !skip, bad |= ((uint64_t)y[l] >= (uint64_t)classes) & !skip;
        }
    }
    *kept += used;
    return bad;
}

/* What rows [row, row + n), n <= FL_TILE, weigh in the mean. */
FL_FN double fl_weigh_rows(const fl_row_call* call, int64_t row, int n) {
    const fl_real *weight = (const fl_real*)call->class_weight, *sample = (const fl_real*)call->sample_weight;
    fl_real used[FL_TILE] FL_ALIGNED;
    for (int l = 0; l < n; ++l) {
        const int64_t y = call->labels ? fl_label_of(call, row + l) : 0;
        const int     skip = call->labels && fl_is_ignored(call, y);
        const fl_real own = sample ? sample[row + l] : FL_R(1.0);
        if (skip) used[l] = FL_R(0.0);
        else used[l] = weight && call->labels ? weight[y] * own : own;
    }
    return fl_sum_double(used, n);
}

static void fl_scan_labels(const fl_row_call* call, int64_t begin, int64_t end, fl_label_scan* scan) {
    const int weighted = call->class_weight || call->sample_weight;
    fl_total  total = { 0.0, 0.0 };
    *scan = (fl_label_scan){ -1, 0, 0.0 };
    for (int64_t b = begin; b < end; b += FL_TILE) {
        const int n = (int)(end - b < FL_TILE ? end - b : FL_TILE);
        if (!call->labels) scan->kept += n;
        else if (fl_check_labels(call, b, n, &scan->kept)) {
            int64_t row = b;
            for (int64_t y = fl_label_of(call, row); fl_is_ignored(call, y) || (y >= 0 && y < call->classes);)
                y = fl_label_of(call, ++row);
            scan->bad = row;
            return;
        }
        if (weighted) fl_total_add(&total, fl_weigh_rows(call, b, n));
    }
    scan->weight = weighted ? fl_total_of(total) : (double)scan->kept;
}
#endif
