/* Entry points of the losses whose rows are swept as vectors: hinges between scores, distances of distributions. */
#include "api/row_args.h"

/* A call that was prepared and has `own` as the mean's denominator. */
static fl_status evaluate(const fl_context* context, fl_row_args* args, fl_row_call* call, int key, double own) {
    const double divisor = fl_row_scale(args, own, call);
    const double sum = fl_row_run(context, call, fl_kernels_of(context, args->dtype)->vectors[key]);
    args->loss = fl_reduced_loss(args->reduction, args->flags, sum, divisor);
    return FL_OK;
}

fl_status fl_multi_margin(fl_context* context, fl_row_args* args, const fl_multi_margin_params* hyper) {
    const fl_multi_margin_params defaults = { 1.0, 1, 0 }, *p = hyper ? hyper : &defaults;
    fl_row_call call = { .params = p };
    fl_label_scan scan;
    if (!fl_in_range(p->margin, -DBL_MAX, DBL_MAX) || (p->p != 1 && p->p != 2)) return FL_ERROR_PARAMETER;
    FL_TRY(fl_row_prepare(context, args, FL_TAKES_LABELS | FL_TAKES_CLASS_WEIGHT | FL_EMPTY_IGNORES, -1, &call));
    FL_TRY(fl_row_scan(context, args, &call, &scan));
    return evaluate(context, args, &call, p->p == 1 ? FL_VECTOR_multi_margin : FL_VECTOR_multi_margin_square,
                    (double)scan.kept);
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
    fl_row_call call = { 0 };
    const int takes = FL_TAKES_LABELS | FL_LABEL_LISTS | FL_ONE_INNER | FL_EMPTY_IGNORES;
    FL_TRY(fl_row_prepare(context, args, takes, -1, &call));
    if (args->classes > FL_MULTILABEL_CLASSES) return FL_ERROR_COUNT;
    FL_TRY(check_lists(args));
    return evaluate(context, args, &call, FL_VECTOR_multilabel_margin, (double)args->outer);
}

fl_status fl_multilabel_soft_margin(fl_context* context, fl_row_args* args) {
    fl_row_call call = { 0 };
    FL_TRY(fl_row_prepare(context, args, FL_TAKES_TARGET | FL_TAKES_CLASS_WEIGHT | FL_ONE_INNER, -1, &call));
    const int key = args->class_weight ? FL_VECTOR_multilabel_soft_margin_weighted : FL_VECTOR_multilabel_soft_margin;
    return evaluate(context, args, &call, key, (double)args->outer);
}

static fl_status divergence(fl_context* context, fl_row_args* args, const fl_jsd_params* p, int key) {
    fl_row_call call = { .params = p };
    const int scaled = p->log_probabilities && p->temperature != 1.0;
    if (!fl_positive(p->temperature) || !fl_is_flag(p->log_probabilities) || scaled) return FL_ERROR_PARAMETER;
    FL_TRY(fl_row_prepare(context, args, FL_TAKES_TARGET, -1, &call));
    return evaluate(context, args, &call, key, (double)args->outer * (double)args->inner);
}

fl_status fl_jsd(fl_context* context, fl_row_args* args, const fl_jsd_params* hyper) {
    const fl_jsd_params defaults = { 0.5, 1.0, 0, 0 }, *p = hyper ? hyper : &defaults;
    if (!fl_in_range(p->beta, 0.0, 1.0)) return FL_ERROR_PARAMETER;
    const int limit = p->beta == 0.0 ? FL_VECTOR_jsd_forward : FL_VECTOR_jsd_reverse;
    return divergence(context, args, p, p->beta == 0.0 || p->beta == 1.0 ? limit : FL_VECTOR_jsd);
}

fl_status fl_tvd(fl_context* context, fl_row_args* args, const fl_tvd_params* hyper) {
    const fl_jsd_params both = { 0.5, hyper ? hyper->temperature : 1.0, hyper ? hyper->log_probabilities : 0, 0 };
    return divergence(context, args, &both, FL_VECTOR_tvd);
}
