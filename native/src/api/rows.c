/* Entry points of the losses over classes: check, look at every label, choose the kernel, run, reduce. */
#include "api/check.h"
#include "api/chunks.h"

typedef struct work {
    const fl_row_call* call;
    fl_plan            plan;
    fl_row_kernel      kernel;
    fl_label_scanner   scan;
    union { double partial[FL_MAX_CHUNKS]; fl_label_scan scans[FL_MAX_CHUNKS]; } out;
} work;

static void run_chunk(void* state, int64_t index) {
    work* w = state;
    w->out.partial[index] = w->kernel(w->call, index * w->plan.size, fl_chunk_end(w->plan, index));
}

static void scan_chunk(void* state, int64_t index) {
    work* w = state;
    w->scan(w->call, index * w->plan.size, fl_chunk_end(w->plan, index), &w->out.scans[index]);
}

static fl_label_scan scan_labels(const fl_context* context, const fl_row_call* call, const fl_kernels* kernels) {
    const int64_t rows = call->outer * call->inner;
    fl_label_scan all = { -1, 0, 0.0 };
    fl_total weight = { 0.0, 0.0 };
    work w;
    w.call = call, w.scan = kernels->scan, w.plan = fl_plan_chunks(rows, 1, 512);
    fl_run(context, w.plan, rows, scan_chunk, &w);
    for (int64_t i = 0; i < w.plan.chunks; ++i) {
        const fl_label_scan* part = &w.out.scans[i];
        if (part->bad >= 0) return *part;
        all.kept += part->kept;
        fl_total_add(&weight, part->weight);
    }
    all.weight = fl_total_of(weight);
    return all;
}

/* Chunks are whole tiles of 64 rows where rows are transposed, so that no tile depends on how the call is cut. */
static double run(const fl_context* context, const fl_row_call* call, fl_row_kernel kernel) {
    const int64_t units = fl_row_units(call), elements = call->outer * call->classes * call->inner;
    work w;
    w.call = call, w.kernel = kernel,
    w.plan = fl_plan_chunks(units, units ? elements / units : 1, call->inner == 1 ? 64 : 1);
    fl_run(context, w.plan, elements, run_chunk, &w);
    return fl_sum_in_order(w.out.partial, w.plan.chunks);
}

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

static fl_status check_buffers(const fl_row_args* a, fl_row_call* call) {
    const int64_t rows = a->outer * a->inner, all = rows * a->classes, size = fl_size_of(a->dtype);
    const int64_t input = layout(a, &call->input_outer, &call->input_class, 0);
    const int64_t gradient = layout(a, &call->gradient_outer, &call->gradient_class, 1);
    if (input < 0 || gradient < 0) return FL_ERROR_COUNT;
    if (rows == 0) return FL_OK;
    fl_extent e[8] = { fl_extent_of(a->input, input, size, 0),
                       fl_extent_of(a->gradient, gradient, size, 1),
                       fl_extent_of(a->labels, rows, a->label_type == FL_INT64 ? 8 : 4, 0),
                       fl_extent_of(a->probabilities, all, size, 0),
                       fl_extent_of(a->class_weight, a->classes, size, 0),
                       fl_extent_of(a->upstream, a->upstream_count, size, 0),
                       fl_extent_of(a->losses, rows, size, 1),
                       fl_extent_of(a->target_gradient, all, size, 1) };
    if (a->gradient == a->input && call->gradient_outer == call->input_outer
        && call->gradient_class == call->input_class)
        e[1].same_as = &e[0];
    return fl_check_overlap(e, 8);
}

/* What a loss brings: its hyper-parameters in `call`, its kernels (probabilities -1: labels only), its mean. */
typedef struct recipe {
    fl_row_call call;
    int         labels, probabilities, mean_by_count;
} recipe;

static fl_status check(const fl_context* context, const fl_row_args* a, recipe* r) {
    if (!context) return FL_ERROR_NULL_POINTER;
    if (a->dtype != FL_FLOAT32 && a->dtype != FL_FLOAT64) return FL_ERROR_DTYPE;
    const int64_t rows = fl_checked_product(a->outer, a->inner);
    if (rows < 0 || a->classes < 1 || fl_checked_product(rows, a->classes) < 0) return FL_ERROR_COUNT;
    if (a->labels && a->label_type != FL_INT32 && a->label_type != FL_INT64) return FL_ERROR_DTYPE;
    if (a->probabilities && (a->labels || r->probabilities < 0)) return FL_ERROR_TARGET;
    if (rows > 0 && !a->labels && !a->probabilities) return FL_ERROR_TARGET;
    if (rows > 0 && a->target_gradient && !a->probabilities) return FL_ERROR_TARGET;
    if (rows > 0 && !a->input) return FL_ERROR_NULL_POINTER;
    FL_TRY(fl_check_reduction(a->reduction, a->flags, a->denominator, a->upstream, a->upstream_count, rows));
    return check_buffers(a, &r->call);
}

