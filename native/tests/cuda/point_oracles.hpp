/* The point-wise losses from their textbook formulas, in double. A derivative is a closed form of its own here; the
 * tests hold each against a difference quotient of its term. */
#ifndef FL_TESTS_POINT_ORACLES_H
#define FL_TESTS_POINT_ORACLES_H
#include "harness.hpp"

namespace test {

struct Point { double loss, by_input, by_target, by_extra; };
using PointOracle = Point (*)(double x, double t, double a);
using PointEntry = int32_t (*)(const fl_pointwise_args*, const fl_cuda_call*);

/* How inputs are drawn. */
struct Span { double low, high; bool signs; };
struct PointLoss {
    const char* name;
    PointEntry entry;
    PointOracle oracle;
    Span input, target, extra; /* extra: both 0 = not taken */
    bool weight, mean_by_weight, constant_target, extra_gradient, smooth;
};

inline double sign_of(double v) { return v > 0 ? 1.0 : v < 0 ? -1.0 : 0.0; }
inline double sigmoid(double x) { return 1.0 / (1.0 + exp(-x)); }
inline double softplus(double x) { return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)); }

inline Point mse(double x, double t, double) { return { (x - t) * (x - t), 2 * (x - t), 2 * (t - x), 0 }; }
inline Point l1(double x, double t, double) { return { fabs(x - t), sign_of(x - t), sign_of(t - x), 0 }; }
inline Point smooth_l1(double x, double t, double) { /* beta 0.5 */
    const double d = x - t;
    if (fabs(d) < 0.5) return { d * d, 2 * d, -2 * d, 0 };
    return { fabs(d) - 0.25, sign_of(d), -sign_of(d), 0 };
}
inline Point huber(double x, double t, double) { /* delta 0.7 */
    const double d = x - t;
    if (fabs(d) <= 0.7) return { d * d / 2, d, -d, 0 };
    return { 0.7 * (fabs(d) - 0.35), 0.7 * sign_of(d), -0.7 * sign_of(d), 0 };
}
inline Point bce(double x, double t, double) {
    const double p = fmax(log(x), -100), q = fmax(log1p(-x), -100);
    return { -(t * p + (1 - t) * q), (x - t) / fmax(x * (1 - x), 1e-12), log1p(-x) - log(x), 0 };
}
inline Point bce_with_logits(double x, double t, double) {
    return { t * softplus(-x) + (1 - t) * softplus(x), sigmoid(x) - t, -x, 0 };
}
inline Point bce_positive(double x, double t, double q) {
    const double s = sigmoid(x);
    return { q * t * softplus(-x) + (1 - t) * softplus(x), (q * t + 1 - t) * s - q * t,
             q * softplus(-x) - softplus(x), 0 };
}
inline Point focal(double x, double t, double gamma) { /* alpha 0.25; t is 0 or 1 */
    const double alpha = t == 1 ? 0.25 : 0.75, sign = t == 1 ? 1.0 : -1.0;
    const double p = sigmoid(sign * x), w = sigmoid(-sign * x), ce = softplus(-sign * x);
    const double by_p = -gamma * pow(w, gamma - 1) * ce - pow(w, gamma) / p; /* d/dp of w^gamma ce */
    const double s = sigmoid(x), ce_t = -x, w_t = 1 - 2 * s, alpha_t = -0.5;
    const double by_t = alpha_t * pow(w, gamma) * ce
                      + alpha * (gamma * pow(w, gamma - 1) * w_t * ce + pow(w, gamma) * ce_t);
    return { alpha * pow(w, gamma) * ce, alpha * by_p * sign * p * w, by_t, 0 };
}
inline Point focal_2(double x, double t, double) { return focal(x, t, 2.0); }
inline Point focal_15(double x, double t, double) { return focal(x, t, 1.5); }
inline Point soft_margin(double x, double y, double) { return { softplus(-y * x), -y * sigmoid(-y * x), 0, 0 }; }
inline Point hinge_embedding(double x, double y, double) { /* margin 0.8 */
    if (y == 1) return { x, 1, 0, 0 };
    return { fmax(0.0, 0.8 - x), 0.8 - x >= 0 ? -1.0 : 0.0, 0, 0 };
}
inline Point poisson_nll(double x, double t, double) { return { exp(x) - t * x, exp(x) - t, -x, 0 }; }
inline Point poisson_full_rate(double x, double t, double) { /* eps 1e-8, full */
    const double more = t > 1 ? t * log(t) - t + log(2 * M_PI * t) / 2 : 0, slope = t > 1 ? log(t) + 0.5 / t : 0;
    return { x - t * log(x + 1e-8) + more, 1 - t / (x + 1e-8), slope - log(x + 1e-8), 0 };
}
inline Point kl_div(double x, double t, double) {
    if (t == 0) return { 0 * x, 0, 0, 0 };
    return { t * (log(t) - x), -t, log(t) + 1 - x, 0 };
}
inline Point kl_div_log(double x, double t, double) { return { exp(t) * (t - x), -exp(t), exp(t) * (t - x + 1), 0 }; }
inline Point gaussian_nll(double x, double t, double v) { /* full */
    const double d = x - t;
    return { (log(v) + d * d / v + log(2 * M_PI)) / 2, d / v, -d / v, (1 / v - d * d / (v * v)) / 2 };
}
inline Point margin_ranking(double x1, double y, double x2) { /* margin 0.3 */
    const double z = 0.3 - y * (x1 - x2), on = z >= 0 ? 1.0 : 0.0;
    return { fmax(0.0, z), -on * y, -on * (x1 - x2), on * y };
}

}
#endif
