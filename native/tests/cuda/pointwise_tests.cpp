/* Every point-wise loss in every element type: sizes around every boundary of the kernels, options drawn at random. */
#include "point_oracles.hpp"

using namespace test;

namespace {

int32_t smooth_l1_entry(const fl_pointwise_args* a, const fl_cuda_call* c) {
    const fl_smooth_l1_params p = { 0.5 };
    return fl_cuda_smooth_l1(a, &p, c, nullptr);
}
int32_t huber_entry(const fl_pointwise_args* a, const fl_cuda_call* c) {
    const fl_huber_params p = { 0.7 };
    return fl_cuda_huber(a, &p, c, nullptr);
}
int32_t focal_entry(const fl_pointwise_args* a, const fl_cuda_call* c) {
    return fl_cuda_sigmoid_focal(a, nullptr, c, nullptr);
}
int32_t focal_15_entry(const fl_pointwise_args* a, const fl_cuda_call* c) {
    const fl_sigmoid_focal_params p = { 0.25, 1.5, 0, 0 };
    return fl_cuda_sigmoid_focal(a, &p, c, nullptr);
}
int32_t hinge_entry(const fl_pointwise_args* a, const fl_cuda_call* c) {
    const fl_hinge_embedding_params p = { 0.8 };
    return fl_cuda_hinge_embedding(a, &p, c, nullptr);
}
int32_t poisson_entry(const fl_pointwise_args* a, const fl_cuda_call* c) {
    const fl_poisson_nll_params p = { 1e-8, 1, 0 };
    return fl_cuda_poisson_nll(a, &p, c, nullptr);
}
int32_t poisson_rate_entry(const fl_pointwise_args* a, const fl_cuda_call* c) {
    const fl_poisson_nll_params p = { 1e-8, 0, 1 };
    return fl_cuda_poisson_nll(a, &p, c, nullptr);
}
int32_t kl_entry(const fl_pointwise_args* a, const fl_cuda_call* c) { return fl_cuda_kl_div(a, nullptr, c, nullptr); }
int32_t kl_log_entry(const fl_pointwise_args* a, const fl_cuda_call* c) {
    const fl_kl_div_params p = { 1, 0 };
    return fl_cuda_kl_div(a, &p, c, nullptr);
}
int32_t gaussian_entry(const fl_pointwise_args* a, const fl_cuda_call* c) {
    const fl_gaussian_nll_params p = { 1e-6, 1, 0 };
    return fl_cuda_gaussian_nll(a, &p, c, nullptr);
}
int32_t ranking_entry(const fl_pointwise_args* a, const fl_cuda_call* c) {
    const fl_margin_ranking_params p = { 0.3 };
    return fl_cuda_margin_ranking(a, &p, c, nullptr);
}
template <int32_t (*plain)(const fl_pointwise_args*, const fl_cuda_call*, void*)>
int32_t entry(const fl_pointwise_args* a, const fl_cuda_call* c) { return plain(a, c, nullptr); }

constexpr Span none = { 0, 0, false }, plain = { -3, 3, false }, signs = { 0, 0, true };
constexpr Span unit = { 0.02, 0.98, false }, bits = { 0, 1, true }, positive = { 0.1, 4, false };
const PointLoss losses[] = {
    { "mse", entry<fl_cuda_mse>, mse, plain, plain, none, true, true, false, false, true },
    { "l1", entry<fl_cuda_l1>, l1, plain, plain, none, true, true, false, false, false },
    { "smooth_l1", smooth_l1_entry, smooth_l1, plain, plain, none, false, false, false, false, true },
    { "huber", huber_entry, huber, plain, plain, none, true, false, false, false, true },
    { "bce", entry<fl_cuda_bce>, bce, unit, unit, none, true, false, false, false, true },
    { "bce_with_logits", entry<fl_cuda_bce_with_logits>, bce_with_logits, plain, unit, none, true, false, false, false,
      true },
    { "bce_with_logits positive", entry<fl_cuda_bce_with_logits>, bce_positive, plain, unit, positive, true, false,
      false, false, true },
    { "sigmoid_focal 2", focal_entry, focal_2, plain, bits, none, false, false, false, false, true },
    { "sigmoid_focal 1.5", focal_15_entry, focal_15, plain, bits, none, false, false, false, false, true },
    { "soft_margin", entry<fl_cuda_soft_margin>, soft_margin, plain, signs, none, false, false, true, false, true },
    { "hinge_embedding", hinge_entry, hinge_embedding, plain, signs, none, false, false, true, false, false },
    { "poisson_nll", poisson_entry, poisson_nll, plain, positive, none, false, false, false, false, true },
    { "poisson_nll rate", poisson_rate_entry, poisson_full_rate, positive, positive, none, false, false, false, false,
      false },
    { "kl_div", kl_entry, kl_div, plain, unit, none, false, false, false, false, true },
    { "kl_div log", kl_log_entry, kl_div_log, plain, plain, none, false, false, false, false, true },
    { "gaussian_nll", gaussian_entry, gaussian_nll, plain, plain, positive, false, false, false, true, true },
    { "margin_ranking", ranking_entry, margin_ranking, plain, signs, plain, false, false, false, true, false },
};

void fill(Buffer& b, const Span& s, Random& random) {
    for (size_t i = 0; i < b.count; ++i) {
        if (s.signs) b.set(i, random.chance(0.5) ? 1.0 : s.high == 1 ? 0.0 : -1.0);
        else b.set(i, random.within(s.low, s.high));
    }
}

/* Where element i of a [2, rows, columns] view lies. */
struct Layout {
    int64_t shape[3] = { 0, 0, 0 }, strides[3] = { 0, 0, 0 };
    bool strided = false;
    size_t at(size_t i) const {
        if (!strided) return i;
        const size_t c = size_t(shape[2]), r = size_t(shape[1]);
        return i / c / r * size_t(strides[0]) + i / c % r * size_t(strides[1]) + i % c * size_t(strides[2]);
    }
};

/* One call with options drawn at random, and everything that has to hold afterwards. */
class Case {
public:
    Case(const PointLoss& which, fl_dtype t, size_t count, uint64_t seed)
        : loss(which), type(t), n(count), random(seed), strided(count % 6 == 0 && random.chance(0.3)) {
        askew = random.chance(0.4) ? random.below(16 / size_of(t)) : 0;
        apart = random.chance(0.15);
        in_place = random.chance(0.3), wants_gradient = in_place || random.chance(0.8);
        wants_target = !loss.constant_target && random.chance(0.4);
        wants_extra = loss.extra_gradient && random.chance(0.5);
        weighted = loss.weight && random.chance(0.5);
        broadcast = strided && random.chance(0.5);
        reduction = fl_reduction(random.below(4));
        upstream = int(random.below(reduction == FL_NONE ? 3 : 2)), no_loss = random.chance(0.1);
        own_denominator = reduction == FL_MEAN ? int(random.below(3)) : 0;
        wants_losses = random.chance(0.5);
    }
    void run();

private:
    const PointLoss& loss;
    fl_dtype type;
    size_t n, askew = 0;
    Random random;
    bool strided, broadcast = false, apart = false, in_place = false, wants_gradient = false, wants_target = false;
    bool wants_extra = false, weighted = false, no_loss = false, wants_losses = false;
    int upstream = 0, own_denominator = 0;
    fl_reduction reduction = FL_MEAN;
    Layout layout, weight_layout;

