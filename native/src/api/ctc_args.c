#include "api/ctc_args.h"

fl_status fl_ctc_check_counts(const fl_ctc_args* a) {
    if (!fl_is_dtype(a->dtype)) return FL_ERROR_DTYPE;
    const int64_t frames = fl_checked_product(a->times, a->batch);
    if (frames < 0 || a->classes < 1 || a->classes > INT32_MAX || fl_checked_product(frames, a->classes) < 0)
        return FL_ERROR_COUNT;
    if (a->target_stride < 0 || a->target_count < 0 || a->target_count > FL_MAX_ELEMENTS) return FL_ERROR_COUNT;
    if (a->batch == 0) return FL_OK;
    if (a->length_type != FL_INT32 && a->length_type != FL_INT64) return FL_ERROR_DTYPE;
    if (a->target_count > 0 && a->target_type != FL_INT32 && a->target_type != FL_INT64) return FL_ERROR_DTYPE;
    if (!a->target_lengths || (a->target_count > 0 && !a->targets)) return FL_ERROR_NULL_POINTER;
    return frames > 0 && !a->input ? FL_ERROR_NULL_POINTER : FL_OK;
}

fl_status fl_ctc_check_options(const fl_ctc_args* a, const fl_ctc_params* p) {
    const int options = fl_is_flag(p->zero_infinity) && fl_is_flag(p->log_probabilities)
                     && fl_is_flag(p->true_gradient) && (p->log_probabilities || !p->true_gradient);
    if (!options || p->blank < 0 || p->blank >= a->classes) return FL_ERROR_PARAMETER;
    if (a->flags & FL_FLAG_CORRECT) return FL_ERROR_REDUCTION;
    return fl_check_reduction(a->reduction, a->flags, a->denominator, a->upstream, a->upstream_count, a->batch);
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

fl_status fl_ctc_check_buffers(const fl_ctc_args* a, fl_ctc_call* call) {
    const int64_t size = fl_size_of(a->dtype), term = fl_size_of(fl_term_type(a->dtype));
    const int64_t label = a->target_type == FL_INT64 ? 8 : 4, length = a->length_type == FL_INT64 ? 8 : 4;
    const int64_t input = layout(a, &call->input_time, &call->input_batch, 0);
    const int64_t gradient = layout(a, &call->gradient_time, &call->gradient_batch, 1);
    if (input < 0 || gradient < 0) return FL_ERROR_COUNT;
    const int any = a->times > 0 && a->batch > 0;
    const int same = a->gradient == a->input && call->gradient_time == call->input_time
                  && call->gradient_batch == call->input_batch;
    fl_extents e;
    e.count = 0;
    fl_add_extent(&e, a->input, any ? input : 0, size, 0, 1);
    fl_add_extent(&e, a->gradient, any ? gradient : 0, size, 1, same);
    fl_add_extent(&e, a->targets, a->target_count, label, 0, 0);
    fl_add_extent(&e, a->input_lengths, a->batch, length, 0, 0);
    fl_add_extent(&e, a->target_lengths, a->batch, length, 0, 0);
    fl_add_extent(&e, a->upstream, a->upstream_count, term, 0, 0);
    fl_add_extent(&e, a->losses, a->batch, term, 1, 0);
    fl_add_extent(&e, a->workspace, a->workspace_bytes, 1, 1, 0);
    return fl_check_overlap(&e);
}

fl_ctc_call fl_ctc_call_of(const fl_ctc_args* a, const fl_ctc_params* p) {
    return (fl_ctc_call){
        .times = a->times, .batch = a->batch, .classes = a->classes, .blank = p->blank, .input = a->input,
        .input_time = a->input_time_stride, .input_batch = a->input_batch_stride, .targets = a->targets,
        .input_lengths = a->input_lengths, .target_lengths = a->target_lengths, .losses = a->losses,
        .upstream = a->upstream && a->upstream_count != 1 ? a->upstream : NULL,
        .gradient = a->gradient, .gradient_time = a->gradient_time_stride,
        .gradient_batch = a->gradient_batch_stride, .type = (int32_t)a->dtype,
        .target_type = (int32_t)a->target_type, .length_type = (int32_t)a->length_type,
        .by_length = a->reduction == FL_MEAN && a->denominator == 0.0, .zero_infinity = p->zero_infinity,
        .log_probabilities = p->log_probabilities, .true_gradient = p->true_gradient };
}
