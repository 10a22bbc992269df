/* Negative log-likelihoods and divergences of real-valued parameters. */
#ifndef FL_LIKELIHOOD_H
#define FL_LIKELIHOOD_H
#include "losses/point.h"

/* Stirling's ln y!, where it is used (y > 1): y ln y - y + ln(2 pi y) / 2, and its derivative ln y + 1 / (2 y). */
typedef struct fl_stirling { fl_real value, slope; } fl_stirling;
FL_FN fl_stirling fl_stirling_of(fl_real y, int32_t full) {
    const fl_real safe = y > FL_R(1.0) ? y : FL_R(1.0), log_y = fl_log(safe);
    const fl_real value = FL_FMA(safe, log_y, -safe) + FL_R(0.5) * (FL_R(1.8378770664093454835606594728112) + log_y);
    const int used = (full != 0) & (y > FL_R(1.0));
    return (fl_stirling){ used ? value : FL_R(0.0), used ? log_y + FL_R(0.5) / safe : FL_R(0.0) };
}

FL_FN fl_point fl_poisson_nll_at(fl_real x, fl_real t, fl_real a, const fl_poisson_nll_params* params) {
    const fl_real rate = fl_exp(x);
    const fl_stirling s = fl_stirling_of(t, params->full);
    (void)a;
    return (fl_point){ rate - t * x + s.value, rate - t, s.slope - x };
}

/* ln(x + eps) and x + eps: near a sum of 1 the logarithm is as small as what rounding the sum lost, so that is put
 * back. */
typedef struct fl_shifted { fl_real rate, log; } fl_shifted;
FL_FN fl_shifted fl_shifted_of(fl_real x, fl_real eps) {
    const fl_real rate = x + eps, more = x > eps ? x : eps, less = x > eps ? eps : x;
    const fl_real lost = x < FL_HUGE ? less - (rate - more) : FL_R(0.0);
    return (fl_shifted){ rate, fl_log_any(rate) + lost / (FL_TINY > rate ? FL_TINY : rate) };
}

/* The input is the rate itself. */
FL_FN fl_point fl_poisson_nll_rate_at(fl_real x, fl_real t, fl_real a, const fl_poisson_nll_params* params) {
    const fl_shifted at = fl_shifted_of(x, (fl_real)params->eps);
    const fl_stirling s = fl_stirling_of(t, params->full);
    (void)a;
    return (fl_point){ x - t * at.log + s.value, FL_R(1.0) - t / at.rate, s.slope - at.log };
}

/* The variance v is predicted, too. The clamp at eps does not stop the gradient (PyTorch). Below 0 or NaN: NaN. */
FL_FN fl_triple fl_gaussian_nll_at(fl_real x, fl_real t, fl_real v, const fl_gaussian_nll_params* params) {
    const fl_real eps = (fl_real)params->eps, d = x - t, least = FL_TINY > eps ? FL_TINY : eps;
    const fl_real known = v < FL_R(0.0) ? FL_NAN : v, var = least > known ? least : known;
    const fl_real grad = d / var, constant = params->full ? FL_R(0.91893853320467274178032973640562) : FL_R(0.0);
    return (fl_triple){ FL_FMA(FL_R(0.5), FL_FMA(d, grad, fl_log(var)), constant), grad, -grad,
                        FL_R(0.5) * (FL_R(1.0) / var - grad * grad) };
}

/* t = 0 contributes 0 and gets gradient 0, whatever its logarithm. */
FL_FN fl_point fl_kl_div_at(fl_real x, fl_real t, fl_real a, const fl_kl_div_params* params) {
    const fl_real log_t = fl_log_any(t), own = t == FL_R(0.0) ? FL_R(0.0) : t * log_t;
    (void)a, (void)params;
    return (fl_point){ own - t * x, -t, t == FL_R(0.0) ? FL_R(0.0) : (log_t - x) + FL_R(1.0) };
}

/* The target is a logarithm too. */
FL_FN fl_point fl_kl_div_log_at(fl_real x, fl_real t, fl_real a, const fl_kl_div_params* params) {
    const fl_real p = fl_exp(t), d = t - x;
    (void)a, (void)params;
    return (fl_point){ p * d, -p, p * (d + FL_R(1.0)) };
}
#endif
