/* CTC in every element type against the sum over the lattice in log space, in long double, by its own formulas. */
#include "harness.hpp"

using namespace test;

namespace {

typedef long double Real;
typedef std::vector<Real> Column;

Real add(Real a, Real b) { /* ln(e^a + e^b) */
    const Real top = fmaxl(a, b), low = fminl(a, b);
    return top == -INFINITY ? top : top + log1pl(expl(low - top));
}

struct Truth { double loss = 0; std::vector<std::vector<double>> shares; };

/* Textbook CTC over the extended target: blanks between, before and after the labels. */
Truth truth_of(const std::vector<Column>& log_p, const std::vector<size_t>& labels, size_t blank) {
    const size_t frames = log_p.size(), states = 2 * labels.size() + 1;
    const auto label = [&](size_t s) { return s % 2 ? labels[s / 2] : blank; };
    const auto skips = [&](size_t s) { return s % 2 && s > 1 && labels[s / 2] != labels[s / 2 - 1]; };
    std::vector<Column> a(frames, Column(states, -INFINITY)), b = a;
    Truth r;
    for (size_t t = 0; t < frames; ++t)
        for (size_t s = 0; s < states; ++s) {
            Real sum = t == 0 ? (s < 2 ? 0 : -INFINITY) : a[t - 1][s];
            if (t && s > 0) sum = add(sum, a[t - 1][s - 1]);
            if (t && skips(s)) sum = add(sum, a[t - 1][s - 2]);
            a[t][s] = sum + log_p[t][label(s)];
        }
    for (size_t t = frames; t-- > 0;)
        for (size_t s = 0; s < states; ++s) {
            Real sum = t + 1 == frames ? (s + 2 >= states ? 0 : -INFINITY) : b[t + 1][s] + log_p[t + 1][label(s)];
            if (t + 1 < frames && s + 1 < states) sum = add(sum, b[t + 1][s + 1] + log_p[t + 1][label(s + 1)]);
            if (t + 1 < frames && s + 2 < states && skips(s + 2))
                sum = add(sum, b[t + 1][s + 2] + log_p[t + 1][label(s + 2)]);
            b[t][s] = sum;
        }
    Real total = frames == 0 ? (labels.empty() ? 0 : -INFINITY) : a[frames - 1][states - 1];
    if (frames && states > 1) total = add(total, a[frames - 1][states - 2]);
    r.loss = double(-total);
    for (size_t t = 0; t < frames; ++t) {
        r.shares.emplace_back(log_p[t].size(), 0.0);
        for (size_t s = 0; s < states; ++s) r.shares[t][label(s)] += double(expl(a[t][s] + b[t][s] - total));
    }
    return r;
}

struct Case {
    fl_dtype type;
    size_t times, batch, classes, longest;
    Random random;
    bool padded, long_types, logs, true_gradient, zero_infinity, in_place, batch_first, wrong, weighed;
    fl_reduction reduction;
    int upstream = 0;
    size_t blank;
    std::vector<size_t> frames;
    std::vector<std::vector<size_t>> labels;
    int64_t bad = INT64_MAX;

