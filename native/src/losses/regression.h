/* Losses of a real-valued prediction. Every function returns the term and its derivatives; d/dt is -d/dx throughout. */
#ifndef FL_REGRESSION_H
#define FL_REGRESSION_H
#include "losses/point.h"

FL_FN fl_point fl_mse_at(fl_real x, fl_real t, fl_real a, const fl_no_params* params) {
    const fl_real d = x - t, grad = FL_R(2.0) * d;
    (void)a, (void)params;
    return (fl_point){ d * d, grad, -grad };
}

/* NaN gives 0, as in PyTorch. */
FL_FN fl_point fl_l1_at(fl_real x, fl_real t, fl_real a, const fl_no_params* params) {
    const fl_real d = x - t;
    const fl_real sign = fl_with_sign(FL_R(1.0), d), grad = (d > FL_R(0.0) || d < FL_R(0.0)) ? sign : FL_R(0.0);
    (void)a, (void)params;
    return (fl_point){ fl_abs(d), grad, -grad };
}

/* min(|d| / beta, 1) is both the gradient's magnitude and what makes the two branches of the term one formula. A beta
 * beyond fl_real is infinite here, and every step stays finite. */
FL_FN fl_point fl_smooth_l1_at(fl_real x, fl_real t, fl_real a, const fl_smooth_l1_params* params) {
    const fl_real beta = (fl_real)params->beta, inverse = (fl_real)(1.0 / params->beta);
    const fl_real d = x - t, size = fl_abs(d), near = beta < size ? beta : size, scaled = size * inverse;
    const fl_real m = FL_R(1.0) < scaled ? FL_R(1.0) : scaled, grad = fl_with_sign(m, d);
    (void)a;
    return (fl_point){ m * FL_FMA(FL_R(-0.5), near, size), grad, -grad };
}

FL_FN fl_point fl_huber_at(fl_real x, fl_real t, fl_real a, const fl_huber_params* params) {
    const fl_real delta = (fl_real)params->delta;
    const fl_real d = x - t, size = fl_abs(d), m = delta < size ? delta : size, grad = fl_with_sign(m, d);
    (void)a;
    return (fl_point){ m * FL_FMA(FL_R(-0.5), m, size), grad, -grad };
}

/* Two selects of constants and one product: at x = t the slope is 0, as that of l1. A NaN difference has slope 0. */
FL_FN fl_point fl_quantile_at(fl_real x, fl_real t, fl_real a, const fl_quantile_params* params) {
    const fl_real over = (fl_real)(1.0 - params->q), under = (fl_real)params->q, d = x - t;
    const fl_real grad = (d > FL_R(0.0) ? over : FL_R(0.0)) - (d < FL_R(0.0) ? under : FL_R(0.0));
    const fl_real size = fl_abs(d), rate = d > FL_R(0.0) ? over : under;
    (void)a;
    return (fl_point){ rate * size, grad, -grad };
}
#endif
