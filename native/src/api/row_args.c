/* Checks of the row losses' arguments. */
#include "api/row_args.h"

/* Strides of a [outer, classes, inner] buffer: 0 = dense. Elements in its extent, or -1. */
static int64_t layout(const fl_row_args* a, int64_t* outer_stride, int64_t* class_stride, int written) {
    if (*outer_stride < 0 || *class_stride < 0) return -1;
    if (*class_stride == 0) *class_stride = a->inner;
    if (*outer_stride == 0) *outer_stride = fl_checked_product(a->classes, a->inner);
    if (a->inner == 1 && *class_stride != 1) return -1;
    const int64_t across = fl_checked_product(a->classes - 1, *class_stride);
    const int64_t down = fl_checked_product(a->outer > 0 ? a->outer - 1 : 0, *outer_stride);
    if (across < 0 || down < 0 || across + down + a->inner > FL_MAX_ELEMENTS) return -1;
    if (written && a->classes > 1 && *class_stride < a->inner) return -1;
    if (written && a->outer > 1 && *outer_stride < across + a->inner) return -1;
    return across + down + a->inner;
}

static fl_status check_buffers(const fl_row_args* a, int takes, int64_t terms, fl_row_call* call) {
    const int64_t rows = a->outer * a->inner, all = rows * a->classes;
    const int64_t size = fl_size_of(a->dtype), term = fl_size_of(fl_term_type(a->dtype));
    const int64_t label = a->label_type == FL_INT64 ? 8 : 4;
    const int64_t input = layout(a, &call->input_outer, &call->input_class, 0);
    const int64_t gradient = layout(a, &call->gradient_outer, &call->gradient_class, 1);
    if (input < 0 || gradient < 0) return FL_ERROR_COUNT;
    if (rows == 0 && terms == 0) return FL_OK;
    const int same = a->gradient == a->input && call->gradient_outer == call->input_outer
                  && call->gradient_class == call->input_class;
    fl_extents e;
    e.count = 0;
    fl_add_extent(&e, a->input, rows ? input : 0, size, 0, 1);
    fl_add_extent(&e, a->gradient, rows ? gradient : 0, size, 1, same);
    fl_add_extent(&e, a->target, all, size, 0, 0);
    fl_add_extent(&e, a->target_gradient, all, size, 1, 0);
    fl_add_extent(&e, a->labels, takes & FL_LABEL_LISTS ? all : rows, label, 0, 0);
    fl_add_extent(&e, a->class_weight, a->classes, term, 0, 0);
    fl_add_extent(&e, a->sample_weight, rows, term, 0, 0);
    fl_add_extent(&e, a->upstream, a->upstream_count, term, 0, 0);
    fl_add_extent(&e, a->losses, terms, term, 1, 0);
    fl_add_extent(&e, a->log_sum_exp, rows, term, 1, 0);
    fl_add_extent(&e, a->predictions, rows, label, 1, 0);
    fl_add_extent(&e, a->workspace, a->workspace_bytes, 1, 1, 0);
    return fl_check_overlap(&e);
}

static int takes_all_that_is_given(const fl_row_args* a, int takes) {
    const int statistics = a->log_sum_exp || a->predictions || a->flags & FL_FLAG_CORRECT;
    return !(a->class_weight && !(takes & FL_TAKES_CLASS_WEIGHT))
        && !(a->sample_weight && !(takes & FL_TAKES_SAMPLE_WEIGHT))
        && !(statistics && !(takes & FL_TAKES_STATISTICS))
        && !((a->workspace || a->workspace_bytes) && !(takes & FL_TAKES_WORKSPACE))
        && !(a->target_gradient && takes & FL_TAKES_TARGET && takes & FL_TARGET_IS_CONSTANT);
}

static fl_status check_target(const fl_row_args* a, int takes, int64_t rows) {
    if ((a->labels || a->predictions) && a->label_type != FL_INT32 && a->label_type != FL_INT64) return FL_ERROR_DTYPE;
    if (a->labels && (a->target || !(takes & (FL_TAKES_LABELS | FL_LABELS_OPTIONAL)))) return FL_ERROR_TARGET;
    if (a->target && !(takes & FL_TAKES_TARGET)) return FL_ERROR_TARGET;
    if (rows == 0) return FL_OK;
    if (!a->labels && !a->target && !(takes & FL_LABELS_OPTIONAL)) return FL_ERROR_TARGET;
    return a->target_gradient && !a->target ? FL_ERROR_TARGET : FL_OK;
}

static void fill(fl_row_call* call, const fl_row_args* a, int takes) {
    call->outer = a->outer, call->classes = a->classes, call->inner = a->inner;
    call->input = a->input, call->input_outer = a->input_outer_stride, call->input_class = a->input_class_stride;
    call->gradient = a->gradient;
    call->gradient_outer = a->gradient_outer_stride, call->gradient_class = a->gradient_class_stride;
    call->labels = a->labels, call->label_type = (int32_t)a->label_type;
    call->target = a->target, call->target_gradient = a->target_gradient;
    if (!call->class_weight) call->class_weight = a->class_weight;
    call->sample_weight = a->sample_weight;
    call->losses = a->losses, call->log_sum_exp = a->log_sum_exp, call->predictions = a->predictions;
    call->workspace = a->workspace;
    call->type = (int32_t)a->dtype;
    call->counts = (a->flags & FL_FLAG_CORRECT) != 0;
    call->ignores = !(takes & FL_EMPTY_IGNORES);
    if (call->temperature == 0.0) call->temperature = 1.0;
}

fl_status fl_row_check(const fl_row_args* a, int takes, int64_t terms, fl_row_call* call) {
    if (!a) return FL_ERROR_NULL_POINTER;
    if (a->struct_size != (int32_t)sizeof *a) return FL_ERROR_STRUCT_SIZE;
    if (!fl_is_dtype(a->dtype)) return FL_ERROR_DTYPE;
    const int64_t rows = fl_checked_product(a->outer, a->inner);
    if (rows < 0 || a->classes < 1 || fl_checked_product(rows, a->classes) < 0) return FL_ERROR_COUNT;
    if (takes & FL_ONE_INNER && a->inner != 1) return FL_ERROR_COUNT;
    if (a->workspace_bytes < 0 || a->workspace_bytes > FL_MAX_ELEMENTS) return FL_ERROR_WORKSPACE;
    FL_TRY(check_target(a, takes, rows));
    if (!takes_all_that_is_given(a, takes)) return FL_ERROR_PARAMETER;
    if (rows > 0 && !a->input) return FL_ERROR_NULL_POINTER;
    if (terms < 0) terms = rows;
    FL_TRY(fl_check_reduction(a->reduction, a->flags, a->denominator, a->upstream, a->upstream_count, terms));
    fill(call, a, takes);
    return check_buffers(a, takes, terms, call);
}
