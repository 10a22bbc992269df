/* The point-wise losses on a GPU, from the shared definitions and lists; compiled once per precision. */
#include "cuda/points.cuh"
#include "losses/binary.h"
#include "losses/likelihood.h"
#include "losses/losses.h"
#include "losses/margins.h"
#include "losses/regression.h"

namespace {
using namespace fl;

FL_FN fl_triple as_triple(fl_point p) { return { p.loss, p.grad, p.target_grad, FL_R(0.0) }; }
FL_FN fl_triple as_triple(fl_triple t) { return t; }

#define FL_POINT_TYPE(name, type, ...) struct name##_loss { typedef type params; \
    FL_DEVICE fl_triple at(fl_real x, fl_real t, fl_real a, const type* p) \
    { return as_triple(fl_##name##_at(x, t, a, p)); } };
FL_POINTWISE_LOSSES(FL_POINT_TYPE) FL_POINTWISE_VARIANTS(FL_POINT_TYPE) FL_TRIPLE_LOSSES(FL_POINT_TYPE)

const fl_view* const* views_of(const fl_point_call& c, const fl_view* (&list)[7]) {
    const fl_view* all[7] = { &c.input, &c.target, &c.extra, &c.weight, &c.gradient, &c.target_gradient,
                              &c.extra_gradient };
    for (int i = 0; i < 7; ++i) list[i] = all[i];
    return list;
}

/* Do all buffers lie dense and start at the same place of a pack? */
bool goes_by_packs(const fl_point_call& call) {
    const fl_view* views[7];
    const uintptr_t phase = reinterpret_cast<uintptr_t>(call.input.data) % 16;
    views_of(call, views);
    for (const fl_view* view : views)
        if (view->data && (!view->dense || reinterpret_cast<uintptr_t>(view->data) % 16 != phase)) return false;
    return true;
}

template <class T, class Loss>
int launch_points(const fl_point_call& call, const fl_cuda_scale& scale, double* partial, stream_t stream) {
    const shape s = { fl_cuda_point_blocks(call.count, sizeof(T)), point_threads, sizeof(team_memory) };
    typename Loss::params params = {};
    if (call.params) params = *static_cast<const typename Loss::params*>(call.params);
    if (s.blocks == 0) return 0;
    return goes_by_packs(call)
        ? launch(stream, s, points_kernel<pack_access<T>, Loss>, call, params, scale, partial)
        : launch(stream, s, points_kernel<single_access<T>, Loss>, call, params, scale, partial);
}

template <class Loss>
int32_t points(const fl_point_call* call, const fl_cuda_scale* scale, double* partial, void* stream) {
    const auto on = static_cast<stream_t>(stream);
#if FL_PRECISION == 32
    if (call->input.type == FL_FLOAT16) return launch_points<f16, Loss>(*call, *scale, partial, on);
    if (call->input.type == FL_BFLOAT16) return launch_points<bf16, Loss>(*call, *scale, partial, on);
#endif
    return launch_points<fl_real, Loss>(*call, *scale, partial, on);
}

/* A sum of weights is the sum of a loss whose term is the input. */
struct identity_loss {
    typedef fl_no_params params;
    FL_DEVICE fl_triple at(fl_real x, fl_real, fl_real, const fl_no_params*) { return { x, x, x, x }; }
};
int32_t weight_sum(const fl_point_call* call, double* partial, void* stream) {
    fl_point_call only = {};
    const fl_cuda_scale none = {};
    only.count = call->count, only.input = only.target = call->weight;
    for (int i = 0; i < 3; ++i) only.shape[i] = call->shape[i];
    return points<identity_loss>(&only, &none, partial, stream);
}
}

#define FL_POINT_ENTRY(name, ...) points<name##_loss>,
#if FL_PRECISION == 32
const fl_cuda_point_kernels fl_cuda_points_f32 = {
#else
const fl_cuda_point_kernels fl_cuda_points_f64 = {
#endif
    { FL_POINTWISE_LOSSES(FL_POINT_ENTRY) FL_POINTWISE_VARIANTS(FL_POINT_ENTRY) FL_TRIPLE_LOSSES(FL_POINT_ENTRY) },
    weight_sum,
};
