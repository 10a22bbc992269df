/* Entry point of CTC on a GPU. Labels and lengths are on the device: the kernels look at them. */
#include "api/ctc_args.h"
#include "api/cuda_args.h"

/* The gradient's kernel has a row of labels in shared memory. */
enum { MOST_LABELS = 8000 };

static const fl_ctc_params defaults = { 0, 0, 0, 0, 0 };

static const fl_cuda_ctc_kernels* kernels_of(fl_dtype dtype) {
    return dtype == FL_FLOAT64 ? &fl_cuda_ctc_f64 : &fl_cuda_ctc_f32;
}

static fl_status check_counts(const fl_ctc_args* a) {
    if (!a) return FL_ERROR_NULL_POINTER;
    if (a->struct_size != (int32_t)sizeof *a) return FL_ERROR_STRUCT_SIZE;
    FL_TRY(fl_ctc_check_counts(a));
    return a->batch > INT32_MAX || a->classes > INT32_MAX / 2 ? FL_ERROR_COUNT : FL_OK;
}

/* The longest list of labels that frames could produce and the buffer could hold. */
static int64_t most_labels(const fl_ctc_args* a) {
    const int64_t held = a->target_stride && a->target_stride < a->target_count ? a->target_stride : a->target_count;
    return held < a->times ? held : a->times;
}

static fl_ctc_call call_of(const fl_ctc_args* a, const fl_ctc_params* p) {
    fl_ctc_call call = fl_ctc_call_of(a, p);
    call.most_labels = most_labels(a);
    return call;
}

int64_t fl_cuda_ctc_workspace(const fl_ctc_args* args) {
    if (check_counts(args) != FL_OK || most_labels(args) > MOST_LABELS) return -1;
    const fl_ctc_call call = call_of(args, &defaults);
    const int64_t columns = fl_checked_product(fl_checked_product(args->times + 4, args->batch), call.most_labels + 1);
    return columns < 0 || columns > FL_MAX_ELEMENTS / 128 ? -1 : 16 + kernels_of(args->dtype)->workspace(&call);
}

int32_t fl_cuda_ctc(const fl_ctc_args* args, const fl_ctc_params* hyper, const fl_cuda_call* call, void* stream) {
    const fl_ctc_params* p = hyper ? hyper : &defaults;
    FL_TRY(check_counts(args));
    FL_TRY(fl_ctc_check_options(args, p));
    if (args->workspace || args->workspace_bytes) return FL_ERROR_WORKSPACE;
    FL_TRY(fl_cuda_check_call(call, args->reduction, args->denominator, fl_cuda_ctc_workspace(args)));
    fl_ctc_call c = call_of(args, p);
    FL_TRY(fl_ctc_check_buffers(args, &c));
    const fl_cuda_reduction reduction = { args->reduction, args->flags, args->denominator, (double)args->batch, NULL,
                                          args->upstream, args->upstream_count };
    fl_cuda_ctc_work how = { .scale = fl_cuda_scale_of(call, &reduction), .bad_index = call->bad_index,
                        .target_stride = args->target_stride, .target_count = args->target_count };
    c.workspace = call->workspace, c.by_length = c.by_length && !call->denominator;
    if (args->batch > 0) FL_LAUNCH(kernels_of(args->dtype)->run(&c, &how, stream));
    return fl_cuda_write_loss(call, &reduction, how.partial, args->batch, stream);
}
