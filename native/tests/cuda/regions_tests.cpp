/* dice and tversky: every way into probabilities, regions of classes, samples and batches, labels and targets, and
 * tiles of every shape. */
#include "harness.hpp"

namespace {
using namespace test;

/* By the textbook, in long double: sums over regions, then the chain rule row by row. Of ignored rows nothing is
 * asked. */
class Oracle {
public:
    size_t classes;
    long double alpha, beta, smooth;
    bool softmax, sigmoid;
    std::vector<long double> top, off; /* numerator, and what the denominator has more */
    Oracle(size_t c, size_t regions, const fl_tversky_params& o)
        : classes(c), alpha(o.alpha), beta(o.beta), smooth(o.smooth),
          softmax(!o.probabilities && c > 1), sigmoid(!o.probabilities && c == 1), top(regions, smooth),
          off(regions) {}

    /* p and 1 - p of a row. */
    struct Row { std::vector<long double> p, q; };
    Row row(const std::vector<double>& x) const {
        Row r;
        const size_t best = size_t(std::max_element(x.begin(), x.end()) - x.begin());
        long double rest = 0; /* without the largest: nothing cancels */
        for (size_t c = 0; c < classes; ++c) rest += c == best ? 0 : expl(x[c] - (long double)x[best]);
        for (size_t c = 0; c < classes; ++c) {
            const long double e = expl(x[c] - (long double)x[best]), others = c == best ? rest : rest - e + 1;
            r.p.push_back(softmax ? e / (1 + rest) : sigmoid ? 1 / (1 + expl(-(long double)x[c])) : x[c]);
            r.q.push_back(softmax ? others / (1 + rest) : sigmoid ? 1 / (1 + expl(x[c])) : 1 - (long double)x[c]);
        }
        return r;
    }
    void add(const Row& r, const std::vector<double>& t, size_t first, bool common) {
        for (size_t c = 0; c < classes; ++c) {
            const size_t i = first + (common ? 0 : c);
            top[i] += r.p[c] * t[c];
            off[i] += alpha * r.p[c] * (1 - t[c]) + beta * r.q[c] * t[c];
        }
    }
    double term(size_t i) const { return double(off[i] / (top[i] + off[i])); }

    /* d/dx, and the size of what it is a sum of. */
    struct Slope { long double value, size; };
    std::vector<Slope> slopes(const Row& r, const std::vector<double>& t, size_t first, bool common,
                              const std::vector<double>& flow) const {
        std::vector<Slope> h(classes);
        Slope mean = { 0, 0 };
        for (size_t c = 0; c < classes; ++c) {
            const size_t i = first + (common ? 0 : c);
            const long double n = top[i], d = n + off[i], bent = t[c] + alpha * (1 - t[c]) - beta * t[c];
            if (d == 0) continue;
            h[c] = { (n * bent - t[c] * d) / (d * d) * flow[i],
                     (n * (t[c] * fabsl(1 - beta) + alpha * (1 - t[c])) / d + t[c]) / d * fabsl(flow[i]) };
            mean.value += r.p[c] * h[c].value, mean.size += r.p[c] * h[c].size;
        }
        for (size_t c = 0; c < classes; ++c) {
            if (softmax) h[c] = { r.p[c] * (h[c].value - mean.value), r.p[c] * (h[c].size + mean.size) };
            if (sigmoid) h[c].value *= r.p[c] * r.q[c], h[c].size *= r.p[c] * r.q[c];
        }
        return h;
    }
};

enum Label : int64_t { ignored = INT64_MIN, wrong = INT64_MAX };

class Case {
public:
    Case(fl_dtype t, size_t o, size_t c, size_t i, uint64_t seed)
        : type(t), outer(o), classes(c), inner(i), rows(o * i), random(seed) {
        hyper.alpha = dice ? 0.5 : random.within(0, 1.5), hyper.beta = dice ? 0.5 : random.within(0, 1.5);
        if (!dice && random.chance(0.2)) hyper.alpha = random.chance(0.5) ? 0 : 1;
        hyper.smooth = random.chance(0.3) ? 0 : random.chance(0.5) ? 1 : 0.1;
        hyper.ignore_index = random.chance(0.5) ? FL_IGNORE_INDEX : 0;
        hyper.probabilities = classes > 500 ? seed % 2 : random.chance(0.3), hyper.all_classes = random.chance(0.3);
        hyper.per_sample = outer < 100 && random.chance(0.4);
        samples = hyper.per_sample ? outer : 1, of_sample = hyper.all_classes ? 1 : classes;
        regions = samples * of_sample;
        reduction = fl_reduction(random.below(4)), upstream = int(random.below(reduction == FL_NONE ? 3 : 2));
        denominators = reduction == FL_MEAN ? int(random.below(3)) : 0;
        if (upstream == 2 && regions == 1) upstream = 1;
    }
    void run();

private:
    fl_dtype type;
    size_t outer, classes, inner, rows, samples, of_sample, regions;
    Random random;
    bool dice = random.chance(0.4), soft = random.chance(0.4), wide = random.chance(0.5), in_place = random.chance(0.4);
    bool wants_gradient = in_place || random.chance(0.8), wants_losses = random.chance(0.6);
    bool no_loss = random.chance(0.1), ignores = random.chance(0.5), mistakes = random.chance(0.2);
    bool certain = random.chance(0.2); /* labels have almost all of the probability: terms are tiny */
    size_t pad = random.chance(0.4) ? random.below(5) : 0, gap = random.chance(0.3) ? random.below(3) : 0;
    size_t askew = random.below(8), class_stride = inner == 1 ? 1 : inner + gap;
    size_t outer_stride = inner == 1 ? classes + pad : classes * class_stride + pad;
    fl_tversky_params hyper{};
    fl_reduction reduction;
    int upstream, denominators;
    std::vector<int64_t> y;

