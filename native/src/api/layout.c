/* The table of struct layouts: a binding can compare its own structs with what this library was compiled with. */
#include "fusedloss/fusedloss.h"
#include <stddef.h>

#define TYPE(type) { #type, "", 0, (int64_t)sizeof(type) },
#define FIELD(type, field) { #type, #field, (int64_t)offsetof(type, field), (int64_t)sizeof(((type*)0)->field) },

static const fl_layout base[] = {
    TYPE(fl_context_options)
    FIELD(fl_context_options, struct_size) FIELD(fl_context_options, abi_version) FIELD(fl_context_options, isa)
    FIELD(fl_context_options, reserved) FIELD(fl_context_options, runner) FIELD(fl_context_options, runner_state)
    TYPE(fl_layout)
    FIELD(fl_layout, type_name) FIELD(fl_layout, field_name) FIELD(fl_layout, offset) FIELD(fl_layout, size)
};
static const fl_layout pointwise[] = {
    TYPE(fl_pointwise_args)
    FIELD(fl_pointwise_args, struct_size) FIELD(fl_pointwise_args, dtype) FIELD(fl_pointwise_args, count)
    FIELD(fl_pointwise_args, batch) FIELD(fl_pointwise_args, shape) FIELD(fl_pointwise_args, input)
    FIELD(fl_pointwise_args, target) FIELD(fl_pointwise_args, weight) FIELD(fl_pointwise_args, extra)
    FIELD(fl_pointwise_args, input_strides) FIELD(fl_pointwise_args, target_strides)
    FIELD(fl_pointwise_args, weight_strides) FIELD(fl_pointwise_args, extra_strides)
    FIELD(fl_pointwise_args, upstream) FIELD(fl_pointwise_args, upstream_count) FIELD(fl_pointwise_args, denominator)
    FIELD(fl_pointwise_args, reduction) FIELD(fl_pointwise_args, flags) FIELD(fl_pointwise_args, losses)
    FIELD(fl_pointwise_args, gradient) FIELD(fl_pointwise_args, target_gradient)
    FIELD(fl_pointwise_args, extra_gradient) FIELD(fl_pointwise_args, gradient_strides)
    FIELD(fl_pointwise_args, target_gradient_strides) FIELD(fl_pointwise_args, extra_gradient_strides)
    FIELD(fl_pointwise_args, loss)
};

