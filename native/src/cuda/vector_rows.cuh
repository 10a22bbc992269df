/* Losses of rows made of element functions, summed and mapped as on the CPU: hinges between scores, distances of
 * distributions, binary cross-entropies of classes. Each is a struct with two steps: `prepare` sums what the row's
 * gradient needs and returns its term, `slope` is the gradient of one element. */
#ifndef FL_CUDA_VECTOR_ROWS_H
#define FL_CUDA_VECTOR_ROWS_H
#include "cuda/softmax_rows.cuh"
#include "losses/divergences.h"
#include "losses/hinges.h"

namespace fl {

struct three { double a, b, c; };

/* A thread's part of a sum. Its doubles are sums of sums for float32; for float64, what they lose is kept. */
struct part {
    double sum, lost;
    __device__ __forceinline__ void add(double v) {
#if FL_PRECISION == 64
        const double next = sum + v, from = next - v;
        lost += (sum - from) + (v - (next - from));
        sum = next;
#else
        sum += v;
#endif
    }
};
template <class Team> FL_DEVICE double sum_parts(Team& together, const part& p) {
    return FL_PRECISION == 64 ? together.sum(p.sum) + together.sum(p.lost) : together.sum(p.sum);
}

/* The sums of f(c, x_c, t_c) over the classes of a row; t is 0 without a target. */
template <class Row, class F>
FL_DEVICE three sum_classes(Row& row, const typename Row::element* target, F f) {
    part pa = { 0.0, 0.0 }, pb = pa, pc = pa;
    row.each([&](int first, fl_real (&x)[Row::n]) FL_INLINED {
        fl_real a[Row::n], b[Row::n], c[Row::n], t[Row::n];
#pragma unroll
        for (int k = 0; k < Row::n; ++k) t[k] = FL_R(0.0);
        if (target) row.get_dense(target, first, t);
#pragma unroll
        for (int k = 0; k < Row::n; ++k) {
            const bool inside = row.inside(first + k);
            const fl_trio r = f(first + k, x[k], t[k]);
            a[k] = inside ? r.a : FL_R(0.0), b[k] = inside ? r.b : FL_R(0.0), c[k] = inside ? r.c : FL_R(0.0);
        }
        pa.add(static_cast<double>(sum_of(a))), pb.add(static_cast<double>(sum_of(b)));
        pc.add(static_cast<double>(sum_of(c)));
    });
    return { sum_parts(row.together, pa), sum_parts(row.together, pb), sum_parts(row.together, pc) };
}

/* Losses without labels, and with one label per row: where a label out of range is, or -1; how much shared memory a row
 * needs besides the kernel's own. */
struct unlabelled {
    __device__ int64_t mistake(const fl_row_call&, int64_t) const { return -1; }
    static size_t room(int64_t) { return 0; }
};
struct labelled {
    __device__ int64_t mistake(const fl_row_call& call, int64_t r) const { return label_of(call, r).bad ? r : -1; }
    static size_t room(int64_t) { return 0; }
};

/* max(0, margin - x_y + x_c)^power, summed over c != y. */
template <int power> struct hinge_loss : labelled {
    typedef fl_multi_margin_params params;
    static constexpr bool has_target = false;
    fl_hinge_row k;
    fl_real label_slope;
    int label;

    static __device__ __forceinline__ fl_trio terms(fl_real x, const fl_hinge_row* row) {
        const fl_trio in = { x, FL_R(0.0), FL_R(0.0) };
        return power == 1 ? fl_multi_margin_terms(in, nullptr, row) : fl_multi_margin_square_terms(in, nullptr, row);
    }
    template <class Row>
    __device__ double prepare(Row& row, const fl_row_call& call, const params& p, int64_t r, double scale) {
        const row_label y = row.classes > 0 ? label_of(call, r) : row_label{ -1, false };
        const double weight = y.c < 0 ? 0.0 : static_cast<double>(weight_of(call, y.c));
        const double share = weight / static_cast<double>(call.classes);
        label = static_cast<int>(y.c);
        k.margin = static_cast<fl_real>(p.margin), k.own = y.c < 0 ? FL_R(0.0) : row.at(y.c);
        const three s = sum_classes(row, static_cast<const typename Row::element*>(nullptr),
                                    [&](int c, fl_real x, fl_real) FL_INLINED {
            const fl_trio none = { FL_R(0.0), FL_R(0.0), FL_R(0.0) };
            return c == label ? none : terms(x, &k);
        });
        k.pull = static_cast<fl_real>(share * scale);
        label_slope = static_cast<fl_real>(-share * scale * s.b);
        return y.bad ? static_cast<double>(FL_NAN) : y.c < 0 ? 0.0 : share * s.a;
    }
    __device__ fl_two slopes(const fl_row_call&, int c, fl_real x, fl_real) const {
        const fl_real other = terms(x, &k).b * k.pull;
        return { label < 0 ? FL_R(0.0) : c == label ? label_slope : other, FL_R(0.0) };
    }
};

/* The distance of two softmaxes, or of given log-probabilities (raw). Swapped: the student is the second operand. */
template <fl_divergence_step step, fl_divergence_fn at, bool swapped, bool raw> struct divergence_loss : unlabelled {
    typedef fl_jsd_params params;
    static constexpr bool has_target = true;
    fl_divergence_row k;

    __device__ fl_class class_of(fl_real x, fl_real t) const {
        return fl_class_of(swapped ? t : x, swapped ? x : t, &k, raw);
    }
    __device__ fl_slopes slopes_of(fl_class known) const {
        const fl_class c = fl_normal_class(known, &k);
        return at(c, step(c.d, &k), &k);
    }
    template <class Row> __device__ void normalize(Row& row, const typename Row::element* target) {
        fl_real a = -FL_INFINITY, b = -FL_INFINITY;
        row.each([&](int first, fl_real (&x)[Row::n]) FL_INLINED {
            fl_real t[Row::n];
            row.get_dense(target, first, t);
#pragma unroll
            for (int i = 0; i < Row::n; ++i)
                if (row.inside(first + i)) {
                    a = max_op::of(a, swapped ? t[i] : x[i]);
                    b = max_op::of(b, swapped ? x[i] : t[i]);
                }
        });
        k.q.top = row.together.template reduce<max_op>(a, -FL_INFINITY);
        k.p.top = row.together.template reduce<max_op>(b, -FL_INFINITY);
        const three s = sum_classes(row, target, [&](int, fl_real x, fl_real t) FL_INLINED {
            const fl_class c = class_of(x, t);
            return fl_trio{ c.q, c.p, FL_R(0.0) };
        });
        k.q.mass = static_cast<fl_real>(1.0 / s.a), k.p.mass = static_cast<fl_real>(1.0 / s.b);
        k.log_ratio = fl_log_quotient(s.b, s.a);
    }
    template <class Row>
    __device__ double prepare(Row& row, const fl_row_call& call, const params& p, int64_t r, double scale) {
        typedef typename Row::element T;
        const T* target = static_cast<const T*>(call.target) + (row.classes > 0 ? dense_offset(call, r) : 0);
        k = fl_divergence_row_of(&p);
        if (!raw) normalize(row, target);
        const three s = sum_classes(row, target, [&](int, fl_real x, fl_real t) FL_INLINED {
            const fl_slopes of = slopes_of(class_of(x, t));
            return fl_trio{ of.term, of.to_q, of.to_p };
        });
        if (!raw) k.q.sum = static_cast<fl_real>(s.b), k.p.sum = static_cast<fl_real>(s.c);
        k.q.scale = k.p.scale = static_cast<fl_real>(scale / p.temperature);
        return s.a;
    }
    __device__ fl_two slopes(const fl_row_call&, int, fl_real x, fl_real t) const {
        const fl_class known = class_of(x, t);
        const fl_slopes of = slopes_of(known);
        const fl_real to_q = fl_divergence_slope(known.q, of.to_q, &k.q);
        const fl_real to_p = fl_divergence_slope(known.p, of.to_p, &k.p);
        return { swapped ? to_p : to_q, swapped ? to_q : to_p };
    }
};

/* The binary cross-entropies of a row's classes, averaged. */
struct soft_margin_loss : unlabelled {
    typedef fl_no_params params;
    static constexpr bool has_target = true;
    fl_real factor;