    size_t at(size_t r, size_t c) const { return r / inner * outer_stride + c * class_stride + r % inner; }
    size_t extent() const { return rows ? at(rows - 1, classes - 1) + 1 : 0; }
    size_t first_of(size_t r) const { return hyper.per_sample ? r / inner * of_sample : 0; }
    bool counts(size_t r) const { return y[r] != ignored && y[r] != wrong; }
    void draw(Buffer& x, Buffer& t);
    std::vector<double> scores_of(size_t r, Buffer& x) const;
    std::vector<double> target_of(size_t r, Buffer& t) const;
    int64_t stored(size_t r);
    fl_row_args args_of() const;
    int32_t call(const fl_row_args& args, const fl_cuda_call& work, int64_t* bytes) const;
    void check(Buffer& x, Buffer& t, Buffer& u, Buffer& terms, Buffer& g, const Workspace& work);
    double check_terms(const Oracle& oracle, Buffer& terms, double& size);
    double tolerance() const { return (is_half(type) ? 16 : 6) * epsilon_of(type); }
};

/* Rows whose label is ignored may hold anything. */
void Case::draw(Buffer& x, Buffer& t) {
    for (size_t r = 0; r < rows; ++r) {
        const size_t labels = classes == 1 ? 2 : classes;
        y.push_back(int64_t(random.below(random.chance(0.5) ? labels : (labels + 3) / 4)));
        if (!soft && hyper.ignore_index == y[r]) y[r] = ignored;
        if (!soft && ignores && hyper.ignore_index == FL_IGNORE_INDEX && random.chance(0.2)) y[r] = ignored;
        if (!soft && mistakes && random.chance(0.5 / double(rows))) y[r] = wrong;
        const bool poisoned = y[r] == ignored && random.chance(0.5), confident = random.chance(0.3);
        const double shift = !is_half(type) && random.chance(0.05) ? 1e4 : 0;
        for (size_t c = 0; c < classes; ++c) {
            const double lead = certain && !soft && y[r] == int64_t(c) ? 14 : 0;
            const double drawn = lead + random.within(-4, 4) * (confident ? 3 : 1);
            x.set(at(r, c), poisoned ? NAN : hyper.probabilities ? random.within(0, 1) : shift + drawn);
            const size_t dense = r / inner * classes * inner + c * inner + r % inner;
            if (soft) t.set(dense, random.chance(0.3) ? 0 : random.unit());
        }
    }
}

std::vector<double> Case::scores_of(size_t r, Buffer& x) const {
    std::vector<double> scores;
    for (size_t c = 0; c < classes; ++c) scores.push_back(x.get(at(r, c)));
    return scores;
}

std::vector<double> Case::target_of(size_t r, Buffer& t) const {
    std::vector<double> target;
    for (size_t c = 0; c < classes; ++c) {
        const bool own = y[r] == (classes == 1 ? 1 : int64_t(c));
        target.push_back(soft ? t.get(r / inner * classes * inner + c * inner + r % inner) : own);
    }
    return target;
}

int64_t Case::stored(size_t r) {
    if (y[r] == wrong) return random.chance(0.5) ? -3 : int64_t(classes == 1 ? 2 : classes);
    return y[r] == ignored ? hyper.ignore_index : y[r];
}

fl_row_args Case::args_of() const {
    fl_row_args args{};
    args.struct_size = int32_t(sizeof args), args.dtype = type;
    args.outer = int64_t(outer), args.classes = int64_t(classes), args.inner = int64_t(inner);
    args.input_outer_stride = int64_t(outer_stride), args.input_class_stride = int64_t(class_stride);
    args.label_type = wide ? FL_INT64 : FL_INT32;
    args.reduction = reduction, args.flags = no_loss ? uint32_t(FL_FLAG_NO_LOSS) : 0;
    args.upstream_count = upstream == 2 ? int64_t(regions) : upstream;
    if (denominators == 1) args.denominator = 3.5;
    return args;
}

/* `bytes`: asks for the workspace only. */
int32_t Case::call(const fl_row_args& args, const fl_cuda_call& work, int64_t* bytes) const {
    const fl_dice_params p = { hyper.smooth, hyper.ignore_index, hyper.probabilities, hyper.all_classes,
                               hyper.per_sample, 0 };
    if (bytes) *bytes = dice ? fl_cuda_dice_workspace(&args, &p) : fl_cuda_tversky_workspace(&args, &hyper);
    if (bytes) return 0;
    return dice ? fl_cuda_dice(&args, &p, &work, nullptr) : fl_cuda_tversky(&args, &hyper, &work, nullptr);
}

/* A label out of range takes its sample's terms with it. */
double Case::check_terms(const Oracle& oracle, Buffer& terms, double& size) {
    std::vector<bool> lost(regions);
    long double sum = 0;
    for (size_t r = 0; r < rows; ++r)
        if (y[r] == wrong) for (size_t i = 0; i < of_sample; ++i) lost[first_of(r) + i] = true;
    for (size_t i = 0; i < regions; ++i) {
        const double term = lost[i] ? NAN : oracle.term(i);
        sum += term, size += fabs(term);
        if (wants_losses) near_to(terms.get(i), term, tolerance() * fabs(term), "losses", i);
    }
    return double(sum);
}

void Case::check(Buffer& x, Buffer& t, Buffer& u, Buffer& terms, Buffer& g, const Workspace& work) {
    fl_tversky_params p = hyper;
    if (dice) p.smooth /= 2; /* dice counts everything twice */
    Oracle oracle(classes, regions, p);
    int64_t bad = INT64_MAX;
    for (size_t r = 0; r < rows; ++r) {
        if (y[r] == wrong && bad == INT64_MAX) bad = int64_t(r);
        if (counts(r)) oracle.add(oracle.row(scores_of(r, x)), target_of(r, t), first_of(r), hyper.all_classes);
    }
    double size = 0, by = 1;
    const double sum = check_terms(oracle, terms, size);
    if (reduction == FL_MEAN) by = denominators ? 3.5 : double(regions);
    if (reduction == FL_BATCHMEAN) by = double(outer);
    const bool reduced = reduction != FL_NONE && !no_loss;
    near_to(work.loss, reduced ? sum / by : NAN, tolerance() * size / by, "loss", 0);
    expect(work.bad_index == bad, "bad_index");
    expect(work.correct == -1, "correct");
    std::vector<double> flow(regions);
    for (size_t i = 0; i < regions; ++i) flow[i] = (upstream ? u.get(upstream == 2 ? i : 0) : 1) / by;
    for (size_t r = 0; r < rows && wants_gradient; ++r) {
        std::vector<Oracle::Slope> slopes(classes);
        if (counts(r))
            slopes = oracle.slopes(oracle.row(scores_of(r, x)), target_of(r, t), first_of(r), hyper.all_classes, flow);
        for (size_t c = 0; c < classes; ++c) {
            const double expected = double(slopes[c].value), limit = tolerance() * double(slopes[c].size);
            near_to(g.get(at(r, c)), expected, limit + rounding_of(type, expected), "gradient", r * classes + c);
        }
    }
}

void Case::run() {
    const fl_dtype term = term_type(type);
    Buffer x(type, extent(), askew), before(type, extent()), g(type, extent(), random.below(8));
    Buffer t(type, soft ? rows * classes : 0, random.below(8)), u(term, upstream == 2 ? regions : 1);
    Buffer terms(term, regions);
    draw(x, t);
    for (size_t i = 0; i < x.count; ++i) before.set(i, x.get(i));
    for (size_t i = 0; i < u.count; ++i) u.set(i, random.within(0.5, 2));
    std::vector<int64_t> labels;
    for (size_t r = 0; r < rows; ++r) labels.push_back(stored(r));
    const std::vector<int32_t> narrow(labels.begin(), labels.end());
    Buffer& gradient = in_place ? x : g;
    fl_row_args args = args_of();
    args.input = x.data();
    if (soft) args.target = t.data();
    else args.labels = wide ? static_cast<const void*>(labels.data()) : narrow.data();
    if (upstream) args.upstream = u.data();
    if (wants_losses) args.losses = terms.data();
    if (wants_gradient) args.gradient = gradient.data();
    args.gradient_outer_stride = args.input_outer_stride, args.gradient_class_stride = args.input_class_stride;
    int64_t bytes = 0;
    call(args, {}, &bytes);
    Workspace work(bytes);
    const double denominator = 3.5;
    if (denominators == 2) work.call.denominator = &denominator;
    work.call.correct = &work.correct;
    expect(call(args, work.call, nullptr) == 0, "status");
    check(before, t, u, terms, gradient, work);
    expect(x.intact() && g.intact() && terms.intact(), "guards");
    std::vector<bool> element(x.count);
    for (size_t r = 0; r < rows; ++r) for (size_t c = 0; c < classes; ++c) element[at(r, c)] = true;
    for (size_t i = 0; i < x.count; ++i) if (!element[i] && wants_gradient) expect(isnan(gradient.get(i)), "padding");
    ++cases;
}

void run(fl_dtype type, size_t outer, size_t classes, size_t inner, uint64_t draw) {
    now = std::string("regions ") + name_of(type) + " [" + std::to_string(outer) + ", " + std::to_string(classes) + ", "
        + std::to_string(inner) + "] draw " + std::to_string(draw);
    Case(type, outer, classes, inner, (uint64_t(type) * 65537 + classes) * 8191 + outer * 3 + inner * 7 + draw).run();
}
}

