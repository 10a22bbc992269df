/* One call of a loss of rows: its arguments, and every output against the oracle. */
#include "rows_case.hpp"

namespace test {

/* `flow`: by what this row's slopes are multiplied. */
void RowCase::check_row(size_t r, const RowTruth& truth, double by, Buffer& g, Buffer& tg, size_t stride, double flow) {
    const bool counted = y[r] != INT64_MIN && y[r] != INT64_MAX;
    const double scale = counted && by != 0 ? flow / by : 0, limit = tolerance() * truth.steep * fabs(scale);
    for (size_t c = 0; c < classes && wants_gradient; ++c) {
        const double expected = scale == 0 ? 0 : truth.slopes[c] * scale;
        near_to(g.get(at(r, c, stride)), expected, limit + rounding_of(type, expected), "gradient", r * classes + c);
    }
    for (size_t c = 0; c < classes && wants_target; ++c) {
        const double expected = truth.target_slopes[c] * scale;
        near_to(tg.get(at(r, c, classes)), expected, tolerance() * fabs(expected) + limit + rounding_of(type, expected),
                "target_gradient", r * classes + c);
    }
}

fl_row_args RowCase::basic_args(const std::vector<char>& labels, size_t stride) const {
    fl_row_args args{};
    args.struct_size = int32_t(sizeof args), args.dtype = type;
    args.outer = int64_t(outer), args.classes = int64_t(classes), args.inner = int64_t(inner);
    args.input_outer_stride = inner == 1 ? int64_t(stride) : 0;
    args.label_type = long_labels ? FL_INT64 : FL_INT32;
    if (kind != Kind::probabilities && !diagonal) args.labels = labels.data();
    args.reduction = reduction;
    args.flags = (no_loss ? FL_FLAG_NO_LOSS : 0) | (counts ? FL_FLAG_CORRECT : 0);
    return args;
}

int64_t RowCase::predicted_at(const std::vector<char>& predicted, size_t r) const {
    const char* p = predicted.data() + r * (long_labels ? 8 : 4);
    return long_labels ? *reinterpret_cast<const int64_t*>(p) : *reinterpret_cast<const int32_t*>(p);
}

int64_t RowCase::best_of(size_t r, Buffer& x, const RowTruth& truth, size_t stride) const {
    for (size_t c = 0; c < classes; ++c)
        if (isnan(x.get(at(r, c, stride)))) return -1;
    return int64_t(truth.best);
}

/* After the call: every output against the oracle. */
void RowCase::check(const Buffers& b, const std::vector<char>& predicted, const Workspace& work) {
    const size_t stride = classes + pad;
    const double by = divisor(*b.w, *b.s);
    long double sum = 0;
    double size = 0;
    int64_t right = 0, bad = INT64_MAX;
    for (size_t r = 0; r < rows; ++r) {
        const RowTruth truth = truth_of(r, *b.before, *b.t, *b.w, stride);
        const double sample = sampled ? b.s->get(r) : 1.0, flow = upstream ? b.u->get(upstream == 2 ? r : 0) : 1.0;
        if (y[r] == INT64_MAX && bad == INT64_MAX) bad = int64_t(r);
        const double loss = y[r] == INT64_MIN ? 0 : y[r] == INT64_MAX ? NAN : truth.loss * sample;
        sum += loss, size += y[r] == INT64_MIN ? 0 : truth.size * sample;
        if (wants_losses) near_to(b.terms->get(r), loss, tolerance() * truth.size * sample, "losses", r);
        check_row(r, truth, by, *b.gradient, *b.tg, stride, flow * sample);
        if (wants_lse) near_to(b.lse->get(r), truth.lse, tolerance() * (4 + fabs(truth.lse)), "log_sum_exp", r);
        const int64_t best = best_of(r, *b.before, truth, stride);
        if (wants_predictions && options.cap == 0) expect(predicted_at(predicted, r) == best, "prediction");
        right += y[r] == best;
    }
    const bool reduced = reduction != FL_NONE && !no_loss;
    near_to(work.loss, reduced ? double(sum) / by : NAN, tolerance() * size / by, "loss", 0);
    expect(work.bad_index == bad, "bad_index");
    if (options.cap == 0) expect(work.correct == (counts && kind != Kind::probabilities ? right : -1), "correct");
}

void RowCase::run() {
    const size_t stride = classes + pad, extent = inner == 1 ? (rows - 1) * stride + classes : rows * classes;
    const fl_dtype term = term_type(type);
    const size_t other = random.chance(0.8) ? askew : (askew + 1) % (16 / size_of(type));
    Buffer x(type, extent, askew), g(type, extent, other);
    Buffer t(type, kind == Kind::probabilities ? rows * classes : 0, random.below(4));
    Buffer tg(type, t.count, random.below(4));
    Buffer w(term, classes), s(term, rows), u(term, upstream == 2 ? rows : 1), terms(term, rows), lse(term, rows);
    Buffer before(type, extent);
    std::vector<char> labels, predicted(rows * 8, 0x33);
    draw_labels(labels), draw_logits(x);
    for (size_t i = 0; i < extent; ++i) before.set(i, x.get(i));
    for (size_t i = 0; i < t.count; ++i) t.set(i, random.within(0, 2.0 / double(classes)));
    for (Buffer* b : { &w, &s, &u }) for (size_t i = 0; i < b->count; ++i) b->set(i, random.within(0.5, 2));
    for (Buffer* b : { &w, &s }) for (size_t i = 0; i < b->count && counts_nothing(); ++i) b->set(i, 0);
    Buffer& gradient = in_place ? x : g;
    fl_row_args args = basic_args(labels, stride);
    args.input = x.data();
    if (kind == Kind::probabilities) args.target = t.data();
    if (wants_gradient) args.gradient = gradient.data(), args.gradient_outer_stride = args.input_outer_stride;
    if (wants_target) args.target_gradient = tg.data();
    if (weighted) args.class_weight = w.data();
    if (sampled) args.sample_weight = s.data();
    if (upstream) args.upstream = u.data(), args.upstream_count = upstream == 2 ? int64_t(rows) : 1;
    if (wants_losses) args.losses = terms.data();
    if (wants_lse) args.log_sum_exp = lse.data();
    if (wants_predictions) args.predictions = predicted.data();
    Workspace work(kind == Kind::balanced ? fl_cuda_balanced_cross_entropy_workspace(&args)
                                          : fl_cuda_row_workspace(&args));
    const double denominator = 3.5;
    if (denominators == 1) args.denominator = denominator;
    if (denominators == 2) work.call.denominator = &denominator;
    work.call.correct = &work.correct;
    expect(call(args, work) == 0, "status");
    check_balance(work);
    check({ &before, &t, &w, &s, &u, &terms, &lse, &gradient, &tg }, predicted, work);
    expect(x.intact() && g.intact() && tg.intact() && terms.intact() && lse.intact(), "guards");
    for (size_t r = 0; r + 1 < rows && wants_gradient; ++r)
        for (size_t c = classes; c < stride; ++c) expect(isnan(gradient.get(r * stride + c)), "padding");
    ++cases;
}

/* Draws a case's options from its shape and `draw`, and runs it. */
void run_rows(Kind kind, fl_dtype type, size_t outer, size_t classes, size_t inner, uint64_t draw) {
    const char* names[] = { "labels", "probabilities", "focal", "info_nce", "nll", "balanced" };
    const uint64_t seed = ((uint64_t(kind) * 8 + type) * 65537 + classes) * 257 + outer * 3 + inner * 7 + draw;
    now = std::string(names[int(kind)]) + " " + name_of(type) + " [" + std::to_string(outer) + ", "
        + std::to_string(classes) + ", " + std::to_string(inner) + "] draw " + std::to_string(draw);
    RowCase(kind, type, outer, classes, inner, seed).run();
}
}
