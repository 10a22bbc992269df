/* Entry points of the point-wise losses on the CPU: run what was requested, reduce. */
#include "api/chunks.h"
#include "api/point_args.h"

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

static int wanted(const fl_pointwise_args* a) {
    if (a->target_gradient || a->extra_gradient) return FL_WANT_ALL;
    const int loss = a->losses || (!(a->flags & FL_FLAG_NO_LOSS) && a->reduction != FL_NONE);
    return !a->gradient ? FL_WANT_LOSS : loss ? FL_WANT_BOTH : FL_WANT_GRADIENT;
}

static double own_denominator(const fl_context* context, const fl_pointwise_args* a, const fl_point_request* r) {
    if (a->reduction == FL_BATCHMEAN) return (double)a->batch;
    if (r->mean_by_weight && a->weight && a->reduction == FL_MEAN && a->denominator == 0.0)
        return run(context, &r->call, fl_kernels_of(context, a->dtype)->weight_sum);
    return (double)a->count;
}

static fl_status evaluate(const fl_context* context, fl_pointwise_args* a, fl_point_request* r) {
    if (!context) return FL_ERROR_NULL_POINTER;
    const double own = own_denominator(context, a, r);
    const fl_scale scale = fl_scale_of(a->reduction, a->denominator, own,
                                       fl_scalar_upstream(a->upstream, a->upstream_count, a->dtype));
    const int64_t size = fl_size_of(a->dtype);
    r->call.scale = scale.gradient;
    r->call.stream = fl_may_stream(a->gradient, a->input, a->count * size, size);
    const double sum = run(context, &r->call, fl_kernels_of(context, a->dtype)->pointwise[r->key][wanted(a)]);
    a->loss = fl_reduced_loss(a->reduction, a->flags, sum, scale.loss);
    return FL_OK;
}

#define FL_PLAIN(loss, params, ...) fl_status fl_##loss(fl_context* context, fl_pointwise_args* args) \
    { params own; fl_point_request r; \
      FL_TRY(fl_##loss##_request(args, NULL, &own, &r)); return evaluate(context, args, &r); }
#define FL_HYPER(loss, params, ...) \
    fl_status fl_##loss(fl_context* context, fl_pointwise_args* args, const params* hyper) \
    { params own; fl_point_request r; \
      FL_TRY(fl_##loss##_request(args, hyper, &own, &r)); return evaluate(context, args, &r); }
FL_PLAIN_LOSSES(FL_PLAIN)
FL_HYPER_LOSSES(FL_HYPER)
FL_TRIPLE_LOSSES(FL_HYPER)
