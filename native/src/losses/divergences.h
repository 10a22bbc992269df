/* Distances between two distributions: the student's, q, and the teacher's, p. Everything is made of logarithms and
 * their difference d = ln(p / q), which keeps its digits where p and q are close and where both are tiny: shifted and
 * scaled logits are carried in two parts. */
#ifndef FL_DIVERGENCES_H
#define FL_DIVERGENCES_H
#include "losses/vectors.h"

/* One side of a row: p = mass e, e = exp((x - top) / T). Once the derivatives to ln p are summed, the gradients are
 * scale (derivative - p sum). Log-probabilities have no top, mass 1 and sum 0. */
typedef struct fl_softmax { fl_real top, mass, sum, scale; } fl_softmax;
typedef struct fl_divergence_row {
    fl_softmax  q, p;
    fl_exp_over over;       /* T */
    fl_real     log_ratio;  /* ln of the sum that is 1 / p.mass over the one that is 1 / q.mass */
    fl_real     beta, rest; /* b, 1 - b */
    fl_real     turn;       /* 2 ln((1 - b) / b) */
    fl_real     far;        /* differences of logits that are no more than 0 in either part */
    fl_real     endless;    /* what ln(p / q) is below where q is no 0 */
} fl_divergence_row;

FL_FN fl_divergence_row fl_divergence_row_of(const fl_jsd_params* params) {
    const fl_real beta = (fl_real)params->beta, rest = (fl_real)(1.0 - params->beta);
    const fl_real turn = FL_R(2.0) * (fl_log_any(rest) - fl_log_any(beta)); /* b = 0, 1 have no use for it */
    const fl_softmax  none = { FL_R(0.0), FL_R(1.0), FL_R(0.0), FL_R(0.0) };
    const fl_exp_over over = fl_exp_over_of(params->temperature);
    return (fl_divergence_row){ none, none, over, FL_R(0.0), beta, rest < FL_BELOW_ONE ? rest : FL_BELOW_ONE, turn,
                                FL_R(64.0) * over.least, FL_R(0.75) * FL_HUGE * over.inverse };
}

/* x - top. Far down it is a probability of 0 and the low part does not matter (and may be NaN). */
FL_FN fl_two fl_below_top(fl_real x, fl_real top, fl_real far) {
    const fl_real d = x - top, low = fl_sum_error(x, -top, d);
    return (fl_two){ d, d > far ? low : FL_R(0.0) };
}

/* T ln(p / q) up to the sums, of two logits below their tops. Both sides without probability: it is 0. */
FL_FN fl_real fl_log_difference(fl_two q, fl_two p) {
    const fl_real least_q = -FL_HUGE > q.high ? -FL_HUGE : q.high, least_p = -FL_HUGE > p.high ? -FL_HUGE : p.high;
    return (least_p - least_q) + (p.low - q.low);
}

/* A class: first exponentials and the difference above, then probabilities and d = ln(p / q). */
typedef struct fl_class { fl_real q, p, d; } fl_class;
FL_FN fl_class fl_class_of(fl_real x, fl_real t, const fl_divergence_row* k, int raw) {
    const fl_two none = { x, FL_R(0.0) }, other = { t, FL_R(0.0) };
    const fl_two q = raw ? none : fl_below_top(x, k->q.top, k->far);
    const fl_two p = raw ? other : fl_below_top(t, k->p.top, k->far);
    return (fl_class){ raw ? fl_exp(x) : fl_exp_over_at(q.high, q.low, &k->over),
                       raw ? fl_exp(t) : fl_exp_over_at(p.high, p.low, &k->over), fl_log_difference(q, p) };
}
FL_FN fl_class fl_normal_class(fl_class c, const fl_divergence_row* k) {
    return (fl_class){ c.q * k->q.mass, c.p * k->p.mass, FL_FMA(c.d, k->over.inverse, -k->log_ratio) };
}

