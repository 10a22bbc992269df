/* The loop of losses between two distributions. */
#ifndef FL_DIVERGENCE_LOOP_H
#define FL_DIVERGENCE_LOOP_H
#include "cpu/divergence_row.h"

enum { FL_ASKED_CLASSES = 128 * 1024 / (int)sizeof(fl_real) }; /* longer rows leave no room for the next one */

/* What row `row` asks for. */
FL_FN fl_row_ahead fl_row_ahead_of(const fl_row_call* call, int64_t row, int swapped) {
    const int direct = call->large && call->inner == 1 && !fl_is_half(call->type);
    const int next = direct && call->input_class == 1 && call->classes <= FL_ASKED_CLASSES && row + 1 < call->outer;
    const int place = direct && call->gradient_class == 1 && !call->stream && call->gradient
                   && call->gradient != call->input;
    fl_row_ahead ahead = { { NULL, NULL }, NULL };
    if (next) ahead.next[swapped] = (const fl_real*)call->input + (row + 1) * call->input_outer;
    if (next) ahead.next[!swapped] = (const fl_real*)call->target + (row + 1) * call->classes;
    if (place) ahead.place = (const fl_real*)call->gradient + row * call->gradient_outer;
    return ahead;
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
        const fl_row_ahead ahead = fl_row_ahead_of(call, r, kind.swapped);
        fl_take_row(call, r, fl_divergence_alone(&v, &row, &room, kind, &ahead), &total);
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