    Case(fl_dtype t, size_t frame_count, size_t samples, size_t class_count, size_t most, uint64_t seed)
        : type(t), times(frame_count), batch(samples), classes(class_count), longest(most), random(seed) {
        padded = random.chance(0.5), long_types = random.chance(0.5), logs = random.chance(0.4);
        true_gradient = logs && random.chance(0.5), zero_infinity = random.chance(0.5), in_place = random.chance(0.4);
        batch_first = random.chance(0.4), wrong = random.chance(0.3), weighed = random.chance(0.5);
        reduction = fl_reduction(random.below(4)), blank = random.chance(0.5) ? 0 : random.below(classes);
        if (weighed) upstream = reduction == FL_NONE && batch > 1 ? 2 : 1;
    }
    size_t at(size_t t, size_t n, size_t c) const {
        return batch_first ? (n * times + t) * classes + c : (t * batch + n) * classes + c;
    }
    void draw(std::vector<int64_t>& targets, std::vector<int64_t>& lengths, std::vector<int64_t>& input_lengths);
    void check(Buffer& x, Buffer& g, Buffer& u, Buffer& terms, double loss);
    void run();
};

void Case::draw(std::vector<int64_t>& targets, std::vector<int64_t>& lengths, std::vector<int64_t>& input_lengths) {
    for (size_t n = 0; n < batch; ++n) {
        frames.push_back(random.chance(0.6) ? times : random.below(times + 1));
        labels.emplace_back(classes > 1 ? random.below(longest + 1) : 0);
        for (size_t i = 0; i < labels[n].size(); ++i) { /* repeats next to each other and apart */
            const bool again = i && random.chance(0.3);
            do labels[n][i] = again ? labels[n][i - 1] : random.below(classes);
            while (labels[n][i] == blank);
        }
        lengths.push_back(int64_t(labels[n].size())), input_lengths.push_back(int64_t(frames[n]));
        for (size_t l : labels[n]) targets.push_back(int64_t(l));
        if (padded) targets.resize((n + 1) * longest, -7);
    }
    if (!wrong || batch < 2) return;
    bad = int64_t(1 + random.below(batch - 1)); /* one sample's label, or its length */
    if (labels[size_t(bad)].empty() || !padded) input_lengths[size_t(bad)] = int64_t(times) + 1;
    else targets[size_t(bad) * longest] = random.chance(0.5) ? int64_t(classes) : int64_t(blank);
}

void Case::check(Buffer& x, Buffer& g, Buffer& u, Buffer& terms, double got) {
    long double sum = 0;
    double size = 0;
    const double eps = epsilon_of(type) * double(times + 2);
    for (size_t n = 0; n < batch; ++n) {
        std::vector<Column> log_p(frames[n], Column(classes));
        for (size_t t = 0; t < frames[n]; ++t) {
            Real all = logs ? 0 : -INFINITY;
            for (size_t c = 0; c < classes && !logs; ++c) all = add(all, x.get(at(t, n, c)));
            for (size_t c = 0; c < classes; ++c) log_p[t][c] = x.get(at(t, n, c)) - all;
        }
        const Truth truth = truth_of(log_p, labels[n], blank);
        const bool lost = int64_t(n) == bad, impossible = isinf(truth.loss);
        const double loss = lost ? NAN : impossible && zero_infinity ? 0 : truth.loss;
        const double length = reduction == FL_MEAN ? fmax(1.0, double(labels[n].size())) : 1;
        const double by = length * (reduction == FL_MEAN || reduction == FL_BATCHMEAN ? double(batch) : 1);
        const double flow = (upstream ? u.get(upstream == 2 ? n : 0) : 1.0) / by;
        sum += loss / length, size += 8 * double(times + 1) / length;
        near_to(terms.get(n), loss, 8 * eps, "losses", n);
        for (size_t t = 0; t < times; ++t)
            for (size_t c = 0; c < classes; ++c) {
                const bool inside = t < frames[n] && !lost;
                double expected = inside && impossible && !zero_infinity ? NAN : 0;
                if (inside && !impossible)
                    expected = ((true_gradient ? 0 : double(expl(log_p[t][c]))) - truth.shares[t][c]) * flow;
                near_to(g.get(at(t, n, c)), expected, eps * fabs(flow) + rounding_of(type, expected), "gradient",
                        at(t, n, c));
            }
    }
    const double by = reduction == FL_MEAN || reduction == FL_BATCHMEAN ? double(batch) : 1;
    near_to(got, reduction == FL_NONE ? NAN : double(sum) / by, eps * size / by, "loss", 0);
}

void Case::run() {
    std::vector<int64_t> targets, lengths, input_lengths;
    draw(targets, lengths, input_lengths);
    std::vector<int32_t> short_targets(targets.begin(), targets.end()), short_lengths(lengths.begin(), lengths.end());
    std::vector<int32_t> short_inputs(input_lengths.begin(), input_lengths.end());
    Buffer x(type, times * batch * classes, random.below(8)), before(type, x.count), g(type, x.count, random.below(8));
    Buffer u(term_type(type), batch), terms(term_type(type), batch);
    for (size_t i = 0; i < x.count; ++i) x.set(i, logs ? random.within(-6, -0.3) : random.within(-4, 4));
    for (size_t i = 0; i < x.count; ++i) before.set(i, x.get(i));
    for (size_t n = 0; n < batch; ++n) u.set(n, random.within(0.5, 2));
    fl_ctc_args args{};
    args.struct_size = int32_t(sizeof args), args.dtype = type, args.reduction = reduction;
    args.times = int64_t(times), args.batch = int64_t(batch), args.classes = int64_t(classes);
    args.input = x.data(), args.gradient = in_place ? x.data() : g.data(), args.losses = terms.data();
    if (batch_first) args.input_time_stride = args.gradient_time_stride = int64_t(classes);
    if (batch_first) args.input_batch_stride = args.gradient_batch_stride = int64_t(times * classes);
    args.targets = long_types ? static_cast<void*>(targets.data()) : short_targets.data();
    args.target_lengths = long_types ? static_cast<void*>(lengths.data()) : short_lengths.data();
    args.input_lengths = long_types ? static_cast<void*>(input_lengths.data()) : short_inputs.data();
    args.target_type = args.length_type = long_types ? FL_INT64 : FL_INT32;
    args.target_stride = padded ? int64_t(longest) : 0, args.target_count = int64_t(targets.size());
    if (upstream) args.upstream = u.data(), args.upstream_count = upstream == 2 ? int64_t(batch) : 1;
    const fl_ctc_params p = { int64_t(blank), zero_infinity, logs, true_gradient, 0 };
    Workspace work(fl_cuda_ctc_workspace(&args));
    expect(fl_cuda_ctc(&args, &p, &work.call, nullptr) == 0, "status");
    check(before, in_place ? x : g, u, terms, work.loss);
    expect(work.bad_index == bad, "bad_index");
    expect(x.intact() && g.intact() && terms.intact(), "guards");
    ++cases;
}
}

int main(int argc, char** argv) {
    choose(argc, argv);
    struct Size { size_t times, batch, classes, longest; };
    const Size sizes[] = {
        { 1, 1, 2, 1 },    { 3, 2, 3, 2 },    { 7, 5, 5, 4 },     { 12, 3, 40, 9 }, { 30, 3, 6, 20 },
        { 9, 2, 1100, 5 }, { 5, 2, 2500, 3 }, { 170, 2, 4, 140 }, { 6, 4, 1, 2 },   { 320, 1, 3, 290 },
        { 1040, 1, 3, 1030 },
    };
    for (fl_dtype type : dtypes)
        for (const Size& s : sizes)
            for (uint64_t draw = 0; draw < (s.times < 40 ? 8 : 2); ++draw) {
                if (quick && (draw + s.times + size_t(type)) % 3) continue;
                now = std::string("ctc ") + name_of(type) + " T=" + std::to_string(s.times) + " N="
                    + std::to_string(s.batch) + " C=" + std::to_string(s.classes) + " draw " + std::to_string(draw);
                const uint64_t seed = ((uint64_t(type) * 1000 + s.times) * 4000 + s.classes) * 16 + draw;
                Case(type, s.times, s.batch, s.classes, s.longest, seed).run();
            }
    return report("ctc");
}
