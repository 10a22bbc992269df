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
 *  input, target, gradient and target_gradient have elements of type `dtype`; everything per row or per class has its
 *  term type (see fl_dtype). What a loss does not take must be NULL (FL_ERROR_PARAMETER).
 *
 *  May share memory: gradient with input - the very same address and strides. Every other overlap of an output is
 *  FL_ERROR_OVERLAP. */
typedef struct fl_row_args {
    int32_t        struct_size;           /* sizeof(fl_row_args) */
    fl_dtype       dtype;
    int64_t        outer, classes, inner; /* outer or inner may be 0; classes >= 1 */

    const void*    input;                 /* class scores, [outer, classes, inner] */
    int64_t        input_outer_stride;    /* in elements; 0 = dense */
    int64_t        input_class_stride;

    const void*    labels;                /* class indices [outer, inner], dense; or NULL with target */
    fl_label_type  label_type;            /* of labels and predictions */
    int32_t        reserved;              /* 0 */
    const void*    target;                /* a value per class, [outer, classes, inner], dense; or NULL with labels */
    const void*    class_weight;          /* [classes] or NULL */
    const void*    sample_weight;         /* [outer, inner] or NULL: multiplies the term and the gradient of each row */

    const void*    upstream;              /* gradient that flows in; NULL = 1 */
    int64_t        upstream_count;        /* 1, or one per term (FL_NONE only); 0 when upstream is NULL */
    double         denominator;           /* 0 = the reduction's own; > 0 with FL_MEAN: divides sum and gradient */
    fl_reduction   reduction;             /* FL_BATCHMEAN divides by outer */
    uint32_t       flags;                 /* fl_flags */

    void*          losses;                /* [outer, inner], dense, or NULL: the unreduced terms */
    void*          gradient;              /* [outer, classes, inner] or NULL: d(loss)/d(input) */
    int64_t        gradient_outer_stride; /* in elements; 0 = dense */
    int64_t        gradient_class_stride;
    void*          target_gradient;       /* [outer, classes, inner], dense, or NULL: d(loss)/d(target) */
    void*          log_sum_exp;           /* [outer, inner], dense, or NULL: ln sum_c exp(x_c) of every row */
    void*          predictions;           /* [outer, inner] of label_type, dense, or NULL: the class with the largest
                                             score, the first of several; -1 where the largest is NaN */

    void*          workspace;             /* scratch for the losses that need it; NULL for the others */
    int64_t        workspace_bytes;       /* its size; the loss's size query tells the least */

    double         loss;                  /* out: the reduced loss; NaN with FL_NONE or FL_FLAG_NO_LOSS */
    int64_t        bad_index;             /* out: position of the first label out of range, or -1 */
    int64_t        correct;               /* out, with FL_FLAG_CORRECT and labels: rows whose prediction is the label,
                                             ignored ones left out; else -1 */
} fl_row_args;

