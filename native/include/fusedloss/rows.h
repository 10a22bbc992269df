/* rows.h - losses with one term per row of class scores. */
#ifndef FUSEDLOSS_ROWS_H
#define FUSEDLOSS_ROWS_H
#include "base.h"

#if defined(__cplusplus)
extern "C" {
#endif

/** Buffers of a loss over classes. Fill the struct with zeros, then set what is needed.
 *
 *  The layout is (outer, classes, inner): [C] is (1, C, 1), [N,C] is (N, C, 1), [N,C,H,W] is (N, C, H*W). A row is one
 *  (outer, inner) position; there are outer * inner rows, in that order. input and gradient may be strided: element
 *  (o, c, i) is at o * outer_stride + c * class_stride + i; 0 = dense. class_stride must be 1 when inner is 1.
 *
 *  May share memory: gradient with input - the very same address and strides. Every other overlap of an output is
 *  FL_ERROR_OVERLAP. */
typedef struct fl_row_args {
    int32_t        struct_size;           /* sizeof(fl_row_args) */
    fl_dtype       dtype;                 /* of every floating-point buffer below */
    int64_t        outer, classes, inner; /* outer or inner may be 0; classes >= 1 */

    const void*    input;                 /* logits, [outer, classes, inner] */
    int64_t        input_outer_stride;    /* in elements; 0 = dense */
    int64_t        input_class_stride;

    const void*    labels;                /* class indices [outer, inner], dense; or NULL with probabilities */
    fl_label_type  label_type;            /* of labels */
    int32_t        reserved;              /* 0 */
    const void*    probabilities;         /* class probabilities [outer, classes, inner], dense; or NULL with labels */
    const void*    class_weight;          /* [classes] or NULL */

    const void*    upstream;              /* gradient that flows in; NULL = 1 */
    int64_t        upstream_count;        /* 1, or outer * inner (FL_NONE only); 0 when upstream is NULL */
    double         denominator;           /* 0 = the reduction's own; > 0 with FL_MEAN: divides sum and gradient */
    fl_reduction   reduction;             /* FL_BATCHMEAN divides by outer */
    uint32_t       flags;                 /* fl_flags */

    void*          losses;                /* [outer, inner], dense, or NULL: the unreduced terms */
    void*          gradient;              /* [outer, classes, inner] or NULL: d(loss)/d(input) */
    int64_t        gradient_outer_stride; /* in elements; 0 = dense */
    int64_t        gradient_class_stride;
    void*          target_gradient;       /* [outer, classes, inner], dense, or NULL: d(loss)/d(probabilities) */

    double         loss;                  /* out: the reduced loss; NaN with FL_NONE or FL_FLAG_NO_LOSS */
    int64_t        bad_index;             /* out: first row with a label out of range, or -1 */
} fl_row_args;

typedef struct fl_cross_entropy_params {
    double  label_smoothing; /* e, in [0, 1]. Default 0 */
    int64_t ignore_index;    /* rows with this label count for nothing, even if it is a class. Default FL_IGNORE_INDEX.
                                Only with labels */
} fl_cross_entropy_params;

/** PyTorch's default for ignore_index. */
#define FL_IGNORE_INDEX ((int64_t)-100)

/** Softmax cross-entropy.
 *
 *      lp = log_softmax(x) over the classes, p = exp(lp), C = classes, w = class_weight (1 when absent)
 *      labels y:         term = -(1 - e) w_y lp_y - (e / C) sum_c w_c lp_c
 *                        d/dx_c = (1 - e) w_y (p_c - [c = y]) + (e / C)(p_c sum_k w_k - w_c)
 *      probabilities t:  u = (1 - e) t + e / C,   term = -sum_c w_c u_c lp_c
 *                        d/dx_c = p_c sum_k w_k u_k - w_c u_c        d/dt_c = -(1 - e) w_c lp_c
 *
 *  FL_MEAN   labels: over the sum of w_y of the rows that are not ignored; probabilities: over the number of rows
 *  labels    int32 or int64; one that is neither a class nor ignore_index is FL_ERROR_LABEL_RANGE, with its row in
 *            bad_index, before anything is written
 *  special   logits are shifted before anything else: 1e8 keeps its digits. A logit of -inf has probability 0 (the loss
 *            is inf where it is the label's), +inf or NaN in a row gives NaN there. Ignored rows have term 0 and
 *            gradient 0 whatever they hold. Nothing to average: loss NaN (FL_FLAG_EMPTY_ZERO: 0), gradient 0
 *  hyper     NULL = defaults
 *  dtypes    float32, float64
 *  error     term 4 ulp (labels; also where it is tiny: ln(1 + rest) is formed from the rest), gradient 8 ulp of the
 *            row's weight
 *  returns   FL_OK, FL_ERROR_NULL_POINTER, FL_ERROR_STRUCT_SIZE, FL_ERROR_DTYPE, FL_ERROR_COUNT, FL_ERROR_PARAMETER,
 *            FL_ERROR_REDUCTION, FL_ERROR_TARGET, FL_ERROR_OVERLAP, FL_ERROR_LABEL_RANGE
 *  same as   torch.nn.functional.cross_entropy
 *  since     ABI 1 */
FL_API fl_status fl_cross_entropy(fl_context* context, fl_row_args* args, const fl_cross_entropy_params* hyper);

typedef struct fl_softmax_focal_params {
    double  gamma;        /* focusing power, >= 0, finite. Default 2 */
    double  alpha;        /* in [0, 1], two classes only: weights alpha, 1 - alpha; negative (default) = none */
    int64_t ignore_index; /* as in fl_cross_entropy_params */
    int32_t detach;       /* 1 = (1 - p_y)^gamma is a constant for the gradient; 0 (default) = the true gradient */
    int32_t reserved;
} fl_softmax_focal_params;

/** Focal loss over softmax probabilities, labels only.
 *
 *      p = softmax(x), a = class_weight (alpha per class; 1 when absent)
 *      term = -a_y (1 - p_y)^gamma ln p_y
 *      d/dx_c = a_y (1 - p_y)^gamma [ gamma p_y ln(p_y) / (1 - p_y) - 1 ] ([c = y] - p_c)
 *
 *  FL_MEAN   over the number of rows that are not ignored; give `denominator` for another one
 *  hyper     NULL = defaults. alpha and class_weight together are FL_ERROR_PARAMETER
 *  special   no NaN where p_y is 0 or 1, also for 0 < gamma < 1
 *  dtypes    float32, float64; labels, special values, statuses as fl_cross_entropy; probabilities are FL_ERROR_TARGET
 *  error     16 ulp of the term, gradient 16 ulp of a_y
 *  since     ABI 1 */
FL_API fl_status fl_softmax_focal(fl_context* context, fl_row_args* args, const fl_softmax_focal_params* hyper);

#if defined(__cplusplus)
}
#endif
#endif