int main(int argc, char** argv) {
    choose(argc, argv);
    struct { size_t outer, classes, inner; } shapes[] = {
        { 1, 1, 1 }, { 700, 1, 1 }, { 3, 1, 400 }, { 1100, 2, 1 }, { 5, 3, 257 }, { 513, 9, 1 }, { 2, 16, 300 },
        { 300, 17, 1 }, { 3, 21, 171 }, { 257, 32, 1 }, { 130, 33, 1 }, { 3, 65, 43 }, { 70, 130, 1 }, { 2, 200, 37 },
        { 67, 257, 1 }, { 2, 300, 35 }, { 66, 513, 1 }, { 9, 1024, 1 }, { 70, 1025, 1 }, { 3, 1030, 5 }, { 3, 2100, 1 },
        { 0, 4, 3 }, { 3, 4, 0 }, { 40, 2, 30 }, { 80, 5, 2 } };
    for (fl_dtype type : dtypes) {
        size_t turn = 0;
        for (const auto& s : shapes)
            for (uint64_t draw = 0; draw < (s.classes < 100 ? 24 : 10); ++draw)
                if (!quick || (turn++ + size_t(type)) % 5 == 0) run(type, s.outer, s.classes, s.inner, draw);
    }
    for (uint64_t draw = 0; draw < 3 && !quick; ++draw) /* chunks of several tiles */
        run(FL_FLOAT32, 1, 1 + draw % 2, 2200000, draw);
    return report("regions");
}
