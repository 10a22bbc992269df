/* Rows side by side: what every row loop knows of the rows it is working on, one lane per row, and the per-row
 * mathematics applied to all lanes at once. */
#ifndef FL_LANES_H
#define FL_LANES_H
#include "cpu/tile.h"
#include "cpu/total.h"
#include "losses/classes.h"
#include "math/fl_reduce.h"

typedef struct fl_lanes {
    fl_int  label[FL_TILE_ROWS];  /* -1: ignored */
    fl_real weight[FL_TILE_ROWS]; /* class weight of the label */
    fl_real scale[FL_TILE_ROWS];  /* gradients are multiplied by it; 0 for ignored rows */
    fl_real top[FL_TILE_ROWS], gap[FL_TILE_ROWS], rest[FL_TILE_ROWS], centered[FL_TILE_ROWS];
    fl_real loss[FL_TILE_ROWS], pull[FL_TILE_ROWS], label_grad[FL_TILE_ROWS];
    int     ignored;              /* does any lane hold an ignored row? */
} fl_lanes;

typedef fl_row_result (*fl_label_fn)(const fl_row* row, const fl_class_params* params);

FL_FN fl_class_params fl_class_params_of(const fl_row_call* call) {
    return (fl_class_params){ (fl_real)(1.0 - call->label_smoothing),
                              (fl_real)(call->label_smoothing / (double)call->classes), (fl_real)call->weight_total,
                              (fl_real)call->gamma, (fl_real)call->slope_gamma };
}

FL_FN void fl_labels_from_32(const int32_t* y, int64_t ignore, fl_int* to, int n) {
    for (int l = 0; l < n; ++l) to[l] = (int64_t)y[l] == ignore ? (fl_int)-1 : (fl_int)y[l];
}
FL_FN void fl_labels_from_64(const int64_t* y, int64_t ignore, fl_int* to, int n) {
    for (int l = 0; l < n; ++l) to[l] = y[l] == ignore ? (fl_int)-1 : (fl_int)y[l];
}

FL_FN void fl_load_scales(fl_lanes* lanes, const fl_row_call* call, int64_t row, int n) {
    const fl_real scale = (fl_real)call->scale;
    const fl_real* upstream = call->upstream ? (const fl_real*)call->upstream + row : NULL;
    for (int l = 0; l < n; ++l) lanes->scale[l] = upstream ? scale * upstream[l] : scale;
}

/* Lanes of rows [row, row + n); lanes up to `lanes_used` are filled as ignored rows. */
FL_FN void fl_load_lanes(fl_lanes* lanes, const fl_row_call* call, int64_t row, int n, int lanes_used) {
    const fl_real* weight = (const fl_real*)call->class_weight;
    fl_int any = 0;
    if (call->label_type == FL_INT32)
        fl_labels_from_32((const int32_t*)call->labels + row, call->ignore_index, lanes->label, n);
    else fl_labels_from_64((const int64_t*)call->labels + row, call->ignore_index, lanes->label, n);
    fl_load_scales(lanes, call, row, n);
    for (int l = n; l < lanes_used; ++l) lanes->label[l] = -1;
    for (int l = 0; l < n; ++l) any |= lanes->label[l];
    lanes->ignored = any < 0 || n < lanes_used;
    for (int l = 0; l < lanes_used; ++l) lanes->weight[l] = FL_R(1.0);
    if (weight)
        for (int l = 0; l < n; ++l) lanes->weight[l] = lanes->label[l] < 0 ? FL_R(0.0) : weight[lanes->label[l]];
    if (lanes->ignored)
        for (int l = 0; l < lanes_used; ++l) lanes->scale[l] = lanes->label[l] < 0 ? FL_R(0.0) : lanes->scale[l];
}

