/* THE LISTS. Kernel tables, kernels and their table entries expand them; a test holds them against the catalogue.
 * A row is X(kernel) or X(kernel, params struct), where a kernel is a loss or, with a suffix, a variant of one. The
 * mathematics is fl_<kernel>_at in the header of its kin. */
#ifndef FL_LOSSES_H
#define FL_LOSSES_H

/* One term per element: losses, and faster or wider variants of one that its entry point chooses between. */
#define FL_POINTWISE_LOSSES(X) \
    X(mse, fl_no_params) X(l1, fl_no_params) X(smooth_l1, fl_smooth_l1_params) X(huber, fl_huber_params) \
    X(bce, fl_no_params) X(bce_with_logits, fl_no_params) X(sigmoid_focal, fl_sigmoid_focal_params) \
    X(soft_margin, fl_no_params) X(hinge_embedding, fl_hinge_embedding_params) \
    X(poisson_nll, fl_poisson_nll_params) X(kl_div, fl_no_params)
#define FL_POINTWISE_VARIANTS(X) \
    X(bce_with_logits_positive, fl_no_params) X(sigmoid_focal_square, fl_sigmoid_focal_params) \
    X(poisson_nll_rate, fl_poisson_nll_params) X(kl_div_log, fl_no_params)

/* The same with a gradient to the third operand. */
#define FL_TRIPLE_LOSSES(X) X(gaussian_nll, fl_gaussian_nll_params) X(margin_ranking, fl_margin_ranking_params)

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
