/* Entry points of the losses of pairs and triples of vectors on the CPU. */
#include "api/chunks.h"
#include "api/pair_args.h"

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

static fl_status evaluate(const fl_context* context, fl_pair_args* a, fl_pair_request* r) {
    if (!context) return FL_ERROR_NULL_POINTER;
    const fl_scale scale = fl_scale_of(a->reduction, a->denominator, (double)a->rows,
                                       fl_scalar_upstream(a->upstream, a->upstream_count, a->dtype));
    r->call.scale = scale.gradient;
    r->call.stream = a->rows * a->dimensions * fl_size_of(a->dtype) >= FL_STREAM_FROM && !in_place(&r->call);
    const double sum = run(context, &r->call, fl_kernels_of(context, a->dtype)->pairs[r->key]);
    a->loss = fl_reduced_loss(a->reduction, a->flags, sum, scale.loss);
    return FL_OK;
}

fl_status fl_cosine_embedding(fl_context* context, fl_pair_args* args, const fl_cosine_embedding_params* hyper) {
    fl_pair_request r;
    FL_TRY(fl_cosine_embedding_request(args, hyper, &r));
    return evaluate(context, args, &r);
}

fl_status fl_triplet_margin(fl_context* context, fl_pair_args* args, const fl_triplet_margin_params* hyper) {
    fl_pair_request r;
    FL_TRY(fl_triplet_margin_request(args, hyper, &r));
    return evaluate(context, args, &r);
}
