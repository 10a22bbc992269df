/* The loops over rows with many classes, contiguous in memory: a batch of them pass by pass with labels, one after the
 * other with class probabilities. */
#ifndef FL_ROW_LOOP_H
#define FL_ROW_LOOP_H
#include "cpu/long_row.h"

/* Rows [row, row + n), the ones that come `ahead` rows later, and room for their exponentials where the gradient is not
 * to hold them. */
typedef struct fl_row_batch { int64_t row, ahead; fl_real* scratch; int n; } fl_row_batch;

/* Pass by pass over a batch, so that the end of one row's reduction overlaps the start of the next row's. */
FL_FN double fl_label_batch(const fl_row_call* call, const fl_class_params* params, fl_label_fn at,
                            const fl_row_batch* batch, int64_t* correct) {
    const fl_real* w = (const fl_real*)call->class_weight;
    const int64_t row = batch->row, room = (call->classes + FL_VEC - 1) / FL_VEC * FL_VEC;
    const int all = fl_wants_all_rows(call), n = batch->n;
    const size_t size = fl_is_half(call->type) ? 2 : sizeof(fl_real);
    fl_row_pass k[FL_ROW_BATCH];
    fl_lanes lanes;
    fl_load_lanes(&lanes, call, row, n, FL_ROW_BATCH);
    for (int r = 0; r < FL_ROW_BATCH; ++r) lanes.rest[r] = lanes.centered[r] = lanes.top[r] = FL_R(0.0);
    for (int r = 0; r < FL_ROW_BATCH; ++r) lanes.gap[r] = -FL_INFINITY;
    for (int r = 0; r < n; ++r) {
        k[r] = fl_row_at(call, row + r, batch->ahead, batch->scratch ? batch->scratch + r * room : NULL);
        k[r].label = lanes.label[r];
        if (k[r].label < 0 && !all) continue;
        k[r].top = lanes.top[r] = fl_max(k[r].x, call->classes);
        if (all && fl_wants_predictions(call)) lanes.predicted[r] = (fl_int)fl_row_prediction(&k[r]);
        if (k[r].label >= 0) lanes.gap[r] = k[r].x[k[r].label] - k[r].top;
        if (params->share != FL_R(0.0)) lanes.centered[r] = fl_row_center(&k[r], w, NULL, params).centered;
    }
    fl_rows_exp(k, &lanes, n, all);
    fl_own_exponentials(&lanes, FL_ROW_BATCH);
    fl_finish_lanes(&lanes, call, params, at, FL_ROW_BATCH);
    for (int r = 0; r < n && call->gradient; ++r) {
        void* g = fl_at_out(call->gradient, (row + r) * call->gradient_outer, call->type);
        const fl_real pull = lanes.pull[r], spread = params->share * lanes.scale[r];
        if (lanes.label[r] < 0) memset(g, 0, size * (size_t)call->classes);
        else if (batch->scratch) fl_row_stream(g, call->type, &k[r], pull, w, spread, lanes.label_grad[r]);
        else {
            fl_row_scale((fl_real*)g, (fl_real*)g, call->classes, pull, w, spread);
            ((fl_real*)g)[k[r].label] = lanes.label_grad[r];
        }
    }
    return fl_take_losses(&lanes, call, row, n, FL_ROW_BATCH, correct);
}

/* to = x - m: waits until ln S is known, because x may be overwritten before. */
FL_FN void fl_row_shift(const fl_row_pass* k, fl_real* to) {
    const fl_real *x = k->x, top = k->top;
    for (int64_t c = 0; c < k->classes; ++c) to[c] = x[c] - top;
}

/* out = e * pull - w (keep t + share) * scale for n classes; out may be e. */
typedef struct fl_row_blend { const fl_real *w, *t; fl_real pull, keep, share, scale; } fl_row_blend;
FL_FN void fl_row_mix(fl_real* out, const fl_real* e, const fl_row_blend* blend, int64_t n) {
    const fl_real *w = blend->w, *t = blend->t, keep = blend->keep, share = blend->share, scale = blend->scale;
    const fl_real pull = blend->pull;
    if (w) {
        FL_INDEPENDENT
        for (int64_t c = 0; c < n; ++c) out[c] = e[c] * pull - w[c] * FL_FMA(keep, t[c], share) * scale;
    } else {
        FL_INDEPENDENT
        for (int64_t c = 0; c < n; ++c) out[c] = e[c] * pull - FL_FMA(keep, t[c], share) * scale;
    }
}
FL_FN void fl_row_mix_stream(void* g, int32_t type, const fl_real* e, const fl_row_blend* blend, int64_t classes) {
    fl_real out[FL_ROW_CHUNK] FL_ALIGNED;
    for (int64_t c = 0, n = fl_stream_first(g, classes); c < classes; c += n) {
        if (c > 0) n = classes - c < FL_ROW_CHUNK ? classes - c : FL_ROW_CHUNK;
        fl_row_blend part = *blend;
        part.t += c;
        if (part.w) part.w += c;
        fl_row_mix(out, e + c, &part, n);
        fl_row_put(g, type, c, out, n);
    }
}
/* tg = factor * w * (tg - log_sum). */
FL_FN void fl_row_target_gradient(fl_real* tg, int64_t n, const fl_real* w, fl_real factor, fl_real log_sum) {
    if (w) for (int64_t c = 0; c < n; ++c) tg[c] = factor * w[c] * (tg[c] - log_sum);
    else for (int64_t c = 0; c < n; ++c) tg[c] = factor * (tg[c] - log_sum);
}

