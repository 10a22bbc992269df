/* What every point-wise loss does before its kernel, whatever machine that runs on. */
#ifndef FL_POINT_ARGS_H
#define FL_POINT_ARGS_H
#include "api/check.h"

/* A call that passed every check: its views, its kernel and its hyper-parameters. */
typedef struct fl_point_request {
    fl_point_call call;
    int32_t       key;            /* FL_POINT_... */
    int32_t       mean_by_weight; /* does FL_MEAN divide by the sum of the weights? */
} fl_point_request;

/* Entry points without and with hyper-parameters. fl_<key>_request checks a call and makes a request of it. Without
 * hyper-parameters `own` becomes the defaults; either has to live as long as the request. */
#define FL_PLAIN_POINTS(X) X(mse) X(l1) X(bce) X(bce_with_logits) X(soft_margin)
#define FL_HYPER_POINTS(X) \
    X(smooth_l1) X(huber) X(sigmoid_focal) X(hinge_embedding) X(poisson_nll) X(kl_div) X(gaussian_nll) \
    X(margin_ranking)

#define FL_DECLARE_PLAIN(key) fl_status fl_##key##_request(const fl_pointwise_args* a, fl_point_request* r);
#define FL_DECLARE_HYPER(key) fl_status fl_##key##_request(const fl_pointwise_args* a, \
    const fl_##key##_params* hyper, fl_##key##_params* own, fl_point_request* r);
FL_PLAIN_POINTS(FL_DECLARE_PLAIN)
FL_HYPER_POINTS(FL_DECLARE_HYPER)
#undef FL_DECLARE_PLAIN
#undef FL_DECLARE_HYPER
#endif
