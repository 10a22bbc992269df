/* Compiled once per instruction set and precision, with -DFL_TABLE=<name> -DFL_PRECISION=<bits> and that set's flags;
 * exports that one symbol. C, not C++, on purpose: no inline function can leak from wide objects into the baseline. */
#include "cpu/pointwise_loop.h"
#include "cpu/ctc_loop.h"
#include "cpu/divergence_loop.h"
#include "cpu/hinge_loop.h"
#include "cpu/label_list_loop.h"
#include "cpu/nll_loop.h"
#include "cpu/pair_loop.h"
#include "cpu/region_loop.h"
#include "cpu/row_loop.h"
#include "cpu/tile_rows.h"

/* A function of its own per set of outputs, so that the check for packed code sees each. */
#define FL_POINT_FUNCTION(name, type, wanted, triples, suffix) \
    static double name##_##suffix##_kernel(const fl_point_call* call, int64_t begin, int64_t end) \
    { return fl_pointwise(call, begin, end, (fl_point_kind){ .at = fl_##name##_point, .params_size = sizeof(type), \
                                                             .want = wanted, .triple = triples }); }
#define FL_POINT_FUNCTIONS(name, type, triple) \
    FL_POINT_FUNCTION(name, type, FL_WANT_LOSS, triple, loss) FL_POINT_FUNCTION(name, type, FL_WANT_ALL, triple, all) \
    FL_POINT_FUNCTION(name, type, FL_WANT_BOTH, triple, both) \
    FL_POINT_FUNCTION(name, type, FL_WANT_GRADIENT, triple, gradient)
#define FL_POINT_AT(name, type) \
    FL_FN fl_triple fl_##name##_point(fl_real x, fl_real t, fl_real a, const void* params)
