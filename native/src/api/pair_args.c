/* Checks of the pair losses' arguments and hyper-parameters, and the choice of the kernel. */
#include "api/pair_args.h"

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
    fl_extents e;
    e.count = 0;
    for (int k = 0; k < 3; ++k) {
        const int64_t input = extent_of(a, &call->stride[k], 0), gradient = extent_of(a, &call->gradient_stride[k], 1);
        if (input < 0 || (call->gradient[k] && gradient < 0)) return FL_ERROR_COUNT;
        const int same = call->gradient[k] == call->input[k] && call->gradient_stride[k] == call->stride[k];
        fl_add_extent(&e, call->input[k], any ? input : 0, size, 0, k + 1);
        fl_add_extent(&e, call->gradient[k], any ? gradient : 0, size, 1, same ? k + 1 : 0);
    }
    fl_add_extent(&e, a->target, a->rows, term, 0, 0);
    fl_add_extent(&e, a->upstream, a->upstream_count, term, 0, 0);
    fl_add_extent(&e, a->losses, a->rows, term, 1, 0);
    return fl_check_overlap(&e);
}

static fl_status check(const fl_pair_args* a, int inputs, fl_pair_call* call) {
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

static fl_status check_struct(const fl_pair_args* a) {
    if (!a) return FL_ERROR_NULL_POINTER;
    return a->struct_size == (int32_t)sizeof *a ? FL_OK : FL_ERROR_STRUCT_SIZE;
}

static fl_status fill(const fl_pair_args* a, int inputs, fl_pair_request* r) {
    r->call = (fl_pair_call){ .rows = a->rows, .dimensions = a->dimensions,
                              .input = { a->input1, a->input2, a->input3 },
                              .gradient = { a->gradient1, a->gradient2, a->gradient3 },
                              .stride = { a->stride1, a->stride2, a->stride3 },
                              .gradient_stride = { a->gradient_stride1, a->gradient_stride2, a->gradient_stride3 },
                              .target = a->target, .losses = a->losses, .params = &r->params,
                              .upstream = a->upstream && a->upstream_count != 1 ? a->upstream : NULL,
                              .type = (int32_t)a->dtype };
    return check(a, inputs, &r->call);
}

fl_status fl_cosine_embedding_request(const fl_pair_args* a, const fl_cosine_embedding_params* hyper,
                                      fl_pair_request* r) {
    const fl_cosine_embedding_params defaults = { 0.0 }, *p = hyper ? hyper : &defaults;
    FL_TRY(check_struct(a));
    if (!fl_in_range(p->margin, -DBL_MAX, DBL_MAX)) return FL_ERROR_PARAMETER;
    r->params.cosine = *p;
    r->key = FL_PAIR_cosine_embedding;
    return fill(a, 2, r);
}

/* The way of measuring that a power asks for. */
static int triplet_kernel(const fl_triplet_margin_params* p) {
    if (p->distance == FL_DISTANCE_COSINE) return FL_PAIR_triplet_margin_cosine;
    if (p->p == 2.0) return FL_PAIR_triplet_margin;
    if (p->p == 1.0) return FL_PAIR_triplet_margin_absolute;
    if (p->p == 0.0) return FL_PAIR_triplet_margin_count;
    return p->p > DBL_MAX || p->p < -DBL_MAX ? FL_PAIR_triplet_margin_extreme : FL_PAIR_triplet_margin_power;
}

fl_status fl_triplet_margin_request(const fl_pair_args* a, const fl_triplet_margin_params* hyper, fl_pair_request* r) {
    const fl_triplet_margin_params defaults = { 1.0, 2.0, 1e-6, 0, FL_DISTANCE_NORM }, *p = hyper ? hyper : &defaults;
    const int measured = p->distance == FL_DISTANCE_NORM || p->distance == FL_DISTANCE_COSINE;
    FL_TRY(check_struct(a));
    if (!fl_in_range(p->margin, -DBL_MAX, DBL_MAX) || p->p != p->p || !fl_not_negative(p->eps) || !fl_is_flag(p->swap)
        || !measured)
        return FL_ERROR_PARAMETER;
    r->params.triplet = *p;
    r->key = triplet_kernel(p);
    return fill(a, 3, r);
}
