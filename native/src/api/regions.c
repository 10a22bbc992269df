/* Entry points of the losses over regions: check, two passes over the rows, the terms between them, reduce. */
#include "api/chunks.h"
#include "api/row_args.h"

enum { FL_SLAB_CHUNKS = 64 }; /* of all slabs together, where there are few: what bounds the workspace */

/* Slabs, chunks and regions of a shape. Chunks are whole tiles, and depend on sizes alone. */
static fl_region_call plan_regions(const fl_row_args* a, const fl_tversky_params* p) {
    const int64_t slabs = p->per_sample ? a->outer : 1, rows = p->per_sample ? a->inner : a->outer * a->inner;
    const int64_t most = slabs < 1 ? 1 : slabs > FL_SLAB_CHUNKS ? 1 : FL_SLAB_CHUNKS / slabs;
    const int64_t share = (rows + most - 1) / most, least = FL_CHUNK / a->classes;
    const int64_t tile = a->classes <= 32 ? FL_TILE_ROWS : 64, size = share > least ? share : least;
    const int64_t length = size < tile ? tile : (size + tile - 1) / tile * tile;
    return (fl_region_call){ .hyper = *p, .slabs = slabs, .rows = rows, .regions = p->all_classes ? 1 : a->classes,
                             .chunks = rows > length ? (rows + length - 1) / length : 1, .length = length };
}

/* Bytes for the sums of every region and chunk, or -1. */
static int64_t workspace_of(const fl_row_args* a, const fl_tversky_params* p) {
    if (!a || a->struct_size != (int32_t)sizeof *a) return -1;
    const int64_t rows = fl_checked_product(a->outer, a->inner);
    if (rows < 0 || a->classes < 1 || fl_checked_product(rows, a->classes) < 0) return -1;
    const fl_region_call r = plan_regions(a, p);
    const int64_t sums = fl_checked_product(fl_checked_product(r.slabs, r.chunks), r.regions);
    return fl_checked_product(sums, FL_REGION_SUMS * (int64_t)sizeof(fl_total));
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

static int is_valid(const fl_tversky_params* p) {
    return fl_not_negative(p->alpha) && fl_not_negative(p->beta) && fl_not_negative(p->smooth)
        && fl_is_flag(p->probabilities) && fl_is_flag(p->all_classes) && fl_is_flag(p->per_sample);
}

static fl_status tversky(const fl_context* context, fl_row_args* a, const fl_tversky_params* p) {
    if (!a) return FL_ERROR_NULL_POINTER;
    if (a->struct_size != (int32_t)sizeof *a) return FL_ERROR_STRUCT_SIZE;
    if (!is_valid(p)) return FL_ERROR_PARAMETER;
    const int64_t bytes = workspace_of(a, p);
    fl_row_call call = { .ignore_index = p->ignore_index };
    if (bytes < 0) return FL_ERROR_COUNT;
    fl_region_call r = plan_regions(a, p);
    const int takes = FL_TAKES_LABELS | FL_TAKES_TARGET | FL_TARGET_IS_CONSTANT | FL_TAKES_WORKSPACE;
    FL_TRY(fl_row_prepare(context, a, takes, r.slabs * r.regions, &call));
    if (a->workspace_bytes < bytes || (bytes > 0 && !a->workspace)) return FL_ERROR_WORKSPACE;
    if ((uintptr_t)a->workspace % sizeof(double)) return FL_ERROR_WORKSPACE;
    r.sums = a->workspace;
    call.params = &r;
    return evaluate(context, a, &call);
}

static fl_tversky_params tversky_of(const fl_tversky_params* hyper) {
    const fl_tversky_params defaults = { 0.5, 0.5, 1.0, FL_IGNORE_INDEX, 0, 0, 0, 0 };
    return hyper ? *hyper : defaults;
}

/* 1 - (2 TP + s) / (2 TP + FP + FN + s), halved above and below. */
static fl_tversky_params dice_of(const fl_dice_params* hyper) {
    const fl_dice_params defaults = { 1.0, FL_IGNORE_INDEX, 0, 0, 0, 0 }, *p = hyper ? hyper : &defaults;
    return (fl_tversky_params){ 0.5, 0.5, 0.5 * p->smooth, p->ignore_index, p->probabilities, p->all_classes,
                                p->per_sample, 0 };
}

fl_status fl_tversky(fl_context* context, fl_row_args* args, const fl_tversky_params* hyper) {
    const fl_tversky_params params = tversky_of(hyper);
    return tversky(context, args, &params);
}

int64_t fl_tversky_workspace(const fl_row_args* args, const fl_tversky_params* hyper) {
    const fl_tversky_params params = tversky_of(hyper);
    return workspace_of(args, &params);
}

fl_status fl_dice(fl_context* context, fl_row_args* args, const fl_dice_params* hyper) {
    const fl_tversky_params params = dice_of(hyper);
    return tversky(context, args, &params);
}

int64_t fl_dice_workspace(const fl_row_args* args, const fl_dice_params* hyper) {
    const fl_tversky_params params = dice_of(hyper);
    return workspace_of(args, &params);
}
