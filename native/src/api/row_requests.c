/* Hyper-parameters of the row losses: their ranges, their defaults, and what they make of a call. */
#include "api/row_requests.h"

fl_status fl_cross_entropy_request(const fl_row_args* a, const fl_cross_entropy_params* hyper, fl_row_request* r) {
    const fl_cross_entropy_params defaults = { 0.0, FL_IGNORE_INDEX, 0.0, 0.0 }, *p = hyper ? hyper : &defaults;
    if (!fl_in_range(p->label_smoothing, 0.0, 1.0) || !fl_not_negative(p->z_loss) || !fl_not_negative(p->soft_cap))
        return FL_ERROR_PARAMETER;
    const int takes = FL_TAKES_LABELS | FL_TAKES_TARGET | FL_TAKES_CLASS_WEIGHT | FL_TAKES_SAMPLE_WEIGHT
                    | FL_TAKES_STATISTICS;
    *r = (fl_row_request){ .call = { .label_smoothing = p->label_smoothing, .ignore_index = p->ignore_index,
                                     .z_loss = p->z_loss, .soft_cap = p->soft_cap },
                           .key = FL_LABEL_cross_entropy, .alpha = { -1.0, -1.0 } };
    return fl_row_check(a, takes, -1, &r->call);
}

fl_status fl_balanced_cross_entropy_request(const fl_row_args* a, const fl_balanced_cross_entropy_params* hyper,
                                            int takes_more, fl_row_request* r) {
    const fl_balanced_cross_entropy_params defaults = { 1.0, 0.0, FL_IGNORE_INDEX }, *p = hyper ? hyper : &defaults;
    if (!fl_in_range(p->beta, 0.0, 1.0) || !fl_in_range(p->label_smoothing, 0.0, 1.0)) return FL_ERROR_PARAMETER;
    *r = (fl_row_request){ .call = { .label_smoothing = p->label_smoothing, .ignore_index = p->ignore_index },
                           .key = FL_LABEL_cross_entropy, .balanced = 1, .beta = p->beta, .alpha = { -1.0, -1.0 } };
    return fl_row_check(a, FL_TAKES_LABELS | takes_more, -1, &r->call);
}

fl_status fl_softmax_focal_request(const fl_row_args* a, const fl_softmax_focal_params* hyper, fl_row_request* r) {
    const fl_softmax_focal_params defaults = { 2.0, -1.0, FL_IGNORE_INDEX, 0, 0 }, *p = hyper ? hyper : &defaults;
    if (!fl_not_negative(p->gamma) || !fl_is_flag(p->detach) || !(p->alpha <= 1.0)) return FL_ERROR_PARAMETER;
    *r = (fl_row_request){ .call = { .gamma = p->gamma, .slope_gamma = p->detach ? 0.0 : p->gamma,
                                     .ignore_index = p->ignore_index },
                           .key = FL_LABEL_softmax_focal, .mean_by_count = 1, .alpha = { p->alpha, 1.0 - p->alpha } };
    FL_TRY(fl_row_check(a, FL_TAKES_LABELS | FL_TAKES_CLASS_WEIGHT, -1, &r->call));
    return p->alpha >= 0.0 && (a->class_weight || a->classes != 2) ? FL_ERROR_PARAMETER : FL_OK;
}

/* Where the positives are without labels: row r's is class (r + shift) mod classes. */
static fl_status place_positives(const fl_row_args* args, int32_t nt_xent, fl_row_call* call) {
    const int square = args->classes == args->outer && args->outer % 2 == 0;
    if (nt_xent && args->labels) return FL_ERROR_TARGET;
    if (args->outer > 0 && nt_xent && !square) return FL_ERROR_COUNT;
    if (!args->labels && args->classes < args->outer) return FL_ERROR_COUNT;
    call->shift = nt_xent ? args->outer / 2 : 0;
    call->excludes = nt_xent;
    return FL_OK;
}

fl_status fl_info_nce_request(const fl_row_args* a, const fl_info_nce_params* hyper, fl_row_request* r) {
    const fl_info_nce_params defaults = { 0.07, 0, 0 }, *p = hyper ? hyper : &defaults;
    if (!fl_positive(p->temperature) || !fl_is_flag(p->nt_xent)) return FL_ERROR_PARAMETER;
    const int takes = FL_TAKES_LABELS | FL_LABELS_OPTIONAL | FL_TAKES_STATISTICS | FL_ONE_INNER | FL_EMPTY_IGNORES;
    *r = (fl_row_request){ .call = { .temperature = p->temperature, .ignore_index = -1 /* no label */ },
                           .key = FL_LABEL_cross_entropy, .mean_by_count = 1, .alpha = { -1.0, -1.0 } };
    FL_TRY(fl_row_check(a, takes, -1, &r->call));
    return place_positives(a, p->nt_xent, &r->call);
}

