/* One call of a loss of rows, its options drawn at random, and everything that has to hold afterwards. */
#ifndef FL_TESTS_ROWS_CASE_H
#define FL_TESTS_ROWS_CASE_H
#include "row_oracles.hpp"

namespace test {

class RowCase {
public:
    RowCase(Kind k, fl_dtype t, size_t outer_size, size_t class_count, size_t inner_size, uint64_t seed);
    void run();

private:
    Kind kind;
    fl_dtype type;
    size_t outer, classes, inner, rows, askew, pad;
    Random random;
    RowOptions options;
    bool long_labels, weighted, sampled, in_place, wants_gradient, wants_target, wants_lse, wants_predictions, counts;
    bool wants_losses, no_loss, ignores, wrong_labels, diagonal = false, nt_xent = false, wild, alpha = false;
    int upstream, denominators;
    fl_reduction reduction;
    std::vector<double> balance; /* class weights of the labels' own */
    std::vector<int64_t> y; /* INT64_MIN: counts for nothing; INT64_MAX: out of range */

    size_t at(size_t r, size_t c, size_t row_stride) const {
        return inner == 1 ? r * row_stride + c : r / inner * classes * inner + c * inner + r % inner;
    }
    /* Three rows: what may be ignored is, what may have a weight has 0. A mean over nothing. */
    bool counts_nothing() const { return rows == 3; }
    void draw_labels(std::vector<char>& bytes);
    void draw_logits(Buffer& x);
    int32_t call(fl_row_args& args, Workspace& work);
    void check_balance(const Workspace& work) const;
    struct Buffers { Buffer *before, *t, *w, *s, *u, *terms, *lse, *gradient, *tg; };
    void check(const Buffers& b, const std::vector<char>& predicted, const Workspace& work);
    fl_row_args basic_args(const std::vector<char>& labels, size_t stride) const;
    int64_t predicted_at(const std::vector<char>& predicted, size_t r) const;
    int64_t best_of(size_t r, Buffer& x, const RowTruth& truth, size_t stride) const;
    RowTruth truth_of(size_t r, Buffer& x, Buffer& t, Buffer& w, size_t stride);
    void check_row(size_t r, const RowTruth& truth, double by, Buffer& g, Buffer& tg, size_t stride, double flow);
    double divisor(Buffer& w, Buffer& s) const;
    double tolerance() const { return 8 * epsilon_of(type); }
};

inline RowCase::RowCase(Kind k, fl_dtype t, size_t outer_size, size_t class_count, size_t inner_size, uint64_t seed)
    : kind(k), type(t), outer(outer_size), classes(class_count), inner(inner_size), rows(outer * inner), random(seed) {
    askew = random.chance(0.5) ? random.below(16 / size_of(t)) : 0;
    pad = inner == 1 && random.chance(0.4) ? random.below(9) : 0;
    const bool entropy = kind == Kind::labels || kind == Kind::probabilities, balances = kind == Kind::balanced;
    if ((entropy || balances) && random.chance(0.4)) options.smoothing = 0.1;
    if (balances) options.beta = random.chance(0.4) ? 1 : random.chance(0.2) ? 0 : random.chance(0.5) ? 0.9 : 0.9999;
    if (entropy && random.chance(0.3)) options.z = 0.01;
    if (entropy && random.chance(0.2)) options.cap = 5;
    if (kind == Kind::focal) options.gamma = random.chance(0.5) ? 2 : 1.5, options.detach = random.chance(0.3);
    if (kind == Kind::focal && classes == 2) alpha = random.chance(0.5);
    if (kind == Kind::info_nce) options.temperature = 0.5, diagonal = classes >= outer && random.chance(0.5);
    if (kind == Kind::info_nce && classes == outer && outer % 2 == 0) nt_xent = diagonal = random.chance(0.5);
    long_labels = random.chance(0.5), weighted = kind != Kind::info_nce && !balances && !alpha && random.chance(0.4);
    sampled = entropy && random.chance(0.3), in_place = random.chance(0.3);
    wants_gradient = in_place || random.chance(0.8), wants_target = kind == Kind::probabilities && random.chance(0.5);
    const bool statistics = entropy || kind == Kind::info_nce;
    wants_lse = statistics && random.chance(0.4), wants_predictions = statistics && random.chance(0.4);
    counts = statistics && random.chance(0.4), wants_losses = random.chance(0.6), no_loss = random.chance(0.1);
    ignores = kind != Kind::probabilities && kind != Kind::info_nce && random.chance(0.5);
    wrong_labels = kind != Kind::probabilities && !diagonal && random.chance(0.2);
    wild = kind == Kind::labels && options.smoothing == 0 && options.cap == 0 && random.chance(0.3);
    reduction = fl_reduction(random.below(4)), upstream = int(random.below(reduction == FL_NONE ? 3 : 2));
    denominators = reduction == FL_MEAN ? int(random.below(3)) : 0;
    if (upstream == 2 && rows == 1) upstream = 1;
}

inline void RowCase::draw_labels(std::vector<char>& bytes) {
    const size_t size = long_labels ? 8 : 4;
    y.resize(rows), bytes.resize(rows * size);
    for (size_t r = 0; r < rows; ++r) {
        y[r] = int64_t(random.below(classes));
        if (diagonal) y[r] = int64_t(nt_xent ? (r + rows / 2) % classes : r);
        int64_t stored = y[r];
        if (ignores && random.chance(counts_nothing() ? 1.0 : 0.2)) stored = FL_IGNORE_INDEX, y[r] = INT64_MIN;
        else if (wrong_labels && random.chance(0.2))
            stored = random.chance(0.5) ? int64_t(classes) + 2 : -3, y[r] = INT64_MAX;
        const int32_t narrow = int32_t(stored);
        if (long_labels) memcpy(bytes.data() + r * size, &stored, size);
        else memcpy(bytes.data() + r * size, &narrow, size);
    }
    if (kind == Kind::balanced) balance = balanced_weights(y, classes, options.beta);
}

/* Rows far from 0, rows of few different values, rows with classes of probability 0 (never the label), rows of NaN
 * whose label is ignored. */
inline void RowCase::draw_logits(Buffer& x) {
    const size_t stride = classes + pad;
    for (size_t r = 0; r < rows; ++r) {
        const double shift = wild && !is_half(type) && random.chance(0.3) ? 1e4 : 0;
        const bool holes = wild && random.chance(0.4), poisoned = y[r] == INT64_MIN && random.chance(0.5);
        const bool coarse = random.chance(0.3);
        for (size_t c = 0; c < classes; ++c) {
            const double drawn = random.within(-4, 4), value = coarse ? round(drawn) : drawn;
            const bool hole = holes && int64_t(c) != y[r] && random.chance(0.3);
            x.set(at(r, c, stride), poisoned ? NAN : hole ? -INFINITY : shift + value);
        }
        if (holes) x.set(at(r, y[r] >= 0 && y[r] < int64_t(classes) ? size_t(y[r]) : 0, stride), shift + 1);
    }
}

inline int32_t RowCase::call(fl_row_args& args, Workspace& work) {
    if (kind == Kind::labels || kind == Kind::probabilities) {
        const fl_cross_entropy_params p = { options.smoothing, FL_IGNORE_INDEX, options.z, options.cap };
        return fl_cuda_cross_entropy(&args, &p, &work.call, nullptr);
    }
    if (kind == Kind::focal) {
        const fl_softmax_focal_params p = { options.gamma, alpha ? 0.3 : -1, FL_IGNORE_INDEX, options.detach, 0 };
        return fl_cuda_softmax_focal(&args, &p, &work.call, nullptr);
    }
    if (kind == Kind::balanced) {
        const fl_balanced_cross_entropy_params p = { options.beta, options.smoothing, FL_IGNORE_INDEX };
        return fl_cuda_balanced_cross_entropy(&args, &p, &work.call, nullptr);
    }
    if (kind == Kind::nll) return fl_cuda_nll(&args, nullptr, &work.call, nullptr);
    const fl_info_nce_params p = { options.temperature, nt_xent, 0 };
    return fl_cuda_info_nce(&args, &p, &work.call, nullptr);
}

/* The class weights stay in the workspace. */
inline void RowCase::check_balance(const Workspace& work) const {
    for (size_t c = 0; c < balance.size(); ++c) {
        const double w = type == FL_FLOAT64 ? static_cast<const double*>(work.call.workspace)[c]
                                            : double(static_cast<const float*>(work.call.workspace)[c]);
        near_to(w, balance[c], (type == FL_FLOAT64 ? 16 : 1) * epsilon_of(type) * balance[c], "class weight", c);
    }
}

inline RowTruth RowCase::truth_of(size_t r, Buffer& x, Buffer& t, Buffer& w, size_t stride) {
    std::vector<double> logits(classes), weights, target(classes);
    for (size_t c = 0; c < classes; ++c) logits[c] = x.get(at(r, c, stride));
    for (size_t c = 0; c < classes && weighted; ++c) weights.push_back(w.get(c));
    if (nt_xent) logits[r] = -INFINITY;
    if (alpha) weights = { 0.3, 0.7 };
    if (kind == Kind::balanced) weights = balance;
    RowOracle oracle(logits, weights, options);
    if (kind == Kind::probabilities) {
        for (size_t c = 0; c < classes; ++c) target[c] = t.get(at(r, c, classes));
        return oracle.probabilities(target);
    }
    const size_t label = y[r] >= 0 && y[r] < int64_t(classes) ? size_t(y[r]) : 0;
    return kind == Kind::focal ? oracle.focal(label) : kind == Kind::nll ? oracle.nll(label) : oracle.labels(label);
}

inline double RowCase::divisor(Buffer& w, Buffer& s) const {
    if (denominators) return 3.5;
    if (reduction == FL_BATCHMEAN) return double(outer);
    if (reduction != FL_MEAN) return 1;
    double sum = 0;
    for (size_t r = 0; r < rows; ++r) {
        const bool label = kind != Kind::probabilities;
        if (label && (y[r] == INT64_MIN || y[r] == INT64_MAX)) continue;
        const bool by_count = kind == Kind::focal || kind == Kind::info_nce;
        sum += (label && weighted && !by_count ? w.get(size_t(y[r])) : 1.0) * (sampled ? s.get(r) : 1.0);
    }
    return sum;
}

void run_rows(Kind kind, fl_dtype type, size_t outer, size_t classes, size_t inner, uint64_t draw);

}
#endif
