/* THE LISTS. Kernels, kernel tables, checks and entry points, on the CPU and on GPUs, expand them; a test holds them
 * against the catalogue. A row is X(kernel) or X(kernel, params struct, ...), where a kernel is a loss or, with a
 * suffix, a variant of one. The mathematics is fl_<kernel>_at in the header of its kin. */
#ifndef FL_LOSSES_H
#define FL_LOSSES_H

typedef struct fl_no_params { char unused; } fl_no_params;

/* One term per element. What follows the params is for the entry point: which operands it takes, whether the
 * hyper-parameters *p are valid, which kernel serves the call *a, and the defaults of the params. */
#define FL_POINTWISE_LOSSES(X) FL_PLAIN_LOSSES(X) FL_HYPER_LOSSES(X)

/* Without hyper-parameters. */
#define FL_PLAIN_LOSSES(X) \
    X(mse, fl_no_params, FL_MEAN_BY_WEIGHT, 1, FL_POINT_mse, 0) \
    X(l1, fl_no_params, FL_MEAN_BY_WEIGHT, 1, FL_POINT_l1, 0) \
    X(bce, fl_no_params, FL_TAKES_WEIGHT, 1, FL_POINT_bce, 0) \
    X(bce_with_logits, fl_no_params, FL_TAKES_POS_WEIGHT, 1, \
      a->extra ? FL_POINT_bce_with_logits_positive : FL_POINT_bce_with_logits, 0) \
    X(soft_margin, fl_no_params, FL_TARGET_HAS_NONE, 1, FL_POINT_soft_margin, 0)

/* With them. Below the smallest normal number smooth_l1's 1 / beta would overflow: that is l1 to every representable
 * difference. With 1, the default, it is huber in every bit, which has less to do and params of the same shape. */
#define FL_HYPER_LOSSES(X) \
    X(smooth_l1, fl_smooth_l1_params, 0, fl_not_negative(p->beta), \
      p->beta < fl_least_normal(a->dtype) ? FL_POINT_l1 : p->beta == 1.0 ? FL_POINT_huber : FL_POINT_smooth_l1, 1.0) \
    X(huber, fl_huber_params, FL_TAKES_WEIGHT, fl_positive(p->delta), FL_POINT_huber, 1.0) \
    X(quantile, fl_quantile_params, FL_MEAN_BY_WEIGHT, fl_in_range(p->q, 0.0, 1.0), FL_POINT_quantile, 0.5) \
    X(sigmoid_focal, fl_sigmoid_focal_params, 0, \
      p->alpha <= 1.0 && fl_not_negative(p->gamma) && fl_is_flag(p->detach), \
      p->gamma == 2.0 ? FL_POINT_sigmoid_focal_square : FL_POINT_sigmoid_focal, 0.25, 2.0, 0, 0) \
    X(hinge_embedding, fl_hinge_embedding_params, FL_TARGET_HAS_NONE, fl_finite(p->margin), \
      FL_POINT_hinge_embedding, 1.0) \
    X(poisson_nll, fl_poisson_nll_params, 0, \
      fl_positive(p->eps) && fl_is_flag(p->log_input) && fl_is_flag(p->full), \
      p->log_input ? FL_POINT_poisson_nll : FL_POINT_poisson_nll_rate, 1e-8, 1, 0) \
    X(kl_div, fl_kl_div_params, 0, fl_is_flag(p->log_target), \
      p->log_target ? FL_POINT_kl_div_log : FL_POINT_kl_div, 0, 0)

/* The same with a gradient to the third operand. */
#define FL_TRIPLE_LOSSES(X) \
    X(gaussian_nll, fl_gaussian_nll_params, FL_NEEDS_EXTRA, fl_positive(p->eps) && fl_is_flag(p->full), \
      FL_POINT_gaussian_nll, 1e-6, 0, 0) \
    X(margin_ranking, fl_margin_ranking_params, FL_NEEDS_EXTRA, fl_finite(p->margin), FL_POINT_margin_ranking, 0.0)

/* Faster or wider kernels of one of them, X(kernel, params, loss). */
#define FL_POINTWISE_VARIANTS(X) \
    X(bce_with_logits_positive, fl_no_params, bce_with_logits) \
    X(sigmoid_focal_square, fl_sigmoid_focal_params, sigmoid_focal) \
    X(poisson_nll_rate, fl_poisson_nll_params, poisson_nll) X(kl_div_log, fl_kl_div_params, kl_div)

/* One term per row of class scores, given labels. */
#define FL_LABEL_LOSSES(X) X(cross_entropy) X(softmax_focal)

/* One term per row of class scores, in passes over rows as vectors. */
#define FL_VECTOR_LOSSES(X) \
    X(multi_margin) X(multi_margin_square) X(multilabel_margin) X(multilabel_soft_margin) \
    X(multilabel_soft_margin_weighted) X(jsd) X(jsd_forward) X(jsd_reverse) X(tvd)

/* One term per pair or triple of vectors, in passes over them. */
#define FL_PAIR_LOSSES(X) \
    X(cosine_embedding) X(triplet_margin) X(triplet_margin_absolute) X(triplet_margin_extreme) \
    X(triplet_margin_power) X(triplet_margin_count) X(triplet_margin_cosine)

/* One term per row of class scores, given class probabilities. */
#define FL_PROBABILITY_LOSSES(X) X(cross_entropy)

/* What the input of a region loss is, in the order of FL_BY_...; the gradient to probabilities has hardly any
 * arithmetic for the check for packed code to find. */
#define FL_REGION_INPUTS(X) \
    X(region_softmax, FL_BY_SOFTMAX, kernel) X(region_sigmoid, FL_BY_SIGMOID, kernel) \
    X(region_probability, FL_BY_NOTHING, unchecked)
#endif
