/* Entry points of the point-wise losses: check, choose the kernel, run, reduce. */
#include "api/check.h"
#include "api/chunks.h"

/* Weights that a loss takes, what its mean divides by, and whether its target has no gradient. */
enum {
    TAKES_NO_WEIGHT = 0, TAKES_WEIGHT = 1, MEAN_BY_WEIGHT = 3, TAKES_POS_WEIGHT = 5, TARGET_IS_CONSTANT = 8,
    NEEDS_EXTRA = 16 /* and has a gradient to it */
};

typedef struct work {
    const fl_point_call* call;
    fl_plan              plan;
    fl_point_kernel      kernel;
    double               partial[FL_MAX_CHUNKS];
} work;

static void run_chunk(void* state, int64_t index) {
    work* w = state;
    w->partial[index] = w->kernel(w->call, index * w->plan.size, fl_chunk_end(w->plan, index));
}

static double run(const fl_context* context, const fl_point_call* call, fl_point_kernel kernel) {
    work w; /* `partial` is filled as far as there are chunks */
    if (call->count <= FL_CHUNK) return kernel(call, 0, call->count);
    w.call = call, w.kernel = kernel, w.plan = fl_plan_chunks(call->count, 1, 512);
    fl_run(context, w.plan, call->count, run_chunk, &w);
    return fl_sum_in_order(w.partial, w.plan.chunks);
}

/* Do different indices always mean different elements? With the axes in the order of their strides, each has to step
 * over what the ones before it cover. */
static int is_distinct(const int64_t* shape, const int64_t* strides) {
    int64_t covered = 1;
    int     done[3] = { shape[0] == 1, shape[1] == 1, shape[2] == 1 };
    for (int pass = 0; pass < 3; ++pass) {
        int least = -1;
        for (int i = 0; i < 3; ++i)
            if (!done[i] && (least < 0 || strides[i] < strides[least])) least = i;
        if (least < 0) break;
        if (strides[least] < covered) return 0;
        covered += strides[least] * (shape[least] - 1);
        done[least] = 1;
    }
    return 1;
}

/* Dense, or a view with its extent in elements; written views must not repeat an element. */
static fl_status check_view(const fl_pointwise_args* a, const void* data, const int64_t* strides, int written,
                            fl_view* view, fl_extent* extent) {
    const int64_t size = fl_size_of(a->dtype);
    int64_t span = 1;
    view->data = data, view->dense = 1, view->type = (int32_t)a->dtype;
    *extent = fl_extent_of(data, a->count, size, written);
    if (!data || !strides || a->count == 0) return FL_OK;
    for (int i = 0; i < 3; ++i) {
        if (strides[i] < 0 || a->shape[i] < 1) return FL_ERROR_COUNT;
        const int64_t reach = fl_checked_product(a->shape[i] - 1, strides[i]);
        if (reach < 0 || span + reach > FL_MAX_ELEMENTS) return FL_ERROR_COUNT;
        span += reach;
        view->stride[i] = strides[i];
    }
    if (written && !is_distinct(a->shape, strides)) return FL_ERROR_COUNT;
    view->dense = strides[2] == 1 && (a->shape[1] == 1 || strides[1] == a->shape[2])
               && (a->shape[0] == 1 || strides[0] == a->shape[1] * a->shape[2]);
    *extent = fl_extent_of(data, span, size, written);
    return FL_OK;
}

static int same_view(const fl_view* a, const fl_view* b) {
    return a->data && a->data == b->data && a->dense == b->dense
        && (a->dense || (a->stride[0] == b->stride[0] && a->stride[1] == b->stride[1] && a->stride[2] == b->stride[2]));
}

static fl_status check_buffers(const fl_pointwise_args* a, fl_point_call* call) {
    const int64_t term = fl_size_of(fl_term_type(a->dtype));
    fl_extent e[9];
    FL_TRY(check_view(a, a->input, a->input_strides, 0, &call->input, &e[0]));
    FL_TRY(check_view(a, a->target, a->target_strides, 0, &call->target, &e[1]));
    FL_TRY(check_view(a, a->extra, a->extra_strides, 0, &call->extra, &e[2]));
    FL_TRY(check_view(a, a->weight, a->weight_strides, 0, &call->weight, &e[3]));
    FL_TRY(check_view(a, a->gradient, a->gradient_strides, 1, &call->gradient, &e[4]));
    FL_TRY(check_view(a, a->target_gradient, a->target_gradient_strides, 1, &call->target_gradient, &e[5]));
    FL_TRY(check_view(a, a->extra_gradient, a->extra_gradient_strides, 1, &call->extra_gradient, &e[6]));
    e[7] = fl_extent_of(a->losses, a->count, term, 1);
    e[8] = fl_extent_of(a->upstream, a->upstream_count, term, 0);
    if (same_view(&call->gradient, &call->input)) e[4].same_as = &e[0];
    if (same_view(&call->target_gradient, &call->target)) e[5].same_as = &e[1];
    if (same_view(&call->extra_gradient, &call->extra)) e[6].same_as = &e[2];
    return fl_check_overlap(e, 9);
}

