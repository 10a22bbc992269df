/* Pairs and triples of vectors, held by a team of threads: read from the caches again for each pass. */
#ifndef FL_CUDA_PAIR_ROWS_H
#define FL_CUDA_PAIR_ROWS_H
#include "cuda/points.cuh"
#include "cuda/row_holders.cuh"
#include "losses/pairs.h"
#include "losses/triplets.h"

namespace fl {

template <class T, int size, int operands> struct pair_row {
    typedef T element;
    static constexpr int n = per_pack<T>, team_size = size, inputs = operands;
    team_row<T, size> part[operands];

    __device__ void open(const fl_pair_call& call, int64_t r, team_memory* memory) {
        const bool live = r < call.rows;
#pragma unroll
        for (int k = 0; k < operands; ++k) {
            part[k].together = { memory, 0 };
            part[k].classes = live ? static_cast<int>(call.dimensions) : 0;
            part[k].x = static_cast<const T*>(call.input[k]) + (live ? r * call.stride[k] : 0);
            part[k].gradient = static_cast<T*>(call.gradient[k]);
            if (part[k].gradient && live) part[k].gradient += r * call.gradient_stride[k];
        }
    }
    __device__ team<size>& together() { return part[0].together; }

    /* f(first, elements of the operands) for each pack of this thread; windows are those of the first operand. */
    template <class F> __device__ void each(F f) {
        part[0].places([&](int first) FL_INLINED {
            fl_real a[n], b[n], c[n];
            part[0].get_dense(part[0].x, first, a);
            part[0].get_dense(part[1].x, first, b);
            if constexpr (operands == 3) part[0].get_dense(part[2].x, first, c);
            fl_trio x[n];
#pragma unroll
            for (int k = 0; k < n; ++k) x[k] = { a[k], b[k], operands == 3 ? c[k] : FL_R(0.0) };
            f(first, x);
        });
    }
    __device__ void put(int operand, int first, const fl_real (&g)[n]) const {
        if (part[operand].gradient) part[0].put_dense(part[operand].gradient, first, g);
    }
    __device__ bool inside(int i) const { return part[0].inside(i); }
    __device__ bool wants_gradient() const {
        bool any = false;
#pragma unroll
        for (int k = 0; k < operands; ++k) any |= part[k].gradient != nullptr;
        return any;
    }
};

/* Sums of products of what f makes of each element, in double: those of floats are exact, and no square overflows. */
template <class Row, class F> FL_DEVICE fl_products multiply(Row& row, F f) {
    fl_products s = { 0.0, 0.0, 0.0, 0.0, 0.0, 0.0 };
    row.each([&](int first, const fl_trio (&x)[Row::n]) FL_INLINED {
#pragma unroll
        for (int k = 0; k < Row::n; ++k) {
            if (!row.inside(first + k)) continue;
            const fl_trio v = f(x[k]);
            const double a = static_cast<double>(v.a), b = static_cast<double>(v.b), c = static_cast<double>(v.c);
            s.aa += a * a, s.bb += b * b, s.cc += c * c, s.ab += a * b, s.ac += a * c, s.bc += b * c;
        }
    });
    auto& all = row.together();
    return { all.sum(s.aa), all.sum(s.bb), all.sum(s.cc), all.sum(s.ab), all.sum(s.ac), all.sum(s.bc) };
}

template <class Row, class F> FL_DEVICE fl_three add_up(Row& row, F f) {
    fl_three s = { 0.0, 0.0, 0.0 };
    row.each([&](int first, const fl_trio (&x)[Row::n]) FL_INLINED {
#pragma unroll
        for (int k = 0; k < Row::n; ++k) {
            if (!row.inside(first + k)) continue;
            const fl_trio v = f(x[k]);
            s.ap += static_cast<double>(v.a), s.an += static_cast<double>(v.b), s.pn += static_cast<double>(v.c);
        }
    });
    auto& all = row.together();
    return { all.sum(s.ap), all.sum(s.an), all.sum(s.pn) };
}

template <class Row, class F> FL_DEVICE fl_trio largest_of(Row& row, F f) {
    fl_trio m = { -FL_INFINITY, -FL_INFINITY, -FL_INFINITY };
    row.each([&](int first, const fl_trio (&x)[Row::n]) FL_INLINED {
#pragma unroll
        for (int k = 0; k < Row::n; ++k) {
            if (!row.inside(first + k)) continue;
            const fl_trio v = f(x[k]);
            m = { max_op::of(m.a, v.a), max_op::of(m.b, v.b), max_op::of(m.c, v.c) };
        }
    });
    auto& all = row.together();
    return { all.template reduce<max_op>(m.a, -FL_INFINITY), all.template reduce<max_op>(m.b, -FL_INFINITY),
             all.template reduce<max_op>(m.c, -FL_INFINITY) };
}

/* Gradients are what f makes of each element, or 0. */
template <class Row, class F> FL_DEVICE void map_gradients(Row& row, bool zero, F f) {
    row.each([&](int first, const fl_trio (&x)[Row::n]) FL_INLINED {
        fl_real a[Row::n], b[Row::n], c[Row::n];
#pragma unroll
        for (int k = 0; k < Row::n; ++k) {
            const fl_trio none = { FL_R(0.0), FL_R(0.0), FL_R(0.0) }, g = zero ? none : f(x[k]);
            a[k] = g.a, b[k] = g.b, c[k] = g.c;
        }
        row.put(0, first, a), row.put(1, first, b);
        if constexpr (Row::inputs == 3) row.put(2, first, c);
    });
}

/* Each loss: `run` returns the term of a row and writes its gradients; `scale` is what flows into it. */
struct cosine_pair {
    typedef fl_cosine_embedding_params params;
    static constexpr int inputs = 2;
    template <class Row>
    static __device__ double run(Row& row, const fl_pair_call& call, const params& p, int64_t r, double scale) {
        const bool live = r < call.rows;
        const fl_products sum = multiply(row, [](fl_trio x) FL_INLINED { return x; });
        const fl_real y = live ? static_cast<const fl_real*>(call.target)[r] : FL_R(0.0);
        const fl_cosine_row k = fl_cosine_embedding_at(sum, y, p.margin, scale);
        row.together().sync();
        if (row.wants_gradient())
            map_gradients(row, k.pull1 == FL_R(0.0) && k.pull2 == FL_R(0.0),
                          [&](fl_trio x) FL_INLINED { return fl_cosine_gradient(x, nullptr, &k); });
        return static_cast<double>(k.loss);
    }
};

/* How the distances of a triplet are measured: what is particular to each is chosen while compiling. */
enum class measure { square, absolute, extreme, power, count, cosine };

template <class Row> FL_DEVICE void find_tops(Row& row, fl_triplet_row& k) {
    const fl_real sign = k.p < 0.0 ? FL_R(-1.0) : FL_R(1.0);
    const fl_trio top = largest_of(row, [&](fl_trio x) FL_INLINED {
        const fl_trio d = fl_triplet_sizes(x, nullptr, &k);
        const fl_trio signed_d = { sign * d.a, sign * d.b, sign * d.c };
        return signed_d;
    });
    k.ap.top = sign * top.a, k.an.top = sign * top.b, k.pn.top = sign * top.c;
}

template <measure m, class Row> FL_DEVICE void find_distances(Row& row, fl_triplet_row& k) {
    if constexpr (m == measure::square) {
        const fl_products s = multiply(row, [&](fl_trio x) FL_INLINED { return fl_differences(x, &k); });
        k.distance = { fl_sqrt(s.aa), fl_sqrt(s.bb), fl_sqrt(s.cc) };
    } else if constexpr (m == measure::absolute) {
        k.distance = add_up(row, [&](fl_trio x) FL_INLINED { return fl_triplet_sizes(x, nullptr, &k); });
    } else if constexpr (m == measure::count) {
        k.distance = add_up(row, [&](fl_trio x) FL_INLINED { return fl_triplet_counts(x, nullptr, &k); });
    } else if constexpr (m == measure::cosine) {
        fl_cosine_distances(&k, multiply(row, [](fl_trio x) FL_INLINED { return x; }));
    } else if constexpr (m == measure::extreme) {
        find_tops(row, k);
        k.sum = add_up(row, [&](fl_trio x) FL_INLINED { return fl_triplet_reaches(x, nullptr, &k); });
        k.distance = { fl_extreme_distance(k.ap.top, k.sum.ap), fl_extreme_distance(k.an.top, k.sum.an),
                       fl_extreme_distance(k.pn.top, k.sum.pn) };
    } else {
        find_tops(row, k);
        k.sum = add_up(row, [&](fl_trio x) FL_INLINED { return fl_triplet_powers(x, nullptr, &k); });
        k.distance = { fl_power_distance(k.ap.top, k.sum.ap, k.p), fl_power_distance(k.an.top, k.sum.an, k.p),
                       fl_power_distance(k.pn.top, k.sum.pn, k.p) };
    }
}

template <measure m> FL_DEVICE void find_sides(fl_triplet_row& k, fl_three pull) {
    if constexpr (m == measure::square) {
        k.ap = fl_square_side(k.distance.ap, pull.ap), k.an = fl_square_side(k.distance.an, pull.an);
        k.pn = fl_square_side(k.distance.pn, pull.pn);
    } else if constexpr (m == measure::absolute) {
        k.ap = fl_absolute_side(pull.ap), k.an = fl_absolute_side(pull.an), k.pn = fl_absolute_side(pull.pn);
    } else if constexpr (m == measure::extreme) {
        k.ap = fl_extreme_side(k.ap.top, k.sum.ap, pull.ap), k.an = fl_extreme_side(k.an.top, k.sum.an, pull.an);
        k.pn = fl_extreme_side(k.pn.top, k.sum.pn, pull.pn);
    } else if constexpr (m == measure::power) {
        k.ap = fl_power_side(k.ap.top, k.sum.ap, k.p, pull.ap), k.an = fl_power_side(k.an.top, k.sum.an, k.p, pull.an);
        k.pn = fl_power_side(k.pn.top, k.sum.pn, k.p, pull.pn);
    } else if constexpr (m == measure::cosine) {
        fl_cosine_sides(&k, pull);
    }
}

template <measure m> FL_DEVICE fl_trio triplet_gradient(fl_trio x, const fl_triplet_row& k, int swap) {
    if constexpr (m == measure::square) return fl_pull_apart(x, &k, fl_square_slope, swap);
    else if constexpr (m == measure::absolute) return fl_pull_apart(x, &k, fl_absolute_slope, swap);
    else if constexpr (m == measure::extreme) return fl_pull_apart(x, &k, fl_extreme_slope, swap);
    else if constexpr (m == measure::power) return fl_pull_apart(x, &k, fl_power_slope, swap);
    else if constexpr (m == measure::cosine) return fl_cosine_triplet_gradient(x, nullptr, &k);
    else return { FL_R(0.0), FL_R(0.0), FL_R(0.0) };
}

template <measure m> struct triplet {
    typedef fl_triplet_margin_params params;
    static constexpr int inputs = 3;
    template <class Row>
    static __device__ double run(Row& row, const fl_pair_call&, const params& p, int64_t, double scale) {
        fl_triplet_row k = fl_triplet_row_of(&p);
        find_distances<m>(row, k);
        const fl_triplet t = fl_triplet_at(k.distance, p.swap, p.margin, scale);
        find_sides<m>(k, t.pull);
        row.together().sync();
        if (row.wants_gradient())
            map_gradients(row, m == measure::count || t.pull.ap == 0.0,
                          [&](fl_trio x) FL_INLINED { return triplet_gradient<m>(x, k, p.swap); });
        return static_cast<double>(t.loss);
    }
};

}
#endif
