#include "api/cuda_args.h"

fl_status fl_cuda_check_call(const fl_cuda_call* call, fl_reduction reduction, double denominator, int64_t bytes) {
    if (!call) return FL_ERROR_NULL_POINTER;
    if (call->struct_size != (int32_t)sizeof *call) return FL_ERROR_STRUCT_SIZE;
    if (call->denominator && (reduction != FL_MEAN || denominator != 0.0)) return FL_ERROR_REDUCTION;
    if (bytes < 0) return FL_ERROR_COUNT;
    if (call->workspace_bytes < bytes || !call->workspace || (uintptr_t)call->workspace % 16) return FL_ERROR_WORKSPACE;
    return FL_OK;
}

static int is_reduced(const fl_cuda_reduction* r) {
    return r->reduction != FL_NONE && !(r->flags & FL_FLAG_NO_LOSS);
}
int fl_cuda_wants_loss(const fl_cuda_call* call, const fl_cuda_reduction* r) { return call->loss && is_reduced(r); }

/* The divisor on the device, or NULL: the host knows it. */
static const double* device_divisor(const fl_cuda_call* call, const fl_cuda_reduction* r) {
    if (r->reduction != FL_MEAN || r->denominator != 0.0) return NULL;
    return call->denominator ? call->denominator : r->divisor;
}

fl_cuda_scale fl_cuda_scale_of(const fl_cuda_call* call, const fl_cuda_reduction* r) {
    const fl_scale known = fl_scale_of(r->reduction, r->denominator, r->own, 1.0);
    const void* upstream = r->upstream_count == 1 ? r->upstream : NULL;
    return (fl_cuda_scale){ known.gradient, known.loss, upstream, device_divisor(call, r) };
}

int32_t fl_cuda_write_loss(const fl_cuda_call* call, const fl_cuda_reduction* r, const double* partial, int64_t parts,
                           void* stream) {
    fl_cuda_finish f = { .result = call->loss };
    if (!call->loss) return 0;
    if (is_reduced(r)) { /* else 0 parts / 0: NaN */
        f.partial = partial, f.parts = parts;
        f.by = fl_scale_of(r->reduction, r->denominator, r->own, 1.0).loss;
        f.divisor = device_divisor(call, r);
        f.empty_is_zero = (r->flags & FL_FLAG_EMPTY_ZERO) != 0;
    }
    return fl_cuda_finish_sum(&f, stream);
}
