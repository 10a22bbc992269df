/* Entry point of CTC: check every length and label, cut the workspace up, run, reduce. */
#include "api/check.h"
#include "api/chunks.h"
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

static fl_status check_counts(const fl_ctc_args* a) {
    if (!fl_is_dtype(a->dtype)) return FL_ERROR_DTYPE;
    const int64_t frames = fl_checked_product(a->times, a->batch);
    if (frames < 0 || a->classes < 1 || a->classes > INT32_MAX || fl_checked_product(frames, a->classes) < 0)
        return FL_ERROR_COUNT;
    if (a->target_stride < 0 || a->target_count < 0 || a->target_count > FL_MAX_ELEMENTS) return FL_ERROR_COUNT;
    if (a->batch == 0) return FL_OK;
    if (a->length_type != FL_INT32 && a->length_type != FL_INT64) return FL_ERROR_DTYPE;
    if (a->target_count > 0 && a->target_type != FL_INT32 && a->target_type != FL_INT64) return FL_ERROR_DTYPE;
    if (!a->target_lengths || (a->target_count > 0 && !a->targets)) return FL_ERROR_NULL_POINTER;
    return frames > 0 && !a->input ? FL_ERROR_NULL_POINTER : FL_OK;
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
    if (!args || args->struct_size != (int32_t)sizeof *args || check_counts(args) != FL_OK) return -1;
    fl_ctc_args copy = *args;
    return check_lengths(&copy, &longest) != FL_OK ? -1 : size_slots(args, longest, &s);
}

/* Strides of a [times, batch, classes] buffer: both 0 = dense. Elements in its extent, or -1. */
static int64_t layout(const fl_ctc_args* a, int64_t* time, int64_t* batch, int written) {
    if (*time < 0 || *batch < 0) return -1;
    if (*time == 0 && *batch == 0) *time = a->batch * a->classes, *batch = a->classes;
    const int64_t down = fl_checked_product(a->times > 0 ? a->times - 1 : 0, *time);
    const int64_t across = fl_checked_product(a->batch > 0 ? a->batch - 1 : 0, *batch);
    if (down < 0 || across < 0 || down + across + a->classes > FL_MAX_ELEMENTS) return -1;
    const int batch_inside = (a->batch <= 1 || *batch >= a->classes) && (a->times <= 1 || *time >= across + a->classes);
    const int time_inside = (a->times <= 1 || *time >= a->classes) && (a->batch <= 1 || *batch >= down + a->classes);
    return !written || batch_inside || time_inside ? down + across + a->classes : -1;
}

static fl_status check_buffers(const fl_ctc_args* a, fl_ctc_call* call) {
    const int64_t size = fl_size_of(a->dtype), term = fl_size_of(fl_term_type(a->dtype));
    const int64_t label = a->target_type == FL_INT64 ? 8 : 4, length = a->length_type == FL_INT64 ? 8 : 4;
    const int64_t input = layout(a, &call->input_time, &call->input_batch, 0);
    const int64_t gradient = layout(a, &call->gradient_time, &call->gradient_batch, 1);
    if (input < 0 || gradient < 0) return FL_ERROR_COUNT;
    const int     any = a->times > 0 && a->batch > 0;
    fl_extent e[8] = { fl_extent_of(a->input, any ? input : 0, size, 0),
                       fl_extent_of(a->gradient, any ? gradient : 0, size, 1),
                       fl_extent_of(a->targets, a->target_count, label, 0),
                       fl_extent_of(a->input_lengths, a->batch, length, 0),
                       fl_extent_of(a->target_lengths, a->batch, length, 0),
                       fl_extent_of(a->upstream, a->upstream_count, term, 0),
                       fl_extent_of(a->losses, a->batch, term, 1),
                       fl_extent_of(a->workspace, a->workspace_bytes, 1, 1) };
    if (a->gradient == a->input && call->gradient_time == call->input_time
        && call->gradient_batch == call->input_batch)
        e[1].same_as = &e[0];
    return fl_check_overlap(e, 8);
}

static void fill(const fl_ctc_args* a, const fl_ctc_params* p, fl_ctc_call* call) {
    *call = (fl_ctc_call){
        .times = a->times, .batch = a->batch, .classes = a->classes, .blank = p->blank, .input = a->input,
        .input_time = a->input_time_stride, .input_batch = a->input_batch_stride, .targets = a->targets,
        .input_lengths = a->input_lengths, .target_lengths = a->target_lengths, .losses = a->losses,
        .gradient = a->gradient, .gradient_time = a->gradient_time_stride,
        .gradient_batch = a->gradient_batch_stride, .type = (int32_t)a->dtype,
        .target_type = (int32_t)a->target_type, .length_type = (int32_t)a->length_type,
        .zero_infinity = p->zero_infinity, .log_probabilities = p->log_probabilities,
        .true_gradient = p->true_gradient };
}

/* Everything, before anything is written. */
static fl_status check(const fl_context* context, fl_ctc_args* a, const fl_ctc_params* p, fl_ctc_call* call) {
    int64_t longest;
    sizes   s;
    if (!context) return FL_ERROR_NULL_POINTER;
    FL_TRY(check_counts(a));
    const int options = fl_is_flag(p->zero_infinity) && fl_is_flag(p->log_probabilities)
                     && fl_is_flag(p->true_gradient) && (p->log_probabilities || !p->true_gradient);
    if (!options || p->blank < 0 || p->blank >= a->classes) return FL_ERROR_PARAMETER;
    if (a->flags & FL_FLAG_CORRECT) return FL_ERROR_REDUCTION;
    FL_TRY(fl_check_reduction(a->reduction, a->flags, a->denominator, a->upstream, a->upstream_count, a->batch));
    if (a->workspace_bytes < 0 || a->workspace_bytes > FL_MAX_ELEMENTS) return FL_ERROR_WORKSPACE;
    FL_TRY(check_lengths(a, &longest));
    const int64_t bytes = size_slots(a, longest, &s);
    if (bytes < 0) return FL_ERROR_COUNT;
    if (a->workspace_bytes < bytes) return FL_ERROR_WORKSPACE;
    if (bytes > 0 && (!a->workspace || (uintptr_t)a->workspace % 64)) return FL_ERROR_WORKSPACE;
    fill(a, p, call);
    call->most_labels = s.labels, call->slots = s.slots, call->slot_bytes = s.slot_bytes, call->block = s.block;
    FL_TRY(check_buffers(a, call));
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
    call.upstream = args->upstream && args->upstream_count != 1 ? args->upstream : NULL;
    call.scale = scale.gradient;
    call.by_length = args->reduction == FL_MEAN && args->denominator == 0.0;
    work w = { &call, fl_kernels_of(context, args->dtype)->ctc, { 0.0 } };
    if (args->batch > 0) place_labels(args, &call);
    const fl_plan plan = { call.slots, 1, call.slots };
    fl_run(context, plan, args->times * args->batch * args->classes, run_slot, &w);
    args->loss = fl_reduced_loss(args->reduction, args->flags, fl_sum_in_order(w.partial, plan.chunks), scale.loss);
    return FL_OK;
}
