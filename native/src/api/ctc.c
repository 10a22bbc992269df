/* Entry point of CTC: check every length and label, cut the workspace up, run, reduce. */
#include "api/chunks.h"
#include "api/ctc_args.h"
#include "cpu/ctc_sizes.h"

enum {
    MOST_SLOTS = 64,         /* samples that are worked on at the same time */
    BLOCK_BYTES = 512 * 1024 /* of a lattice that are kept: about half of L2 */
};

typedef struct sizes { int64_t labels, slots, slot_bytes, block; } sizes;

static int64_t integer(const void* data, fl_label_type type, int64_t i) {
    return type == FL_INT32 ? (int64_t)((const int32_t*)data)[i] : ((const int64_t*)data)[i];
}

static int64_t root_above(int64_t value) {
    int64_t root = 1;
    while (root < value / root) root = root * 2;
    return root;
}

/* Each sample's labels lie inside `targets`; `longest` is the longest list. */
static fl_status check_lengths(fl_ctc_args* a, int64_t* longest) {
    int64_t first = 0;
    *longest = 0;
    for (int64_t n = 0; n < a->batch; ++n) {
        const int64_t frames = a->input_lengths ? integer(a->input_lengths, a->length_type, n) : a->times;
        const int64_t labels = integer(a->target_lengths, a->length_type, n);
        if (a->target_stride) first = n * a->target_stride;
        const int too_long = labels > a->target_count - first || (a->target_stride && labels > a->target_stride);
        if (frames < 0 || frames > a->times || labels < 0 || too_long) {
            a->bad_index = n;
            return FL_ERROR_LENGTH;
        }
        first += labels;
        if (labels > *longest) *longest = labels;
    }
    return FL_OK;
}

static fl_status check_labels(fl_ctc_args* a, int64_t blank) {
    int64_t first = 0;
    for (int64_t n = 0; n < a->batch; ++n) {
        const int64_t labels = integer(a->target_lengths, a->length_type, n);
        if (a->target_stride) first = n * a->target_stride;
        for (int64_t i = first; i < first + labels; ++i) {
            const int64_t label = integer(a->targets, a->target_type, i);
            if (label >= 0 && label < a->classes && label != blank) continue;
            a->bad_index = i;
            return FL_ERROR_LABEL_RANGE;
        }
        first += labels;
    }
    return FL_OK;
}

/* Columns are kept for all frames when they fit, else in blocks, with one more column per block. Total bytes. */
static int64_t size_slots(const fl_ctc_args* a, int64_t longest, sizes* out) {
    const int64_t size = a->dtype == FL_FLOAT64 ? 8 : 4, column = fl_ctc_column_bytes(longest, size);
    const int64_t fit = BLOCK_BYTES / column, least = root_above(a->times), wanted = fit > least ? fit : least;
    const int64_t block = wanted < a->times ? wanted : a->times > 0 ? a->times : 1;
    const int64_t marks = block < a->times ? (a->times + block - 1) / block : 0;
    const int64_t columns = fl_checked_product(block + marks, column);
    const int64_t slots = a->batch < MOST_SLOTS ? a->batch : MOST_SLOTS;
    if (columns < 0) return -1;
    *out = (sizes){ longest, slots, fl_ctc_slot_bytes(a->times, longest, size) + columns, block };
    const int64_t all = fl_checked_product(slots, out->slot_bytes);
    return all < 0 ? -1 : all + (a->batch * 8 + 63) / 64 * 64;
}

int64_t fl_ctc_workspace(const fl_ctc_args* args) {
    int64_t longest;
    sizes   s;
    if (!args || args->struct_size != (int32_t)sizeof *args || fl_ctc_check_counts(args) != FL_OK) return -1;
    fl_ctc_args copy = *args;
    return check_lengths(&copy, &longest) != FL_OK ? -1 : size_slots(args, longest, &s);
}

/* Everything, before anything is written. */
static fl_status check(const fl_context* context, fl_ctc_args* a, const fl_ctc_params* p, fl_ctc_call* call) {
    int64_t longest;
    sizes   s;
    if (!context) return FL_ERROR_NULL_POINTER;
    FL_TRY(fl_ctc_check_counts(a));
    FL_TRY(fl_ctc_check_options(a, p));
    if (a->workspace_bytes < 0 || a->workspace_bytes > FL_MAX_ELEMENTS) return FL_ERROR_WORKSPACE;
    FL_TRY(check_lengths(a, &longest));
    const int64_t bytes = size_slots(a, longest, &s);
    if (bytes < 0) return FL_ERROR_COUNT;
    if (a->workspace_bytes < bytes) return FL_ERROR_WORKSPACE;
    if (bytes > 0 && (!a->workspace || (uintptr_t)a->workspace % 64)) return FL_ERROR_WORKSPACE;
    *call = fl_ctc_call_of(a, p);
    call->most_labels = s.labels, call->slots = s.slots, call->slot_bytes = s.slot_bytes, call->block = s.block;
    FL_TRY(fl_ctc_check_buffers(a, call));
    return check_labels(a, p->blank);
}

/* Where each sample's labels begin: at the start of the workspace, the slots behind it. */
static void place_labels(const fl_ctc_args* a, fl_ctc_call* call) {
    int64_t *offsets = a->workspace, first = 0;
    for (int64_t n = 0; n < a->batch; ++n) {
        offsets[n] = a->target_stride ? n * a->target_stride : first;
        first += integer(a->target_lengths, a->length_type, n);
    }
    call->offsets = offsets;
    call->workspace = (char*)a->workspace + (a->batch * 8 + 63) / 64 * 64;
}

typedef struct work {
    const fl_ctc_call* call;
    fl_ctc_kernel      kernel;
    double             partial[MOST_SLOTS];
} work;

static void run_slot(void* state, int64_t index) {
    work* w = state;
    w->partial[index] = w->kernel(w->call, index, index + 1);
}

fl_status fl_ctc(fl_context* context, fl_ctc_args* args, const fl_ctc_params* hyper) {
    const fl_ctc_params defaults = { 0, 0, 0, 0, 0 }, *p = hyper ? hyper : &defaults;
    fl_ctc_call call;
    if (!args) return FL_ERROR_NULL_POINTER;
    if (args->struct_size != (int32_t)sizeof *args) return FL_ERROR_STRUCT_SIZE;
    args->bad_index = -1;
    FL_TRY(check(context, args, p, &call));
    const fl_scale scale = fl_scale_of(args->reduction, args->denominator, (double)args->batch,
                                       fl_scalar_upstream(args->upstream, args->upstream_count, args->dtype));
    call.scale = scale.gradient;
    work w = { &call, fl_kernels_of(context, args->dtype)->ctc, { 0.0 } };
    if (args->batch > 0) place_labels(args, &call);
    const fl_plan plan = { call.slots, 1, call.slots };
    fl_run(context, plan, args->times * args->batch * args->classes, run_slot, &w);
    args->loss = fl_reduced_loss(args->reduction, args->flags, fl_sum_in_order(w.partial, plan.chunks), scale.loss);
    return FL_OK;
}
