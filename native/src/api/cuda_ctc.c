/* Entry point of CTC on a GPU. Labels and lengths are on the device: the kernels look at them. */
#include "api/cuda_args.h"

/* The gradient's kernel has a row of labels in shared memory. */
enum { MOST_LABELS = 8000 };

static const fl_cuda_ctc_kernels* kernels_of(fl_dtype dtype) {
    return dtype == FL_FLOAT64 ? &fl_cuda_ctc_f64 : &fl_cuda_ctc_f32;
}

static fl_status check_counts(const fl_ctc_args* a) {
    if (!a) return FL_ERROR_NULL_POINTER;
    if (a->struct_size != (int32_t)sizeof *a) return FL_ERROR_STRUCT_SIZE;
    if (!fl_is_dtype(a->dtype)) return FL_ERROR_DTYPE;
    const int64_t frames = fl_checked_product(a->times, a->batch);
    if (frames < 0 || a->batch > INT32_MAX || a->classes < 1 || a->classes > INT32_MAX / 2) return FL_ERROR_COUNT;
    if (fl_checked_product(frames, a->classes) < 0) return FL_ERROR_COUNT;
    if (a->target_stride < 0 || a->target_count < 0 || a->target_count > FL_MAX_ELEMENTS) return FL_ERROR_COUNT;
    if (a->batch == 0) return FL_OK;
    if (a->length_type != FL_INT32 && a->length_type != FL_INT64) return FL_ERROR_DTYPE;
    if (a->target_count > 0 && a->target_type != FL_INT32 && a->target_type != FL_INT64) return FL_ERROR_DTYPE;
    if (!a->target_lengths || (a->target_count > 0 && !a->targets)) return FL_ERROR_NULL_POINTER;
    return frames > 0 && !a->input ? FL_ERROR_NULL_POINTER : FL_OK;
}

/* The longest list of labels that frames could produce and the buffer could hold. */
static int64_t most_labels(const fl_ctc_args* a) {
    const int64_t held = a->target_stride && a->target_stride < a->target_count ? a->target_stride : a->target_count;
    return held < a->times ? held : a->times;
}

/* Strides of a [times, batch, classes] buffer: both 0 = dense. Elements in its extent, or -1. */
static int64_t layout(const fl_ctc_args* a, int64_t* time, int64_t* batch, int written) {
    if (*time < 0 || *batch < 0) return -1;
    if (*time == 0 && *batch == 0) *time = a->batch * a->classes, *batch = a->classes;
    const int64_t down = fl_checked_product(a->times > 0 ? a->times - 1 : 0, *time);
    const int64_t across = fl_checked_product(a->batch > 0 ? a->batch - 1 : 0, *batch);
    if (down < 0 || across < 0 || down + across + a->classes > FL_MAX_ELEMENTS) return -1;
    const int batch_inside = (a->batch <= 1 || *batch >= a->classes) && (a->times <= 1 || *time >= across + a->classes);
    const int time_inside = (a->times <= 1 || *time >= a->classes) && (a->batch <= 1 || *batch >= down + a->classes);
    return !written || batch_inside || time_inside ? down + across + a->classes : -1;
}

static fl_status check_buffers(const fl_ctc_args* a, fl_ctc_call* call) {
    const int64_t size = fl_size_of(a->dtype), term = fl_size_of(fl_term_type(a->dtype));
    const int64_t label = a->target_type == FL_INT64 ? 8 : 4, length = a->length_type == FL_INT64 ? 8 : 4;
    const int64_t input = layout(a, &call->input_time, &call->input_batch, 0);
    const int64_t gradient = layout(a, &call->gradient_time, &call->gradient_batch, 1);
    const int any = a->times > 0 && a->batch > 0;
    if (input < 0 || gradient < 0) return FL_ERROR_COUNT;
    fl_extent e[7] = { fl_extent_of(a->input, any ? input : 0, size, 0),
                       fl_extent_of(a->gradient, any ? gradient : 0, size, 1),
                       fl_extent_of(a->targets, a->target_count, label, 0),
                       fl_extent_of(a->input_lengths, a->batch, length, 0),
                       fl_extent_of(a->target_lengths, a->batch, length, 0),
                       fl_extent_of(a->upstream, a->upstream_count, term, 0),
                       fl_extent_of(a->losses, a->batch, term, 1) };
    if (a->gradient == a->input && call->gradient_time == call->input_time
        && call->gradient_batch == call->input_batch)
        e[1].same_as = &e[0];
    return fl_check_overlap(e, 7);
}

