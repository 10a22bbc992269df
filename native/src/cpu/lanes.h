/* Rows side by side: what every row loop knows of the rows it is working on, one lane per row, and the per-row
 * mathematics applied to all lanes at once. */
#ifndef FL_LANES_H
#define FL_LANES_H
#include "cpu/label_scan.h"
#include "cpu/tile.h"
#include "losses/classes.h"

typedef struct fl_lanes {
    fl_int  label[FL_TILE_ROWS] FL_ALIGNED; /* -1: ignored */
    fl_int  predicted[FL_TILE_ROWS]; /* filled where predictions are wanted */
    fl_real weight[FL_TILE_ROWS];    /* class weight of the label */
    fl_real sample[FL_TILE_ROWS];    /* sample weight; filled where there are any */
    fl_real scale[FL_TILE_ROWS];     /* gradients are multiplied by it; 0 for ignored rows */
    fl_real top[FL_TILE_ROWS], gap[FL_TILE_ROWS], own[FL_TILE_ROWS], rest[FL_TILE_ROWS], centered[FL_TILE_ROWS];
    fl_real loss[FL_TILE_ROWS], pull[FL_TILE_ROWS], label_grad[FL_TILE_ROWS], log_sum[FL_TILE_ROWS];
    int     ignored;                 /* does any lane hold an ignored row? */
} fl_lanes;

typedef fl_row_result (*fl_label_fn)(const fl_row* row, const fl_class_params* params);

FL_FN fl_class_params fl_class_params_of(const fl_row_call* call) {
    return (fl_class_params){ (fl_real)(1.0 - call->label_smoothing),
                              (fl_real)(call->label_smoothing / (double)call->classes), (fl_real)call->weight_total,
                              (fl_real)call->gamma, (fl_real)call->slope_gamma, (fl_real)call->z_loss,
                              (fl_real)call->soft_cap, (fl_real)call->temperature };
}

/* Can rows be swept where they lie? */
FL_FN int fl_is_plain(const fl_row_call* call) {
    return !fl_is_half(call->type) && call->soft_cap == 0.0 && call->temperature == 1.0 && !call->excludes;
}
FL_FN int fl_wants_predictions(const fl_row_call* call) { return call->predictions || call->counts; }
/* Are even ignored rows swept? */
FL_FN int fl_wants_all_rows(const fl_row_call* call) { return call->log_sum_exp || fl_wants_predictions(call); }

/* The labels of n rows, -1 for ignored ones and for the lanes up to `used`: at once, because a wide load of labels that
 * were just stored one by one would wait for them. */
FL_FN void fl_labels_from_32(const int32_t* y, int64_t ignore, fl_int* to, int n, int used) {
    for (int l = 0; l < used; ++l) {
        const int32_t own = l < n ? y[l] : -1;
        to[l] = (int64_t)own == ignore ? (fl_int)-1 : (fl_int)own;
    }
}
FL_FN void fl_labels_from_64(const int64_t* y, int64_t ignore, fl_int* to, int n, int used) {
    for (int l = 0; l < used; ++l) {
        const int64_t own = l < n ? y[l] : -1;
        to[l] = own == ignore ? (fl_int)-1 : (fl_int)own;
    }
}
FL_FN void fl_labels_from_rule(const fl_row_call* call, int64_t row, fl_int* to, int n, int used) {
    for (int l = 0; l < used; ++l) to[l] = l < n ? (fl_int)fl_label_of(call, row + l) : (fl_int)-1;
}

/* Is one of n labels below 0? By registers: clang leaves the plain loop scalar. */
FL_FN int fl_any_ignored(const fl_int* label, int n) {
    typedef fl_int fl_labels __attribute__((vector_size(FL_REGISTER)));
    fl_labels found = { 0 }, more;
    uint64_t sign = 0, part[FL_REGISTER / 8];
    int l = 0;
    for (; l + FL_PACK <= n; l += FL_PACK) {
        memcpy(&more, label + l, sizeof more);
        found |= more;
    }
    memcpy(part, &found, sizeof part);
    for (int p = 0; p < FL_REGISTER / 8; ++p) sign |= part[p];
    for (; l < n; ++l) sign |= (uint64_t)(int64_t)label[l];
    return (sign & (sizeof(fl_int) == 4 ? 0x8000000080000000u : 0x8000000000000000u)) != 0;
}

FL_FN void fl_load_scales(fl_lanes* lanes, const fl_row_call* call, int64_t row, int n, int used) {
    const fl_real scale = (fl_real)call->scale;
    const fl_real* upstream = call->upstream ? (const fl_real*)call->upstream + row : NULL;
    const fl_real* sample = call->sample_weight ? (const fl_real*)call->sample_weight + row : NULL;
    for (int l = 0; l < used; ++l) lanes->scale[l] = scale;
    for (int l = 0; l < n && upstream; ++l) lanes->scale[l] *= upstream[l];
    for (int l = 0; l < n && sample; ++l) lanes->sample[l] = sample[l], lanes->scale[l] *= sample[l];
}

