/* Running a kernel of the CPU over rows. */
#include "api/chunks.h"
#include "api/row_args.h"

fl_status fl_row_begin(const fl_context* context, fl_row_args* args) {
    if (!args) return FL_ERROR_NULL_POINTER;
    if (args->struct_size != (int32_t)sizeof *args) return FL_ERROR_STRUCT_SIZE;
    args->bad_index = args->correct = -1;
    return context ? FL_OK : FL_ERROR_NULL_POINTER;
}

fl_status fl_row_prepare(const fl_context* context, fl_row_args* args, int takes, int64_t terms, fl_row_call* call) {
    FL_TRY(fl_row_begin(context, args));
    return fl_row_check(args, takes, terms, call);
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
    const fl_label_scanner scanner = fl_kernels_of(context, args->dtype)->scan;
    scan_work w;
    *scan = (fl_label_scan){ -1, rows, (double)rows };
    if (rows == 0 || (!call->labels && !call->sample_weight)) return FL_OK;
    if (rows <= FL_CHUNK) {
        scanner(call, 0, rows, scan);
        args->bad_index = scan->bad;
        return scan->bad < 0 ? FL_OK : FL_ERROR_LABEL_RANGE;
    }
    *scan = (fl_label_scan){ -1, 0, 0.0 };
    w.call = call, w.scan = scanner, w.plan = fl_plan_chunks(rows, 1, 512);
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
    const int64_t size = fl_size_of(a->dtype), bytes = a->outer * a->inner * a->classes * size;
    call->upstream = per_term ? a->upstream : NULL;
    call->scale = scale.gradient / call->temperature;
    call->large = bytes >= FL_LARGE_FROM;
    call->stream = fl_may_stream(a->gradient, a->input, bytes, size) && !fl_is_half_type(a->dtype);
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
    if (rows * call->classes <= FL_CHUNK) return kernel(call, 0, rows);
    w.call = call, w.kernel = kernel;
    w.plan = fl_plan_chunks(rows, call->classes, call->classes <= FL_SIDE_CLASSES ? 64 : 1); /* whole tiles */
    fl_run(context, w.plan, rows * call->classes, run_chunk, &w);
    return fl_sum_in_order(w.partial, w.plan.chunks);
}
