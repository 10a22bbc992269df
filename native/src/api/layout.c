/* The table of struct layouts: a binding can compare its own structs with what this library was compiled with. */
#include "fusedloss/fusedloss.h"
#include <stddef.h>

#define TYPE(type) { #type, "", 0, (int64_t)sizeof(type) },
#define FIELD(type, field) { #type, #field, (int64_t)offsetof(type, field), (int64_t)sizeof(((type*)0)->field) },

static const fl_layout layouts[] = {
    TYPE(fl_context_options)
    FIELD(fl_context_options, struct_size) FIELD(fl_context_options, abi_version) FIELD(fl_context_options, isa)
    FIELD(fl_context_options, reserved) FIELD(fl_context_options, runner) FIELD(fl_context_options, runner_state)
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
    TYPE(fl_smooth_l1_params) FIELD(fl_smooth_l1_params, beta)
    TYPE(fl_huber_params) FIELD(fl_huber_params, delta)
    TYPE(fl_sigmoid_focal_params)
    FIELD(fl_sigmoid_focal_params, alpha) FIELD(fl_sigmoid_focal_params, gamma) FIELD(fl_sigmoid_focal_params, detach)
    FIELD(fl_sigmoid_focal_params, reserved)
    TYPE(fl_hinge_embedding_params) FIELD(fl_hinge_embedding_params, margin)
    TYPE(fl_poisson_nll_params)
    FIELD(fl_poisson_nll_params, eps) FIELD(fl_poisson_nll_params, log_input) FIELD(fl_poisson_nll_params, full)
    TYPE(fl_kl_div_params) FIELD(fl_kl_div_params, log_target) FIELD(fl_kl_div_params, reserved)
    TYPE(fl_gaussian_nll_params)
    FIELD(fl_gaussian_nll_params, eps) FIELD(fl_gaussian_nll_params, full) FIELD(fl_gaussian_nll_params, reserved)
    TYPE(fl_margin_ranking_params) FIELD(fl_margin_ranking_params, margin)
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
    TYPE(fl_layout)
    FIELD(fl_layout, type_name) FIELD(fl_layout, field_name) FIELD(fl_layout, offset) FIELD(fl_layout, size)
};

const fl_layout* fl_layout_at(int64_t index) {
    return index >= 0 && index < (int64_t)(sizeof layouts / sizeof layouts[0]) ? &layouts[index] : NULL;
}
