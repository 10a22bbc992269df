/* multilabel_margin: lists of labels with and without end, with repeats, with entries that are none, of rows held by a
 * warp and by a block. */
#include "harness.hpp"

namespace {
using namespace test;

struct Case {
    fl_dtype type;
    size_t rows, classes;
    Random random;
    bool in_place = random.chance(0.4), wants_losses = random.chance(0.6), wide = random.chance(0.5);
    bool wrong = random.chance(0.2);
    fl_reduction reduction = fl_reduction(random.below(4));
    std::vector<int64_t> lists = std::vector<int64_t>(rows * classes, -1);
    int64_t bad = INT64_MAX;
    void draw(Buffer& x, Buffer& before);
    void check_row(size_t r, Buffer& before, Buffer& gradient, Buffer& terms, double& sum, double& size);
    bool is_wrong(size_t r) const;
    void run();
};

/* A few labels, now and then one for every class, some of them twice; behind the end anything that is allowed. */
void Case::draw(Buffer& x, Buffer& before) {
    for (size_t i = 0; i < x.count; ++i) x.set(i, random.within(-2, 2)), before.set(i, x.get(i));
    for (size_t r = 0; r < rows; ++r) {
        const size_t most = random.chance(0.1) ? classes : classes < 5 ? classes : 5;
        const size_t count = random.chance(0.1) ? 0 : random.below(most + 1);
        for (size_t i = 0; i < classes; ++i) {
            int64_t& y = lists[r * classes + i];
            if (i < count) y = int64_t(random.below(random.chance(0.3) ? (classes + 3) / 4 : classes));
            else if (i > count && random.chance(0.2)) y = int64_t(random.below(classes));
            if (wrong && random.chance(0.5 / double(classes))) y = random.chance(0.5) ? -2 : int64_t(classes);
            if ((y < -1 || y >= int64_t(classes)) && bad == INT64_MAX) bad = int64_t(r * classes + i);
        }
    }
}

bool Case::is_wrong(size_t r) const {
    for (size_t i = 0; i < classes; ++i)
        if (lists[r * classes + i] < -1 || lists[r * classes + i] >= int64_t(classes)) return true;
    return false;
}

/* By the definition: every label of the list against every class that is not in it. */
void Case::check_row(size_t r, Buffer& before, Buffer& gradient, Buffer& terms, double& sum, double& size) {
    const double by = reduction == FL_MEAN || reduction == FL_BATCHMEAN ? double(rows) : 1;
    const bool lost = is_wrong(r);
    std::vector<double> slope(classes);
    std::vector<bool> positive(classes);
    long double exact = 0;
    size_t count = 0;
    while (!lost && count < classes && lists[r * classes + count] >= 0)
        positive[size_t(lists[r * classes + count++])] = true;
    for (size_t i = 0; i < count; ++i) {
        const size_t y = size_t(lists[r * classes + i]);
        for (size_t c = 0; c < classes; ++c) {
            const double z = 1 - (before.get(r * classes + y) - before.get(r * classes + c));
            if (positive[c] || !(z > 0)) continue;
            exact += z / (long double)(classes), slope[c] += 1, slope[y] -= 1;
        }
    }
    const double eps = epsilon_of(type) * 4, term = double(exact);
    sum += lost ? double(NAN) : term, size += term;
    if (wants_losses) near_to(terms.get(r), lost ? NAN : term, eps * term, "losses", r);
    for (size_t c = 0; c < classes; ++c) {
        const double expected = slope[c] / double(classes) / by;
        near_to(gradient.get(r * classes + c), expected, eps * fabs(expected) + rounding_of(type, expected), "gradient",
                r * classes + c);
    }
}

void Case::run() {
    Buffer x(type, rows * classes, random.below(4)), before(type, x.count), g(type, x.count, random.below(4));
    Buffer terms(term_type(type), rows);
    draw(x, before);
    Buffer& gradient = in_place ? x : g;
    const std::vector<int32_t> narrow(lists.begin(), lists.end());
    fl_row_args args{};
    args.struct_size = int32_t(sizeof args), args.dtype = type, args.reduction = reduction;
    args.outer = int64_t(rows), args.classes = int64_t(classes), args.inner = 1;
    args.input = x.data(), args.gradient = gradient.data();
    args.labels = wide ? static_cast<const void*>(lists.data()) : narrow.data();
    args.label_type = wide ? FL_INT64 : FL_INT32;
    if (wants_losses) args.losses = terms.data();
    Workspace work(fl_cuda_row_workspace(&args));
    expect(fl_cuda_multilabel_margin(&args, &work.call, nullptr) == 0, "status");
    double sum = 0, size = 0;
    for (size_t r = 0; r < rows; ++r) check_row(r, before, gradient, terms, sum, size);
    const double by = reduction == FL_MEAN || reduction == FL_BATCHMEAN ? double(rows) : 1;
    near_to(work.loss, reduction == FL_NONE ? NAN : sum / by, epsilon_of(type) * 4 * size / by, "loss", 0);
    expect(work.bad_index == bad, "bad_index");
    expect(x.intact() && g.intact() && terms.intact(), "guards");
    ++cases;
}
}

int main(int argc, char** argv) {
    choose(argc, argv);
    const size_t sizes[] = { 1, 2, 3, 8, 10, 31, 33, 100, 257, 700, 1100, 2200 };
    for (fl_dtype type : dtypes)
        for (size_t c : sizes)
            for (uint64_t draw = 0; draw < (c < 40 ? 6 : 2); ++draw) {
                if (quick && (draw + c + size_t(type)) % 3) continue;
                now = std::string("multilabel_margin ") + name_of(type) + " C=" + std::to_string(c) + " draw "
                    + std::to_string(draw);
                Case{ type, c < 40 ? size_t(9) : size_t(2), c, Random((size_t(type) * 8192 + c) * 8 + draw) }.run();
            }
    return report("lists");
}