typedef struct fl_cross_entropy_params {
    double  label_smoothing; /* e, in [0, 1]. Default 0 */
    int64_t ignore_index;    /* rows with this label count for nothing, even if it is a class. Default FL_IGNORE_INDEX.
                                Only with labels */
    double  z_loss;          /* z, >= 0, finite: adds z lse^2 to every term, which keeps logits near 0. Default 0 */
    double  soft_cap;        /* k: logits x count as k tanh(x / k); >= 0, finite. 0 (default) = as they are */
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
 *      z_loss:           term += z lse^2, d/dx_c += 2 z lse p_c, lse = ln sum_c exp(x_c), without class weights
 *      soft_cap:         x is k tanh(x / k), and gradients are multiplied by its derivative, 1 - tanh(x / k)^2
 *      sample_weight s:  terms and gradients are multiplied by s
 *
 *  target    class probabilities t, instead of labels
 *  FL_MEAN   labels: over the sum of s w_y of the rows that are not ignored; probabilities: over the sum of s (the
 *            number of rows without it)
 *  outputs   log_sum_exp (of the capped logits) and predictions are those of ignored rows, too
 *  labels    int32 or int64; one that is neither a class nor ignore_index is FL_ERROR_LABEL_RANGE, with its row in
 *            bad_index, before anything is written
 *  special   logits are shifted before anything else: 1e8 keeps its digits. A logit of -inf has probability 0 (the loss
 *            is inf where it is the label's), +inf or NaN in a row gives NaN there. Ignored rows have term 0 and
 *            gradient 0 whatever they hold. Nothing to average: loss NaN (FL_FLAG_EMPTY_ZERO: 0), gradient 0
 *  hyper     NULL = defaults
 *  dtypes    float32, float64, float16, bfloat16
 *  error     term 4 ulp (labels; also where it is tiny: ln(1 + rest) is formed from the rest), 8 ulp of the largest
 *            summand with probabilities, z_loss or soft_cap; gradient 8 ulp of the row's weight (16-bit types: of the
 *            float32 result, then one rounding)
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
 *  target    not taken (FL_ERROR_TARGET), nor are sample_weight, log_sum_exp and predictions
 *  dtypes    as fl_cross_entropy, and so labels, special values and statuses
 *  error     16 ulp of the term, gradient 16 ulp of a_y
 *  since     ABI 1 */
FL_API fl_status fl_softmax_focal(fl_context* context, fl_row_args* args, const fl_softmax_focal_params* hyper);

typedef struct fl_nll_params {
    int64_t ignore_index; /* as in fl_cross_entropy_params */
} fl_nll_params;

/** Negative log-likelihood of labels under given log-probabilities.
 *
 *      term = -w_y x_y        d/dx_c = -w_y [c = y]
 *
 *  input     x, log-probabilities (any numbers); target is not taken (FL_ERROR_TARGET)
 *  FL_MEAN   over the sum of w_y of the rows that are not ignored
 *  hyper     NULL = defaults
 *  special   the gradient of rows without weight and of ignored rows is 0. Statuses and dtypes as fl_cross_entropy
 *  error     1 ulp
 *  same as   torch.nn.functional.nll_loss
 *  since     ABI 1 */
FL_API fl_status fl_nll(fl_context* context, fl_row_args* args, const fl_nll_params* hyper);

typedef struct fl_balanced_cross_entropy_params {
    double  beta;            /* b, in [0, 1]. Default 1: inverse frequencies; 0: all classes weigh the same */
    double  label_smoothing; /* as in fl_cross_entropy_params */
    int64_t ignore_index;    /* as in fl_cross_entropy_params */
} fl_balanced_cross_entropy_params;

/** Softmax cross-entropy whose class weights come from how often each class occurs among the call's own labels.
 *
 *      n_c = labels of class c, n their sum        v_c = (1 - b) / (1 - b^n_c), 1 / n_c for b = 1, 0 for n_c = 0
 *      w_c = v_c n / sum_k n_k v_k                 so that the weights of the rows add up to n
 *      term, d/dx_c and means as fl_cross_entropy with class_weight w
 *
 *  labels     needed (FL_ERROR_TARGET); class_weight, sample_weight, log_sum_exp and predictions are not taken
 *  workspace  needed (FL_ERROR_WORKSPACE): fl_balanced_cross_entropy_workspace bytes, aligned to 8. Its first `classes`
 *             elements (term type) hold w afterwards
 *  hyper      NULL = defaults
 *  special    with two classes and b = 1 the weights are those of balanced cross-entropy for edges (each class weighs
 *             as much as the other has members, up to a constant)
 *  error      term 5 ulp, gradient 8 ulp of the row's weight
 *  same as    torch.nn.functional.cross_entropy with those weights; Cui et al. 2019, arXiv 1901.05555, for b < 1
 *  since      ABI 1 */
FL_API fl_status fl_balanced_cross_entropy(fl_context* context, fl_row_args* args,
                                           const fl_balanced_cross_entropy_params* hyper);

/** Bytes of workspace that fl_balanced_cross_entropy needs for args' classes, labels and dtype; -1 for counts that it
 *  refuses. */
FL_API int64_t fl_balanced_cross_entropy_workspace(const fl_row_args* args);

typedef struct fl_info_nce_params {
    double  temperature; /* T, > 0, finite. Default 0.07 */
    int32_t nt_xent;     /* 1 = two views of N / 2 samples: row i's positive is (i + N / 2) mod N, and class i does not
                            count; 0 (default) = the positives are labels, or the diagonal without labels */
    int32_t reserved;
} fl_info_nce_params;

/** Contrastive loss over similarities: cross-entropy of x / T whose labels are the positives.
 *
 *      term = -ln( exp(x_iy / T) / sum_c exp(x_ic / T) )        d/dx_ic = (p_c - [c = y]) / T
 *
 *  input     x, similarities of `outer` queries and `classes` keys; inner must be 1 (FL_ERROR_COUNT)
 *  labels    the positive key of each query, or NULL: i for query i, which needs classes >= outer (FL_ERROR_COUNT).
 *            With nt_xent NULL, and classes = outer, even (FL_ERROR_COUNT)
 *  target, class_weight, sample_weight are not taken; log_sum_exp (of x / T) and predictions are written where wanted
 *  hyper     NULL = defaults
 *  FL_MEAN   over the number of queries. Gradients of classes left out are 0
 *  error     term 4 ulp of the largest summand, gradient 8 ulp of 1 / T; dtypes and statuses as fl_cross_entropy
 *  same as   cross_entropy(x / T, arange(N)); van den Oord et al. 2018, arXiv 1807.03748; nt_xent: Chen et al. 2020,
 *            arXiv 2002.05709
 *  since     ABI 1 */
FL_API fl_status fl_info_nce(fl_context* context, fl_row_args* args, const fl_info_nce_params* hyper);

#if defined(__cplusplus)
}
#endif
#endif
