/* Entry points of the losses of rows on a GPU. */
#include "api/cuda_args.h"
#include "api/row_requests.h"

/* The workspace: the mean's divisor, the sum of the class weights, the parts of a sum, those of a count. */
enum { DIVISOR = 0, CLASS_WEIGHTS = 1, PARTS_FROM = 2 };

static const fl_cuda_row_kernels* kernels_of(fl_dtype dtype) {
    return dtype == FL_FLOAT64 ? &fl_cuda_rows_f64 : &fl_cuda_rows_f32;
}

static const fl_cuda_vector_kernels* vectors_of(fl_dtype dtype) {
    return dtype == FL_FLOAT64 ? &fl_cuda_vectors_f64 : &fl_cuda_vectors_f32;
}

/* Kernels count classes in 32 bits, and the first pack may lie before the row. */
static int fits(const fl_row_args* a) {
    const int64_t rows = fl_checked_product(a->outer, a->inner);
    return rows >= 0 && a->classes >= 1 && a->classes < INT32_MAX / 2 && fl_checked_product(rows, a->classes) >= 0;
}

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

/* As many as any loss leaves. */
static int64_t parts_of(const fl_row_args* a) {
    const fl_row_call shape = { .outer = a->outer, .classes = a->classes, .inner = a->inner,
                                .type = (int32_t)a->dtype };
    const int64_t scans = (a->outer * a->inner + FL_CUDA_SCAN_ROWS - 1) / FL_CUDA_SCAN_ROWS;
    return larger(scans, larger(kernels_of(a->dtype)->parts(&shape), vectors_of(a->dtype)->parts(&shape)));
}

int64_t fl_cuda_row_workspace(const fl_row_args* args) {
    if (!args || !fl_is_dtype(args->dtype) || !fits(args)) return -1;
    return 8 * (PARTS_FROM + 2 * parts_of(args));
}

/* What the mean divides by, where that is in the labels or weights: summed up before anything else. */
static int32_t find_divisor(const fl_row_args* a, const fl_cuda_call* call, const fl_row_request* r, void* stream) {
    double* w = call->workspace;
    const int64_t rows = a->outer * a->inner;
    const fl_cuda_finish finish = { .partial = w + PARTS_FROM, .by = 1.0, .result = w + DIVISOR,
                                    .parts = (rows + FL_CUDA_SCAN_ROWS - 1) / FL_CUDA_SCAN_ROWS };
    if (rows > 0) FL_LAUNCH(kernels_of(a->dtype)->scan(&r->call, r->mean_by_count, w + PARTS_FROM, stream));
    return fl_cuda_finish_sum(&finish, stream);
}

/* What has to be known of all labels and weights before the rows. */
static int32_t find_sums(const fl_row_args* a, const fl_cuda_call* call, const fl_row_request* r, int divisor,
                         int class_weights, void* stream) {
    double* w = call->workspace;
    if (r->balanced) {
        void* weights = (void*)(uintptr_t)r->call.class_weight;
        const fl_cuda_balance balance = { r->beta, (int64_t*)weights + a->classes, weights, w + DIVISOR };
        return fl_cuda_balance_classes(&r->call, &balance, stream);
    }
    if (divisor) FL_LAUNCH(find_divisor(a, call, r, stream));
    return class_weights ? kernels_of(a->dtype)->class_weights(&r->call, w + CLASS_WEIGHTS, stream) : 0;
}

/* Is the mean's own divisor known on the device only? */
static int is_divided_on_device(const fl_row_args* a, const fl_cuda_call* call, const fl_row_request* r) {
    if (a->reduction != FL_MEAN || a->denominator != 0.0 || call->denominator) return 0;
    return (a->labels && !r->counts_all) || (a->sample_weight && !r->mean_by_count);
}

static int32_t count_correct(const fl_row_args* a, const fl_cuda_call* call, const double* parts, int64_t count,
                             void* stream) {
    const int counts = (a->flags & FL_FLAG_CORRECT) && !a->target;
    const fl_cuda_finish finish = { .partial = parts, .parts = counts ? count : 0, .by = counts ? 1.0 : -1.0,
                                    .count = call->correct };
    return call->correct ? fl_cuda_finish_sum(&finish, stream) : 0;
}

/* `written`: the parts that the kernel leaves. */
static int32_t run(const fl_row_args* a, const fl_cuda_call* call, fl_row_request* r, fl_cuda_row_kernel kernel,
                   int64_t written, void* stream) {
    FL_TRY(fl_cuda_check_call(call, a->reduction, a->denominator, fl_cuda_row_workspace(a)));
    double* w = call->workspace;
    const int64_t rows = a->outer * a->inner, parts = parts_of(a);
    const int on_device = is_divided_on_device(a, call, r);
    const fl_cuda_reduction reduction = { a->reduction, a->flags, a->denominator,
                                          a->reduction == FL_BATCHMEAN ? (double)a->outer : (double)rows,
                                          on_device ? w + DIVISOR : NULL, a->upstream, a->upstream_count };
    const int smooth = r->call.label_smoothing != 0.0 && a->labels && r->call.class_weight;
    fl_cuda_rows how = { .scale = fl_cuda_scale_of(call, &reduction), .bad_index = call->bad_index,
                         .partial = fl_cuda_wants_loss(call, &reduction) ? w + PARTS_FROM : NULL,
                         .weight_total = smooth ? w + CLASS_WEIGHTS : NULL, .alpha = { r->alpha[0], r->alpha[1] },
                         .has_alpha = r->alpha[0] >= 0.0, .focal = r->key == FL_LABEL_softmax_focal };
    r->call.counts = r->call.counts && !a->target && call->correct;
    how.correct = r->call.counts ? w + PARTS_FROM + parts : NULL;
    r->call.weight_total = (double)a->classes;
    r->call.upstream = a->upstream && a->upstream_count != 1 ? a->upstream : NULL;
    FL_LAUNCH(find_sums(a, call, r, on_device, smooth, stream));
    if (rows > 0) FL_LAUNCH(kernel(&r->call, &how, stream));
    if (rows == 0) written = 0;
    FL_LAUNCH(count_correct(a, call, w + PARTS_FROM + parts, written, stream));
    return fl_cuda_write_loss(call, &reduction, w + PARTS_FROM, written, stream);
}

