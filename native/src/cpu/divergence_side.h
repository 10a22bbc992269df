/* Divergences of rows with few classes, side by side: what is known of each class after the sums is kept for the
 * gradients, so that no exponential is taken twice. */
#ifndef FL_DIVERGENCE_SIDE_H
#define FL_DIVERGENCE_SIDE_H
#include "cpu/divergence_steps.h"
#include "cpu/side_rows.h"

typedef struct fl_divergence_lanes {
    fl_real q_top[FL_WIDE] FL_ALIGNED, p_top[FL_WIDE], q_mass[FL_WIDE], p_mass[FL_WIDE];
    fl_real log_ratio[FL_WIDE], scale[FL_WIDE];
    double  sum[3][FL_WIDE], pull[FL_WIDE];
} fl_divergence_lanes;

FL_FN void fl_side_tops(const fl_real* x, int64_t classes, fl_real* top) {
    for (int l = 0; l < FL_WIDE; ++l) top[l] = x[l];
    for (int64_t c = 1; c < classes; ++c)
        for (int l = 0; l < FL_WIDE; ++l) top[l] = top[l] > x[c * FL_WIDE + l] ? top[l] : x[c * FL_WIDE + l];
}
/* Sums of the lanes, in registers; in blocks, whose sums are summed: a long sum of doubles one by one loses digits. */
FL_APART void fl_side_sums(const fl_real* x, int64_t classes, double* sum) {
    for (int l = 0; l < FL_WIDE; l += 4 * FL_PART) {
        fl_part all[4] = { { 0 } };
        for (int64_t first = 0; first < classes; first += FL_CLASS_BLOCK) {
            const int64_t end = first + FL_CLASS_BLOCK < classes ? first + FL_CLASS_BLOCK : classes;
            const fl_real* from = x + first * FL_WIDE + l;
            fl_part a = { 0 }, b = a, c = a, d = a;
            for (int64_t i = first; i < end; ++i, from += FL_WIDE) {
                a += fl_load_part(from), b += fl_load_part(from + FL_PART);
                c += fl_load_part(from + 2 * FL_PART), d += fl_load_part(from + 3 * FL_PART);
            }
            all[0] += a, all[1] += b, all[2] += c, all[3] += d;
        }
        memcpy(sum + l, all, sizeof all);
    }
}

/* Classes that are swept at once: what one loop leaves is in the first-level cache when the next one wants it. */
enum { FL_SIDE_STEP = 4, FL_SIDE_CHUNK = FL_SIDE_STEP * FL_WIDE };
FL_FN int64_t fl_side_step_end(int64_t first, int64_t classes) {
    return first + FL_SIDE_STEP < classes ? first + FL_SIDE_STEP : classes;
}

/* Exponentials and differences become known; both softmaxes of every lane. */
FL_FN void fl_side_below(fl_abreast* side, int64_t first, int64_t end, const fl_divergence_row* all,
                         const fl_divergence_lanes* lanes, const fl_side_ahead* ahead) {
    fl_real q_high[FL_SIDE_CHUNK] FL_ALIGNED, p_high[FL_SIDE_CHUNK] FL_ALIGNED;
    const fl_int n = (fl_int)(end - first) * FL_WIDE;
    fl_real *to_q = side->known[0] + first * FL_WIDE, *to_p = side->known[1] + first * FL_WIDE;
    for (int64_t c = first; c < end; ++c) {
        fl_side_ask(ahead->input, c);
        for (int l = 0; l < FL_WIDE; ++l) {
            const int64_t i = c * FL_WIDE + l, at = i - first * FL_WIDE;
            const fl_two q = fl_below_top(side->a[i], lanes->q_top[l], all->far);
            const fl_two p = fl_below_top(side->b[i], lanes->p_top[l], all->far);
            q_high[at] = q.high, p_high[at] = p.high, to_q[at] = q.low, to_p[at] = p.low;
            side->known[2][i] = fl_log_difference(q, p);
        }
    }
    fl_exp_below_kernel(q_high, to_q, to_q, n, all), fl_exp_below_kernel(p_high, to_p, to_p, n, all);
}
FL_APART void fl_side_know(fl_abreast* side, int64_t classes, const fl_divergence_row* all,
                           fl_divergence_lanes* lanes, const fl_side_ahead* ahead) {
    fl_side_tops(side->a, classes, lanes->q_top), fl_side_tops(side->b, classes, lanes->p_top);
    for (int64_t c = 0; c < classes; c += FL_SIDE_STEP)
        fl_side_below(side, c, fl_side_step_end(c, classes), all, lanes, ahead);
    fl_side_sums(side->known[0], classes, lanes->sum[0]), fl_side_sums(side->known[1], classes, lanes->sum[1]);
    for (int l = 0; l < FL_WIDE; ++l) {
        lanes->q_mass[l] = (fl_real)(1.0 / lanes->sum[0][l]), lanes->p_mass[l] = (fl_real)(1.0 / lanes->sum[1][l]);
        lanes->log_ratio[l] = fl_log_quotient(lanes->sum[1][l], lanes->sum[0][l]);
    }
}
FL_FN void fl_side_normalize(const fl_known* k, int64_t classes, const fl_divergence_row* all,
                             const fl_divergence_lanes* lanes) {
    for (int64_t c = 0; c < classes; ++c)
        for (int l = 0; l < FL_WIDE; ++l) {
            const int64_t i = c * FL_WIDE + l;
            k->q[i] *= lanes->q_mass[l], k->p[i] *= lanes->p_mass[l];
            k->d[i] = FL_FMA(k->d[i], all->over.inverse, -lanes->log_ratio[l]);
        }
}
/* Derivatives, and terms in place of one side's logits. */
FL_FN void fl_side_slopes(fl_abreast* side, int64_t classes, const fl_divergence_row* all,
                          const fl_divergence_lanes* lanes, const fl_side_ahead* ahead, fl_divergence_kind kind) {
    fl_divergence_row unit = *all;
    unit.over.inverse = FL_R(1.0), unit.log_ratio = FL_R(0.0); /* classes are normal already */
    for (int64_t c = 0; c < classes; c += FL_SIDE_STEP) {
        const int64_t at = c * FL_WIDE, end = fl_side_step_end(c, classes);
        const fl_known known = { side->known[0] + at, side->known[1] + at, side->known[2] + at, side->known[3] + at };
        for (int64_t i = c; i < end; ++i) fl_side_ask(ahead->target, i);
        if (!kind.raw) fl_side_normalize(&known, end - c, all, lanes);
        kind.slopes(known, (fl_int)(end - c) * FL_WIDE, side->a + at, &unit);
        for (int64_t i = c; i < end; ++i) fl_side_ask(ahead->gradient, i);
    }
}

