/* Losses of independent yes/no decisions on logits. */
#ifndef FL_BINARY_H
#define FL_BINARY_H
#include "losses/point.h"

/* p = sigmoid(x) and q = 1 - p, neither by cancellation; softplus(x) = -ln q and softplus(-x) = -ln p share `tail`. */
typedef struct fl_sigmoid { fl_real p, q, tail; } fl_sigmoid;
FL_FN fl_sigmoid fl_sigmoid_of(fl_real x) {
    const fl_real u = fl_exp_nonpos(-fl_abs(x)), big = FL_R(1.0) / (FL_R(1.0) + u), small = u * big;
    return (fl_sigmoid){ x < FL_R(0.0) ? small : big, x < FL_R(0.0) ? big : small, fl_log1p_unit(u) };
}

/* a * b where 0 * inf is 0: the limit of a term whose weight vanishes. NaN comes back through the other summand. */
FL_FN fl_real fl_weighted(fl_real weight, fl_real value) { return weight == FL_R(0.0) ? FL_R(0.0) : weight * value; }

FL_FN fl_real fl_bce_term(fl_real x, fl_real t, fl_real tail) {
    return fl_weighted(x < FL_R(0.0) ? t : FL_R(1.0) - t, fl_abs(x)) + tail;
}

FL_FN fl_point fl_bce_with_logits_at(fl_real x, fl_real t, fl_real a, const fl_no_params* params) {
    const fl_sigmoid s = fl_sigmoid_of(x);
    (void)a, (void)params;
    return (fl_point){ fl_bce_term(x, t, s.tail), FL_FMA(FL_R(1.0) - t, s.p, -(t * s.q)), -x };
}

/* With pos_weight `a`: the positive part of everything is multiplied by it. */
FL_FN fl_point fl_bce_with_logits_positive_at(fl_real x, fl_real t, fl_real a, const fl_no_params* params) {
    const fl_sigmoid s = fl_sigmoid_of(x);
    const fl_real up = FL_R(0.0) > x ? FL_R(0.0) : x, down = FL_R(0.0) > -x ? FL_R(0.0) : -x;
    const fl_real if_negative = up + s.tail, if_positive = down + s.tail, no = FL_R(1.0) - t, yes = a * t;
    (void)params;
    return (fl_point){ fl_weighted(no, if_negative) + fl_weighted(yes, if_positive), FL_FMA(no, s.p, -(yes * s.q)),
                       FL_FMA(a, if_positive, -if_negative) };
}

/* On probabilities. The logarithms stop at -100, the gradient does not (PyTorch). Outside [0, 1]: NaN. */
FL_FN fl_point fl_bce_at(fl_real p, fl_real t, fl_real a, const fl_no_params* params) {
    const fl_real log_p = fl_log_any(p), log_q = fl_log1m(p), q = FL_R(1.0) - p, spread = p * q;
    const fl_real yes = FL_R(-100.0) > log_p ? FL_R(-100.0) : log_p, no = FL_R(-100.0) > log_q ? FL_R(-100.0) : log_q;
    const fl_real valid = spread < FL_R(0.0) ? FL_NAN : spread;
    (void)a, (void)params;
    return (fl_point){ -(t * yes + (FL_R(1.0) - t) * no), (p - t) / (FL_R(1e-12) > valid ? FL_R(1e-12) : valid),
                       log_q - log_p };
}

/* ln(1 + exp(-y x)), in a form that never overflows. */
FL_FN fl_point fl_soft_margin_at(fl_real x, fl_real y, fl_real a, const fl_no_params* params) {
    const fl_real z = -(y * x);
    const fl_sigmoid s = fl_sigmoid_of(z);
    (void)a, (void)params;
    return (fl_point){ (FL_R(0.0) > z ? FL_R(0.0) : z) + s.tail, -(y * s.p), FL_R(0.0) };
}

/* alpha_t and its derivative to t; a negative alpha means no weighting. */
typedef struct fl_balance { fl_real at, slope; } fl_balance;
FL_FN fl_balance fl_balance_of(fl_real t, fl_real alpha) {
    const fl_real slope = alpha < FL_R(0.0) ? FL_R(0.0) : FL_R(2.0) * alpha - FL_R(1.0);
    return (fl_balance){ FL_FMA(slope, t, alpha < FL_R(0.0) ? FL_R(1.0) : FL_R(1.0) - alpha), slope };
}

/* What both focal forms share: w = 1 - p_t, the cross-entropy term, and that term kept finite, so that p q times it
 * has its limit at +-inf, 0. */
typedef struct fl_focus { fl_sigmoid s; fl_real w, ce, pull, finite; } fl_focus;
FL_FN fl_focus fl_focus_of(fl_real x, fl_real t) {
    const fl_sigmoid s = fl_sigmoid_of(x);
    const fl_real ce = fl_bce_term(x, t, s.tail), no = FL_R(1.0) - t;
    return (fl_focus){ s, FL_FMA(s.p, no, s.q * t), ce, FL_FMA(no, s.p, -(t * s.q)), FL_HUGE < ce ? FL_HUGE : ce };
}

/* alpha_t w^gamma ce. Every division is by w with a numerator that vanishes with it, so saturation gives limits,
 * not NaN. */
FL_FN fl_point fl_sigmoid_focal_at(fl_real x, fl_real t, fl_real a, const fl_sigmoid_focal_params* params) {
    const fl_real gamma = (fl_real)params->gamma, slope_gamma = params->detach ? FL_R(0.0) : gamma;
    const fl_focus f = fl_focus_of(x, t);
    const fl_balance alpha = fl_balance_of(t, (fl_real)params->alpha);
    const fl_real power = fl_pow_unit(f.w, gamma), scaled = alpha.at * power;
    const fl_real share = f.s.p * f.s.q / f.w; /* before ce, which may be as tiny: their product underflows */
    const fl_real curve = f.w == FL_R(0.0) ? FL_R(0.0) : share * f.finite;
    const fl_real ratio = f.w == FL_R(0.0) ? FL_R(1.0) : f.ce / f.w;
    (void)a;
    return (fl_point){
        scaled * f.ce, scaled * FL_FMA(slope_gamma * curve, FL_FMA(FL_R(-2.0), t, FL_R(1.0)), f.pull),
        power * (alpha.slope * f.ce + alpha.at * FL_FMA(slope_gamma * (f.s.q - f.s.p), ratio, -x)) };
}

/* gamma = 2: no power, so no logarithm and no second exponential (half the time). */
FL_FN fl_point fl_sigmoid_focal_square_at(fl_real x, fl_real t, fl_real a, const fl_sigmoid_focal_params* params) {
    const fl_real two = params->detach ? FL_R(0.0) : FL_R(2.0);
    const fl_focus f = fl_focus_of(x, t);
    const fl_balance alpha = fl_balance_of(t, (fl_real)params->alpha);
    const fl_real aw = alpha.at * f.w, ww = f.w * f.w;
    (void)a;
    return (fl_point){
        aw * f.w * f.ce, aw * FL_FMA(two * (f.s.p * f.s.q * f.finite), FL_FMA(FL_R(-2.0), t, FL_R(1.0)), f.w * f.pull),
        alpha.slope * ww * f.ce + aw * FL_FMA(two * (f.s.q - f.s.p), f.ce, -(f.w * x)) };
}
#endif
