/* Distances between two distributions: the student's, q, and the teacher's, p. Everything is made of logarithms and
 * their difference d = ln(p / q), which keeps its digits where p and q are close and where both are tiny: shifted and
 * scaled logits are carried in two parts. */
#ifndef FL_DIVERGENCES_H
#define FL_DIVERGENCES_H
#include "losses/vectors.h"

/* One side of a row: p = mass exp((x - top) / T). Once the derivatives to ln p are summed, the gradients are scale
 * (derivative - p sum). Log-probabilities have no top, and sum 0. */
typedef struct fl_softmax { fl_real top, mass, sum, scale; } fl_softmax;
typedef struct fl_divergence_row {
    fl_softmax q, p;
    fl_two     inverse;    /* 1 / T */
    fl_real    log_ratio;  /* ln of the sum that is 1 / p.mass over the one that is 1 / q.mass */
    fl_real    beta, rest; /* b, 1 - b */
} fl_divergence_row;

FL_FN fl_divergence_row fl_divergence_row_of(const fl_jsd_params* params) {
    const fl_real high = (fl_real)(1.0 / params->temperature), inverse = FL_HUGE < high ? FL_HUGE : high;
    const fl_real back = (fl_real)params->temperature, one = inverse * back;
    const fl_real lost = (FL_R(1.0) - one) - fl_product_error(inverse, back, one);
    const fl_real low = FL_PRECISION == 32 ? (fl_real)(1.0 / params->temperature - (double)inverse) : lost * inverse;
    return (fl_divergence_row){ .inverse = { inverse, fl_abs(low) < FL_R(1e30) ? low : FL_R(0.0) },
                                .beta = (fl_real)params->beta, .rest = (fl_real)(1.0 - params->beta) };
}

/* (x - top) / T. Far down it is a probability of 0 and the low part does not matter (and may be NaN). */
FL_FN fl_two fl_shifted_logit(fl_real x, fl_real top, fl_two inverse) {
    const fl_real d = x - top, high = d * inverse.high;
    const fl_real low = fl_product_error(d, inverse.high, high)
                      + FL_FMA(d, inverse.low, fl_sum_error(x, -top, d) * inverse.high);
    return (fl_two){ high, high > FL_R(-1e6) ? low : FL_R(0.0) };
}
FL_FN fl_trio fl_softmax_parts(fl_trio x, const fl_real* row, const void* params) {
    const fl_divergence_row* k = (const fl_divergence_row*)params;
    const fl_two q = fl_shifted_logit(x.a, k->q.top, k->inverse), p = fl_shifted_logit(x.b, k->p.top, k->inverse);
    (void)row;
    return (fl_trio){ fl_exp_two_nonpos(q.high, q.low), fl_exp_two_nonpos(p.high, p.low), FL_R(0.0) };
}

/* ln(b / a) of two sums, relative accuracy also where they are close. */
FL_FN fl_real fl_log_quotient(double b, double a) {
    return b >= a ? fl_log1p((fl_real)((b - a) / a)) : -fl_log1p((fl_real)((a - b) / b));
}

/* One class: the logarithms up to the masses, and d. Both sides without probability: d is finite. */
typedef struct fl_class { fl_two q, p; fl_real d; } fl_class;
FL_FN fl_class fl_class_of(fl_trio x, const fl_divergence_row* k, int raw) {
    const fl_two q = raw ? (fl_two){ x.a, FL_R(0.0) } : fl_shifted_logit(x.a, k->q.top, k->inverse);
    const fl_two p = raw ? (fl_two){ x.b, FL_R(0.0) } : fl_shifted_logit(x.b, k->p.top, k->inverse);
    const fl_real floor = p.high < -FL_HUGE ? -FL_HUGE : -FL_INFINITY, least_q = floor > q.high ? floor : q.high;
    const fl_real least_p = -FL_HUGE > p.high ? -FL_HUGE : p.high;
    return (fl_class){ q, p, (least_p - least_q) + (raw ? FL_R(0.0) : (p.low - q.low) - k->log_ratio) };
}
FL_FN fl_real fl_probability(fl_two log, fl_real mass, int raw) {
    return raw ? fl_exp(log.high) : mass * fl_exp_two_nonpos(log.high, log.low);
}