/* ln(b / a) of two sums, relative accuracy also where they are close. */
FL_FN fl_real fl_log_quotient(double b, double a) {
    return b >= a ? fl_log1p((fl_real)((b - a) / a)) : -fl_log1p((fl_real)((a - b) / b));
}

/* The summand of a class, and the derivatives to ln q and ln p. They are computed in two steps, each of which is a
 * loop: what the first one made of d, and the rest. */
typedef struct fl_slopes { fl_real term, to_q, to_p; } fl_slopes;
typedef fl_real (*fl_divergence_step)(fl_real d, const fl_divergence_row* k);
typedef fl_slopes (*fl_divergence_fn)(fl_class c, fl_real step, const fl_divergence_row* k);

/* b p ln(p / m) + (1 - b) q ln(q / m), m = b p + (1 - b) q. Of ln(larger / m) and ln(m / smaller), whose sum is |d|,
 * the smaller one is a log1p, the other one the rest: neither cancels. They are equal where |d| is 2 ln of the smaller
 * one's share over the larger one's; between that and 0 m is nearer the smaller one. In signs instead of selects, of
 * which compilers make chains of masks. */
FL_FN fl_real fl_size_of(fl_real d) {
    const fl_real whole = fl_abs(d);
    return FL_EXP_LIMIT < whole ? FL_EXP_LIMIT : whole;
}
FL_FN fl_real fl_jsd_step(fl_real d, const fl_divergence_row* k) { /* m / nearer - 1 */
    const fl_real beyond = k->turn - d, share = beyond < FL_R(0.0) ? k->rest : k->beta;
    return share * fl_expm1_within(fl_with_sign(fl_size_of(d), d * beyond));
}
FL_FN fl_slopes fl_jsd_at(fl_class c, fl_real step, const fl_divergence_row* k) {
    const fl_real beyond = k->turn - c.d, part = fl_abs(fl_log1p_any(step)), other = fl_size_of(c.d) - part;
    const fl_real of_q = beyond < FL_R(0.0) ? other : part, of_p = beyond < FL_R(0.0) ? part : other;
    const fl_real to_q = (k->rest * c.q) * fl_with_sign(of_q, -c.d), to_p = (k->beta * c.p) * fl_with_sign(of_p, c.d);
    return (fl_slopes){ to_q + to_p, to_q, to_p };
}

/* p ln(p / q), the limit b = 0: nothing where p is 0. A difference to no probability at all is infinite. */
FL_FN fl_slopes fl_jsd_forward_at(fl_class c, fl_real step, const fl_divergence_row* k) {
    const int empty = (c.p == FL_R(0.0)) & (c.d == c.d);
    const fl_real d = c.d > k->endless ? FL_INFINITY : c.d, term = empty ? FL_R(0.0) : c.p * d;
    (void)step;
    return (fl_slopes){ term, -c.p, term + c.p };
}

/* |q - p| / 2; the difference as larger (1 - e^-|d|), which does not cancel. */
FL_FN fl_slopes fl_tvd_at(fl_class c, fl_real step, const fl_divergence_row* k) {
    const fl_real half_q = c.d == FL_R(0.0) ? FL_R(0.0) : FL_R(0.5) * c.q;
    const fl_real half_p = c.d == FL_R(0.0) ? FL_R(0.0) : FL_R(0.5) * c.p, larger = half_p > half_q ? half_p : half_q;
    (void)step, (void)k;
    return (fl_slopes){ -(larger * fl_expm1_within(-fl_size_of(c.d))), fl_with_sign(half_q, -c.d),
                        fl_with_sign(half_p, c.d) };
}

/* Nothing to do in a step of its own. */
FL_FN fl_real fl_no_step(fl_real d, const fl_divergence_row* k) {
    (void)k;
    return d;
}

FL_FN fl_real fl_divergence_slope(fl_real e, fl_real to_p, const fl_softmax* k) {
    return FL_FMA(-(e * k->mass), k->sum, to_p) * k->scale;
}
#endif
