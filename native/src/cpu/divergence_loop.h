/* The loop of losses between two distributions: maxima and sums of both softmaxes (not for log-probabilities), the sums
 * that are the term and the derivatives' totals, and the gradients. */
#ifndef FL_DIVERGENCE_LOOP_H
#define FL_DIVERGENCE_LOOP_H
#include "cpu/row_vectors.h"
#include "losses/divergences.h"

/* Both softmaxes of a row. */
FL_FN void fl_normalize_row(const fl_vectors* v, fl_divergence_row* row) {
    const fl_use two = { 2, 2, 0 };
    const fl_given given = { NULL, row, -1 };
    const fl_trio top = fl_max_vectors(v, two, fl_same, &given);
    double sums[3];
    row->q.top = top.a, row->p.top = top.b;
    fl_sum_vectors(v, two, fl_softmax_parts, &given, sums);
    row->q.log_sum = fl_log((fl_real)sums[0]), row->p.log_sum = fl_log((fl_real)sums[1]);
}

/* `terms` and `gradient` are constants at every call. */
FL_FN double fl_divergence_rows(const fl_row_call* call, int64_t begin, int64_t end, fl_element_fn terms,
                                fl_element_fn gradient) {
    const fl_jsd_params* params = call->params;
    const fl_real temperature = (fl_real)params->temperature;
    const int raw = params->log_probabilities;
    const fl_use three = { 2, 3, 0 }, two = { 2, 2, 0 };
    fl_vectors v = fl_row_vectors_of(call, 2);
    fl_total total = { 0.0, 0.0 };
    for (int64_t r = begin; r < end; ++r) {
        fl_divergence_row row = { { FL_R(0.0), temperature, FL_R(0.0) }, { FL_R(0.0), temperature, FL_R(0.0) },
                                  (fl_real)params->beta, FL_R(0.0), FL_R(0.0), FL_R(0.0), FL_R(0.0) };
        const fl_given given = { NULL, &row, -1 };
        double sums[3];
        fl_go_to(&v, call, r);
        if (!raw) fl_normalize_row(&v, &row);
        fl_sum_vectors(&v, three, terms, &given, sums);
        fl_take_row(call, r, sums[0], &total);
        if (!call->gradient && !call->target_gradient) continue;
        row.q_scale = row.p_scale = (fl_real)(fl_row_pull(call, r) / params->temperature);
        if (!raw) row.q_sum = (fl_real)sums[1], row.p_sum = (fl_real)sums[2];
        fl_map_vectors(&v, two, gradient, &given);
    }
    fl_write_end(call->stream);
    return fl_total_of(total);
}

/* The functions of each loss as element functions, and its rows. */
#define FL_DIVERGENCE(name) \
    FL_FN fl_trio fl_##name##_terms(fl_trio x, const fl_real* row, const void* params) \
    { (void)row; return fl_divergence_terms(x, (const fl_divergence_row*)params, fl_##name##_at); } \
    FL_FN fl_trio fl_##name##_gradient(fl_trio x, const fl_real* row, const void* params) \
    { (void)row; return fl_divergence_gradient(x, (const fl_divergence_row*)params, fl_##name##_at); } \
    FL_FN double fl_##name##_rows(const fl_row_call* call, int64_t begin, int64_t end) \
    { return fl_divergence_rows(call, begin, end, fl_##name##_terms, fl_##name##_gradient); }
FL_DIVERGENCE(jsd)
FL_DIVERGENCE(jsd_forward)
FL_DIVERGENCE(jsd_reverse)
FL_DIVERGENCE(tvd)
#endif