/* The summand of a class whose probabilities are q and p, and the derivatives to ln q and ln p. */
typedef struct fl_slopes { fl_real q, p, term, to_q, to_p; } fl_slopes;
typedef fl_slopes (*fl_divergence_fn)(fl_class c, fl_real q, fl_real p, const fl_divergence_row* k);

/* b p ln(p / m) + (1 - b) q ln(q / m), m = b p + (1 - b) q. Of ln(larger / m) and ln(m / smaller), whose sum is |d|,
 * the smaller one is a log1p, the other one the rest: neither cancels. */
FL_FN fl_slopes fl_jsd_at(fl_class c, fl_real q, fl_real p, const fl_divergence_row* k) {
    const int up = c.d > FL_R(0.0);
    const fl_real whole = fl_abs(c.d), size = FL_EXP_LIMIT < whole ? FL_EXP_LIMIT : whole;
    const fl_real more = fl_expm1(size), ratio = FL_R(1.0) / (FL_R(1.0) + more);
    const fl_real share = up ? k->rest : k->beta, other = up ? k->beta : k->rest; /* of the smaller, of the larger */
    const fl_real down = -(share * (more * ratio)), above = other * more;         /* m / larger - 1, m / smaller - 1 */
    const int near = (FL_R(1.0) + down) * (FL_R(1.0) + above) > FL_R(1.0);        /* m is nearer the larger one */
    const fl_real part = fl_abs(fl_log1p(near ? down : above)), rest = size - part;
    const fl_real larger = (up ? p : q) * (near ? part : rest), smaller = -((up ? q : p) * (near ? rest : part));
    const fl_real to_q = k->rest * (up ? smaller : larger), to_p = k->beta * (up ? larger : smaller);
    return (fl_slopes){ q, p, to_q + to_p, to_q, to_p };
}

/* p ln(p / q), the limit b = 0: nothing where p is 0. */
FL_FN fl_slopes fl_jsd_forward_at(fl_class c, fl_real q, fl_real p, const fl_divergence_row* k) {
    const int empty = (p == FL_R(0.0)) & (c.d == c.d);
    const fl_real term = empty ? FL_R(0.0) : p * c.d;
    (void)k;
    return (fl_slopes){ q, p, term, -p, term + p };
}

/* |q - p| / 2; the difference as larger (1 - e^-|d|), which does not cancel. */
FL_FN fl_slopes fl_tvd_at(fl_class c, fl_real q, fl_real p, const fl_divergence_row* k) {
    const int up = c.d > FL_R(0.0);
    const fl_real down = c.d < FL_R(0.0) ? FL_R(0.5) : FL_R(0.0), sign = down - (up ? FL_R(0.5) : FL_R(0.0));
    (void)k;
    return (fl_slopes){ q, p, FL_R(-0.5) * ((up ? p : q) * fl_expm1(-fl_abs(c.d))), q * sign, -(p * sign) };
}

FL_FN fl_slopes fl_divergence_of(fl_trio x, const fl_divergence_row* k, int raw, fl_divergence_fn at) {
    const fl_class c = fl_class_of(x, k, raw);
    return at(c, fl_probability(c.q, k->q.mass, raw), fl_probability(c.p, k->p.mass, raw), k);
}

/* As element functions. */
FL_FN fl_trio fl_divergence_terms(fl_trio x, const fl_divergence_row* k, int raw, fl_divergence_fn at) {
    const fl_slopes s = fl_divergence_of(x, k, raw, at);
    return (fl_trio){ s.term, s.to_q, s.to_p };
}
FL_FN fl_trio fl_divergence_gradient(fl_trio x, const fl_divergence_row* k, int raw, fl_divergence_fn at) {
    const fl_slopes s = fl_divergence_of(x, k, raw, at);
    if (raw) return (fl_trio){ s.to_q * k->q.scale, s.to_p * k->p.scale, FL_R(0.0) };
    return (fl_trio){ FL_FMA(-s.q, k->q.sum, s.to_q) * k->q.scale, FL_FMA(-s.p, k->p.sum, s.to_p) * k->p.scale,
                      FL_R(0.0) };
}
#endif
