/* Checks of the point-wise losses' arguments and hyper-parameters, and the choice of the kernel. */
#include "api/point_args.h"

/* What losses.h says of a loss: weights that it takes, what its mean divides by, whether its target has no gradient. */
enum {
    FL_TAKES_WEIGHT = 1, FL_MEAN_BY_WEIGHT = 3, FL_TAKES_POS_WEIGHT = 5, FL_TARGET_HAS_NONE = 8,
    FL_NEEDS_EXTRA = 16 /* and has a gradient to it */
};

static double fl_least_normal(fl_dtype dtype) { return dtype == FL_FLOAT64 ? DBL_MIN : FLT_MIN; }
static int    fl_finite(double value) { return fl_in_range(value, -DBL_MAX, DBL_MAX); }

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

/* Elements in the extent of a view with strides, or -1; written views must not repeat an element. */
static int64_t strided_view(const fl_pointwise_args* a, const int64_t* strides, int written, fl_view* view) {
    int64_t span = 1;
    for (int i = 0; i < 3; ++i) {
        if (strides[i] < 0 || a->shape[i] < 1) return -1;
        const int64_t reach = fl_checked_product(a->shape[i] - 1, strides[i]);
        if (reach < 0 || span + reach > FL_MAX_ELEMENTS) return -1;
        span += reach;
        view->stride[i] = strides[i];
    }
    if (written && !is_distinct(a->shape, strides)) return -1;
    view->dense = strides[2] == 1 && (a->shape[1] == 1 || strides[1] == a->shape[2])
               && (a->shape[0] == 1 || strides[0] == a->shape[1] * a->shape[2]);
    return span;
}

/* Dense, unless there are strides. Returns its elements, or -1. */
static inline int64_t view_of(const fl_pointwise_args* a, const void* data, const int64_t* strides, int written,
                              fl_view* view) {
    view->data = data, view->dense = 1, view->type = (int32_t)a->dtype;
    return data && strides && a->count > 0 ? strided_view(a, strides, written, view) : a->count;
}

static int same_view(const fl_view* a, const fl_view* b) {
    return a->data && a->data == b->data && a->dense == b->dense
        && (a->dense || (a->stride[0] == b->stride[0] && a->stride[1] == b->stride[1] && a->stride[2] == b->stride[2]));
}

/* An operand and the gradient to it, which may be the same memory. */
static inline fl_status check_operand(const fl_pointwise_args* a, fl_extents* all, const fl_view* operand,
                                      int64_t elements, const void* data, const int64_t* strides, fl_view* gradient) {
    const int     pair = all->count + 1;
    const int64_t size = fl_size_of(a->dtype), written = view_of(a, data, strides, 1, gradient);
    if ((elements | written) < 0) return FL_ERROR_COUNT;
    fl_add_extent(all, operand->data, elements, size, 0, pair);
    fl_add_extent(all, data, written, size, 1, same_view(gradient, operand) ? pair : 0);
    return FL_OK;
}

static fl_status check_buffers(const fl_pointwise_args* a, fl_point_call* call) {
    const int64_t term = fl_size_of(fl_term_type(a->dtype));
    fl_extents all;
    all.count = 0;
    const int64_t input = view_of(a, a->input, a->input_strides, 0, &call->input);
    const int64_t target = view_of(a, a->target, a->target_strides, 0, &call->target);
    const int64_t extra = view_of(a, a->extra, a->extra_strides, 0, &call->extra);
    const int64_t weight = view_of(a, a->weight, a->weight_strides, 0, &call->weight);
    if (weight < 0) return FL_ERROR_COUNT;
    FL_TRY(check_operand(a, &all, &call->input, input, a->gradient, a->gradient_strides, &call->gradient));
    FL_TRY(check_operand(a, &all, &call->target, target, a->target_gradient, a->target_gradient_strides,
                         &call->target_gradient));
    FL_TRY(check_operand(a, &all, &call->extra, extra, a->extra_gradient, a->extra_gradient_strides,
                         &call->extra_gradient));
    fl_add_extent(&all, a->weight, weight, fl_size_of(a->dtype), 0, 0);
    fl_add_extent(&all, a->losses, a->count, term, 1, 0);
    fl_add_extent(&all, a->upstream, a->upstream_count, term, 0, 0);
    return fl_check_overlap(&all);
}

