/* Entry points of the region losses on a GPU. */
#include "api/cuda_args.h"
#include "api/region_args.h"

static const fl_cuda_region_kernels* kernels_of(fl_dtype dtype) {
    return dtype == FL_FLOAT64 ? &fl_cuda_regions_f64 : &fl_cuda_regions_f32;
}

/* Numbers of 8 bytes in each part of the workspace, in this order. */
typedef struct layout { int64_t parts, wrong, slopes, sums; } layout;

static fl_status lay_out(const fl_row_call* call, fl_region_call* cut, layout* l) {
    const fl_cuda_region_kernels* kernels = kernels_of((fl_dtype)call->type);
    if (call->classes >= INT32_MAX / 2) return FL_ERROR_COUNT; /* kernels count them in 32 bits */
    kernels->plan(call, cut);
    l->wrong = fl_checked_product(cut->slabs, cut->chunks);
    l->slopes = 2 * cut->slabs * cut->regions;
    l->sums = fl_checked_product(l->wrong, call->classes * FL_REGION_SUMS * (int64_t)(sizeof(fl_total) / 8));
    l->parts = kernels->parts(call, cut);
    return l->sums < 0 || l->sums > FL_MAX_ELEMENTS / 8 || l->slopes > FL_MAX_ELEMENTS / 8 ? FL_ERROR_COUNT : FL_OK;
}

static int64_t bytes_of(const layout* l) { return 8 * (l->parts + l->wrong + l->slopes + l->sums); }

static int64_t workspace_of(const fl_row_args* a, fl_tversky_params p) {
    fl_region_call cut;
    layout l;
    if (!a || !fl_is_dtype(a->dtype) || fl_region_cut(a, &p, &cut) != FL_OK) return -1;
    const fl_row_call shape = { .outer = a->outer, .classes = a->classes, .inner = a->inner, .target = a->target,
                                .type = (int32_t)a->dtype };
    return lay_out(&shape, &cut, &l) == FL_OK ? bytes_of(&l) : -1;
}

/* Values without classes lie in a row of pixels, whatever the caller calls their dimensions. */
static void flatten(fl_row_call* call) {
    const int in = call->input_outer == call->inner, out = !call->gradient || call->gradient_outer == call->inner;
    if (call->classes != 1 || !in || !out) return;
    call->outer *= call->inner;
    call->inner = call->input_outer = call->input_class = call->gradient_outer = call->gradient_class = 1;
}

static int32_t run(fl_region_request* r, const fl_cuda_regions* how, void* stream) {
    const fl_cuda_region_kernels* kernels = kernels_of((fl_dtype)r->call.type);
    const int64_t rows = r->call.outer * r->call.inner;
    flatten(&r->call);
    if (how->cut.slabs > 0) FL_LAUNCH(kernels->overlap(&r->call, how, stream));
    if (how->cut.slabs > 0) FL_LAUNCH(kernels->terms(&r->call, how, stream));
    return r->call.gradient && rows > 0 ? kernels->gradient(&r->call, how, stream) : 0;
}

static int32_t tversky(const fl_row_args* a, fl_tversky_params p, const fl_cuda_call* call, void* stream) {
    fl_region_request r;
    layout l;
    FL_TRY(fl_region_request_of(a, &p, 0, &r));
    FL_TRY(lay_out(&r.call, &r.cut, &l));
    FL_TRY(fl_cuda_check_call(call, a->reduction, a->denominator, bytes_of(&l)));
    double* w = call->workspace;
    const double own = a->reduction == FL_BATCHMEAN ? (double)a->outer : (double)(r.cut.slabs * r.cut.regions);
    const fl_cuda_reduction reduction = { a->reduction, a->flags, a->denominator, own, NULL, a->upstream,
                                          a->upstream_count };
    r.cut.sums = (fl_total*)(w + l.parts + l.wrong + l.slopes);
    const fl_cuda_regions how = { .cut = r.cut, .scale = fl_cuda_scale_of(call, &reduction),
                                  .wrong = (int64_t*)(w + l.parts), .slopes = w + l.parts + l.wrong,
                                  .partial = fl_cuda_wants_loss(call, &reduction) ? w : NULL,
                                  .bad_index = call->bad_index };
    const fl_cuda_finish unknown = { .by = -1.0, .count = call->correct };
    r.call.upstream = a->upstream && a->upstream_count != 1 ? a->upstream : NULL;
    FL_LAUNCH(run(&r, &how, stream));
    if (call->correct) FL_LAUNCH(fl_cuda_finish_sum(&unknown, stream));
    return fl_cuda_write_loss(call, &reduction, w, l.parts, stream);
}

int64_t fl_cuda_tversky_workspace(const fl_row_args* args, const fl_tversky_params* hyper) {
    return workspace_of(args, fl_tversky_of(hyper));
}
int32_t fl_cuda_tversky(const fl_row_args* args, const fl_tversky_params* hyper, const fl_cuda_call* call,
                        void* stream) {
    return tversky(args, fl_tversky_of(hyper), call, stream);
}

int64_t fl_cuda_dice_workspace(const fl_row_args* args, const fl_dice_params* hyper) {
    return workspace_of(args, fl_tversky_of_dice(hyper));
}
int32_t fl_cuda_dice(const fl_row_args* args, const fl_dice_params* hyper, const fl_cuda_call* call, void* stream) {
    return tversky(args, fl_tversky_of_dice(hyper), call, stream);
}
