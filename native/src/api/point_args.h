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

/* Checks a call and makes a request of it. Without hyper-parameters `own` becomes the defaults; either has to live as
 * long as the request. */
#define FL_DECLARE_REQUEST(loss, params, ...) fl_status fl_##loss##_request( \
    const fl_pointwise_args* a, const params* hyper, params* own, fl_point_request* r);
FL_POINTWISE_LOSSES(FL_DECLARE_REQUEST)
FL_TRIPLE_LOSSES(FL_DECLARE_REQUEST)
#undef FL_DECLARE_REQUEST
#endif