static int shape_fits(const fl_pointwise_args* a) {
    if (a->shape[0] == 0 && a->shape[1] == 0 && a->shape[2] == 0)
        return a->count == 0 || !(a->input_strides || a->target_strides || a->weight_strides || a->extra_strides
                                  || a->gradient_strides || a->target_gradient_strides || a->extra_gradient_strides);
    const int64_t plane = fl_checked_product(a->shape[1], a->shape[2]);
    return plane >= 0 && fl_checked_product(a->shape[0], plane) == a->count;
}

static fl_status check(const fl_pointwise_args* a, int takes, fl_point_call* call) {
    if (!fl_is_dtype(a->dtype)) return FL_ERROR_DTYPE;
    if (a->count < 0 || a->count > FL_MAX_ELEMENTS || !shape_fits(a)) return FL_ERROR_COUNT;
    if (a->count > 0 && (!a->input || !a->target)) return FL_ERROR_NULL_POINTER;
    if (a->weight && !(takes & FL_TAKES_WEIGHT)) return FL_ERROR_PARAMETER;
    if (a->count > 0 && takes & FL_NEEDS_EXTRA && !a->extra) return FL_ERROR_NULL_POINTER;
    if (a->extra && !(takes & FL_NEEDS_EXTRA) && takes != FL_TAKES_POS_WEIGHT) return FL_ERROR_PARAMETER;
    if (a->extra_gradient && !(takes & FL_NEEDS_EXTRA)) return FL_ERROR_PARAMETER;
    if (a->flags & FL_FLAG_CORRECT) return FL_ERROR_REDUCTION;
    if (a->target_gradient && takes & FL_TARGET_HAS_NONE) return FL_ERROR_PARAMETER;
    if (a->reduction == FL_BATCHMEAN && a->batch < 0) return FL_ERROR_COUNT;
    FL_TRY(fl_check_reduction(a->reduction, a->flags, a->denominator, a->upstream, a->upstream_count, a->count));
    call->count = a->count;
    call->losses = a->losses;
    call->upstream = a->upstream && a->upstream_count != 1 ? a->upstream : NULL;
    for (int i = 0; i < 3; ++i) call->shape[i] = a->shape[i];
    return check_buffers(a, call);
}

/* The call of a loss whose hyper-parameters were checked. It is filled, not cleared: a call of few elements would
 * notice. */
static fl_status request(const fl_pointwise_args* a, int takes, int32_t key, const void* params, fl_point_request* r) {
    r->key = key, r->mean_by_weight = takes == FL_MEAN_BY_WEIGHT;
    r->call.params = params, r->call.scale = 1.0, r->call.stream = r->call.reserved = 0;
    return check(a, takes, &r->call);
}

static fl_status check_struct(const fl_pointwise_args* a) {
    if (!a) return FL_ERROR_NULL_POINTER;
    return a->struct_size == (int32_t)sizeof *a ? FL_OK : FL_ERROR_STRUCT_SIZE;
}

/* One function per loss, from its row of the lists. */
#define FL_REQUEST(loss, params, takes, valid, kernel, ...) \
    fl_status fl_##loss##_request(const fl_pointwise_args* a, const params* p, params* own, fl_point_request* r) \
    { FL_TRY(check_struct(a)); *own = (params){ __VA_ARGS__ }; if (!p) p = own; \
      return !(valid) ? FL_ERROR_PARAMETER : request(a, takes, kernel, p, r); }
FL_POINTWISE_LOSSES(FL_REQUEST)
FL_TRIPLE_LOSSES(FL_REQUEST)
