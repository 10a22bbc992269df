/* Losses over classes, as functions of one row that the row loops have already swept. */
#ifndef FL_CLASSES_H
#define FL_CLASSES_H
#include "losses/point.h"

/* Hyper-parameters of a whole call. */
typedef struct fl_class_params {
    fl_real keep;        /* 1 - label_smoothing */
    fl_real share;       /* label_smoothing / classes */
    fl_real total;       /* sum of the class weights (classes without them), for smoothing */
    fl_real gamma;       /* focusing power */
    fl_real slope_gamma; /* gamma, or 0 when the modulation is a constant for the gradient */
    fl_real z;           /* weight of lse^2 */
    fl_real cap;         /* logits x count as cap tanh(x / cap); 0: as they are */
    fl_real temperature; /* logits are divided by it */
} fl_class_params;

/* A logit within the soft cap, and its derivative. */
FL_FN fl_tanh_parts fl_capped(fl_real x, fl_real cap) {
    const fl_tanh_parts t = fl_tanh(x / cap);
    return (fl_tanh_parts){ cap * t.value, t.slope };
}

/* What the sweeps know of a row with label y; m is its largest logit. `rest` is summed without the label, so that
 * 1 - p_y = rest / (rest + own) keeps its digits however confident the row is. */
typedef struct fl_row {
    fl_real gap;      /* x_y - m */
    fl_real own;      /* exp(x_y - m) */
    fl_real rest;     /* sum of exp(x_c - m) over c != y */
    fl_real weight;   /* w_y */
    fl_real centered; /* sum_c w_c (x_c - m); read with smoothing only, 0 without */
} fl_row;

/* d/dx_c = pull * exp(x_c - m) - share * w_c for c != y, `label` for c = y. log_sum = ln sum_c exp(x_c - m). */
typedef struct fl_row_result { fl_real loss, pull, label, log_sum; } fl_row_result;

/* ln sum_c exp(x_c - m). Where the label has the maximum, own is 1: the sum is 1 + rest, rest as small as it likes. */
FL_FN fl_real fl_log_sum(fl_real own, fl_real rest) {
    return fl_log1p(own == FL_R(1.0) ? rest : (rest - FL_R(1.0)) + own);
}

FL_FN fl_row_result fl_cross_entropy_at(const fl_row* row, const fl_class_params* params) {
    const fl_real inverse = FL_R(1.0) / (row->rest + row->own), log_sum = fl_log_sum(row->own, row->rest);
    const fl_real kept = params->keep * row->weight, ce = log_sum - row->gap;
    const fl_real sharp = params->keep == FL_R(0.0) ? FL_R(0.0) : kept * ce; /* nothing is kept of an infinite term */
    const fl_real smooth = FL_FMA(params->total, log_sum, -row->centered);
    const fl_real spread = FL_FMA(params->total * row->own, inverse, -row->weight);
    return (fl_row_result){ FL_FMA(params->share, smooth, sharp),
                            FL_FMA(params->share, params->total, kept) * inverse,
                            FL_FMA(params->share, spread, -(kept * row->rest * inverse)), log_sum };
}

FL_FN fl_row_result fl_softmax_focal_at(const fl_row* row, const fl_class_params* params) {
    const fl_real inverse = FL_R(1.0) / (row->rest + row->own), log_sum = fl_log_sum(row->own, row->rest);
    const fl_real p = row->own * inverse, q = row->rest * inverse, ce = log_sum - row->gap;
    const fl_real scaled = row->weight * fl_pow_unit(q, params->gamma);
    /* -p ln p / (1 - p): 1 where p is 1, 0 where p is 0 */
    const fl_real steep = row->rest == FL_R(0.0) ? FL_R(1.0) : p * ce / q;
    const fl_real bend = row->own == FL_R(0.0) ? FL_R(0.0) : steep;
    const fl_real slope = scaled * FL_FMA(params->slope_gamma, bend, FL_R(1.0));
    return (fl_row_result){ scaled * ce, slope * inverse, -(slope * q), log_sum };
}

/* z lse^2, lse = m + log_sum; d/dx_c = pull * exp(x_c - m). */
typedef struct fl_z_loss { fl_real loss, pull; } fl_z_loss;
FL_FN fl_z_loss fl_z_loss_at(fl_real z, fl_real top, fl_real log_sum) {
    const fl_real lse = top + log_sum;
    return (fl_z_loss){ z * lse * lse, FL_R(2.0) * z * lse * fl_exp_nonpos(-log_sum) };
}

/* Given log-probabilities, x that of the label and w its weight; the gradient is to x. */
typedef struct fl_nll_result { fl_real loss, grad; } fl_nll_result;
FL_FN fl_nll_result fl_nll_at(fl_real x, fl_real w) { return (fl_nll_result){ -(w * x), -w }; }

/* Class probabilities u (smoothed, times class weight), summed by the sweeps; S = sum_c exp(x_c - m).
 * d/dx_c = pull * exp(x_c - m) - w_c u_c. */
typedef struct fl_mixture { fl_real sum, mass, centered; } fl_mixture; /* S, sum_c w_c u_c, sum_c w_c u_c (x_c - m) */
typedef struct fl_mixture_result { fl_real loss, pull, log_sum; } fl_mixture_result;

FL_FN fl_mixture_result fl_cross_entropy_mixture_at(const fl_mixture* row) {
    const fl_real log_sum = fl_log(row->sum);
    return (fl_mixture_result){ FL_FMA(row->mass, log_sum, -row->centered), row->mass / row->sum, log_sum };
}
#endif
