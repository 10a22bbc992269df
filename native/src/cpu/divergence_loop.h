/* The loop of losses between two distributions. */
#ifndef FL_DIVERGENCE_LOOP_H
#define FL_DIVERGENCE_LOOP_H
#include "cpu/divergence_row.h"

/* A row that is worth asking for while others are computed, or NULL. */
FL_FN const fl_real* fl_row_asked(const fl_row_call* call, const void* rows, int64_t stride, int64_t row) {
    const int dense = call->inner == 1 && call->input_class == 1 && !fl_is_half(call->type);
    const int worth = call->large && dense && call->classes <= FL_KEPT && row < call->outer;
    return worth ? (const fl_real*)rows + row * stride : NULL;
}

/* `kind` is a constant at every call. */
FL_FN double fl_divergence_rows(const fl_row_call* call, int64_t begin, int64_t end, fl_divergence_kind kind) {
    const fl_jsd_params* params = call->params;
    fl_vectors v = fl_row_vectors_of(call, 2, kind.swapped);
    fl_divergence_row row = fl_divergence_row_of(params);
    fl_divergence_room room FL_ALIGNED;
    fl_total total = { 0.0, 0.0 };
    const int64_t alone = fl_side_end(call, begin, end);
    for (int64_t r = begin; r < alone; r += FL_WIDE)
        fl_total_add(&total, fl_divergence_side(call, r, &row, &room.side, kind));
    for (int64_t r = alone; r < end; ++r) {
        fl_go_to(&v, call, r, kind.swapped);
        row.q.scale = row.p.scale = (fl_real)(fl_row_pull(call, r) / params->temperature);
        const fl_real *input = fl_row_asked(call, call->input, call->input_outer, r + 1);
        const fl_real *target = fl_row_asked(call, call->target, call->classes, r + 1);
        const fl_real* next[2] = { kind.swapped ? target : input, kind.swapped ? input : target };
        fl_take_row(call, r, fl_divergence_alone(&v, &row, &room, kind, next), &total);
    }
    fl_write_end(call->stream);
    return fl_total_of(total);
}

#define FL_DIVERGENCE(name, slopes, swapped, halves) \
    FL_FN double fl_##name##_rows(const fl_row_call* call, int64_t begin, int64_t end) \
    { return ((const fl_jsd_params*)call->params)->log_probabilities \
        ? fl_divergence_rows(call, begin, end, (fl_divergence_kind){ slopes, 1, swapped, halves }) \
        : fl_divergence_rows(call, begin, end, (fl_divergence_kind){ slopes, 0, swapped, halves }); }
FL_DIVERGENCE(jsd, fl_jsd_slopes_kernel, 0, 0)
FL_DIVERGENCE(jsd_forward, fl_jsd_forward_slopes_kernel, 0, 0)
FL_DIVERGENCE(jsd_reverse, fl_jsd_forward_slopes_kernel, 1, 0)
FL_DIVERGENCE(tvd, fl_tvd_slopes_kernel, 0, 1)
#endif