/* Point-wise losses' params by their sizes: they are short, and a field of another type or too many shows in that. */
#define PARAMS(loss) TYPE(fl_##loss##_params)
static const fl_layout pointwise_params[] = { FL_POINTWISE_WITH_PARAMS(PARAMS) };
static const fl_layout rows[] = {
    TYPE(fl_row_args)
    FIELD(fl_row_args, struct_size) FIELD(fl_row_args, dtype) FIELD(fl_row_args, outer) FIELD(fl_row_args, classes)
    FIELD(fl_row_args, inner) FIELD(fl_row_args, input) FIELD(fl_row_args, input_outer_stride)
    FIELD(fl_row_args, input_class_stride) FIELD(fl_row_args, labels) FIELD(fl_row_args, label_type)
    FIELD(fl_row_args, reserved) FIELD(fl_row_args, target) FIELD(fl_row_args, class_weight)
    FIELD(fl_row_args, sample_weight)
    FIELD(fl_row_args, upstream) FIELD(fl_row_args, upstream_count) FIELD(fl_row_args, denominator)
    FIELD(fl_row_args, reduction) FIELD(fl_row_args, flags) FIELD(fl_row_args, losses) FIELD(fl_row_args, gradient)
    FIELD(fl_row_args, gradient_outer_stride) FIELD(fl_row_args, gradient_class_stride)
    FIELD(fl_row_args, target_gradient) FIELD(fl_row_args, log_sum_exp) FIELD(fl_row_args, predictions)
    FIELD(fl_row_args, workspace) FIELD(fl_row_args, workspace_bytes) FIELD(fl_row_args, loss)
    FIELD(fl_row_args, bad_index) FIELD(fl_row_args, correct)
    TYPE(fl_cross_entropy_params)
    FIELD(fl_cross_entropy_params, label_smoothing) FIELD(fl_cross_entropy_params, ignore_index)
    FIELD(fl_cross_entropy_params, z_loss) FIELD(fl_cross_entropy_params, soft_cap)
    TYPE(fl_softmax_focal_params)
    FIELD(fl_softmax_focal_params, gamma) FIELD(fl_softmax_focal_params, alpha)
    FIELD(fl_softmax_focal_params, ignore_index) FIELD(fl_softmax_focal_params, detach)
    FIELD(fl_softmax_focal_params, reserved)
    TYPE(fl_nll_params) FIELD(fl_nll_params, ignore_index)
    TYPE(fl_balanced_cross_entropy_params)
    FIELD(fl_balanced_cross_entropy_params, beta) FIELD(fl_balanced_cross_entropy_params, label_smoothing)
    FIELD(fl_balanced_cross_entropy_params, ignore_index)
    TYPE(fl_info_nce_params)
    FIELD(fl_info_nce_params, temperature) FIELD(fl_info_nce_params, nt_xent) FIELD(fl_info_nce_params, reserved)
};
static const fl_layout more_rows[] = {
    TYPE(fl_multi_margin_params)
    FIELD(fl_multi_margin_params, margin) FIELD(fl_multi_margin_params, p) FIELD(fl_multi_margin_params, reserved)
    TYPE(fl_jsd_params)
    FIELD(fl_jsd_params, beta) FIELD(fl_jsd_params, temperature) FIELD(fl_jsd_params, log_probabilities)
    FIELD(fl_jsd_params, reserved)
    TYPE(fl_tvd_params)
    FIELD(fl_tvd_params, temperature) FIELD(fl_tvd_params, log_probabilities) FIELD(fl_tvd_params, reserved)
    TYPE(fl_tversky_params)
    FIELD(fl_tversky_params, alpha) FIELD(fl_tversky_params, beta) FIELD(fl_tversky_params, smooth)
    FIELD(fl_tversky_params, ignore_index) FIELD(fl_tversky_params, probabilities)
    FIELD(fl_tversky_params, all_classes) FIELD(fl_tversky_params, per_sample) FIELD(fl_tversky_params, reserved)
    TYPE(fl_dice_params)
    FIELD(fl_dice_params, smooth) FIELD(fl_dice_params, ignore_index) FIELD(fl_dice_params, probabilities)
    FIELD(fl_dice_params, all_classes) FIELD(fl_dice_params, per_sample) FIELD(fl_dice_params, reserved)
};
static const fl_layout pairs[] = {
    TYPE(fl_pair_args)
    FIELD(fl_pair_args, struct_size) FIELD(fl_pair_args, dtype) FIELD(fl_pair_args, rows)
    FIELD(fl_pair_args, dimensions) FIELD(fl_pair_args, input1) FIELD(fl_pair_args, input2)
    FIELD(fl_pair_args, input3) FIELD(fl_pair_args, stride1) FIELD(fl_pair_args, stride2)
    FIELD(fl_pair_args, stride3) FIELD(fl_pair_args, target) FIELD(fl_pair_args, upstream)
    FIELD(fl_pair_args, upstream_count) FIELD(fl_pair_args, denominator) FIELD(fl_pair_args, reduction)
    FIELD(fl_pair_args, flags) FIELD(fl_pair_args, losses) FIELD(fl_pair_args, gradient1)
    FIELD(fl_pair_args, gradient2) FIELD(fl_pair_args, gradient3) FIELD(fl_pair_args, gradient_stride1)
    FIELD(fl_pair_args, gradient_stride2) FIELD(fl_pair_args, gradient_stride3) FIELD(fl_pair_args, loss)
    TYPE(fl_cosine_embedding_params) FIELD(fl_cosine_embedding_params, margin)
    TYPE(fl_triplet_margin_params)
    FIELD(fl_triplet_margin_params, margin) FIELD(fl_triplet_margin_params, p) FIELD(fl_triplet_margin_params, eps)
    FIELD(fl_triplet_margin_params, swap) FIELD(fl_triplet_margin_params, distance)
};
static const fl_layout ctc[] = {
    TYPE(fl_ctc_args)
    FIELD(fl_ctc_args, struct_size) FIELD(fl_ctc_args, dtype) FIELD(fl_ctc_args, times) FIELD(fl_ctc_args, batch)
    FIELD(fl_ctc_args, classes) FIELD(fl_ctc_args, input) FIELD(fl_ctc_args, input_time_stride)
    FIELD(fl_ctc_args, input_batch_stride) FIELD(fl_ctc_args, targets) FIELD(fl_ctc_args, target_stride)
    FIELD(fl_ctc_args, target_count) FIELD(fl_ctc_args, input_lengths) FIELD(fl_ctc_args, target_lengths)
    FIELD(fl_ctc_args, target_type) FIELD(fl_ctc_args, length_type) FIELD(fl_ctc_args, upstream)
    FIELD(fl_ctc_args, upstream_count) FIELD(fl_ctc_args, denominator) FIELD(fl_ctc_args, reduction)
    FIELD(fl_ctc_args, flags) FIELD(fl_ctc_args, losses) FIELD(fl_ctc_args, gradient)
    FIELD(fl_ctc_args, gradient_time_stride) FIELD(fl_ctc_args, gradient_batch_stride)
    FIELD(fl_ctc_args, workspace) FIELD(fl_ctc_args, workspace_bytes) FIELD(fl_ctc_args, loss)
    FIELD(fl_ctc_args, bad_index)
    TYPE(fl_ctc_params)
    FIELD(fl_ctc_params, blank) FIELD(fl_ctc_params, zero_infinity) FIELD(fl_ctc_params, log_probabilities)
    FIELD(fl_ctc_params, true_gradient) FIELD(fl_ctc_params, reserved)
};

#define PART(table) { table, (int64_t)(sizeof table / sizeof table[0]) }
static const struct part { const fl_layout* table; int64_t count; } parts[] = {
    PART(base), PART(pointwise), PART(pointwise_params), PART(rows), PART(more_rows), PART(pairs), PART(ctc)
};

const fl_layout* fl_layout_at(int64_t index) {
    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && index >= 0; index -= parts[i++].count)
        if (index < parts[i].count) return &parts[i].table[index];
    return NULL;
}