    __device__ fl_trio at(const fl_row_call& call, int c, fl_real x, fl_real t) const {
        const fl_trio in = { x, t, call.class_weight ? weight_of(call, c) : FL_R(0.0) };
        return call.class_weight ? fl_multilabel_soft_weighted_at(in, &factor, nullptr)
                                 : fl_multilabel_soft_at(in, &factor, nullptr);
    }
    template <class Row>
    __device__ double prepare(Row& row, const fl_row_call& call, const params&, int64_t r, double scale) {
        typedef typename Row::element T;
        const double classes = static_cast<double>(call.classes);
        factor = static_cast<fl_real>(scale / classes);
        const T* target = static_cast<const T*>(call.target) + (row.classes > 0 ? dense_offset(call, r) : 0);
        const three s = sum_classes(row, target, [&](int c, fl_real x, fl_real t) FL_INLINED {
            const bool inside = row.inside(c); /* else there is no weight to read */
            const fl_trio none = { FL_R(0.0), FL_R(0.0), FL_R(0.0) };
            return inside ? at(call, c, x, t) : none;
        });
        return s.c / classes;
    }
    __device__ fl_two slopes(const fl_row_call& call, int c, fl_real x, fl_real t) const {
        const fl_trio g = at(call, c, x, t);
        return { g.a, g.b };
    }
};

/* Both gradients of a row that was prepared. */
template <class Row, class Loss>
FL_DEVICE void vector_gradients(Row& row, const fl_row_call& call, const Loss& loss, int64_t r) {
    typedef typename Row::element T;
    const int64_t offset = row.classes > 0 ? dense_offset(call, r) : 0;
    const T* target = Loss::has_target ? static_cast<const T*>(call.target) + offset : nullptr;
    T* target_gradient = call.target_gradient ? static_cast<T*>(call.target_gradient) + offset : nullptr;
    row.each([&](int first, fl_real (&x)[Row::n]) FL_INLINED {
        fl_real t[Row::n], g[Row::n], tg[Row::n];
#pragma unroll
        for (int i = 0; i < Row::n; ++i) t[i] = FL_R(0.0);
        if (Loss::has_target) row.get_dense(target, first, t);
#pragma unroll
        for (int i = 0; i < Row::n; ++i) {
            const fl_two none = { FL_R(0.0), FL_R(0.0) };
            const fl_two both = row.inside(first + i) ? loss.slopes(call, first + i, x[i], t[i]) : none;
            g[i] = both.high, tg[i] = both.low;
        }
        if (row.gradient) row.put_gradient(first, g);
        if (target_gradient) row.put_dense(target_gradient, first, tg);
    });
}

}
#endif
