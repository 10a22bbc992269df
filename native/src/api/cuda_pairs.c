/* Entry points of the losses of pairs and triples on a GPU. */
#include "api/cuda_args.h"
#include "api/pair_args.h"

static const fl_cuda_pair_kernels* kernels_of(fl_dtype dtype) {
    return dtype == FL_FLOAT64 ? &fl_cuda_pairs_f64 : &fl_cuda_pairs_f32;
}

/* Kernels count dimensions in 32 bits. */
int64_t fl_cuda_pair_workspace(const fl_pair_args* args) {
    if (!args || !fl_is_dtype(args->dtype) || fl_checked_product(args->rows, args->dimensions) < 0) return -1;
    if (args->dimensions >= INT32_MAX / 2) return -1;
    const fl_pair_call shape = { .rows = args->rows, .dimensions = args->dimensions, .type = (int32_t)args->dtype };
    return 8 * (2 + kernels_of(args->dtype)->parts(&shape));
}

static int32_t evaluate(const fl_pair_args* a, const fl_cuda_call* call, const fl_pair_request* r, void* stream) {
    FL_TRY(fl_cuda_check_call(call, a->reduction, a->denominator, fl_cuda_pair_workspace(a)));
    const fl_cuda_pair_kernels* kernels = kernels_of(a->dtype);
    const fl_cuda_reduction reduction = { a->reduction, a->flags, a->denominator, (double)a->rows, NULL,
                                          a->upstream, a->upstream_count };
    const fl_cuda_scale scale = fl_cuda_scale_of(call, &reduction);
    double* partial = (double*)call->workspace + 2;
    double* parts = fl_cuda_wants_loss(call, &reduction) ? partial : NULL;
    if (a->rows > 0) FL_LAUNCH(kernels->losses[r->key](&r->call, &scale, parts, stream));
    return fl_cuda_write_loss(call, &reduction, partial, kernels->parts(&r->call), stream);
}

int32_t fl_cuda_cosine_embedding(const fl_pair_args* args, const fl_cosine_embedding_params* hyper,
                                 const fl_cuda_call* call, void* stream) {
    fl_pair_request r;
    FL_TRY(fl_cosine_embedding_request(args, hyper, &r));
    return evaluate(args, call, &r, stream);
}

int32_t fl_cuda_triplet_margin(const fl_pair_args* args, const fl_triplet_margin_params* hyper,
                               const fl_cuda_call* call, void* stream) {
    fl_pair_request r;
    FL_TRY(fl_triplet_margin_request(args, hyper, &r));
    return evaluate(args, call, &r, stream);
}
