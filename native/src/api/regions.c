/* Entry points of the losses over regions: check, two passes over the rows, the terms between them, reduce. */
#include "api/chunks.h"
#include "api/region_args.h"

enum { FL_SLAB_CHUNKS = 64 }; /* of all slabs together, where there are few: what bounds the workspace */

/* Cuts slabs into chunks: whole tiles that depend on sizes alone. */
static void plan_chunks(int64_t classes, fl_region_call* r) {
    const int64_t most = r->slabs < 1 ? 1 : r->slabs > FL_SLAB_CHUNKS ? 1 : FL_SLAB_CHUNKS / r->slabs;
    const int64_t share = (r->rows + most - 1) / most, least = FL_CHUNK / classes;
    const int64_t tile = classes <= 32 ? FL_TILE_ROWS : 64, size = share > least ? share : least;
    r->length = size < tile ? tile : (size + tile - 1) / tile * tile;
    r->chunks = r->rows > r->length ? (r->rows + r->length - 1) / r->length : 1;
}

/* Bytes for the sums of every region and chunk, or -1. */
static int64_t bytes_of(const fl_region_call* r) {
    const int64_t sums = fl_checked_product(fl_checked_product(r->slabs, r->chunks), r->regions);
    return fl_checked_product(sums, FL_REGION_SUMS * (int64_t)sizeof(fl_total));
}
static int64_t workspace_of(const fl_row_args* a, fl_tversky_params p) {
    fl_region_call r;
    if (!a || a->struct_size != (int32_t)sizeof *a || fl_region_cut(a, &p, &r) != FL_OK) return -1;
    plan_chunks(a->classes, &r);
    return bytes_of(&r);
}

typedef struct work {
    const fl_row_call* call;
    fl_region_kernel   kernel;
    fl_plan            plan;
} work;

static void run_parts(void* state, int64_t index) {
    const work* w = state;
    for (int64_t part = index * w->plan.size; part < fl_chunk_end(w->plan, index); ++part) w->kernel(w->call, part);
}

/* One pass over all chunks of all slabs. */
static void run(const fl_context* context, const fl_row_call* call, fl_region_kernel kernel) {
    const fl_region_call* r = call->params;
    const int64_t parts = r->slabs * r->chunks, elements = call->outer * call->classes * call->inner;
    work w = { call, kernel, fl_plan_chunks(parts, parts ? elements / parts : 1, 1) };
    fl_run(context, w.plan, elements, run_parts, &w);
}

/* Values without classes lie in a row of pixels, whatever the caller calls their dimensions. */
static void flatten(fl_row_call* call) {
    const int in = call->input_outer == 1, out = !call->gradient || call->gradient_outer == 1;
    if (call->classes != 1 || call->inner != 1 || !in || !out) return;
    call->inner = call->input_class = call->input_outer = call->gradient_class = call->gradient_outer = call->outer;
    call->outer = 1;
}

static fl_status evaluate(const fl_context* context, fl_row_args* a, fl_row_call* call) {
    const fl_kernels* kernels = fl_kernels_of(context, a->dtype);
    fl_region_call* r = (fl_region_call*)(uintptr_t)call->params;
    const fl_tversky_params* p = &r->hyper;
    fl_row_call binary = *call;
    fl_label_scan scan;
    if (call->classes == 1) binary.classes = 2; /* labels are 0 and 1 */
    FL_TRY(fl_row_scan(context, a, &binary, &scan));
    const double divisor = fl_row_scale(a, (double)(r->slabs * r->regions), call);
    const int by = p->probabilities ? FL_BY_NOTHING : call->classes == 1 ? FL_BY_SIGMOID : FL_BY_SOFTMAX;
    const fl_region_kernels* kernel = &kernels->regions[by][call->target != NULL];
    flatten(call);
    run(context, call, kernel->overlap);
    const double sum = kernels->region_terms(call);
    if (call->gradient) run(context, call, kernel->gradient);
    a->loss = fl_reduced_loss(a->reduction, a->flags, sum, divisor);
    return FL_OK;
}

static fl_status tversky(const fl_context* context, fl_row_args* a, fl_tversky_params p) {
    fl_region_request r;
    FL_TRY(fl_row_begin(context, a));
    FL_TRY(fl_region_request_of(a, &p, FL_TAKES_WORKSPACE, &r));
    plan_chunks(a->classes, &r.cut);
    const int64_t bytes = bytes_of(&r.cut);
    if (bytes < 0) return FL_ERROR_COUNT;
    if (a->workspace_bytes < bytes || (bytes > 0 && !a->workspace)) return FL_ERROR_WORKSPACE;
    if ((uintptr_t)a->workspace % sizeof(double)) return FL_ERROR_WORKSPACE;
    r.cut.sums = a->workspace;
    r.call.params = &r.cut;
    return evaluate(context, a, &r.call);
}

fl_status fl_tversky(fl_context* context, fl_row_args* args, const fl_tversky_params* hyper) {
    return tversky(context, args, fl_tversky_of(hyper));
}

int64_t fl_tversky_workspace(const fl_row_args* args, const fl_tversky_params* hyper) {
    return workspace_of(args, fl_tversky_of(hyper));
}

fl_status fl_dice(fl_context* context, fl_row_args* args, const fl_dice_params* hyper) {
    return tversky(context, args, fl_tversky_of_dice(hyper));
}

int64_t fl_dice_workspace(const fl_row_args* args, const fl_dice_params* hyper) {
    return workspace_of(args, fl_tversky_of_dice(hyper));
}
