/* Entry points of the point-wise losses on a GPU. */
#include "api/cuda_args.h"
#include "api/point_args.h"

/* The workspace: a divisor, then the parts of a sum. */
enum { PARTS_FROM = 2 };

int64_t fl_cuda_pointwise_workspace(const fl_pointwise_args* args) {
    if (!args || !fl_is_dtype(args->dtype) || args->count < 0 || args->count > FL_MAX_ELEMENTS) return -1;
    return 8 * (PARTS_FROM + fl_cuda_point_blocks(args->count, fl_size_of(args->dtype)));
}

/* Where weights divide the mean, their sum comes first. */
static int32_t sum_weights(const fl_pointwise_args* a, const fl_cuda_call* call, const fl_point_request* r,
                           const fl_cuda_point_kernels* kernels, int64_t parts, void* stream) {
    double* sum = call->workspace;
    const fl_cuda_finish finish = { .partial = sum + PARTS_FROM, .parts = parts, .by = 1.0, .result = sum };
    if (a->count > 0) FL_LAUNCH(kernels->weight_sum(&r->call, sum + PARTS_FROM, stream));
    return fl_cuda_finish_sum(&finish, stream);
}

static int32_t evaluate(const fl_pointwise_args* a, const fl_cuda_call* call, const fl_point_request* r,
                        void* stream) {
    const fl_cuda_point_kernels* kernels = a->dtype == FL_FLOAT64 ? &fl_cuda_points_f64 : &fl_cuda_points_f32;
    FL_TRY(fl_cuda_check_call(call, a->reduction, a->denominator, fl_cuda_pointwise_workspace(a)));
    const int64_t parts = fl_cuda_point_blocks(a->count, fl_size_of(a->dtype));
    double* partial = (double*)call->workspace + PARTS_FROM;
    const int weighted = r->mean_by_weight && a->weight && a->reduction == FL_MEAN && a->denominator == 0.0
                      && !call->denominator;
    const fl_cuda_reduction reduction = { a->reduction, a->flags, a->denominator,
                                          a->reduction == FL_BATCHMEAN ? (double)a->batch : (double)a->count,
                                          weighted ? call->workspace : NULL, a->upstream, a->upstream_count };
    const fl_cuda_scale scale = fl_cuda_scale_of(call, &reduction);
    if (weighted) FL_LAUNCH(sum_weights(a, call, r, kernels, parts, stream));
    if (a->count > 0)
        FL_LAUNCH(kernels->losses[r->key](&r->call, &scale,
                                             fl_cuda_wants_loss(call, &reduction) ? partial : NULL, stream));
    return fl_cuda_write_loss(call, &reduction, partial, parts, stream);
}

#define FL_PLAIN(loss, params, ...) \
    int32_t fl_cuda_##loss(const fl_pointwise_args* args, const fl_cuda_call* call, void* stream) { params own; \
      fl_point_request r; FL_TRY(fl_##loss##_request(args, NULL, &own, &r)); return evaluate(args, call, &r, stream); }
#define FL_HYPER(loss, params, ...) \
    int32_t fl_cuda_##loss(const fl_pointwise_args* args, const params* hyper, const fl_cuda_call* call, \
    void* stream) { params own; fl_point_request r; \
      FL_TRY(fl_##loss##_request(args, hyper, &own, &r)); return evaluate(args, call, &r, stream); }
FL_PLAIN_LOSSES(FL_PLAIN)
FL_HYPER_LOSSES(FL_HYPER)
FL_TRIPLE_LOSSES(FL_HYPER)
