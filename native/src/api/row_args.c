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
    fl_extent e[12] = { fl_extent_of(a->input, rows ? input : 0, size, 0),
                        fl_extent_of(a->gradient, rows ? gradient : 0, size, 1),
                        fl_extent_of(a->target, all, size, 0),
                        fl_extent_of(a->target_gradient, all, size, 1),
                        fl_extent_of(a->labels, takes & FL_LABEL_LISTS ? all : rows, label, 0),
                        fl_extent_of(a->class_weight, a->classes, term, 0),
                        fl_extent_of(a->sample_weight, rows, term, 0),
                        fl_extent_of(a->upstream, a->upstream_count, term, 0),
                        fl_extent_of(a->losses, terms, term, 1),
                        fl_extent_of(a->log_sum_exp, rows, term, 1),
                        fl_extent_of(a->predictions, rows, label, 1),
                        fl_extent_of(a->workspace, a->workspace_bytes, 1, 1) };
    if (a->gradient == a->input && call->gradient_outer == call->input_outer
        && call->gradient_class == call->input_class)
        e[1].same_as = &e[0];
    return fl_check_overlap(e, 12);
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

fl_status fl_row_prepare(const fl_context* context, fl_row_args* a, int takes, int64_t terms, fl_row_call* call) {
    if (!a) return FL_ERROR_NULL_POINTER;
    if (a->struct_size != (int32_t)sizeof *a) return FL_ERROR_STRUCT_SIZE;
    a->bad_index = a->correct = -1;
    if (!context) return FL_ERROR_NULL_POINTER;
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

typedef struct scan_work {
    const fl_row_call* call;
    fl_plan            plan;
    fl_label_scanner   scan;
    fl_label_scan      scans[FL_MAX_CHUNKS];
} scan_work;

static void scan_chunk(void* state, int64_t index) {
    scan_work* w = state;
    w->scan(w->call, index * w->plan.size, fl_chunk_end(w->plan, index), &w->scans[index]);
}

fl_status fl_row_scan(const fl_context* context, fl_row_args* args, const fl_row_call* call, fl_label_scan* scan) {
    const int64_t rows = call->outer * call->inner;
    fl_total weight = { 0.0, 0.0 };
    scan_work w;
    *scan = (fl_label_scan){ -1, rows, (double)rows };
    if (rows == 0 || (!call->labels && !call->sample_weight)) return FL_OK;
    *scan = (fl_label_scan){ -1, 0, 0.0 };
    w.call = call, w.scan = fl_kernels_of(context, args->dtype)->scan, w.plan = fl_plan_chunks(rows, 1, 512);
    fl_run(context, w.plan, rows, scan_chunk, &w);
    for (int64_t i = 0; i < w.plan.chunks; ++i) {
        args->bad_index = w.scans[i].bad;
        if (args->bad_index >= 0) return FL_ERROR_LABEL_RANGE;
        scan->kept += w.scans[i].kept;
        fl_total_add(&weight, w.scans[i].weight);
    }
    scan->weight = fl_total_of(weight);
    return FL_OK;
}

double fl_row_scale(const fl_row_args* a, double own, fl_row_call* call) {
    const int per_term = a->upstream && a->upstream_count != 1;
    const fl_scale scale = fl_scale_of(a->reduction, a->denominator,
                                       a->reduction == FL_BATCHMEAN ? (double)a->outer : own,
                                       fl_scalar_upstream(a->upstream, a->upstream_count, a->dtype));
    const int64_t bytes = a->outer * a->inner * a->classes * fl_size_of(a->dtype);
    call->upstream = per_term ? a->upstream : NULL;
    call->scale = scale.gradient / call->temperature;
    call->large = bytes >= FL_LARGE_FROM;
    call->stream = bytes >= FL_STREAM_FROM && a->gradient != a->input && !fl_is_half_type(a->dtype);
    return scale.loss;
}

typedef struct run_work {
    const fl_row_call* call;
    fl_plan            plan;
    fl_vector_kernel   kernel;
    double             partial[FL_MAX_CHUNKS];
} run_work;

static void run_chunk(void* state, int64_t index) {
    run_work* w = state;
    w->partial[index] = w->kernel(w->call, index * w->plan.size, fl_chunk_end(w->plan, index));
}

double fl_row_run(const fl_context* context, const fl_row_call* call, fl_vector_kernel kernel) {
    const int64_t rows = call->outer * call->inner;
    run_work w;
    w.call = call, w.kernel = kernel;
    w.plan = fl_plan_chunks(rows, call->classes, call->classes <= FL_SIDE_CLASSES ? 64 : 1); /* whole tiles */
    fl_run(context, w.plan, rows * call->classes, run_chunk, &w);
    return fl_sum_in_order(w.partial, w.plan.chunks);
}
