/* The loop of losses between two distributions: maxima and sums of both softmaxes (not for log-probabilities), the sums
 * that are the term and the derivatives' totals, and the gradients. */
#ifndef FL_DIVERGENCE_LOOP_H
#define FL_DIVERGENCE_LOOP_H
#include "cpu/divergence_side.h"

/* Both softmaxes of a row. */
FL_FN void fl_normalize_row(const fl_vectors* v, fl_divergence_row* row) {
    const fl_use two = { 2, 2, 0 };
    const fl_given given = { NULL, row, -1 };
    const fl_trio top = fl_max_vectors(v, two, fl_same, &given);
    double sums[3];
    row->q.top = top.a, row->p.top = top.b;
    fl_sum_vectors(v, two, fl_softmax_parts, &given, sums);
    row->q.mass = (fl_real)(1.0 / sums[0]), row->p.mass = (fl_real)(1.0 / sums[1]);
    row->log_ratio = fl_log_quotient(sums[1], sums[0]);
}

/* `raw` and the functions are constants at every call. Swapped: the student is the second operand. */
FL_FN double fl_divergence_rows(const fl_row_call* call, int64_t begin, int64_t end, fl_divergence_kind kind,
                                fl_element_fn terms, fl_element_fn gradient) {
    const int raw = kind.raw, swapped = kind.swapped;
    const fl_jsd_params* params = call->params;
    const fl_use three = { 2, 3, 0 }, two = { 2, 2, 0 }, one = { 2, 1, 0 };
    fl_vectors v = fl_row_vectors_of(call, 2, swapped);
    fl_divergence_row row = fl_divergence_row_of(params);
    const fl_given given = { NULL, &row, -1 };
    fl_abreast side FL_ALIGNED;
    fl_total   total = { 0.0, 0.0 };
    const int64_t alone = fl_side_end(call, begin, end);
    for (int64_t r = begin; r < alone; r += FL_WIDE)
        fl_total_add(&total, fl_divergence_side(call, r, &row, &side, kind));
    for (int64_t r = alone; r < end; ++r) {
        double sums[3];
        fl_go_to(&v, call, r, swapped);
        const fl_real scale = (fl_real)(fl_row_pull(call, r) / params->temperature);
        if (call->classes <= FL_SIDE_TILE) {
            fl_take_row(call, r, fl_alone(&v, &row, &side, kind, scale), &total);
            continue;
        }
        if (!raw) fl_normalize_row(&v, &row);
        fl_sum_vectors(&v, three, terms, &given, sums);
        fl_take_row(call, r, sums[0], &total);
        if (!call->gradient && !call->target_gradient) continue;
        row.q.sum = (fl_real)sums[1], row.p.sum = (fl_real)sums[2];
        row.q.scale = row.p.scale = scale;
        if (v.out[1].data) fl_map_vectors(&v, two, gradient, &given);
        else fl_map_vectors(&v, one, gradient, &given); /* what only the other one needs is not computed */
    }
    fl_write_end(call->stream);
    return fl_total_of(total);
}

/* The functions of each loss as element functions, and its rows. */
#define FL_DIVERGENCE_FUNCTION(name, at, raw, as) \
    FL_FN fl_trio name(fl_trio x, const fl_real* row, const void* params) \
    { (void)row; return as(x, (const fl_divergence_row*)params, raw, at); }
#define FL_DIVERGENCE(name, at, swapped) \
    FL_DIVERGENCE_FUNCTION(fl_##name##_terms, at, 0, fl_divergence_terms) \
    FL_DIVERGENCE_FUNCTION(fl_##name##_gradient, at, 0, fl_divergence_gradient) \
    FL_DIVERGENCE_FUNCTION(fl_##name##_log_terms, at, 1, fl_divergence_terms) \
    FL_DIVERGENCE_FUNCTION(fl_##name##_log_gradient, at, 1, fl_divergence_gradient) \
    FL_FN double fl_##name##_rows(const fl_row_call* call, int64_t begin, int64_t end) \
    { return ((const fl_jsd_params*)call->params)->log_probabilities \
        ? fl_divergence_rows(call, begin, end, (fl_divergence_kind){ at, 1, swapped }, fl_##name##_log_terms, \
                             fl_##name##_log_gradient) \
        : fl_divergence_rows(call, begin, end, (fl_divergence_kind){ at, 0, swapped }, fl_##name##_terms, \
                             fl_##name##_gradient); }
FL_DIVERGENCE(jsd, fl_jsd_at, 0)
FL_DIVERGENCE(jsd_forward, fl_jsd_forward_at, 0)
FL_DIVERGENCE(jsd_reverse, fl_jsd_forward_at, 1)
FL_DIVERGENCE(tvd, fl_tvd_at, 0)
#endif
