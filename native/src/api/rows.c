/* Entry points of the softmax family and nll: check, look at every label, choose the kernel, run, reduce. */
#include "api/chunks.h"
#include "api/row_requests.h"
#include "losses/balance.h"

typedef struct work {
    const fl_row_call* call;
    fl_plan            plan;
    fl_row_kernel      kernel;
    double             partial[FL_MAX_CHUNKS];
    int64_t            correct[FL_MAX_CHUNKS];
} work;

static void run_chunk(void* state, int64_t index) {
    work* w = state;
    w->correct[index] = 0;
    w->partial[index] = w->kernel(w->call, index * w->plan.size, fl_chunk_end(w->plan, index), &w->correct[index]);
}

/* Chunks are whole tiles of 64 rows where rows are transposed, so that no tile depends on how the call is cut, and
 * whole batches where rows are swept in turn. */
static int64_t rows_together(const fl_row_call* call) {
    if (call->inner != 1) return 1;
    return call->classes <= FL_MOST_FEW ? 64 : call->classes <= FL_MOST_BATCHED ? 16 : 1;
}

static double run(const fl_context* context, const fl_row_call* call, fl_row_kernel kernel, int64_t* correct) {
    const int64_t units = fl_row_units(call), elements = call->outer * call->classes * call->inner;
    work w;
    *correct = 0;
    if (elements <= FL_CHUNK) return kernel(call, 0, units, correct);
    w.call = call, w.kernel = kernel,
    w.plan = fl_plan_chunks(units, units ? elements / units : 1, rows_together(call));
    fl_run(context, w.plan, elements, run_chunk, &w);
    for (int64_t i = 0; i < w.plan.chunks; ++i) *correct += w.correct[i];
    return fl_sum_in_order(w.partial, w.plan.chunks);
}

static double weight_total(const fl_row_args* a, const void* class_weight) {
    fl_total sum = { 0.0, 0.0 };
    if (!class_weight) return (double)a->classes;
    for (int64_t c = 0; c < a->classes; ++c)
        fl_total_add(&sum, a->dtype == FL_FLOAT64 ? ((const double*)class_weight)[c]
                                                  : (double)((const float*)class_weight)[c]);
    return fl_total_of(sum);
}

static double own_denominator(const fl_row_args* a, const fl_row_request* r, const fl_label_scan* scan) {
    const int counted = r->mean_by_count || (a->target && !a->sample_weight);
    return counted ? (double)scan->kept : scan->weight;
}

/* The rest of a call that was checked. */
static fl_status evaluate(const fl_context* context, fl_row_args* a, fl_row_request* r) {
    fl_row_call* call = &r->call;
    const fl_kernels* kernels = fl_kernels_of(context, a->dtype);
    fl_label_scan scan;
    FL_TRY(fl_row_scan(context, a, call, &scan));
    const double divisor = fl_row_scale(a, own_denominator(a, r, &scan), call);
    const int    counts = call->counts && !a->target;
    call->weight_total = call->label_smoothing != 0.0 && a->labels ? weight_total(a, call->class_weight) : 0.0;
    call->counts = counts;
    int64_t correct;
    const double sum = run(context, call, a->target ? kernels->probabilities[FL_PROBABILITY_cross_entropy]
                                                    : kernels->labels[r->key], &correct);
    if (counts) a->correct = correct;
    a->loss = fl_reduced_loss(a->reduction, a->flags, sum, divisor);
    return FL_OK;
}

fl_status fl_cross_entropy(fl_context* context, fl_row_args* args, const fl_cross_entropy_params* hyper) {
    fl_row_request r;
    FL_TRY(fl_row_begin(context, args));
    FL_TRY(fl_cross_entropy_request(args, hyper, &r));
    return evaluate(context, args, &r);
}

fl_status fl_softmax_focal(fl_context* context, fl_row_args* args, const fl_softmax_focal_params* hyper) {
    fl_row_request r;
    FL_TRY(fl_row_begin(context, args));
    FL_TRY(fl_softmax_focal_request(args, hyper, &r));
    const float alpha_float[2] = { (float)r.alpha[0], (float)r.alpha[1] };
    if (r.alpha[0] >= 0.0)
        r.call.class_weight = args->dtype == FL_FLOAT64 ? (const void*)r.alpha : (const void*)alpha_float;
    return evaluate(context, args, &r);
}

fl_status fl_info_nce(fl_context* context, fl_row_args* args, const fl_info_nce_params* hyper) {
    fl_row_request r;
    FL_TRY(fl_row_begin(context, args));
    FL_TRY(fl_info_nce_request(args, hyper, &r));
    return evaluate(context, args, &r);
}

fl_status fl_nll(fl_context* context, fl_row_args* args, const fl_nll_params* hyper) {
    fl_row_request r;
    fl_label_scan scan;
    FL_TRY(fl_row_begin(context, args));
    FL_TRY(fl_nll_request(args, hyper, &r));
    FL_TRY(fl_row_scan(context, args, &r.call, &scan));
    const double divisor = fl_row_scale(args, scan.weight, &r.call);
    const double sum = fl_row_run(context, &r.call, fl_kernels_of(context, args->dtype)->nll);
    args->loss = fl_reduced_loss(args->reduction, args->flags, sum, divisor);
    return FL_OK;
}

int64_t fl_balanced_cross_entropy_workspace(const fl_row_args* args) {
    return !args || args->classes < 1 || args->classes > FL_MAX_ELEMENTS / 16 ? -1 : args->classes * 16;
}

/* Class weights from the labels' counts, both in the workspace. */
static void balance(const fl_row_args* a, const fl_row_call* call, double beta) {
    int64_t* counts = (int64_t*)a->workspace + a->classes;
    const int64_t rows = a->outer * a->inner;
    double kept = 0.0, mass = 0.0;
    for (int64_t c = 0; c < a->classes; ++c) counts[c] = 0;
    for (int64_t row = 0; row < rows; ++row) {
        const int64_t y = a->label_type == FL_INT32 ? (int64_t)((const int32_t*)a->labels)[row]
                                                    : ((const int64_t*)a->labels)[row];
        if (y != call->ignore_index) ++counts[y], ++kept;
    }
    for (int64_t c = 0; c < a->classes; ++c) mass += (double)counts[c] * fl_balanced_value(beta, counts[c]);
    for (int64_t c = 0; c < a->classes; ++c) {
        const double weight = fl_balanced_weight(fl_balanced_value(beta, counts[c]), kept, mass);
        if (a->dtype == FL_FLOAT64) ((double*)a->workspace)[c] = weight;
        else ((float*)a->workspace)[c] = (float)weight;
    }
}

fl_status fl_balanced_cross_entropy(fl_context* context, fl_row_args* args,
                                    const fl_balanced_cross_entropy_params* hyper) {
    fl_row_request r;
    fl_label_scan scan;
    FL_TRY(fl_row_begin(context, args));
    FL_TRY(fl_balanced_cross_entropy_request(args, hyper, FL_TAKES_WORKSPACE, &r));
    if (args->workspace_bytes < fl_balanced_cross_entropy_workspace(args)) return FL_ERROR_WORKSPACE;
    if (!args->workspace || (uintptr_t)args->workspace % 8) return FL_ERROR_WORKSPACE;
    FL_TRY(fl_row_scan(context, args, &r.call, &scan));
    balance(args, &r.call, r.beta);
    r.call.class_weight = args->workspace;
    return evaluate(context, args, &r);
}
