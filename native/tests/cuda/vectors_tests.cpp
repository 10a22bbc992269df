/* Hinges between scores, distances of distributions and multilabel cross-entropies, in every element type. */
#include "row_oracles.hpp"

using namespace test;

namespace {

enum class Loss { margin, margin_square, soft_margin, jsd, jsd_forward, jsd_reverse, tvd };
const char* const names[] = { "multi_margin", "multi_margin p 2", "multilabel_soft_margin", "jsd", "jsd b 0", "jsd b 1",
                              "tvd" };

struct Truth { double term = 0, size = 0, steep = 0; std::vector<double> x, t; };

Truth hinges(const std::vector<double>& x, size_t y, double weight, int power) { /* margin 0.7 */
    Truth r;
    const double share = weight / double(x.size());
    long double own = 0;
    r.x.assign(x.size(), 0.0);
    for (size_t c = 0; c < x.size(); ++c) {
        const double z = 0.7 - x[y] + x[c];
        if (c == y || z <= 0) continue;
        const double slope = share * (power == 1 ? 1 : 2 * z);
        r.term += share * pow(z, power), r.size += share * (1 + z * z);
        r.steep += share * (power == 1 ? 1 : 2 * (0.7 + fabs(x[y]) + fabs(x[c]))); /* of what z is the sum of */
        r.x[c] = slope, own -= slope;
    }
    r.x[y] = double(own);
    return r;
}

Truth soft_margins(const std::vector<double>& x, const std::vector<double>& t, const std::vector<double>& w) {
    Truth r;
    const double share = 1.0 / double(x.size());
    for (size_t c = 0; c < x.size(); ++c) {
        const double s = 1 / (1 + exp(-x[c])), term = t[c] * log1p(exp(-x[c])) + (1 - t[c]) * log1p(exp(x[c]));
        r.term += share * w[c] * term, r.size += share * w[c] * (1 + fabs(x[c]));
        r.steep = fmax(r.steep, share * w[c] * (1 + fabs(x[c])));
        r.x.push_back(share * w[c] * (s - t[c])), r.t.push_back(-share * w[c] * x[c]);
    }
    return r;
}

std::vector<double> softmax(const std::vector<double>& x, double temperature) {
    std::vector<double> p;
    double top = -INFINITY, sum = 0;
    for (double v : x) top = fmax(top, v / temperature);
    for (double v : x) p.push_back(exp(v / temperature - top)), sum += p.back();
    for (double& v : p) v /= sum;
    return p;
}

/* The term of one class, and its derivatives to q and p: from the definition, by the product rule. */
struct Slopes { double term, q, p; };
Slopes slopes_of(Loss loss, double q, double p) {
    const double b = 0.3, m = b * p + (1 - b) * q;
    if (loss == Loss::jsd_forward) return { p * log(p / q), -p / q, log(p / q) + 1 };
    if (loss == Loss::jsd_reverse) return { q * log(q / p), log(q / p) + 1, -q / p };
    const double sign = q > p ? 0.5 : q < p ? -0.5 : 0.0;
    if (loss == Loss::tvd) return { fabs(q - p) / 2, sign, -sign };
    return { b * p * log(p / m) + (1 - b) * q * log(q / m), (1 - b) * log(q / m), b * log(p / m) };
}

Truth divergences(Loss loss, const std::vector<double>& x, const std::vector<double>& t, bool raw, double temperature) {
    Truth r;
    std::vector<double> q, p, to_q, to_p;
    double sum_q = 0, sum_p = 0;
    for (double v : x) q.push_back(exp(v));
    for (double v : t) p.push_back(exp(v));
    if (!raw) q = softmax(x, temperature), p = softmax(t, temperature);
    for (size_t c = 0; c < x.size(); ++c) { /* to ln q and ln p */
        const Slopes s = slopes_of(loss, q[c], p[c]);
        to_q.push_back(s.q * q[c]), to_p.push_back(s.p * p[c]);
        sum_q += to_q[c], sum_p += to_p[c];
        const double steep = fmax(q[c], p[c]) * (1 + fabs(log(q[c] / p[c])));
        r.term += s.term, r.size += fabs(s.term) + steep * 0.5, r.steep = fmax(r.steep, steep / temperature);
    }
    for (size_t c = 0; c < x.size(); ++c) {
        r.x.push_back(raw ? to_q[c] : (to_q[c] - q[c] * sum_q) / temperature);
        r.t.push_back(raw ? to_p[c] : (to_p[c] - p[c] * sum_p) / temperature);
    }
    return r;
}

struct Call {
    Loss loss;
    fl_dtype type;
    size_t outer, classes, inner;
    Random random;
    bool raw, weighted;
    double temperature;

