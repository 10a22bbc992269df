/* Entry points of the losses of pairs and triples of vectors. */
#include "api/check.h"
#include "api/chunks.h"

/* Elements in the extent of `rows` vectors, or -1; a stride of 0 becomes the dense one. */
static int64_t extent_of(const fl_pair_args* a, int64_t* stride, int written) {
    if (*stride < 0) return -1;
    if (*stride == 0) *stride = a->dimensions;
    const int64_t down = fl_checked_product(a->rows > 0 ? a->rows - 1 : 0, *stride);
    if (down < 0 || down + a->dimensions > FL_MAX_ELEMENTS) return -1;
    if (written && a->rows > 1 && *stride < a->dimensions) return -1;
    return down + a->dimensions;
}

static fl_status check_buffers(const fl_pair_args* a, fl_pair_call* call) {
    const int64_t size = fl_size_of(a->dtype), term = fl_size_of(fl_term_type(a->dtype));
    const int any = a->rows > 0 && a->dimensions > 0;
    fl_extent e[9];
    for (int k = 0; k < 3; ++k) {
        const int64_t input = extent_of(a, &call->stride[k], 0), gradient = extent_of(a, &call->gradient_stride[k], 1);
        if (input < 0 || (call->gradient[k] && gradient < 0)) return FL_ERROR_COUNT;
        e[k] = fl_extent_of(call->input[k], any ? input : 0, size, 0);
        e[3 + k] = fl_extent_of(call->gradient[k], any ? gradient : 0, size, 1);
        if (call->gradient[k] == call->input[k] && call->gradient_stride[k] == call->stride[k])
            e[3 + k].same_as = &e[k];
    }
    e[6] = fl_extent_of(a->target, a->rows, term, 0);
    e[7] = fl_extent_of(a->upstream, a->upstream_count, term, 0);
    e[8] = fl_extent_of(a->losses, a->rows, term, 1);
    return fl_check_overlap(e, 9);
}

static fl_status check(const fl_context* context, const fl_pair_args* a, int inputs, fl_pair_call* call) {
    if (!context) return FL_ERROR_NULL_POINTER;
    if (!fl_is_dtype(a->dtype)) return FL_ERROR_DTYPE;
    if (fl_checked_product(a->rows, a->dimensions) < 0) return FL_ERROR_COUNT;
    const int any = a->rows > 0 && a->dimensions > 0;
    if (any && (!a->input1 || !a->input2 || (inputs == 3 && !a->input3))) return FL_ERROR_NULL_POINTER;
    if (a->rows > 0 && inputs == 2 && !a->target) return FL_ERROR_NULL_POINTER;
    if (inputs == 2 ? a->input3 || a->gradient3 : a->target != NULL) return FL_ERROR_PARAMETER;
    if (a->flags & FL_FLAG_CORRECT) return FL_ERROR_REDUCTION;
    FL_TRY(fl_check_reduction(a->reduction, a->flags, a->denominator, a->upstream, a->upstream_count, a->rows));
    return check_buffers(a, call);
}

typedef struct work {
    const fl_pair_call* call;
    fl_plan             plan;
    fl_pair_kernel      kernel;
    double              partial[FL_MAX_CHUNKS];
} work;

static void run_chunk(void* state, int64_t index) {
    work* w = state;
    w->partial[index] = w->kernel(w->call, index * w->plan.size, fl_chunk_end(w->plan, index));
}

static double run(const fl_context* context, const fl_pair_call* call, fl_pair_kernel kernel) {
    work w;
    w.call = call, w.kernel = kernel, w.plan = fl_plan_chunks(call->rows, call->dimensions, 1);
    fl_run(context, w.plan, call->rows * call->dimensions, run_chunk, &w);
    return fl_sum_in_order(w.partial, w.plan.chunks);
}

static int in_place(const fl_pair_call* call) {
    for (int k = 0; k < 3; ++k)
        if (call->gradient[k] && call->gradient[k] == call->input[k]) return 1;
    return 0;
}

static fl_status evaluate(const fl_context* context, fl_pair_args* a, int inputs, int key, const void* params) {
    fl_pair_call call = { .rows = a->rows, .dimensions = a->dimensions,
                          .input = { a->input1, a->input2, a->input3 },
                          .gradient = { a->gradient1, a->gradient2, a->gradient3 },
                          .stride = { a->stride1, a->stride2, a->stride3 },
                          .gradient_stride = { a->gradient_stride1, a->gradient_stride2, a->gradient_stride3 },
                          .target = a->target, .losses = a->losses, .params = params, .type = (int32_t)a->dtype };
    FL_TRY(check(context, a, inputs, &call));
    const fl_scale scale = fl_scale_of(a->reduction, a->denominator, (double)a->rows,
                                       fl_scalar_upstream(a->upstream, a->upstream_count, a->dtype));
    call.upstream = a->upstream && a->upstream_count != 1 ? a->upstream : NULL;
    call.scale = scale.gradient;
    call.stream = a->rows * a->dimensions * fl_size_of(a->dtype) >= FL_STREAM_FROM && !in_place(&call);
    const double sum = run(context, &call, fl_kernels_of(context, a->dtype)->pairs[key]);
    a->loss = fl_reduced_loss(a->reduction, a->flags, sum, scale.loss);
    return FL_OK;
}

static fl_status check_struct(const fl_pair_args* a) {
    if (!a) return FL_ERROR_NULL_POINTER;
    return a->struct_size == (int32_t)sizeof *a ? FL_OK : FL_ERROR_STRUCT_SIZE;
}

fl_status fl_cosine_embedding(fl_context* context, fl_pair_args* args, const fl_cosine_embedding_params* hyper) {
    const fl_cosine_embedding_params defaults = { 0.0 }, *p = hyper ? hyper : &defaults;
    FL_TRY(check_struct(args));
    if (!fl_in_range(p->margin, -DBL_MAX, DBL_MAX)) return FL_ERROR_PARAMETER;
    return evaluate(context, args, 2, FL_PAIR_cosine_embedding, p);
}

/* The way of measuring that a power asks for. */
static int triplet_kernel(const fl_triplet_margin_params* p) {
    if (p->distance == FL_DISTANCE_COSINE) return FL_PAIR_triplet_margin_cosine;
    if (p->p == 2.0) return FL_PAIR_triplet_margin;
    if (p->p == 1.0) return FL_PAIR_triplet_margin_absolute;
    if (p->p == 0.0) return FL_PAIR_triplet_margin_count;
    return p->p > DBL_MAX || p->p < -DBL_MAX ? FL_PAIR_triplet_margin_extreme : FL_PAIR_triplet_margin_power;
}

fl_status fl_triplet_margin(fl_context* context, fl_pair_args* args, const fl_triplet_margin_params* hyper) {
    const fl_triplet_margin_params defaults = { 1.0, 2.0, 1e-6, 0, FL_DISTANCE_NORM }, *p = hyper ? hyper : &defaults;
    const int measured = p->distance == FL_DISTANCE_NORM || p->distance == FL_DISTANCE_COSINE;
    FL_TRY(check_struct(args));
    if (!fl_in_range(p->margin, -DBL_MAX, DBL_MAX) || p->p != p->p || !fl_not_negative(p->eps) || !fl_is_flag(p->swap)
        || !measured)
        return FL_ERROR_PARAMETER;
    return evaluate(context, args, 3, triplet_kernel(p), p);
}