FL_FN fl_triple fl_triple_of(fl_point p) { return (fl_triple){ p.loss, p.grad, p.target_grad, FL_R(0.0) }; }
#define FL_POINT_KERNELS(name, type, ...) \
    FL_POINT_AT(name, type) { return fl_triple_of(fl_##name##_at(x, t, a, (const type*)params)); } \
    FL_POINT_FUNCTIONS(name, type, 0)
#define FL_TRIPLE_KERNELS(name, type, ...) \
    FL_POINT_AT(name, type) { return fl_##name##_at(x, t, a, (const type*)params); } FL_POINT_FUNCTIONS(name, type, 1)
FL_POINTWISE_LOSSES(FL_POINT_KERNELS)
FL_POINTWISE_VARIANTS(FL_POINT_KERNELS)
FL_TRIPLE_LOSSES(FL_TRIPLE_KERNELS)

/* The shapes of rows are functions of their own for the same reason. */
#define FL_ROW_FUNCTION(name, shape, at, mix, rows) \
    FL_APART double name##_##shape##_kernel(const fl_row_call* call, int64_t begin, int64_t end, int64_t* right) \
    { return rows(call, at, mix, begin, end, right); }
#define FL_ROW_KERNELS(name, at, mix, most) \
    FL_ROW_FUNCTION(name, few, at, mix, fl_few_rows) FL_ROW_FUNCTION(name, long, at, mix, fl_long_rows) \
    FL_ROW_FUNCTION(name, image, at, mix, fl_image_rows) FL_ROW_FUNCTION(name, chunked, at, mix, fl_chunked_rows) \
    static double name##_rows(const fl_row_call* call, int64_t begin, int64_t end, int64_t* correct) \
    { static const fl_shapes shapes = { name##_few_kernel, name##_long_kernel, name##_image_kernel, \
                                        name##_chunked_kernel, most }; \
      return fl_rows(call, begin, end, correct, &shapes); }

typedef struct fl_shapes { fl_row_kernel few, many, image, chunked; int64_t most_few; } fl_shapes;

/* The first row of a unit of work. */
static int64_t fl_unit_row(const fl_row_call* call, int64_t unit) {
    const int64_t tiles = (call->inner + FL_TILE_ROWS - 1) / FL_TILE_ROWS;
    return call->inner <= 1 ? unit : unit / tiles * call->inner + unit % tiles * FL_TILE_ROWS;
}

static double fl_rows(const fl_row_call* call, int64_t begin, int64_t end, int64_t* correct, const fl_shapes* shapes) {
    const int plain = fl_is_plain(call), few = call->classes <= FL_FEW_CLASSES;
    const int64_t row = fl_unit_row(call, begin), rows_end = fl_unit_row(call, end);
    if (call->inner == 1 && (plain || fl_is_widened(call)))
        return (call->classes < shapes->most_few ? shapes->few : shapes->many)(call, row, rows_end, correct);
    if (few && (!plain || call->inner < FL_NARROW)) return shapes->few(call, row, rows_end, correct);
    return plain ? shapes->image(call, begin, end, correct) : shapes->chunked(call, row, rows_end, correct);
}

#define FL_LABEL_KERNELS(name) FL_ROW_KERNELS(name##_labels, fl_##name##_at, NULL, FL_FEW_LABELLED)
#define FL_PROBABILITY_KERNELS(name) \
    FL_ROW_KERNELS(name##_mixture, NULL, fl_##name##_mixture_at, FL_FEW_CLASSES)
FL_LABEL_LOSSES(FL_LABEL_KERNELS)
FL_PROBABILITY_LOSSES(FL_PROBABILITY_KERNELS)

#define FL_VECTOR_KERNEL(name) \
    static double name##_kernel(const fl_row_call* call, int64_t begin, int64_t end) \
    { return fl_##name##_rows(call, begin, end); }
FL_VECTOR_LOSSES(FL_VECTOR_KERNEL)
#define FL_PAIR_KERNEL(name) \
    static double name##_kernel(const fl_pair_call* call, int64_t begin, int64_t end) \
    { return fl_##name##_rows(call, begin, end); }
FL_PAIR_LOSSES(FL_PAIR_KERNEL)

#define FL_REGION_FUNCTIONS(name, by, soft, check) \
    static void name##_overlap_kernel(const fl_row_call* call, int64_t part) \
    { fl_region_overlap(call, part, by, soft); } \
    static void name##_gradient_##check(const fl_row_call* call, int64_t part) \
    { fl_region_gradient(call, part, by, soft); }
#define FL_REGION_KERNELS(name, by, check) \
    FL_REGION_FUNCTIONS(name##_labels, by, 0, check) FL_REGION_FUNCTIONS(name##_target, by, 1, check)
FL_REGION_INPUTS(FL_REGION_KERNELS)

#define FL_REGION_ENTRY(name, by, check) \
    { { name##_labels_overlap_kernel, name##_labels_gradient_##check }, \
      { name##_target_overlap_kernel, name##_target_gradient_##check } },
#define FL_POINT_ENTRY(name, ...) \
    { name##_loss_kernel, name##_gradient_kernel, name##_both_kernel, name##_all_kernel },
#define FL_LABEL_ENTRY(name) name##_labels_rows,
#define FL_PROBABILITY_ENTRY(name) name##_mixture_rows,
#define FL_VECTOR_ENTRY(name) name##_kernel,
extern const fl_kernels FL_TABLE;
const fl_kernels FL_TABLE = {
    { FL_POINTWISE_LOSSES(FL_POINT_ENTRY) FL_POINTWISE_VARIANTS(FL_POINT_ENTRY) FL_TRIPLE_LOSSES(FL_POINT_ENTRY) },
    { FL_LABEL_LOSSES(FL_LABEL_ENTRY) },
    { FL_PROBABILITY_LOSSES(FL_PROBABILITY_ENTRY) },
    { FL_VECTOR_LOSSES(FL_VECTOR_ENTRY) },
    { FL_PAIR_LOSSES(FL_VECTOR_ENTRY) },
    fl_nll_rows,
    fl_ctc_samples,
    { FL_REGION_INPUTS(FL_REGION_ENTRY) },
    fl_region_terms,
    fl_weight_sum_kernel,
    fl_scan_labels,
};
