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

/* The labels of rows [row, row + n); -1 for ignored ones. A loop for each type: of a choice inside one gcc makes masked
 * loads of both, and the masked one beyond its buffer traps to microcode. */
FL_FN void fl_read_labels(const fl_row_call* call, int64_t row, int64_t n, int64_t* label) {
    const int32_t* narrow = (const int32_t*)call->labels + row;
    const int64_t *wide = (const int64_t*)call->labels + row, ignored = call->ignores ? call->ignore_index : -1;
    if (call->label_type == FL_INT32)
        for (int64_t l = 0; l < n; ++l) label[l] = narrow[l] == ignored ? -1 : narrow[l];
    else for (int64_t l = 0; l < n; ++l) label[l] = wide[l] == ignored ? -1 : wide[l];
}

/* Over n labels: is one of them no class, and how many are ignored? As selects: gcc leaves logical operators scalar. */
typedef struct fl_label_counts { int bad, ignored; } fl_label_counts;
FL_FN fl_label_counts fl_count_labels_32(const int32_t* y, int n, int64_t classes, const int64_t* ignore) {
    const int32_t last = classes > INT32_MAX ? INT32_MAX : (int32_t)classes - 1, skip = ignore ? (int32_t)*ignore : 0;
    int32_t bad = 0, ignored = 0;
    if (!ignore) for (int l = 0; l < n; ++l) bad |= y[l] < 0 ? 1 : y[l] > last ? 1 : 0;
    else
        for (int l = 0; l < n; ++l) {
            const int32_t out = y[l] < 0 ? 1 : y[l] > last ? 1 : 0;
            bad |= y[l] == skip ? 0 : out;
            ignored += y[l] == skip ? 1 : 0;
        }
    return (fl_label_counts){ bad, ignored };
}
FL_FN fl_label_counts fl_count_labels_64(const int64_t* y, int n, int64_t classes, const int64_t* ignore) {
    const int64_t last = classes - 1, skip = ignore ? *ignore : 0;
    int64_t bad = 0, ignored = 0;
    if (!ignore) for (int l = 0; l < n; ++l) bad |= y[l] < 0 ? 1 : y[l] > last ? 1 : 0;
    else
        for (int l = 0; l < n; ++l) {
            const int64_t out = y[l] < 0 ? 1 : y[l] > last ? 1 : 0;
            bad |= y[l] == skip ? 0 : out;
            ignored += y[l] == skip ? 1 : 0;
        }
    return (fl_label_counts){ (int)bad, (int)ignored };
}

FL_FN int fl_check_labels(const fl_row_call* call, int64_t row, int n, int64_t* kept) {
    const int64_t* ignore = call->ignores ? &call->ignore_index : NULL;
    const int wide = call->label_type != FL_INT32;
    if (!wide && ignore && (*ignore < INT32_MIN || *ignore > INT32_MAX)) ignore = NULL;
    const fl_label_counts counts =
        wide ? fl_count_labels_64((const int64_t*)call->labels + row, n, call->classes, ignore)
             : fl_count_labels_32((const int32_t*)call->labels + row, n, call->classes, ignore);
    *kept += n - counts.ignored;
    return counts.bad;
}

/* What rows [row, row + n), n <= FL_TILE, weigh in the mean. */
FL_FN double fl_weigh_rows(const fl_row_call* call, int64_t row, int n) {
    const fl_real *weight = (const fl_real*)call->class_weight, *sample = (const fl_real*)call->sample_weight;
    fl_real used[FL_TILE] FL_ALIGNED;
    int64_t label[FL_TILE] FL_ALIGNED;
    if (call->labels) fl_read_labels(call, row, n, label);
    for (int l = 0; l < n; ++l) used[l] = FL_R(1.0);
    for (int l = 0; l < n && sample; ++l) used[l] = sample[row + l];
    for (int l = 0; l < n && call->labels; ++l) used[l] = label[l] < 0 ? FL_R(0.0) : used[l];
    for (int l = 0; l < n && call->labels && weight; ++l) used[l] *= weight[label[l] < 0 ? 0 : label[l]];
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