static double weight_total(const fl_row_args* a) {
    fl_total sum = { 0.0, 0.0 };
    if (!a->class_weight) return (double)a->classes;
    for (int64_t c = 0; c < a->classes; ++c)
        fl_total_add(&sum, a->dtype == FL_FLOAT64 ? ((const double*)a->class_weight)[c]
                                                  : (double)((const float*)a->class_weight)[c]);
    return fl_total_of(sum);
}

static void fill(fl_row_call* call, const fl_row_args* a) {
    call->outer = a->outer, call->classes = a->classes, call->inner = a->inner;
    call->input = a->input, call->input_outer = a->input_outer_stride, call->input_class = a->input_class_stride;
    call->gradient = a->gradient;
    call->gradient_outer = a->gradient_outer_stride, call->gradient_class = a->gradient_class_stride;
    call->labels = a->labels, call->label_type = (int32_t)a->label_type;
    call->probabilities = a->probabilities, call->target_gradient = a->target_gradient, call->losses = a->losses;
    if (!call->class_weight) call->class_weight = a->class_weight;
}

static double own_denominator(const fl_row_args* a, const recipe* r, const fl_label_scan* scan) {
    if (a->reduction == FL_BATCHMEAN) return (double)a->outer;
    return r->mean_by_count || a->probabilities ? (double)scan->kept : scan->weight;
}

static fl_status evaluate(fl_context* context, fl_row_args* a, recipe* r) {
    fl_row_call* call = &r->call;
    a->bad_index = -1;
    fill(call, a);
    FL_TRY(check(context, a, r));
    const fl_kernels* kernels = fl_kernels_of(context, a->dtype);
    const int64_t rows = a->outer * a->inner;
    fl_label_scan scan = { -1, rows, (double)rows };
    if (a->labels && rows > 0) scan = scan_labels(context, call, kernels);
    a->bad_index = scan.bad;
    if (scan.bad >= 0) return FL_ERROR_LABEL_RANGE;
    const int per_term = a->upstream && a->upstream_count != 1;
    const fl_scale scale = fl_scale_of(a->reduction, a->denominator, own_denominator(a, r, &scan),
                                       fl_scalar_upstream(a->upstream, a->upstream_count, a->dtype));
    call->upstream = per_term ? a->upstream : NULL;
    call->scale = scale.gradient;
    call->weight_total = call->label_smoothing != 0.0 && a->labels ? weight_total(a) : 0.0;
    call->stream = rows * a->classes * fl_size_of(a->dtype) >= FL_STREAM_FROM && a->gradient != a->input;
    const double sum = run(context, call, a->probabilities ? kernels->probabilities[r->probabilities]
                                                           : kernels->labels[r->labels]);
    a->loss = fl_reduced_loss(a->reduction, a->flags, sum, scale.loss);
    return FL_OK;
}

fl_status fl_cross_entropy(fl_context* context, fl_row_args* args, const fl_cross_entropy_params* hyper) {
    const fl_cross_entropy_params defaults = { 0.0, FL_IGNORE_INDEX }, *p = hyper ? hyper : &defaults;
    if (!args) return FL_ERROR_NULL_POINTER;
    if (args->struct_size != (int32_t)sizeof *args) return FL_ERROR_STRUCT_SIZE;
    if (!fl_in_range(p->label_smoothing, 0.0, 1.0)) return FL_ERROR_PARAMETER;
    recipe r = { { .label_smoothing = p->label_smoothing, .ignore_index = p->ignore_index },
                 FL_LABEL_cross_entropy, FL_PROBABILITY_cross_entropy, 0 };
    return evaluate(context, args, &r);
}

fl_status fl_softmax_focal(fl_context* context, fl_row_args* args, const fl_softmax_focal_params* hyper) {
    const fl_softmax_focal_params defaults = { 2.0, -1.0, FL_IGNORE_INDEX, 0, 0 }, *p = hyper ? hyper : &defaults;
    if (!args) return FL_ERROR_NULL_POINTER;
    if (args->struct_size != (int32_t)sizeof *args) return FL_ERROR_STRUCT_SIZE;
    if (!fl_not_negative(p->gamma) || !fl_is_flag(p->detach) || !(p->alpha <= 1.0)) return FL_ERROR_PARAMETER;
    if (p->alpha >= 0.0 && (args->class_weight || args->classes != 2)) return FL_ERROR_PARAMETER;
    const double alpha[2] = { p->alpha, 1.0 - p->alpha };
    const float  alpha_float[2] = { (float)alpha[0], (float)alpha[1] };
    recipe r = { { .gamma = p->gamma, .slope_gamma = p->detach ? 0.0 : p->gamma, .ignore_index = p->ignore_index },
                 FL_LABEL_softmax_focal, -1, 1 };
    if (p->alpha >= 0.0)
        r.call.class_weight = args->dtype == FL_FLOAT64 ? (const void*)alpha : (const void*)alpha_float;
    return evaluate(context, args, &r);
}