    void stride();
    void check(Buffer& x, Buffer& t, Buffer& a, Buffer& w, Buffer& u, Buffer& g, Buffer& tg, Buffer& ag, Buffer& terms,
               double got_loss);
    double divisor(Buffer& w) {
        if (own_denominator) return 3.5;
        if (reduction == FL_BATCHMEAN) return 5;
        if (reduction != FL_MEAN) return 1;
        double sum = 0;
        for (size_t i = 0; i < n; ++i) sum += w.get(weight_layout.at(i));
        return weighted && loss.mean_by_weight ? sum : double(n);
    }
};

void Case::check(Buffer& x, Buffer& t, Buffer& a, Buffer& w, Buffer& u, Buffer& g, Buffer& tg, Buffer& ag,
                 Buffer& terms, double got_loss) {
    const double by = divisor(w), eps = epsilon_of(type);
    long double sum = 0;
    double size = 0;
    for (size_t i = 0; i < n; ++i) {
        const double weight = weighted ? w.get(weight_layout.at(i)) : 1.0;
        const double flow = (upstream ? u.get(upstream == 2 ? i : 0) : 1.0) / by;
        const double extra = a.count ? a.get(layout.at(i)) : 0;
        const Point p = loss.oracle(x.get(layout.at(i)), t.get(layout.at(i)), extra);
        const double scale = 12 * eps * (2 + fabs(p.loss)), flowing = fabs(flow * weight);
        sum += weight * p.loss, size += fabs(weight) * (2 + fabs(p.loss));
        if (wants_losses) near_to(terms.get(i), weight * p.loss, fabs(weight) * scale, "losses", i);
        const double out[3] = { p.by_input * flow * weight, p.by_target * flow * weight, p.by_extra * flow };
        Buffer* in[3] = { wants_gradient ? &g : nullptr, wants_target ? &tg : nullptr, wants_extra ? &ag : nullptr };
        const char* names[3] = { "gradient", "target_gradient", "extra_gradient" };
        for (int k = 0; k < 3; ++k)
            if (in[k])
                near_to(in[k]->get(layout.at(i)), out[k],
                        12 * eps * (fabs(out[k]) + 2 * flowing) + rounding_of(type, out[k]), names[k], i);
    }
    const bool reduced = reduction != FL_NONE && !no_loss;
    near_to(got_loss, reduced ? double(sum / by) : NAN, 4 * eps * size / by, "loss", 0);
}

void Case::stride() {
    const int64_t columns = int64_t(n) / 6, shape[3] = { 2, 3, columns };
    const int64_t strides[3] = { 3 * columns + 5, columns + 1, 1 };
    memcpy(layout.shape, shape, sizeof shape), memcpy(layout.strides, strides, sizeof strides);
    layout.strided = true, weight_layout = layout;
    if (broadcast) weight_layout.strides[0] = 0, weight_layout.strides[2] = 0, weight_layout.strides[1] = 1;
}

void Case::run() {
    if (strided) stride();
    const size_t extent = strided && n ? layout.at(n - 1) + 1 : n;
    const size_t other = apart ? (askew + 1) % (16 / size_of(type)) : askew;
    Buffer x(type, extent, askew), t(type, extent, other), a(type, loss.extra.high != 0 ? extent : 0, askew);
    Buffer w(type, extent, askew), g(type, extent, askew), tg(type, extent, askew), ag(type, extent, askew);
    Buffer u(term_type(type), upstream == 2 ? n : 1, random.below(2)), terms(term_type(type), n, random.below(3));
    fill(x, loss.input, random), fill(t, loss.target, random), fill(u, plain, random), fill(w, positive, random);
    if (a.count) fill(a, loss.extra, random);
    Buffer before(type, extent);
    for (size_t i = 0; i < extent; ++i) before.set(i, x.get(i));
    Buffer& gradient = in_place ? x : g;
    fl_pointwise_args args{};
    args.struct_size = int32_t(sizeof args), args.dtype = type, args.count = int64_t(n), args.batch = 5;
    args.input = x.data(), args.target = t.data(), args.extra = a.count ? a.data() : nullptr;
    args.weight = weighted ? w.data() : nullptr;
    args.gradient = wants_gradient ? gradient.data() : nullptr;
    args.target_gradient = wants_target ? tg.data() : nullptr, args.extra_gradient = wants_extra ? ag.data() : nullptr;
    args.losses = wants_losses ? terms.data() : nullptr;
    args.reduction = reduction, args.flags = no_loss ? FL_FLAG_NO_LOSS : 0;
    args.upstream = upstream ? u.data() : nullptr;
    args.upstream_count = upstream == 2 ? int64_t(n) : upstream;
    if (strided) {
        memcpy(args.shape, layout.shape, sizeof args.shape);
        const int64_t* s = layout.strides;
        args.input_strides = args.target_strides = args.extra_strides = args.gradient_strides = s;
        args.target_gradient_strides = args.extra_gradient_strides = s, args.weight_strides = weight_layout.strides;
    }
    Workspace work(fl_cuda_pointwise_workspace(&args));
    const double denominator = 3.5;
    if (own_denominator == 1) args.denominator = denominator;
    if (own_denominator == 2) work.call.denominator = &denominator;
    if (upstream == 2 && n == 1) args.upstream_count = 1;
    expect(loss.entry(&args, &work.call) == 0, "status");
    check(before, t, a, w, u, gradient, tg, ag, terms, work.loss);
    expect(x.intact() && g.intact() && tg.intact() && ag.intact() && terms.intact(), "guards");
    ++cases;
}

/* The oracles themselves: each derivative against a difference quotient, away from corners. */
void check_oracles() {
    Random random(5);
    for (const PointLoss& l : losses) {
        now = std::string("oracle of ") + l.name;
        for (int i = 0; i < 50 && l.smooth; ++i) {
            const double h = 1e-6, x = random.within(l.input.low, l.input.high);
            const double t = l.target.signs ? (random.chance(0.5) ? 1 : l.target.high == 1 ? 0 : -1)
                                            : random.within(l.target.low, l.target.high);
            const double a = random.within(l.extra.low, l.extra.high);
            const Point p = l.oracle(x, t, a);
            near_to(p.by_input, (l.oracle(x + h, t, a).loss - l.oracle(x - h, t, a).loss) / (2 * h), 1e-4, "slope", 0);
            if (!l.target.signs)
                near_to(p.by_target, (l.oracle(x, t + h, a).loss - l.oracle(x, t - h, a).loss) / (2 * h), 1e-4, "t", 0);
            if (l.extra_gradient)
                near_to(p.by_extra, (l.oracle(x, t, a + h).loss - l.oracle(x, t, a - h).loss) / (2 * h), 1e-4, "a", 0);
        }
    }
}
}

int main(int argc, char** argv) {
    choose(argc, argv);
    check_oracles();
    const size_t sizes[] = { 0,   1,   2,    6,    7,    8,    9,    30,   33,   63,  120,
                             255, 257, 1023, 1026, 2047, 2048, 2049, 4098, 8191, 9000 };
    for (const PointLoss& l : losses)
        for (fl_dtype t : dtypes)
            for (size_t n : sizes)
                for (uint64_t draw = 0; draw < (n < 1000 ? 4 : 1); ++draw) {
                    if (quick && (n + draw + size_t(&l - losses)) % 3) continue;
                    const uint64_t seed = (uint64_t(&l - losses) * 4 + t) * 100003 + n * 17 + draw;
                    now = std::string(l.name) + " " + name_of(t) + " n=" + std::to_string(n) + " seed "
                        + std::to_string(seed);
                    Case(l, t, n, seed).run();
                }
    for (uint64_t draw = 0; draw < 3; ++draw) { /* more parts of a sum than the last step has threads */
        now = "many parts, draw " + std::to_string(draw);
        Case(losses[0], FL_FLOAT64, 1100000, draw).run();
    }
    return report("pointwise");
}