static fl_ctc_call call_of(const fl_ctc_args* a) {
    return (fl_ctc_call){
        .times = a->times, .batch = a->batch, .classes = a->classes, .most_labels = most_labels(a), .input = a->input,
        .input_time = a->input_time_stride, .input_batch = a->input_batch_stride, .targets = a->targets,
        .input_lengths = a->input_lengths, .target_lengths = a->target_lengths, .losses = a->losses,
        .upstream = a->upstream && a->upstream_count != 1 ? a->upstream : NULL,
        .gradient = a->gradient, .gradient_time = a->gradient_time_stride,
        .gradient_batch = a->gradient_batch_stride, .type = (int32_t)a->dtype,
        .target_type = (int32_t)a->target_type, .length_type = (int32_t)a->length_type,
        .by_length = a->reduction == FL_MEAN && a->denominator == 0.0 };
}

int64_t fl_cuda_ctc_workspace(const fl_ctc_args* args) {
    if (check_counts(args) != FL_OK || most_labels(args) > MOST_LABELS) return -1;
    const fl_ctc_call call = call_of(args);
    const int64_t columns = fl_checked_product(fl_checked_product(args->times + 4, args->batch), call.most_labels + 1);
    return columns < 0 || columns > FL_MAX_ELEMENTS / 128 ? -1 : 16 + kernels_of(args->dtype)->workspace(&call);
}

int32_t fl_cuda_ctc(const fl_ctc_args* args, const fl_ctc_params* hyper, const fl_cuda_call* call, void* stream) {
    const fl_ctc_params defaults = { 0, 0, 0, 0, 0 }, *p = hyper ? hyper : &defaults;
    FL_TRY(check_counts(args));
    const int options = fl_is_flag(p->zero_infinity) && fl_is_flag(p->log_probabilities)
                     && fl_is_flag(p->true_gradient) && (p->log_probabilities || !p->true_gradient);
    if (!options || p->blank < 0 || p->blank >= args->classes) return FL_ERROR_PARAMETER;
    if (args->flags & FL_FLAG_CORRECT) return FL_ERROR_REDUCTION;
    if (args->workspace || args->workspace_bytes) return FL_ERROR_WORKSPACE;
    FL_TRY(fl_check_reduction(args->reduction, args->flags, args->denominator, args->upstream, args->upstream_count,
                              args->batch));
    FL_TRY(fl_cuda_check_call(call, args->reduction, args->denominator, fl_cuda_ctc_workspace(args)));
    fl_ctc_call c = call_of(args);
    FL_TRY(check_buffers(args, &c));
    const fl_cuda_reduction reduction = { args->reduction, args->flags, args->denominator, (double)args->batch, NULL,
                                          args->upstream, args->upstream_count };
    fl_cuda_ctc_work how = { .scale = fl_cuda_scale_of(call, &reduction), .bad_index = call->bad_index,
                        .target_stride = args->target_stride, .target_count = args->target_count };
    c.blank = p->blank, c.workspace = call->workspace, c.by_length = c.by_length && !call->denominator;
    c.zero_infinity = p->zero_infinity, c.log_probabilities = p->log_probabilities;
    c.true_gradient = p->true_gradient;
    if (args->batch > 0) FL_LAUNCH(kernels_of(args->dtype)->run(&c, &how, stream));
    return fl_cuda_write_loss(call, &reduction, how.partial, args->batch, stream);
}