fl_status fl_nll_request(const fl_row_args* a, const fl_nll_params* hyper, fl_row_request* r) {
    *r = (fl_row_request){ .call = { .ignore_index = hyper ? hyper->ignore_index : FL_IGNORE_INDEX },
                           .alpha = { -1.0, -1.0 } };
    return fl_row_check(a, FL_TAKES_LABELS | FL_TAKES_CLASS_WEIGHT, -1, &r->call);
}

fl_status fl_multi_margin_request(const fl_row_args* a, const fl_multi_margin_params* hyper, fl_row_request* r) {
    const fl_multi_margin_params defaults = { 1.0, 1, 0 }, *p = hyper ? hyper : &defaults;
    if (!fl_in_range(p->margin, -DBL_MAX, DBL_MAX) || (p->p != 1 && p->p != 2)) return FL_ERROR_PARAMETER;
    *r = (fl_row_request){ .key = p->p == 1 ? FL_VECTOR_multi_margin : FL_VECTOR_multi_margin_square,
                           .mean_by_count = 1, .params = { .margin = *p } };
    r->call.params = &r->params;
    return fl_row_check(a, FL_TAKES_LABELS | FL_TAKES_CLASS_WEIGHT | FL_EMPTY_IGNORES, -1, &r->call);
}

fl_status fl_multilabel_margin_request(const fl_row_args* a, fl_row_request* r) {
    const int takes = FL_TAKES_LABELS | FL_LABEL_LISTS | FL_ONE_INNER | FL_EMPTY_IGNORES;
    *r = (fl_row_request){ .key = FL_VECTOR_multilabel_margin, .mean_by_count = 1, .counts_all = 1 };
    FL_TRY(fl_row_check(a, takes, -1, &r->call));
    return a->classes > FL_MULTILABEL_CLASSES ? FL_ERROR_COUNT : FL_OK;
}

fl_status fl_multilabel_soft_margin_request(const fl_row_args* a, fl_row_request* r) {
    const int takes = FL_TAKES_TARGET | FL_TAKES_CLASS_WEIGHT | FL_ONE_INNER;
    *r = (fl_row_request){ .mean_by_count = 1 };
    FL_TRY(fl_row_check(a, takes, -1, &r->call));
    r->key = a->class_weight ? FL_VECTOR_multilabel_soft_margin_weighted : FL_VECTOR_multilabel_soft_margin;
    return FL_OK;
}

static fl_status divergence(const fl_row_args* a, const fl_jsd_params* p, int32_t key, fl_row_request* r) {
    const int scaled = p->log_probabilities && p->temperature != 1.0;
    if (!fl_positive(p->temperature) || !fl_is_flag(p->log_probabilities) || scaled) return FL_ERROR_PARAMETER;
    *r = (fl_row_request){ .key = key, .mean_by_count = 1, .params = { .divergence = *p } };
    r->call.params = &r->params;
    return fl_row_check(a, FL_TAKES_TARGET, -1, &r->call);
}

fl_status fl_jsd_request(const fl_row_args* a, const fl_jsd_params* hyper, fl_row_request* r) {
    const fl_jsd_params defaults = { 0.5, 1.0, 0, 0 }, *p = hyper ? hyper : &defaults;
    if (!fl_in_range(p->beta, 0.0, 1.0)) return FL_ERROR_PARAMETER;
    const int32_t limit = p->beta == 0.0 ? FL_VECTOR_jsd_forward : FL_VECTOR_jsd_reverse;
    return divergence(a, p, p->beta == 0.0 || p->beta == 1.0 ? limit : FL_VECTOR_jsd, r);
}

fl_status fl_tvd_request(const fl_row_args* a, const fl_tvd_params* hyper, fl_row_request* r) {
    const fl_jsd_params both = { 0.5, hyper ? hyper->temperature : 1.0, hyper ? hyper->log_probabilities : 0, 0 };
    return divergence(a, &both, FL_VECTOR_tvd, r);
}
