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

/* Every entry of the lists, also those behind a -1: checked as if each were a row's label, and -1 ignored. */
static fl_status check_lists(const fl_context* context, fl_row_args* args, const fl_row_call* call) {
    fl_row_call entries = *call;
    fl_label_scan scan;
    entries.outer = args->outer * args->classes, entries.inner = 1;
    entries.ignores = 1, entries.ignore_index = -1;
    entries.class_weight = entries.sample_weight = NULL;
    return fl_row_scan(context, args, &entries, &scan);
}

fl_status fl_multilabel_margin(fl_context* context, fl_row_args* args) {
    fl_row_request r;
    FL_TRY(fl_row_begin(context, args));
    FL_TRY(fl_multilabel_margin_request(args, &r));
    FL_TRY(check_lists(context, args, &r.call));
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
