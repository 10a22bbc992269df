/* The losses of rows from their textbook formulas, one row at a time; in double, but for sums over classes. */
#ifndef FL_TESTS_ROW_ORACLES_H
#define FL_TESTS_ROW_ORACLES_H
#include "harness.hpp"

namespace test {

enum class Kind { labels, probabilities, focal, info_nce, nll, balanced };

struct RowOptions {
    double smoothing = 0, z = 0, cap = 0, gamma = 2, temperature = 1, beta = 1;
    bool detach = false;
};

/* What one row comes to: `slopes` to its logits, `target_slopes` to its probabilities; `size` bounds the summands of
 * the loss, `steep` those of a slope. */
struct RowTruth {
    double loss = 0, lse = 0, size = 0, steep = 0;
    size_t best = 0;
    std::vector<double> slopes, target_slopes;
};

/* Class weights (1 - b) / (1 - b^n) of classes with n labels, such that those of all rows add up to their number. */
inline std::vector<double> balanced_weights(const std::vector<int64_t>& y, size_t classes, double beta) {
    std::vector<double> counts(classes), weights(classes);
    long double rows = 0, mass = 0;
    for (int64_t label : y)
        if (label >= 0 && label < int64_t(classes)) ++counts[size_t(label)], ++rows;
    for (size_t c = 0; c < classes; ++c) {
        const double n = counts[c];
        if (n != 0) weights[c] = beta == 1 ? 1 / n : beta == 0 ? 1 : (beta - 1) / expm1(n * log(beta));
        mass += n * weights[c];
    }
    for (double& w : weights) w = rows == 0 ? 0 : double(w * rows / mass);
    return weights;
}

class RowOracle {
public:
    RowOracle(std::vector<double> logits, std::vector<double> class_weights, RowOptions options)
        : x(std::move(logits)), w(std::move(class_weights)), o(options), c(x.size()) {
        for (size_t i = 0; i < c; ++i)
            if (x[i] > x[truth.best]) truth.best = i;
        for (long double v : x) seen.push_back(o.cap != 0 ? o.cap * tanhl(v / o.cap) : v / o.temperature);
        long double top = -INFINITY, sum = 0; /* long: a confident row's loss is a small difference */
        for (long double v : seen) top = fmaxl(top, v);
        for (long double v : seen) sum += expl(v - top);
        for (long double v : seen) {
            p.push_back(double(expl(v - top) / sum));
            rest.push_back(double((sum - expl(v - top)) / sum));
            log_p.push_back(double((v - top) - logl(sum)));
        }
        truth.lse = double(top + logl(sum));
        truth.slopes.assign(c, 0.0);
        if (w.empty()) w.assign(c, 1.0);
    }

    RowTruth labels(size_t y) {
        const double kept = (1 - o.smoothing) * w[y], share = o.smoothing / double(c);
        long double total = 0, smooth = 0, smooth_size = 0;
        for (double v : w) total += v;
        for (size_t i = 0; i < c && share != 0; ++i)
            smooth -= (long double)w[i] * log_p[i], smooth_size += w[i] * fabs(log_p[i]);
        truth.loss = double((kept != 0 ? -kept * log_p[y] : 0) + share * smooth);
        truth.size = kept * fabs(log_p[y]) + share * double(smooth_size) + 1e-3 * kept;
        truth.steep = kept + share * double(total);
        for (size_t i = 0; i < c; ++i)
            truth.slopes[i] = kept * (p[i] - (i == y)) + share * (p[i] * double(total) - w[i]);
        return finish();
    }

    RowTruth probabilities(const std::vector<double>& t) {
        long double sum = 0, loss = 0;
        for (size_t i = 0; i < c; ++i) sum += w[i] * mixed(t[i]);
        const double mass = double(sum);
        for (size_t i = 0; i < c; ++i) {
            loss -= (long double)(w[i] * mixed(t[i])) * log_p[i];
            truth.size += w[i] * fabs(mixed(t[i])) * (1 + fabs(log_p[i]));
            truth.steep = fmax(truth.steep, w[i] * fabs(mixed(t[i])) + fabs(mass));
            truth.slopes[i] = p[i] * mass - w[i] * mixed(t[i]);
            truth.target_slopes.push_back(-(1 - o.smoothing) * w[i] * log_p[i]);
        }
        truth.loss = double(loss);
        return finish();
    }

    RowTruth focal(size_t y) {
        const double q = rest[y], scaled = w[y] * pow(q, o.gamma);
        const double bend = o.detach ? 0 : o.gamma * (q == 0 ? -1 : p[y] * log_p[y] / q);
        truth.loss = -scaled * log_p[y];
        truth.size = fabs(truth.loss) + 1e-3 * w[y], truth.steep = 2 * w[y];
        for (size_t i = 0; i < c; ++i) truth.slopes[i] = scaled * (bend - 1) * (double(i == y) - p[i]);
        return finish();
    }

    RowTruth nll(size_t y) {
        truth.loss = -w[y] * x[y], truth.size = fabs(truth.loss), truth.steep = w[y];
        truth.slopes[y] = -w[y];
        return truth;
    }

private:
    std::vector<double> x, w, p, rest, log_p; /* rest: 1 - p */
    std::vector<long double> seen;
    RowOptions o;
    size_t c;
    RowTruth truth;

    double mixed(double t) const { return (1 - o.smoothing) * t + o.smoothing / double(c); }
    RowTruth finish() {
        truth.loss += o.z * truth.lse * truth.lse;
        truth.size += o.z * truth.lse * truth.lse * 2;
        truth.steep += 4 * o.z * fabs(truth.lse);
        for (size_t i = 0; i < c; ++i) {
            const double tanh_x = o.cap != 0 ? tanh(x[i] / o.cap) : 0;
            truth.slopes[i] += 2 * o.z * truth.lse * p[i];
            truth.slopes[i] *= (1 - tanh_x * tanh_x) / o.temperature;
        }
        truth.steep /= o.temperature;
        return truth;
    }
};

}
#endif