FL_FN void fl_side_gradient(fl_real* out, const fl_real* p, const fl_real* to_p, const double* sum,
                            const fl_real* scale, int64_t classes) {
    for (int64_t c = 0; c < classes; ++c)
        for (int l = 0; l < FL_WIDE; ++l) {
            const fl_softmax k = { FL_R(0.0), FL_R(1.0), (fl_real)sum[l], scale[l] };
            out[c * FL_WIDE + l] = fl_divergence_slope(p[c * FL_WIDE + l], to_p[c * FL_WIDE + l], &k);
        }
}

/* Rows [row, row + FL_WIDE). */
FL_FN double fl_divergence_side(const fl_row_call* call, int64_t row, const fl_divergence_row* all, fl_abreast* side,
                                fl_divergence_kind kind) {
    const double temperature = ((const fl_jsd_params*)call->params)->temperature;
    const fl_int n = (fl_int)call->classes * FL_WIDE;
    const fl_known known = { side->known[0], side->known[1], side->known[2], side->known[3] };
    fl_real *x = kind.swapped ? side->b : side->a, *t = kind.swapped ? side->a : side->b;
    const fl_side_ahead ahead = fl_side_ahead_of(call, row);
    const int wanted[2] = { (kind.swapped ? call->target_gradient : call->gradient) != NULL,
                            (kind.swapped ? call->gradient : call->target_gradient) != NULL };
    fl_divergence_lanes lanes;
    fl_side_load_input(call, row, x, side->known[0]);
    fl_side_load_target(call, row, t, side->known[0]);
    if (kind.raw) fl_know_logs_kernel(side->a, side->b, n, known);
    else fl_side_know(side, call->classes, all, &lanes, &ahead);
    fl_side_slopes(side, call->classes, all, &lanes, &ahead, kind);
    fl_side_sums(side->a, call->classes, lanes.sum[0]);
    fl_row_pulls(call, row, FL_WIDE, lanes.pull);
    for (int l = 0; l < FL_WIDE; ++l) lanes.scale[l] = (fl_real)(lanes.pull[l] / temperature);
    memset(lanes.sum[1], 0, sizeof lanes.sum[1]), memset(lanes.sum[2], 0, sizeof lanes.sum[2]);
    for (int k = 0; k < 2 && !kind.raw; ++k) /* log-probabilities have no softmax behind them */
        if (wanted[k]) fl_side_sums(k ? known.to_p : known.d, call->classes, lanes.sum[1 + k]);
    if (wanted[0]) fl_side_gradient(side->a, known.q, known.d, lanes.sum[1], lanes.scale, call->classes);
    if (wanted[1]) fl_side_gradient(side->b, known.p, known.to_p, lanes.sum[2], lanes.scale, call->classes);
    fl_side_store_input(call, row, x, side->known[0]);
    fl_side_store_target(call, row, t, side->known[0]);
    return fl_side_take(call, row, lanes.sum[0], 1.0);
}
#endif
