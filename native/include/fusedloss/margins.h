/* margins.h - losses that compare the scores of a row with a margin or one by one. */
#ifndef FUSEDLOSS_MARGINS_H
#define FUSEDLOSS_MARGINS_H
#include "rows.h"

#if defined(__cplusplus)
extern "C" {
#endif

typedef struct fl_multi_margin_params {
    double  margin; /* m, in the unit of the scores; finite. Default 1 */
    int32_t p;      /* the power, 1 (default) or 2 */
    int32_t reserved;
} fl_multi_margin_params;

/** Multi-class hinge: the label's score has to lead every other by a margin.
 *
 *      z_c = m - x_y + x_c        term = (w_y / C) sum over c != y of max(0, z_c)^p
 *      d/dx_c = (w_y / C) [z_c > 0] p z_c^(p - 1) for c != y        d/dx_y = -(their sum)
 *
 *  labels    y, needed (FL_ERROR_TARGET); every label has to be a class: there is no ignore_index
 *  FL_MEAN   over the number of rows, whatever the weights
 *  hyper     NULL = defaults. sample_weight, log_sum_exp and predictions are not taken
 *  dtypes    float32, float64, float16, bfloat16; statuses as fl_cross_entropy
 *  error     4 ulp of the largest summand; float64 terms of thousands of classes 12
 *  same as   torch.nn.functional.multi_margin_loss
 *  since     ABI 1 */
FL_API fl_status fl_multi_margin(fl_context* context, fl_row_args* args, const fl_multi_margin_params* hyper);

/** Multi-label hinge: every positive's score has to lead every other class's by 1.
 *
 *      T = the labels of a row before its first -1 (one that repeats counts as often), others = classes not in T
 *      z_jc = 1 - (x_j - x_c)        term = (1 / C) sum over j in T, c in others of max(0, z_jc)
 *      d/dx_c = (1 / C) #{j: z_jc > 0}        d/dx_j = -(1 / C) #{c: z_jc > 0}
 *
 *  labels    [outer, classes], a list of classes per row, ended by -1; every entry, also behind the -1, has to be in
 *            [-1, C), else FL_ERROR_LABEL_RANGE with its position among all entries in bad_index
 *  shape     inner must be 1, classes at most FL_MULTILABEL_CLASSES (FL_ERROR_COUNT)
 *  FL_MEAN   over the number of rows. class_weight, sample_weight, target, log_sum_exp and predictions are not taken
 *  dtypes    float32, float64, float16, bfloat16; statuses as fl_cross_entropy
 *  error     4 ulp of the largest summand
 *  same as   torch.nn.functional.multilabel_margin_loss
 *  since     ABI 1 */
FL_API fl_status fl_multilabel_margin(fl_context* context, fl_row_args* args);

/** The most classes that fl_multilabel_margin takes. */
#define FL_MULTILABEL_CLASSES 8192

/** Binary cross-entropy of every class, averaged over the classes of a row.
 *
 *      s = sigmoid(x)        term = -(1 / C) sum_c w_c [ t_c ln s_c + (1 - t_c) ln(1 - s_c) ]
 *      d/dx_c = w_c (s_c - t_c) / C        d/dt_c = -w_c x_c / C
 *
 *  target    t, needed (FL_ERROR_TARGET), [outer, classes]: 0 or 1, or anything, as in PyTorch; labels are not taken
 *  shape     inner must be 1 (FL_ERROR_COUNT): classes are the last dimension
 *  FL_MEAN   over the number of rows. sample_weight, log_sum_exp and predictions are not taken
 *  dtypes    float32, float64, float16, bfloat16; statuses as fl_cross_entropy
 *  error     4 ulp of the largest summand; float64 terms of thousands of classes 12
 *  same as   torch.nn.functional.multilabel_soft_margin_loss
 *  since     ABI 1 */
FL_API fl_status fl_multilabel_soft_margin(fl_context* context, fl_row_args* args);

#if defined(__cplusplus)
}
#endif
#endif
