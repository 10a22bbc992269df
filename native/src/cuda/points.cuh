/* The loop of every point-wise loss: each thread takes packs of 16 bytes of all operands, computes terms and
 * derivatives with the definition that the CPU uses, and writes gradients where wanted. Dense buffers of one phase go
 * pack by pack; strides, broadcasts and buffers that are askew to each other go element by element. */
#ifndef FL_CUDA_POINTS_H
#define FL_CUDA_POINTS_H
#include "cuda/elements.cuh"
#include "cuda/kernels.h"
#include "cuda/team.cuh"
#include "losses/point.h"

namespace fl {

enum { point_threads = FL_CUDA_POINT_THREADS, packs_per_thread = FL_CUDA_POINT_BYTES / 16 / point_threads };

FL_DEVICE double scale_of(const fl_cuda_scale& s) {
    if (!s.upstream && !s.divisor) return s.scale;
    const double upstream = s.upstream ? static_cast<double>(*static_cast<const fl_real*>(s.upstream)) : 1.0;
    const double by = s.divisor ? *s.divisor : s.by;
    return by == 0.0 ? 0.0 : upstream / by;
}

template <class T> FL_DEVICE T* typed(const fl_view& view) {
    return static_cast<T*>(const_cast<void*>(view.data));
}

/* A view's element i, wherever it lies. */
FL_DEVICE int64_t offset_of(const fl_view& view, const int64_t* shape, int64_t i) {
    if (view.dense) return i;
    const int64_t column = i % shape[2], row = i / shape[2];
    return row / shape[1] * view.stride[0] + row % shape[1] * view.stride[1] + column * view.stride[2];
}

/* Elements as packs: n of them from i on. */
template <class T> struct pack_access {
    typedef uint4 raw;
    static constexpr int n = per_pack<T>, steps = packs_per_thread;
    FL_DEVICE raw get(const fl_point_call& call, const fl_view& view, int64_t i) {
        return load_pack(typed<const T>(view), i, call.count, FL_R(0.0));
    }
    FL_DEVICE void open(raw from, fl_real (&to)[n]) { unpack(from, to, T{}); }
    FL_DEVICE void put(const fl_point_call& call, const fl_view& view, int64_t i, const fl_real (&from)[n]) {
        store_pack(typed<T>(view), i, call.count, from);
    }
    FL_DEVICE int64_t first(const fl_point_call& call, int k) {
        const int64_t pack = static_cast<int64_t>(blockIdx.x) * packs_per_thread + k;
        return (pack * point_threads + static_cast<int>(threadIdx.x)) * n - phase_of(typed<const T>(call.input));
    }
};

/* Elements one by one: neighbours belong to neighbouring threads. */
template <class T> struct single_access {
    typedef fl_real raw;
    static constexpr int n = 1, steps = packs_per_thread * per_pack<T>;
    FL_DEVICE raw get(const fl_point_call& call, const fl_view& view, int64_t i) {
        return i < call.count ? read(typed<const T>(view) + offset_of(view, call.shape, i)) : FL_R(0.0);
    }
    FL_DEVICE void open(raw from, fl_real (&to)[1]) { to[0] = from; }
    FL_DEVICE void put(const fl_point_call& call, const fl_view& view, int64_t i, const fl_real (&from)[1]) {
        if (i < call.count) write(typed<T>(view) + offset_of(view, call.shape, i), from[0]);
    }
    FL_DEVICE int64_t first(const fl_point_call&, int k) {
        const int64_t step = static_cast<int64_t>(blockIdx.x) * steps + k;
        return step * point_threads + static_cast<int>(threadIdx.x);
    }
};

/* Arrays of one number per term, dense, whose first element may lie anywhere. */
template <int n> FL_DEVICE void get_terms(const void* data, int64_t i, int64_t count, fl_real (&to)[n]) {
#pragma unroll
    for (int k = 0; k < n; ++k)
        to[k] = i + k >= 0 && i + k < count ? static_cast<const fl_real*>(data)[i + k] : FL_R(0.0);
}
template <int n> FL_DEVICE void put_terms(void* data, int64_t i, int64_t count, const fl_real (&from)[n]) {
#pragma unroll
    for (int k = 0; k < n; ++k)
        if (i + k >= 0 && i + k < count) static_cast<fl_real*>(data)[i + k] = from[k];
}

template <int n> FL_DEVICE fl_real sum_of(const fl_real (&v)[n]) { /* a tree */
    fl_real s[n];
#pragma unroll
    for (int k = 0; k < n; ++k) s[k] = v[k];
#pragma unroll
    for (int d = n / 2; d; d /= 2) {
#pragma unroll
        for (int k = 0; k < d; ++k) s[k] += s[k + d];
    }
    return s[0];
}

/* What a step reads, as memory holds it: unpacked it would take twice the registers, or four times. */
template <class Access> struct point_operands { typename Access::raw x, t, a, w; };
template <class Access> FL_DEVICE void load_operands(const fl_point_call& call, int64_t i, point_operands<Access>& v) {
    v.x = Access::get(call, call.input, i);
    v.t = Access::get(call, call.target, i);
    v.a = call.extra.data ? Access::get(call, call.extra, i) : v.x;
    if (call.weight.data) v.w = Access::get(call, call.weight, i);
}

/* Weights act on terms and gradients, the upstream gradient on gradients. */
template <class Access, int n = Access::n>
FL_DEVICE void weigh_step(const fl_point_call& call, int64_t i, const point_operands<Access>& v, fl_triple (&r)[n]) {
    fl_real by[n];
    if (call.weight.data) {
        Access::open(v.w, by);
#pragma unroll
        for (int k = 0; k < n; ++k) r[k].loss *= by[k], r[k].grad *= by[k], r[k].target_grad *= by[k];
    }
    if (call.upstream) {
        get_terms(call.upstream, i, call.count, by);
#pragma unroll
        for (int k = 0; k < n; ++k) r[k].grad *= by[k], r[k].target_grad *= by[k], r[k].extra_grad *= by[k];
    }
}

template <class Access, int n = Access::n>
FL_DEVICE void write_gradient(const fl_point_call& call, const fl_view& view, int64_t i, const fl_triple (&r)[n],
                              fl_real fl_triple::*which) {
    fl_real out[n];
    if (!view.data) return;
#pragma unroll
    for (int k = 0; k < n; ++k) out[k] = r[k].*which;
    Access::put(call, view, i, out);
}

/* The loss of n elements from i on; their gradients are written. */
template <class Access, class Loss, int n = Access::n>
FL_DEVICE fl_real point_step(const fl_point_call& call, const typename Loss::params& params, fl_real scale, int64_t i,
                             const point_operands<Access>& v) {
    fl_real x[n], t[n], a[n], loss[n];
    fl_triple r[n];
    Access::open(v.x, x), Access::open(v.t, t), Access::open(v.a, a);
#pragma unroll
    for (int k = 0; k < n; ++k) {
        r[k] = Loss::at(x[k], t[k], a[k], &params);
        r[k].grad *= scale, r[k].target_grad *= scale, r[k].extra_grad *= scale;
    }
    weigh_step<Access>(call, i, v, r);
    write_gradient<Access>(call, call.gradient, i, r, &fl_triple::grad);
    write_gradient<Access>(call, call.target_gradient, i, r, &fl_triple::target_grad);
    write_gradient<Access>(call, call.extra_gradient, i, r, &fl_triple::extra_grad);
#pragma unroll
    for (int k = 0; k < n; ++k) loss[k] = i + k >= 0 && i + k < call.count ? r[k].loss : FL_R(0.0);
    if (call.losses) put_terms(call.losses, i, call.count, loss);
    return sum_of(loss);
}

/* `partial` NULL: the sum is not wanted. All packs are loaded before the first is worked on: more is on its way. The
 * bound on registers stops the compiler from spilling a few of them to get one block more onto a multiprocessor. */
template <class Access, class Loss>
__global__ void __launch_bounds__(point_threads, FL_PRECISION == 32 ? 3 : 2)
points_kernel(fl_point_call call, typename Loss::params params, fl_cuda_scale how, double* partial) {
    constexpr int together = Access::n == 1 ? 2 : Access::steps;
    const fl_real scale = static_cast<fl_real>(scale_of(how));
    double total = 0.0;
    for (int step = 0; step < Access::steps; step += together) {
        point_operands<Access> v[together];
#pragma unroll
        for (int k = 0; k < together; ++k) load_operands<Access>(call, Access::first(call, step + k), v[k]);
#pragma unroll
        for (int k = 0; k < together; ++k)
            total += static_cast<double>(
                point_step<Access, Loss>(call, params, scale, Access::first(call, step + k), v[k]));
    }
    if (!partial) return;
    team<point_threads> all = { &shared<team_memory>(), 0 };
    total = all.sum(total);
    if (threadIdx.x == 0) partial[blockIdx.x] = total;
}

}
#endif