static int shape_fits(const fl_pointwise_args* a) {
    if (a->shape[0] == 0 && a->shape[1] == 0 && a->shape[2] == 0)
        return a->count == 0 || !(a->input_strides || a->target_strides || a->weight_strides || a->extra_strides
                                  || a->gradient_strides || a->target_gradient_strides || a->extra_gradient_strides);
    const int64_t plane = fl_checked_product(a->shape[1], a->shape[2]);
    return plane >= 0 && fl_checked_product(a->shape[0], plane) == a->count;
}

static fl_status check(const fl_context* context, const fl_pointwise_args* a, int takes, fl_point_call* call) {
    if (!context) return FL_ERROR_NULL_POINTER;
    if (!fl_is_dtype(a->dtype)) return FL_ERROR_DTYPE;
    if (a->count < 0 || a->count > FL_MAX_ELEMENTS || !shape_fits(a)) return FL_ERROR_COUNT;
    if (a->count > 0 && (!a->input || !a->target)) return FL_ERROR_NULL_POINTER;
    if (a->weight && !(takes & TAKES_WEIGHT)) return FL_ERROR_PARAMETER;
    if (a->count > 0 && takes & NEEDS_EXTRA && !a->extra) return FL_ERROR_NULL_POINTER;
    if (a->extra && !(takes & NEEDS_EXTRA) && takes != TAKES_POS_WEIGHT) return FL_ERROR_PARAMETER;
    if (a->extra_gradient && !(takes & NEEDS_EXTRA)) return FL_ERROR_PARAMETER;
    if (a->flags & FL_FLAG_CORRECT) return FL_ERROR_REDUCTION;
    if (a->target_gradient && takes & TARGET_IS_CONSTANT) return FL_ERROR_PARAMETER;
    if (a->reduction == FL_BATCHMEAN && a->batch < 0) return FL_ERROR_COUNT;
    FL_TRY(fl_check_reduction(a->reduction, a->flags, a->denominator, a->upstream, a->upstream_count, a->count));
    call->count = a->count;
    for (int i = 0; i < 3; ++i) call->shape[i] = a->shape[i];
    return check_buffers(a, call);
}

static int wanted(const fl_pointwise_args* a) {
    if (a->target_gradient || a->extra_gradient) return FL_WANT_ALL;
    const int loss = a->losses || (!(a->flags & FL_FLAG_NO_LOSS) && a->reduction != FL_NONE);
    return !a->gradient ? FL_WANT_LOSS : loss ? FL_WANT_BOTH : FL_WANT_GRADIENT;
}

static double own_denominator(const fl_context* context, const fl_pointwise_args* a, const fl_point_call* call,
                              int takes) {
    if (a->reduction == FL_BATCHMEAN) return (double)a->batch;
    if (takes == MEAN_BY_WEIGHT && a->weight && a->reduction == FL_MEAN && a->denominator == 0.0)
        return run(context, call, fl_kernels_of(context, a->dtype)->weight_sum);
    return (double)a->count;
}

static fl_status pointwise(fl_context* context, fl_pointwise_args* a, int takes, int key, const void* params) {
    fl_point_call call; /* filled, not cleared: a call of few elements would notice */
    FL_TRY(check(context, a, takes, &call));
    const int per_term = a->upstream && a->upstream_count != 1;
    const double own = own_denominator(context, a, &call, takes);
    const fl_scale scale = fl_scale_of(a->reduction, a->denominator, own,
                                       fl_scalar_upstream(a->upstream, a->upstream_count, a->dtype));
    const int64_t bytes = a->count * fl_size_of(a->dtype);
    call.upstream = per_term ? a->upstream : NULL;
    call.losses = a->losses;
    call.params = params;
    call.scale = scale.gradient;
    call.stream = bytes >= FL_STREAM_FROM && a->gradient != a->input;
    const double sum = run(context, &call, fl_kernels_of(context, a->dtype)->pointwise[key][wanted(a)]);
    a->loss = fl_reduced_loss(a->reduction, a->flags, sum, scale.loss);
    return FL_OK;
}

static fl_status check_struct(const fl_pointwise_args* a) {
    if (!a) return FL_ERROR_NULL_POINTER;
    return a->struct_size == (int32_t)sizeof *a ? FL_OK : FL_ERROR_STRUCT_SIZE;
}

fl_status fl_mse(fl_context* context, fl_pointwise_args* args) {
    FL_TRY(check_struct(args));
    return pointwise(context, args, MEAN_BY_WEIGHT, FL_POINT_mse, NULL);
}

fl_status fl_l1(fl_context* context, fl_pointwise_args* args) {
    FL_TRY(check_struct(args));
    return pointwise(context, args, MEAN_BY_WEIGHT, FL_POINT_l1, NULL);
}