    bool has_labels() const { return loss <= Loss::margin_square; }
    size_t at(size_t r, size_t c) const { return (r / inner * classes + c) * inner + r % inner; }
    int32_t call(const fl_row_args& args, const fl_cuda_call& work) const {
        const fl_multi_margin_params m = { 0.7, loss == Loss::margin ? 1 : 2, 0 };
        const double beta = loss == Loss::jsd ? 0.3 : loss == Loss::jsd_forward ? 0.0 : 1.0;
        const fl_jsd_params j = { beta, temperature, raw, 0 };
        const fl_tvd_params v = { temperature, raw, 0 };
        if (has_labels()) return fl_cuda_multi_margin(&args, &m, &work, nullptr);
        if (loss == Loss::soft_margin) return fl_cuda_multilabel_soft_margin(&args, &work, nullptr);
        return loss == Loss::tvd ? fl_cuda_tvd(&args, &v, &work, nullptr) : fl_cuda_jsd(&args, &j, &work, nullptr);
    }
    Truth truth(const std::vector<double>& x, const std::vector<double>& t, const std::vector<double>& w,
                int64_t y) const {
        if (has_labels()) return hinges(x, size_t(y), w[size_t(y)], loss == Loss::margin ? 1 : 2);
        if (loss == Loss::soft_margin) return soft_margins(x, t, w);
        return divergences(loss, x, t, raw, temperature);
    }
    void run();

