/* Losses of pairs and triples of vectors, in every element type, by warps and by blocks. */
#include "harness.hpp"

using namespace test;

namespace {

typedef std::vector<double> Vector;
enum class Loss { cosine, square, absolute, highest, lowest, power, count, cosine_distance };
const char* const names[] = { "cosine_embedding", "triplet 2",   "triplet 1", "triplet inf",
                              "triplet -inf",     "triplet 3.5", "triplet 0", "triplet cosine" };
const double powers[] = { 0, 2, 1, INFINITY, -INFINITY, 3.5, 0, 2 }, eps = 1e-3;

struct Truth { double term = 0, size = 1, steep = 1; Vector g[3]; };

double dot(const Vector& a, const Vector& b) {
    long double s = 0;
    for (size_t i = 0; i < a.size(); ++i) s += (long double)a[i] * b[i];
    return double(s);
}

Truth cosine_truth(const Vector& a, const Vector& b, double y) { /* margin 0.1 */
    Truth r;
    const double m1 = dot(a, a) + 1e-12, m2 = dot(b, b) + 1e-12, d = sqrt(m1 * m2), s = dot(a, b) / d;
    const double slope = y == 1 ? -1 : s >= 0.1 ? 1 : 0;
    r.term = y == 1 ? 1 - s : fmax(0.0, s - 0.1), r.steep = 2 / sqrt(fmin(m1, m2));
    for (size_t i = 0; i < a.size(); ++i) {
        r.g[0].push_back(slope * (b[i] / d - s * a[i] / m1));
        r.g[1].push_back(slope * (a[i] / d - s * b[i] / m2));
    }
    return r;
}

/* A distance of two vectors and its slopes to either. */
struct Distance { double d = 0, steep = 0; Vector u, v; };

Distance distance_of(Loss loss, const Vector& a, const Vector& b) {
    Distance r;
    if (loss == Loss::cosine_distance) {
        const double n = sqrt(dot(a, a)), m = sqrt(dot(b, b)), s = dot(a, b) / (n * m);
        r.d = 1 - s, r.steep = 2 / fmin(n, m);
        for (size_t i = 0; i < a.size(); ++i) {
            r.u.push_back(-(b[i] / m - s * a[i] / n) / n), r.v.push_back(-(a[i] / n - s * b[i] / m) / m);
        }
        return r;
    }
    const double p = powers[int(loss)];
    long double sum = 0;
    double top = p < 0 ? INFINITY : 0, ties = 0;
    for (size_t i = 0; i < a.size(); ++i) {
        const double size = fabs(a[i] - b[i] + eps);
        sum += p == 0 ? size != 0 : isinf(p) ? 0 : powl(size, p);
        top = p < 0 ? fmin(top, size) : fmax(top, size);
    }
    r.d = p == 0 ? double(sum) : isinf(p) ? top : double(powl(sum, 1 / p)), r.steep = 1;
    for (size_t i = 0; i < a.size(); ++i) ties += fabs(a[i] - b[i] + eps) == top;
    for (size_t i = 0; i < a.size(); ++i) {
        const double u = a[i] - b[i] + eps, size = fabs(u);
        const double share = p == 0 ? 0 : isinf(p) ? (size == top ? 1 / ties : 0) : pow(size / r.d, p - 1);
        r.u.push_back(u < 0 ? -share : share), r.v.push_back(u < 0 ? share : -share);
    }
    return r;
}

Truth triplet_truth(Loss loss, const Vector& a, const Vector& p, const Vector& n, bool swap) { /* margin 0.5 */
    Truth r;
    const Distance ap = distance_of(loss, a, p), an = distance_of(loss, a, n), pn = distance_of(loss, p, n);
    const bool nearer = swap && pn.d < an.d;
    const double tie = swap && pn.d == an.d ? 0.5 : nearer ? 1 : 0, over = 0.5 + ap.d - (nearer ? pn.d : an.d);
    const double on = over >= 0 ? 1 : 0;
    r.term = fmax(0.0, over), r.size = 1 + ap.d + an.d + pn.d, r.steep = 2 * (ap.steep + an.steep + pn.steep);
    for (size_t i = 0; i < a.size(); ++i) {
        r.g[0].push_back(on * (ap.u[i] - (1 - tie) * an.u[i]));
        r.g[1].push_back(on * (ap.v[i] - tie * pn.u[i]));
        r.g[2].push_back(on * (-(1 - tie) * an.v[i] - tie * pn.v[i]));
    }
    return r;
}

struct Call {
    Loss loss;
    fl_dtype type;
    size_t rows, length;
    Random random;
    bool swap;