/* Lanes of rows [row, row + n); lanes up to `lanes_used` are filled as ignored rows. */
FL_FN void fl_load_lanes(fl_lanes* lanes, const fl_row_call* call, int64_t row, int n, int lanes_used) {
    const fl_real* weight = (const fl_real*)call->class_weight;
    if (!call->labels) fl_labels_from_rule(call, row, lanes->label, n, lanes_used);
    else if (call->label_type == FL_INT32)
        fl_labels_from_32((const int32_t*)call->labels + row, call->ignore_index, lanes->label, n, lanes_used);
    else fl_labels_from_64((const int64_t*)call->labels + row, call->ignore_index, lanes->label, n, lanes_used);
    fl_load_scales(lanes, call, row, n, lanes_used);
    lanes->ignored = fl_any_ignored(lanes->label, lanes_used);
    for (int l = 0; l < lanes_used; ++l) lanes->weight[l] = FL_R(1.0);
    if (weight)
        for (int l = 0; l < n; ++l) lanes->weight[l] = lanes->label[l] < 0 ? FL_R(0.0) : weight[lanes->label[l]];
    if (lanes->ignored)
        for (int l = 0; l < lanes_used; ++l) lanes->scale[l] = lanes->label[l] < 0 ? FL_R(0.0) : lanes->scale[l];
}

/* What only some calls ask for: z lse^2, sample weights. */
FL_APART void fl_add_extras(fl_lanes* lanes, const fl_row_call* call, fl_real z, int n) {
    for (int l = 0; l < n && z != FL_R(0.0); ++l) {
        const fl_z_loss more = fl_z_loss_at(z, lanes->top[l], lanes->log_sum[l]);
        const fl_real pull = more.pull * lanes->scale[l];
        lanes->loss[l] += more.loss;
        lanes->pull[l] += pull;
        lanes->label_grad[l] = FL_FMA(pull, lanes->own[l], lanes->label_grad[l]);
    }
    for (int l = 0; l < n && call->sample_weight; ++l) lanes->loss[l] *= lanes->sample[l];
}

FL_FN void fl_own_exponentials(fl_lanes* lanes, int n) {
    for (int l = 0; l < n; ++l) lanes->own[l] = fl_exp_nonpos(lanes->gap[l]);
}

/* From the sweeps to terms and gradient factors. Ignored rows count for nothing, whatever they hold. */
FL_FN void fl_finish_lanes(fl_lanes* lanes, const fl_row_call* call, const fl_class_params* params, fl_label_fn at,
                           int n) {
    for (int l = 0; l < n; ++l) {
        const fl_row row = { lanes->gap[l], lanes->own[l], lanes->rest[l], lanes->weight[l], lanes->centered[l] };
        const fl_row_result result = at(&row, params);
        lanes->loss[l] = result.loss;
        lanes->pull[l] = result.pull * lanes->scale[l];
        lanes->label_grad[l] = result.label * lanes->scale[l];
        lanes->log_sum[l] = result.log_sum;
    }
    if (params->z != FL_R(0.0) || call->sample_weight) fl_add_extras(lanes, call, params->z, n);
    if (!lanes->ignored) return;
    for (int l = 0; l < n; ++l) lanes->loss[l] = lanes->label[l] < 0 ? FL_R(0.0) : lanes->loss[l];
    for (int l = 0; l < n; ++l) lanes->pull[l] = lanes->label[l] < 0 ? FL_R(0.0) : lanes->pull[l];
}

/* Statistics of rows [row, row + n). */
FL_APART int64_t fl_take_statistics(const fl_lanes* lanes, const fl_row_call* call, int64_t row, int n) {
    fl_real* lse = (fl_real*)call->log_sum_exp;
    int64_t correct = 0;
    for (int l = 0; l < n && lse; ++l) lse[row + l] = lanes->top[l] + lanes->log_sum[l];
    for (int l = 0; l < n && call->predictions; ++l)
        if (call->label_type == FL_INT32) ((int32_t*)call->predictions)[row + l] = (int32_t)lanes->predicted[l];
        else ((int64_t*)call->predictions)[row + l] = (int64_t)lanes->predicted[l];
    for (int l = 0; l < n && call->counts; ++l)
        correct += lanes->label[l] >= 0 && lanes->predicted[l] == lanes->label[l];
    return correct;
}

/* Terms of rows [row, row + n): stored where wanted, and summed; those of lanes up to `used` are 0. */
FL_FN double fl_take_losses(const fl_lanes* lanes, const fl_row_call* call, int64_t row, int n, int used,
                            int64_t* correct) {
    if (call->losses) memcpy((fl_real*)call->losses + row, lanes->loss, sizeof(fl_real) * (size_t)n);
    if (fl_wants_all_rows(call)) *correct += fl_take_statistics(lanes, call, row, n);
    return fl_sum_double(lanes->loss, used);
}
#endif