/* From the sweeps to terms and gradient factors. Ignored rows count for nothing, whatever they hold. */
FL_FN void fl_finish_lanes(fl_lanes* lanes, const fl_class_params* params, fl_label_fn at, int n) {
    for (int l = 0; l < n; ++l) {
        const fl_row row = { lanes->gap[l], fl_exp_nonpos(lanes->gap[l]), lanes->rest[l], lanes->weight[l],
                             lanes->centered[l] };
        const fl_row_result result = at(&row, params);
        lanes->loss[l] = result.loss;
        lanes->pull[l] = result.pull * lanes->scale[l];
        lanes->label_grad[l] = result.label * lanes->scale[l];
    }
    if (!lanes->ignored) return;
    for (int l = 0; l < n; ++l) lanes->loss[l] = lanes->label[l] < 0 ? FL_R(0.0) : lanes->loss[l];
    for (int l = 0; l < n; ++l) lanes->pull[l] = lanes->label[l] < 0 ? FL_R(0.0) : lanes->pull[l];
}

/* Terms of rows [row, row + n): stored where wanted, and summed. */
FL_FN double fl_take_losses(const fl_lanes* lanes, const fl_row_call* call, int64_t row, int n) {
    if (call->losses) memcpy((fl_real*)call->losses + row, lanes->loss, sizeof(fl_real) * (size_t)n);
    return fl_sum_double(lanes->loss, n);
}

/* First pass over the labels: blocks are checked without a branch, only a bad one is searched. */
FL_FN int64_t fl_label_of(const fl_row_call* call, int64_t row) {
    return call->label_type == FL_INT32 ? (int64_t)((const int32_t*)call->labels)[row]
                                        : ((const int64_t*)call->labels)[row];
}
FL_FN int fl_check_labels(const fl_row_call* call, int64_t row, int n, int64_t* kept) {
    const int64_t classes = call->classes, ignore = call->ignore_index;
    int bad = 0, used = 0;
    if (call->label_type == FL_INT32) {
        const int32_t* y = (const int32_t*)call->labels + row;
        const int ignorable = ignore >= INT32_MIN && ignore <= INT32_MAX;
        const uint32_t limit = classes > INT32_MAX ? (uint32_t)INT32_MAX + 1u : (uint32_t)classes;
        for (int l = 0; l < n; ++l) {
            const int skip = ignorable & (y[l] == (int32_t)ignore);
            used += !skip, bad |= ((uint32_t)y[l] >= limit) & !skip;
        }
    } else {
        const int64_t* y = (const int64_t*)call->labels + row;
        for (int l = 0; l < n; ++l) {
            const int skip = y[l] == ignore;
            used += !skip, bad |= ((uint64_t)y[l] >= (uint64_t)classes) & !skip;
        }
    }
    *kept += used;
    return bad;
}

static void fl_scan_labels(const fl_row_call* call, int64_t begin, int64_t end, fl_label_scan* scan) {
    const fl_real* weight = (const fl_real*)call->class_weight;
    fl_real        used[FL_TILE] FL_ALIGNED;
    fl_total       total = { 0.0, 0.0 };
    *scan = (fl_label_scan){ -1, 0, 0.0 };
    for (int64_t b = begin; b < end; b += FL_TILE) {
        const int n = (int)(end - b < FL_TILE ? end - b : FL_TILE);
        if (fl_check_labels(call, b, n, &scan->kept)) {
            int64_t row = b;
            for (int64_t y = fl_label_of(call, row); y == call->ignore_index || (y >= 0 && y < call->classes);)
                y = fl_label_of(call, ++row);
            scan->bad = row;
            return;
        }
        if (!weight) continue;
        for (int l = 0; l < n; ++l) {
            const int64_t y = fl_label_of(call, b + l);
            used[l] = y == call->ignore_index ? FL_R(0.0) : weight[y];
        }
        fl_total_add(&total, fl_sum_double(used, n));
    }
    scan->weight = weight ? fl_total_of(total) : (double)scan->kept;
}
#endif
