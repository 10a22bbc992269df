/* Distances between two distributions, as functions of the logarithms of one probability on either side: of the
 * student's, q, and the teacher's, p. */
#ifndef FL_DIVERGENCES_H
#define FL_DIVERGENCES_H
#include "losses/vectors.h"

/* ln of a probability is (x - top) / temperature - log_sum; log-probabilities have 0, 1, 0. */
typedef struct fl_softmax { fl_real top, temperature, log_sum; } fl_softmax;
FL_FN fl_real fl_log_probability(fl_real x, const fl_softmax* s) { return (x - s->top) / s->temperature - s->log_sum; }

/* A row: both softmaxes, the mixture's weight, and what its gradients are made of: sums of the derivatives to the
 * logarithms (0 for log-probabilities) and scales. */
typedef struct fl_divergence_row {
    fl_softmax q, p;
    fl_real    beta, q_sum, p_sum, q_scale, p_scale;
} fl_divergence_row;

/* The summand, and its derivatives to ln q and ln p. */
typedef fl_trio (*fl_divergence_fn)(fl_real log_q, fl_real log_p, fl_real beta);

/* b p ln(p / m) + (1 - b) q ln(q / m), m = b p + (1 - b) q, from the ratio of the smaller one to the larger: nothing
 * cancels, and a side without probability contributes nothing. */
FL_FN fl_trio fl_jsd_at(fl_real log_q, fl_real log_p, fl_real beta) {
    const fl_real q = fl_exp(log_q), p = fl_exp(log_p), d = log_p - log_q, less = fl_one_minus_exp(fl_abs(d));
    const fl_real part = d > FL_R(0.0) ? FL_R(1.0) - beta : beta, share = part < FL_BELOW_ONE ? part : FL_BELOW_ONE;
    const fl_real log_m = fl_log1m(share * less);
    const fl_real near = -log_m, away = -fl_abs(d) - log_m;
    const fl_real g = (FL_R(1.0) - beta) * q * (d > FL_R(0.0) ? away : near);
    const fl_real h = beta * p * (d > FL_R(0.0) ? near : away);
    const fl_real dq = q == FL_R(0.0) ? FL_R(0.0) : g, dp = p == FL_R(0.0) ? FL_R(0.0) : h;
    return (fl_trio){ dq + dp, dq, dp };
}

/* p ln(p / q): the limit b = 0. */
FL_FN fl_trio fl_jsd_forward_at(fl_real log_q, fl_real log_p, fl_real beta) {
    const fl_real p = fl_exp(log_p), d = log_p - log_q, term = p == FL_R(0.0) ? FL_R(0.0) : p * d;
    (void)beta;
    return (fl_trio){ term, -p, term + p };
}

/* q ln(q / p): the limit b = 1. */
FL_FN fl_trio fl_jsd_reverse_at(fl_real log_q, fl_real log_p, fl_real beta) {
    const fl_trio other = fl_jsd_forward_at(log_p, log_q, beta);
    return (fl_trio){ other.a, other.c, other.b };
}

/* |q - p| / 2. */
FL_FN fl_trio fl_tvd_at(fl_real log_q, fl_real log_p, fl_real beta) {
    const fl_real q = fl_exp(log_q), p = fl_exp(log_p), half = FL_R(0.5);
    const fl_real sign = (q > p ? half : FL_R(0.0)) - (q < p ? half : FL_R(0.0));
    (void)beta;
    return (fl_trio){ half * fl_abs(q - p), q * sign, -(p * sign) };
}

/* x shifted and divided, e of it on both sides. */
FL_FN fl_trio fl_softmax_parts(fl_trio x, const fl_real* row, const void* params) {
    const fl_divergence_row* k = params;
    (void)row;
    return (fl_trio){ fl_exp_nonpos((x.a - k->q.top) / k->q.temperature),
                      fl_exp_nonpos((x.b - k->p.top) / k->p.temperature), FL_R(0.0) };
}
FL_FN fl_trio fl_same(fl_trio x, const fl_real* row, const void* params) {
    (void)row, (void)params;
    return x;
}

FL_FN fl_trio fl_divergence_terms(fl_trio x, const fl_divergence_row* k, fl_divergence_fn at) {
    return at(fl_log_probability(x.a, &k->q), fl_log_probability(x.b, &k->p), k->beta);
}
FL_FN fl_trio fl_divergence_gradient(fl_trio x, const fl_divergence_row* k, fl_divergence_fn at) {
    const fl_real log_q = fl_log_probability(x.a, &k->q), log_p = fl_log_probability(x.b, &k->p);
    const fl_trio r = at(log_q, log_p, k->beta);
    return (fl_trio){ FL_FMA(-fl_exp(log_q), k->q_sum, r.b) * k->q_scale,
                      FL_FMA(-fl_exp(log_p), k->p_sum, r.c) * k->p_scale, FL_R(0.0) };
}
#endif