static int32_t evaluate(const fl_row_args* a, const fl_cuda_call* call, fl_row_request* r,
                        fl_cuda_row_kernel kernel, void* stream) {
    return run(a, call, r, kernel, kernels_of(a->dtype)->parts(&r->call), stream);
}
static int32_t evaluate_vectors(const fl_row_args* a, const fl_cuda_call* call, fl_row_request* r, void* stream) {
    const fl_cuda_vector_kernels* kernels = vectors_of(a->dtype);
    return run(a, call, r, kernels->losses[r->key], kernels->parts(&r->call), stream);
}

int32_t fl_cuda_cross_entropy(const fl_row_args* args, const fl_cross_entropy_params* hyper, const fl_cuda_call* call,
                              void* stream) {
    fl_row_request r;
    FL_TRY(fl_cross_entropy_request(args, hyper, &r));
    const fl_cuda_row_kernels* kernels = kernels_of(args->dtype);
    return evaluate(args, call, &r, args->target ? kernels->probabilities : kernels->labels, stream);
}

/* In front of the rest of the workspace: class weights, 8 bytes for each, and counts. */
static int64_t balance_bytes(const fl_row_args* a) { return 16 * a->classes; }

int64_t fl_cuda_balanced_cross_entropy_workspace(const fl_row_args* args) {
    const int64_t rows = fl_cuda_row_workspace(args);
    return rows < 0 ? -1 : balance_bytes(args) + rows;
}

int32_t fl_cuda_balanced_cross_entropy(const fl_row_args* args, const fl_balanced_cross_entropy_params* hyper,
                                       const fl_cuda_call* call, void* stream) {
    fl_row_request r;
    FL_TRY(fl_balanced_cross_entropy_request(args, hyper, 0, &r));
    const int64_t bytes = fl_cuda_balanced_cross_entropy_workspace(args);
    FL_TRY(fl_cuda_check_call(call, args->reduction, args->denominator, bytes));
    fl_cuda_call rest = *call;
    rest.workspace = (char*)call->workspace + balance_bytes(args);
    rest.workspace_bytes -= balance_bytes(args);
    r.call.class_weight = call->workspace;
    return evaluate(args, &rest, &r, kernels_of(args->dtype)->labels, stream);
}

int32_t fl_cuda_softmax_focal(const fl_row_args* args, const fl_softmax_focal_params* hyper, const fl_cuda_call* call,
                              void* stream) {
    fl_row_request r;
    FL_TRY(fl_softmax_focal_request(args, hyper, &r));
    return evaluate(args, call, &r, kernels_of(args->dtype)->labels, stream);
}

int32_t fl_cuda_info_nce(const fl_row_args* args, const fl_info_nce_params* hyper, const fl_cuda_call* call,
                         void* stream) {
    fl_row_request r;
    FL_TRY(fl_info_nce_request(args, hyper, &r));
    return evaluate(args, call, &r, kernels_of(args->dtype)->labels, stream);
}

int32_t fl_cuda_nll(const fl_row_args* args, const fl_nll_params* hyper, const fl_cuda_call* call, void* stream) {
    fl_row_request r;
    FL_TRY(fl_nll_request(args, hyper, &r));
    return evaluate(args, call, &r, kernels_of(args->dtype)->nll, stream);
}

int32_t fl_cuda_multi_margin(const fl_row_args* args, const fl_multi_margin_params* hyper, const fl_cuda_call* call,
                             void* stream) {
    fl_row_request r;
    FL_TRY(fl_multi_margin_request(args, hyper, &r));
    return evaluate_vectors(args, call, &r, stream);
}

int32_t fl_cuda_jsd(const fl_row_args* args, const fl_jsd_params* hyper, const fl_cuda_call* call, void* stream) {
    fl_row_request r;
    FL_TRY(fl_jsd_request(args, hyper, &r));
    return evaluate_vectors(args, call, &r, stream);
}

int32_t fl_cuda_tvd(const fl_row_args* args, const fl_tvd_params* hyper, const fl_cuda_call* call, void* stream) {
    fl_row_request r;
    FL_TRY(fl_tvd_request(args, hyper, &r));
    return evaluate_vectors(args, call, &r, stream);
}

int32_t fl_cuda_multilabel_margin(const fl_row_args* args, const fl_cuda_call* call, void* stream) {
    fl_row_request r;
    FL_TRY(fl_multilabel_margin_request(args, &r));
    return evaluate_vectors(args, call, &r, stream);
}

int32_t fl_cuda_multilabel_soft_margin(const fl_row_args* args, const fl_cuda_call* call, void* stream) {
    fl_row_request r;
    FL_TRY(fl_multilabel_soft_margin_request(args, &r));
    return evaluate_vectors(args, call, &r, stream);
}
