/* The sweeps of a loss whose target is a probability for every class, over one tile [class][lane]. With
 * u = (1 - e) t + e / C: mass = sum_c w_c u_c, centered = sum_c w_c u_c (x_c - m). */
#ifndef FL_MIXTURE_LOOP_H
#define FL_MIXTURE_LOOP_H
#include "cpu/column_loop.h"

typedef struct fl_mixture_lanes { fl_real sum[FL_TILE_ROWS] FL_ALIGNED, mass[FL_TILE_ROWS]; } fl_mixture_lanes;

/* sum_c a_c (x_c - m) and sum_c a_c of one row. */
typedef struct fl_row_sums { fl_real centered, mass; } fl_row_sums;

FL_FN fl_real fl_weight_of(const fl_row_call* call, int64_t c) {
    return call->class_weight ? ((const fl_real*)call->class_weight)[c] : FL_R(1.0);
}

/* The gradient to the target needs x - m after x may have been overwritten: it waits in tg. */
FL_FN void fl_mixture_sweep(const fl_columns* k, fl_lanes* lanes, fl_mixture_lanes* mix, const fl_row_call* call,
                            const fl_class_params* params, int n) {
    fl_real sum[FL_TILE_ROWS] FL_ALIGNED, mass[FL_TILE_ROWS] FL_ALIGNED, centered[FL_TILE_ROWS] FL_ALIGNED;
    for (int l = 0; l < n; ++l) mix->sum[l] = mix->mass[l] = lanes->centered[l] = FL_R(0.0);
    for (int l = 0; l < n; ++l) sum[l] = mass[l] = centered[l] = FL_R(0.0);
    for (int64_t c = 0; c < call->classes; ++c) {
        const fl_real *x = k->x + c * k->x_class, *t = k->t + c * k->t_class, w = fl_weight_of(call, c);
        fl_real *e = k->e + c * k->e_class, shifted[FL_TILE_ROWS] FL_ALIGNED;
        if (k->next) fl_prefetch(k->next + c * k->x_class, n), fl_prefetch(k->next_t + c * k->t_class, n);
        if (k->to) fl_prefetch(k->to + c * k->g_class, n);
        for (int l = 0; l < n; ++l) {
            const fl_real d = x[l] - lanes->top[l], wu = w * FL_FMA(params->keep, t[l], params->share);
            shifted[l] = d;
            mass[l] += wu;
            centered[l] = FL_FMA(wu, d, centered[l]);
        }
        for (int l = 0; l < n; ++l) {
            const fl_real v = fl_exp_nonpos(shifted[l]);
            e[l] = v;
            sum[l] += v;
        }
        if (k->tg) memcpy(k->tg + c * k->tg_class, shifted, sizeof(fl_real) * (size_t)n);
        if (!fl_block_ends(c, call->classes)) continue;
        fl_take_part(mix->sum, sum, n);
        fl_take_part(mix->mass, mass, n);
        fl_take_part(lanes->centered, centered, n);
    }
}

FL_FN void fl_mixture_gradient(const fl_columns* k, const fl_lanes* lanes, const fl_row_call* call,
                               const fl_class_params* params, int n) {
    fl_real out[FL_TILE_ROWS] FL_ALIGNED;
    for (int64_t c = 0; c < call->classes; ++c) {
        const fl_real *e = k->e + c * k->e_class, *t = k->t + c * k->t_class, w = fl_weight_of(call, c);
        fl_real* g = k->stream ? out : k->g + c * k->g_class;
        FL_INDEPENDENT
        for (int l = 0; l < n; ++l) {
            const fl_real wu = w * FL_FMA(params->keep, t[l], params->share);
            g[l] = e[l] * lanes->pull[l] - wu * lanes->scale[l];
        }
        if (k->stream) fl_write(k->g + c * k->g_class, out, n, 1);
    }
}

FL_FN void fl_mixture_target_gradient(const fl_columns* k, const fl_lanes* lanes, const fl_row_call* call,
                                      const fl_class_params* params, int n) {
    for (int64_t c = 0; c < call->classes; ++c) {
        const fl_real factor = -params->keep * fl_weight_of(call, c);
        fl_real* tg = k->tg + c * k->tg_class;
        for (int l = 0; l < n; ++l) tg[l] = factor * (tg[l] - lanes->log_sum[l]) * lanes->scale[l];
    }
}

typedef fl_mixture_result (*fl_mixture_fn)(const fl_mixture* row);

FL_FN void fl_finish_mixture(fl_lanes* lanes, const fl_mixture_lanes* mix, const fl_row_call* call,
                             const fl_class_params* params, fl_mixture_fn at, int n) {
    for (int l = 0; l < n; ++l) {
        const fl_mixture row = { mix->sum[l], mix->mass[l], lanes->centered[l] };
        const fl_mixture_result result = at(&row);
        lanes->loss[l] = result.loss;
        lanes->pull[l] = result.pull * lanes->scale[l];
        lanes->log_sum[l] = result.log_sum;
    }
    if (params->z == FL_R(0.0) && !call->sample_weight) return;
    for (int l = 0; l < n; ++l) lanes->label_grad[l] = lanes->own[l] = FL_R(0.0); /* there is no label to treat apart */
    fl_add_extras(lanes, call, params->z, n);
}

FL_FN void fl_mixture_columns(const fl_columns* k, fl_lanes* lanes, const fl_row_call* call,
                              const fl_class_params* params, fl_mixture_fn at, int n) {
    fl_mixture_lanes mix;
    fl_column_tops(k, lanes, call->classes, n);
    if (fl_wants_predictions(call)) fl_column_predictions(k, lanes, call->classes, n);
    fl_mixture_sweep(k, lanes, &mix, call, params, n);
    fl_finish_mixture(lanes, &mix, call, params, at, n);
    if (k->g) fl_mixture_gradient(k, lanes, call, params, n);
    if (k->tg) fl_mixture_target_gradient(k, lanes, call, params, n);
}
#endif
