/* regions.h - losses that compare whole regions: how much a soft segmentation and its target overlap. */
#ifndef FUSEDLOSS_REGIONS_H
#define FUSEDLOSS_REGIONS_H
#include "rows.h"

#if defined(__cplusplus)
extern "C" {
#endif

typedef struct fl_tversky_params {
    double  alpha;        /* weight of false positives, >= 0, finite. Default 0.5 */
    double  beta;         /* weight of false negatives, >= 0, finite. Default 0.5 */
    double  smooth;       /* added to numerator and denominator, >= 0, finite. Default 1 */
    int64_t ignore_index; /* rows with this label count for nothing. Default FL_IGNORE_INDEX. Only with labels */
    int32_t probabilities;/* 1 = the input holds probabilities; 0 (default) = logits: softmax over the classes, or
                             sigmoid where there is one class */
    int32_t all_classes;  /* 1 = one region over all classes; 0 (default) = a region per class */
    int32_t per_sample;   /* 1 = regions per outer index; 0 (default) = regions of the whole batch */
    int32_t reserved;
} fl_tversky_params;

/** Tversky loss: 1 - the Tversky index of soft regions.
 *
 *      over the rows of a region: TP = sum p t, FP = sum p (1 - t), FN = sum (1 - p) t
 *      term = 1 - (TP + smooth) / (TP + alpha FP + beta FN + smooth)
 *      d/dx by the chain rule through softmax or sigmoid; d/dp itself with `probabilities`
 *
 *  input      logits x or probabilities p, [outer, classes, inner]; classes = 1: the binary case
 *  labels     class per row; in the binary case 0 or 1. Or target: t in [0, 1] for every class
 *  terms      one per region: [samples, classes], where samples is outer with per_sample, else 1, and classes is 1 with
 *             all_classes or in the binary case. `losses` and per-term `upstream` have that shape
 *  FL_MEAN    over the number of regions; FL_BATCHMEAN over outer
 *  special    a region whose denominator is 0 has term 1 - 0/0 = NaN (only with smooth = 0) and gradient 0
 *  workspace  needed (FL_ERROR_WORKSPACE): fl_tversky_workspace bytes, aligned to 8
 *  hyper      NULL = defaults. class_weight, sample_weight, target_gradient, log_sum_exp, predictions are not taken
 *  dtypes     float32, float64, float16, bfloat16; statuses as fl_cross_entropy
 *  error      16 ulp per term; gradient 16 ulp of the region's largest or, where slopes cancel, of p times those
 *  same as    Salehi et al. 2017, arXiv 1706.05721; alpha = beta = 0.5 is Dice
 *  since      ABI 1 */
FL_API fl_status fl_tversky(fl_context* context, fl_row_args* args, const fl_tversky_params* hyper);

/** Bytes of workspace that fl_tversky needs for args' shape; -1 for counts that it refuses. */
FL_API int64_t fl_tversky_workspace(const fl_row_args* args, const fl_tversky_params* hyper);

typedef struct fl_dice_params {
    double  smooth;        /* added to numerator and denominator, >= 0, finite. Default 1 */
    int64_t ignore_index;  /* these four as in fl_tversky_params */
    int32_t probabilities;
    int32_t all_classes;
    int32_t per_sample;
    int32_t reserved;
} fl_dice_params;

/** Soft Dice loss: 1 - the Dice coefficient of soft regions.
 *
 *      term = 1 - (2 sum p t + smooth) / (sum p + sum t + smooth)
 *
 *      d/dx by the chain rule through softmax or sigmoid; d/dp itself with `probabilities`
 *
 *  Everything else as fl_tversky, whose case alpha = beta = 0.5 with half the smooth it is.
 *  error     16 ulp per term; gradient 16 ulp of the region's largest
 *  same as   Milletari et al. 2016, arXiv 1606.04797, without squares
 *  since     ABI 1 */
FL_API fl_status fl_dice(fl_context* context, fl_row_args* args, const fl_dice_params* hyper);

/** Bytes of workspace that fl_dice needs for args' shape; -1 for counts that it refuses. */
FL_API int64_t fl_dice_workspace(const fl_row_args* args, const fl_dice_params* hyper);

#if defined(__cplusplus)
}
#endif
#endif