/* Below the smallest normal number 1 / beta would overflow: that is L1 to every representable difference. */
fl_status fl_smooth_l1(fl_context* context, fl_pointwise_args* args, const fl_smooth_l1_params* hyper) {
    const fl_smooth_l1_params defaults = { 1.0 }, *p = hyper ? hyper : &defaults;
    FL_TRY(check_struct(args));
    if (!fl_not_negative(p->beta)) return FL_ERROR_PARAMETER;
    const double least = args->dtype == FL_FLOAT32 ? FLT_MIN : DBL_MIN;
    return pointwise(context, args, TAKES_NO_WEIGHT, p->beta < least ? FL_POINT_l1 : FL_POINT_smooth_l1, p);
}

fl_status fl_huber(fl_context* context, fl_pointwise_args* args, const fl_huber_params* hyper) {
    const fl_huber_params defaults = { 1.0 }, *p = hyper ? hyper : &defaults;
    FL_TRY(check_struct(args));
    if (!fl_positive(p->delta)) return FL_ERROR_PARAMETER;
    return pointwise(context, args, TAKES_WEIGHT, FL_POINT_huber, p);
}

fl_status fl_bce(fl_context* context, fl_pointwise_args* args) {
    FL_TRY(check_struct(args));
    return pointwise(context, args, TAKES_WEIGHT, FL_POINT_bce, NULL);
}

fl_status fl_bce_with_logits(fl_context* context, fl_pointwise_args* args) {
    FL_TRY(check_struct(args));
    const int key = args->extra ? FL_POINT_bce_with_logits_positive : FL_POINT_bce_with_logits;
    return pointwise(context, args, TAKES_POS_WEIGHT, key, NULL);
}

fl_status fl_sigmoid_focal(fl_context* context, fl_pointwise_args* args, const fl_sigmoid_focal_params* hyper) {
    const fl_sigmoid_focal_params defaults = { 0.25, 2.0, 0, 0 }, *p = hyper ? hyper : &defaults;
    FL_TRY(check_struct(args));
    if (!(p->alpha <= 1.0) || !fl_not_negative(p->gamma) || !fl_is_flag(p->detach)) return FL_ERROR_PARAMETER;
    return pointwise(context, args, TAKES_NO_WEIGHT,
                     p->gamma == 2.0 ? FL_POINT_sigmoid_focal_square : FL_POINT_sigmoid_focal, p);
}

fl_status fl_soft_margin(fl_context* context, fl_pointwise_args* args) {
    FL_TRY(check_struct(args));
    return pointwise(context, args, TARGET_IS_CONSTANT, FL_POINT_soft_margin, NULL);
}

fl_status fl_hinge_embedding(fl_context* context, fl_pointwise_args* args, const fl_hinge_embedding_params* hyper) {
    const fl_hinge_embedding_params defaults = { 1.0 }, *p = hyper ? hyper : &defaults;
    FL_TRY(check_struct(args));
    if (!fl_in_range(p->margin, -DBL_MAX, DBL_MAX)) return FL_ERROR_PARAMETER;
    return pointwise(context, args, TARGET_IS_CONSTANT, FL_POINT_hinge_embedding, p);
}

fl_status fl_poisson_nll(fl_context* context, fl_pointwise_args* args, const fl_poisson_nll_params* hyper) {
    const fl_poisson_nll_params defaults = { 1e-8, 1, 0 }, *p = hyper ? hyper : &defaults;
    FL_TRY(check_struct(args));
    if (!fl_positive(p->eps) || !fl_is_flag(p->log_input) || !fl_is_flag(p->full)) return FL_ERROR_PARAMETER;
    const int key = p->log_input ? FL_POINT_poisson_nll : FL_POINT_poisson_nll_rate;
    return pointwise(context, args, TAKES_NO_WEIGHT, key, p);
}

fl_status fl_kl_div(fl_context* context, fl_pointwise_args* args, const fl_kl_div_params* hyper) {
    const fl_kl_div_params defaults = { 0, 0 }, *p = hyper ? hyper : &defaults;
    FL_TRY(check_struct(args));
    if (!fl_is_flag(p->log_target)) return FL_ERROR_PARAMETER;
    return pointwise(context, args, TAKES_NO_WEIGHT, p->log_target ? FL_POINT_kl_div_log : FL_POINT_kl_div, NULL);
}

fl_status fl_gaussian_nll(fl_context* context, fl_pointwise_args* args, const fl_gaussian_nll_params* hyper) {
    const fl_gaussian_nll_params defaults = { 1e-6, 0, 0 }, *p = hyper ? hyper : &defaults;
    FL_TRY(check_struct(args));
    if (!fl_positive(p->eps) || !fl_is_flag(p->full)) return FL_ERROR_PARAMETER;
    return pointwise(context, args, NEEDS_EXTRA, FL_POINT_gaussian_nll, p);
}

fl_status fl_margin_ranking(fl_context* context, fl_pointwise_args* args, const fl_margin_ranking_params* hyper) {
    const fl_margin_ranking_params defaults = { 0.0 }, *p = hyper ? hyper : &defaults;
    FL_TRY(check_struct(args));
    if (!fl_in_range(p->margin, -DBL_MAX, DBL_MAX)) return FL_ERROR_PARAMETER;
    return pointwise(context, args, NEEDS_EXTRA, FL_POINT_margin_ranking, p);
}