    size_t rows = outer * inner;
    bool in_place = random.chance(0.4), wants_target = !has_labels() && random.chance(0.6);
    bool wants_losses = random.chance(0.6), wrong = has_labels() && random.chance(0.2);
    fl_reduction reduction = fl_reduction(random.below(4));
    int upstream = rows == 1 ? 0 : int(random.below(reduction == FL_NONE ? 3 : 2));
    std::vector<int64_t> labels = std::vector<int64_t>(rows);
    int64_t bad = INT64_MAX;
    double kept = 0;
    void draw(Buffer& x, Buffer& before, Buffer& t, Buffer& w, Buffer& u);
    void check(Buffer& before, Buffer& t, Buffer& w, Buffer& u, Buffer& terms, Buffer& gradient, Buffer& tg,
               double got);
};

void Call::draw(Buffer& x, Buffer& before, Buffer& t, Buffer& w, Buffer& u) {
    const double low = raw ? -6 : -3, high = raw ? -0.5 : 3;
    const double apart = loss >= Loss::jsd && !raw && random.chance(0.4) ? 150 : 0; /* of the teacher's logits */
    for (size_t i = 0; i < x.count; ++i) {
        x.set(i, random.within(low, high)), before.set(i, x.get(i));
        t.set(i, loss == Loss::soft_margin ? random.unit() : apart + random.within(low, high));
    }
    for (size_t i = 0; i < classes; ++i) w.set(i, random.within(0.5, 2));
    for (size_t i = 0; i < rows; ++i) {
        u.set(i, random.within(0.5, 2));
        labels[i] = wrong && random.chance(0.3) ? -1 - int64_t(random.below(2)) : int64_t(random.below(classes));
        if (labels[i] < 0 && bad == INT64_MAX) bad = int64_t(i);
        kept += !has_labels() || labels[i] >= 0;
    }
}

void Call::check(Buffer& before, Buffer& t, Buffer& w, Buffer& u, Buffer& terms, Buffer& gradient, Buffer& tg,
                 double got) {
    const double by = reduction == FL_MEAN ? kept : reduction == FL_BATCHMEAN ? double(outer) : 1;
    const double eps = 24 * epsilon_of(type);
    long double sum = 0;
    double size = 0;
    for (size_t r = 0; r < rows; ++r) {
        std::vector<double> xs, ts, ws;
        for (size_t c = 0; c < classes; ++c)
            xs.push_back(before.get(at(r, c))), ts.push_back(t.get(at(r, c))), ws.push_back(weighted ? w.get(c) : 1.0);
        const bool lost = has_labels() && labels[r] < 0;
        const Truth truth_r = truth(xs, ts, ws, lost ? 0 : labels[r]);
        const double flow = lost || by == 0 ? 0 : (upstream ? u.get(upstream == 2 ? r : 0) : 1.0) / by;
        const double limit = eps * truth_r.steep * fabs(flow);
        sum += lost ? double(NAN) : truth_r.term, size += truth_r.size;
        if (wants_losses) near_to(terms.get(r), lost ? NAN : truth_r.term, eps * truth_r.size, "losses", r);
        for (size_t c = 0; c < classes; ++c) {
            const double expected = truth_r.x[c] * flow, target = wants_target ? truth_r.t[c] * flow : 0;
            near_to(gradient.get(at(r, c)), expected, limit + rounding_of(type, expected), "gradient", r * classes + c);
            if (wants_target)
                near_to(tg.get(at(r, c)), target, limit + rounding_of(type, target), "target_gradient", c);
        }
    }
    near_to(got, reduction == FL_NONE ? NAN : double(sum) / by, eps * size / by, "loss", 0);
}

void Call::run() {
    const fl_dtype term = term_type(type);
    Buffer x(type, rows * classes, random.below(4)), before(type, x.count), g(type, x.count, random.below(4));
    Buffer t(type, x.count, random.below(4)), tg(type, x.count, random.below(4)), w(term, classes), u(term, rows);
    Buffer terms(term, rows);
    draw(x, before, t, w, u);
    Buffer& gradient = in_place ? x : g;
    fl_row_args args{};
    args.struct_size = int32_t(sizeof args), args.dtype = type, args.reduction = reduction;
    args.outer = int64_t(outer), args.classes = int64_t(classes), args.inner = int64_t(inner);
    args.input = x.data(), args.gradient = gradient.data(), args.label_type = FL_INT64;
    if (has_labels()) args.labels = labels.data();
    else args.target = t.data();
    if (wants_target) args.target_gradient = tg.data();
    if (weighted) args.class_weight = w.data();
    if (wants_losses) args.losses = terms.data();
    if (upstream) args.upstream = u.data(), args.upstream_count = upstream == 2 ? int64_t(rows) : 1;
    Workspace work(fl_cuda_row_workspace(&args));
    expect(call(args, work.call) == 0, "status");
    check(before, t, w, u, terms, gradient, tg, work.loss);
    expect(work.bad_index == bad, "bad_index");
    expect(x.intact() && g.intact() && tg.intact() && terms.intact(), "guards");
    ++cases;
}

/* The divergences' derivatives against difference quotients of their definition. */
void check_oracles() {
    now = "oracle";
    for (Loss loss : { Loss::jsd, Loss::jsd_forward, Loss::jsd_reverse, Loss::tvd }) {
        const std::vector<double> x = { 0.3, -1.1, 0.9 }, t = { -0.2, 0.8, 0.1 };
        const Truth at = divergences(loss, x, t, false, 1.5);
        for (size_t c = 0; c < 3; ++c) {
            std::vector<double> more = x, less = x, more_t = t, less_t = t;
            more[c] += 1e-6, less[c] -= 1e-6, more_t[c] += 1e-6, less_t[c] -= 1e-6;
            const double up = divergences(loss, more, t, false, 1.5).term;
            const double down = divergences(loss, less, t, false, 1.5).term;
            near_to(at.x[c], (up - down) / 2e-6, 1e-6, "slope", c);
            const double up_t = divergences(loss, x, more_t, false, 1.5).term;
            near_to(at.t[c], (up_t - divergences(loss, x, less_t, false, 1.5).term) / 2e-6, 1e-6, "target slope", c);
        }
    }
}
}

int main(int argc, char** argv) {
    choose(argc, argv);
    check_oracles();
    const size_t sizes[] = { 1, 2, 3, 7, 8, 10, 31, 33, 100, 257, 511, 1000, 2050, 4099, 9001, 20011 };
    for (int loss = 0; loss < 7; ++loss)
        for (fl_dtype type : dtypes)
            for (size_t c : sizes)
                for (uint64_t draw = 0; draw < (c < 40 ? 4 : c < 9000 ? 2 : 1); ++draw) {
                    if (quick && (draw + c + size_t(type)) % 3) continue;
                    const bool image = draw == 1 && Loss(loss) != Loss::soft_margin && c < 300;
                    const uint64_t seed = ((uint64_t(loss) * 8 + type) * 8192 + c) * 8 + draw;
                    Random random(seed);
                    const bool raw = Loss(loss) >= Loss::jsd && draw % 2 == 0, weighted = loss <= 2 && draw % 2;
                    now = std::string(names[loss]) + " " + name_of(type) + " C=" + std::to_string(c) + " draw "
                        + std::to_string(draw);
                    Call{ Loss(loss), type, c < 40 ? size_t(9) : c < 9000 ? size_t(2) : size_t(7), c, image ? size_t(37) : 1, random, raw,
                          weighted, raw || draw != 3 ? 1.0 : 1.7 }.run();
                }
    return report("vectors");
}
