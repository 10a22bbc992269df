/* Entry points of the losses whose rows are swept as vectors: hinges between scores, distances of distributions. */
#include "api/row_requests.h"

/* A call that was prepared and has `own` as the mean's denominator. */
static fl_status evaluate(const fl_context* context, fl_row_args* args, fl_row_call* call, int key, double own) {
    const double divisor = fl_row_scale(args, own, call);
    const double sum = fl_row_run(context, call, fl_kernels_of(context, args->dtype)->vectors[key]);
    args->loss = fl_reduced_loss(args->reduction, args->flags, sum, divisor);
    return FL_OK;
}

fl_status fl_multi_margin(fl_context* context, fl_row_args* args, const fl_multi_margin_params* hyper) {
    fl_row_request r;
    fl_label_scan scan;
    FL_TRY(fl_row_begin(context, args));
    FL_TRY(fl_multi_margin_request(args, hyper, &r));
    FL_TRY(fl_row_scan(context, args, &r.call, &scan));
    return evaluate(context, args, &r.call, r.key, (double)scan.kept);
}

/* Every entry of the lists, also those behind a -1. */
static fl_status check_lists(fl_row_args* a) {
    const int64_t count = a->outer * a->classes;
    for (int64_t i = 0; i < count; ++i) {
        const int64_t label = a->label_type == FL_INT32 ? (int64_t)((const int32_t*)a->labels)[i]
                                                        : ((const int64_t*)a->labels)[i];
        if (label >= -1 && label < a->classes) continue;
        a->bad_index = i;
        return FL_ERROR_LABEL_RANGE;
    }
    return FL_OK;
}

fl_status fl_multilabel_margin(fl_context* context, fl_row_args* args) {
    fl_row_request r;
    FL_TRY(fl_row_begin(context, args));
    FL_TRY(fl_multilabel_margin_request(args, &r));
    FL_TRY(check_lists(args));
    return evaluate(context, args, &r.call, r.key, (double)args->outer);
}

fl_status fl_multilabel_soft_margin(fl_context* context, fl_row_args* args) {
    fl_row_request r;
    FL_TRY(fl_row_begin(context, args));
    FL_TRY(fl_multilabel_soft_margin_request(args, &r));
    return evaluate(context, args, &r.call, r.key, (double)args->outer);
}

fl_status fl_jsd(fl_context* context, fl_row_args* args, const fl_jsd_params* hyper) {
    fl_row_request r;
    FL_TRY(fl_row_begin(context, args));
    FL_TRY(fl_jsd_request(args, hyper, &r));
    return evaluate(context, args, &r.call, r.key, (double)args->outer * (double)args->inner);
}

fl_status fl_tvd(fl_context* context, fl_row_args* args, const fl_tvd_params* hyper) {
    fl_row_request r;
    FL_TRY(fl_row_begin(context, args));
    FL_TRY(fl_tvd_request(args, hyper, &r));
    return evaluate(context, args, &r.call, r.key, (double)args->outer * (double)args->inner);
}