/* The same of a 16-bit row, whose logits are read once more: nothing is written over them yet. */
FL_FN void fl_row_narrow_target(const fl_row_call* call, int64_t row, fl_real top, const fl_real* w, fl_real factor,
                                fl_real log_sum) {
    fl_real part[FL_ROW_CHUNK] FL_ALIGNED;
    for (int64_t c = 0; c < call->classes; c += FL_ROW_CHUNK) {
        const int64_t n = call->classes - c < FL_ROW_CHUNK ? call->classes - c : FL_ROW_CHUNK;
        fl_widen(part, fl_at(call->input, row * call->input_outer + c, call->type), n, call->type);
        for (int64_t i = 0; i < n; ++i) part[i] -= top;
        fl_row_target_gradient(part, n, w ? w + c : w, factor, log_sum);
        fl_narrow(fl_at_out(call->target_gradient, row * call->classes + c, call->type), part, n, call->type);
    }
}

/* One row with class probabilities. */
FL_FN double fl_mixture_row(const fl_row_call* call, const fl_class_params* params, fl_mixture_fn mix,
                            const fl_row_batch* batch, int64_t* correct) {
    const fl_real* w = (const fl_real*)call->class_weight;
    const int64_t row = batch->row;
    const void* target = fl_at(call->target, row * call->classes, call->type);
    const int half = fl_is_half(call->type);
    fl_real* widened = half ? batch->scratch + FL_ROW_SCRATCH / 2 : NULL;
    const fl_real* t = fl_read_step(target, 0, 1, call->classes, call->type, widened);
    fl_real* tg = call->target_gradient && !half ? (fl_real*)call->target_gradient + row * call->classes : NULL;
    fl_row_pass k = fl_row_at(call, row, batch->ahead, batch->scratch);
    fl_lanes lanes;
    fl_mixture_lanes out;
    k.top = lanes.top[0] = fl_max(k.x, call->classes);
    if (fl_wants_predictions(call)) lanes.predicted[0] = (fl_int)fl_row_prediction(&k);
    if (tg) fl_row_shift(&k, tg);
    if (call->large && t == target && batch->ahead) k.also = t + batch->ahead * call->classes;
    const fl_row_sums sums = fl_row_center(&k, w, t, params);
    fl_load_scales(&lanes, call, row, 1, 1);
    out.sum[0] = fl_row_exp(&k), out.mass[0] = sums.mass, lanes.centered[0] = sums.centered;
    fl_finish_mixture(&lanes, &out, call, params, mix, 1);
    const fl_row_blend blend = { w, t, lanes.pull[0], params->keep, params->share, lanes.scale[0] };
    const fl_real factor = -params->keep * lanes.scale[0];
    void* g = call->gradient ? fl_at_out(call->gradient, row * call->gradient_outer, call->type) : NULL;
    if (half && call->target_gradient) fl_row_narrow_target(call, row, k.top, w, factor, lanes.log_sum[0]);
    if (g && batch->scratch) fl_row_mix_stream(g, call->type, k.o, &blend, call->classes);
    else if (g) fl_row_mix((fl_real*)g, (fl_real*)g, &blend, call->classes);
    if (tg) fl_row_target_gradient(tg, call->classes, w, factor, lanes.log_sum[0]);
    return fl_take_losses(&lanes, call, row, 1, 1, correct);
}

FL_FN double fl_long_rows(const fl_row_call* call, fl_label_fn at, fl_mixture_fn mix, int64_t row, int64_t end,
                          int64_t* correct) {
    const fl_class_params params = fl_class_params_of(call);
    const int64_t fit = FL_BATCH_BYTES / (int64_t)sizeof(fl_real) / call->classes; /* a batch stays in L1 */
    const int size = mix || fit < 1 ? 1 : fit < FL_ROW_BATCH ? (int)fit : FL_ROW_BATCH;
    const int64_t most = mix ? FL_ROW_SCRATCH / 8 : FL_ROW_SCRATCH; /* longer ones leave the cache no room for it */
    const int apart = (call->stream && call->classes <= most) || fl_is_half(call->type);
    const int long_row = fl_is_long_row(call, &params);
    fl_real scratch[FL_ROW_SCRATCH] FL_ALIGNED;
    fl_total sum = { 0.0, 0.0 };
    for (; row < end; row += size) {
        const fl_row_batch batch = { row, row + 2 * size <= call->outer ? size : 0, apart ? scratch : NULL,
                                     end - row < size ? (int)(end - row) : size };
        fl_total_add(&sum, mix ? fl_mixture_row(call, &params, mix, &batch, correct)
                      : long_row ? fl_long_label_row(call, &params, at, row, batch.ahead, correct)
                               : fl_label_batch(call, &params, at, &batch, correct));
    }
    fl_write_end(apart);
    return fl_total_of(sum);
}
#endif