    int32_t call(const fl_pair_args& args, const fl_cuda_call& work) const {
        const fl_cosine_embedding_params c = { 0.1 };
        const fl_distance distance = loss == Loss::cosine_distance ? FL_DISTANCE_COSINE : FL_DISTANCE_NORM;
        const fl_triplet_margin_params t = { 0.5, powers[int(loss)], eps, swap, distance };
        return loss == Loss::cosine ? fl_cuda_cosine_embedding(&args, &c, &work, nullptr)
                                    : fl_cuda_triplet_margin(&args, &t, &work, nullptr);
    }
    void run();
    void check(Buffer* const* before, Buffer* const* g, Buffer& y, Buffer& u, Buffer& terms, size_t stride,
               const fl_pair_args& args, double loss_got);
};

void Call::check(Buffer* const* before, Buffer* const* g, Buffer& y, Buffer& u, Buffer& terms, size_t stride,
                 const fl_pair_args& args, double loss_got) {
    const int inputs = loss == Loss::cosine ? 2 : 3;
    const double by = args.reduction == FL_MEAN || args.reduction == FL_BATCHMEAN ? double(rows) : 1;
    const double ulp = (loss == Loss::power ? 8 : 4) * epsilon_of(type);
    long double sum = 0;
    double size = 0;
    for (size_t r = 0; r < rows; ++r) {
        Vector x[3];
        for (int k = 0; k < inputs; ++k)
            for (size_t i = 0; i < length; ++i) x[k].push_back(before[k]->get(r * stride + i));
        const Truth truth = loss == Loss::cosine ? cosine_truth(x[0], x[1], y.get(r))
                                                 : triplet_truth(loss, x[0], x[1], x[2], swap);
        const double flow = (args.upstream ? u.get(args.upstream_count == 1 ? 0 : r) : 1.0) / by;
        sum += truth.term, size += truth.size;
        if (args.losses) near_to(terms.get(r), truth.term, ulp * truth.size, "losses", r);
        for (int k = 0; k < inputs; ++k)
            for (size_t i = 0; i < length && g[k]; ++i) {
                const double expected = truth.g[k][i] * flow, limit = ulp * truth.steep * fabs(flow);
                near_to(g[k]->get(r * stride + i), expected, limit + rounding_of(type, expected),
                        k == 0 ? "gradient1" : k == 1 ? "gradient2" : "gradient3", r * length + i);
            }
    }
    near_to(loss_got, args.reduction == FL_NONE ? NAN : double(sum) / by, ulp * size / by, "loss", 0);
}

void Call::run() {
    const size_t pad = random.chance(0.4) ? random.below(5) : 0, stride = length + pad;
    const size_t extent = (rows - 1) * stride + length, per_pack = 16 / size_of(type);
    const bool in_place = random.chance(0.3), triple = loss != Loss::cosine;
    const fl_reduction reduction = fl_reduction(random.below(4));
    const int upstream = rows == 1 ? 0 : int(random.below(reduction == FL_NONE ? 3 : 2));
    const size_t askew = random.chance(0.5) ? 0 : random.below(per_pack);
    Buffer x1(type, extent, askew), x2(type, extent, random.chance(0.5) ? askew : random.below(per_pack)),
        x3(type, extent, askew), c1(type, extent), c2(type, extent), c3(type, extent), g1(type, extent, askew),
        g2(type, extent, random.below(per_pack)), g3(type, extent, askew), y(term_type(type), rows),
        u(term_type(type), rows), terms(term_type(type), rows);
    Buffer* x[3] = { &x1, &x2, &x3 };
    Buffer* copy[3] = { &c1, &c2, &c3 };
    Buffer* g[3] = { in_place ? &x1 : &g1, &g2, triple ? &g3 : nullptr };
    for (int k = 0; k < 3; ++k)
        for (size_t i = 0; i < extent; ++i) x[k]->set(i, random.within(-1, 1)), copy[k]->set(i, x[k]->get(i));
    for (size_t r = 0; r < rows; ++r) y.set(r, random.chance(0.5) ? 1 : -1), u.set(r, random.within(0.5, 2));
    if (random.chance(0.2)) g[1] = nullptr;
    fl_pair_args args{};
    args.struct_size = int32_t(sizeof args), args.dtype = type, args.reduction = reduction;
    args.rows = int64_t(rows), args.dimensions = int64_t(length);
    args.input1 = x1.data(), args.input2 = x2.data(), args.input3 = triple ? x3.data() : nullptr;
    args.stride1 = args.stride2 = args.stride3 = int64_t(stride);
    args.gradient_stride1 = args.gradient_stride2 = args.gradient_stride3 = int64_t(stride);
    args.gradient1 = g[0]->data(), args.gradient2 = g[1] ? g2.data() : nullptr;
    args.gradient3 = triple ? g3.data() : nullptr;
    args.target = triple ? nullptr : y.data();
    if (upstream) args.upstream = u.data(), args.upstream_count = upstream == 2 ? int64_t(rows) : 1;
    if (random.chance(0.6)) args.losses = terms.data();
    Workspace work(fl_cuda_pair_workspace(&args));
    expect(call(args, work.call) == 0, "status");
    check(copy, g, y, u, terms, stride, args, work.loss);
    expect(x1.intact() && g1.intact() && g2.intact() && g3.intact() && terms.intact(), "guards");
    ++cases;
}
}

int main(int argc, char** argv) {
    choose(argc, argv);
    for (int loss = 0; loss < 8; ++loss)
        for (fl_dtype type : dtypes)
            for (size_t length : { 1, 2, 5, 8, 17, 64, 100, 257, 513, 1024, 1025, 2049 })
                for (uint64_t draw = 0; draw < 3; ++draw) {
                    if (quick && (draw + length + size_t(type)) % 3) continue;
                    if (length == 1 && (loss == int(Loss::cosine) || loss == int(Loss::cosine_distance))) continue;
                    Random random(((uint64_t(loss) * 8 + type) * 4096 + length) * 4 + draw);
                    now = std::string(names[loss]) + " " + name_of(type) + " D=" + std::to_string(length) + " draw "
                        + std::to_string(draw);
                    Call{ Loss(loss), type, length < 300 ? size_t(7) : 2, length, random, draw == 1 }.run();
                }
    return report("pairs");
}
