/* Compiled once per instruction set and precision, with -DFL_TABLE=<name> -DFL_PRECISION=<bits> and that set's flags;
 * exports that one symbol. C, not C++, on purpose: no inline function can leak from wide objects into the baseline. */
#include "cpu/pointwise_loop.h"
#include "cpu/row_loop.h"
#include "cpu/tile_rows.h"

/* A function of its own per set of outputs, so that the check for packed code sees each. */
#define FL_POINT_FUNCTION(name, type, want, suffix) \
    static double name##_##suffix##_kernel(const fl_point_call* call, int64_t begin, int64_t end) \
    { return fl_pointwise(call, begin, end, want, fl_##name##_point); }
#define FL_POINT_KERNELS(name, type) \
    FL_FN fl_point fl_##name##_point(fl_real x, fl_real t, fl_real a, const void* params) \
    { return fl_##name##_at(x, t, a, (const type*)params); } \
    FL_POINT_FUNCTION(name, type, FL_WANT_LOSS, loss) FL_POINT_FUNCTION(name, type, FL_WANT_GRADIENT, gradient) \
    FL_POINT_FUNCTION(name, type, FL_WANT_BOTH, both) FL_POINT_FUNCTION(name, type, FL_WANT_ALL, all)
FL_POINTWISE_LOSSES(FL_POINT_KERNELS)
FL_POINTWISE_VARIANTS(FL_POINT_KERNELS)

/* The three shapes of rows are functions of their own for the same reason. */
#define FL_APART __attribute__((noinline))
#define FL_ROW_FUNCTION(name, shape, at, mix, rows) \
    static FL_APART double name##_##shape##_kernel(const fl_row_call* call, int64_t begin, int64_t end) \
    { return rows(call, at, mix, begin, end); }
#define FL_ROW_KERNELS(name, at, mix) \
    FL_ROW_FUNCTION(name, few, at, mix, fl_few_rows) FL_ROW_FUNCTION(name, long, at, mix, fl_long_rows) \
    FL_ROW_FUNCTION(name, image, at, mix, fl_image_rows) \
    static double name##_rows(const fl_row_call* call, int64_t begin, int64_t end) \
    { return fl_rows(call, begin, end, name##_few_kernel, name##_long_kernel, name##_image_kernel); }

static double fl_rows(const fl_row_call* call, int64_t begin, int64_t end, fl_row_kernel few, fl_row_kernel many,
                      fl_row_kernel image) {
    if (call->inner == 1) return call->classes < FL_FEW_CLASSES ? few(call, begin, end) : many(call, begin, end);
    if (call->inner < FL_NARROW && call->classes <= FL_FEW_CLASSES)
        return few(call, begin * call->inner, end * call->inner); /* narrower than a tile: a unit is one outer index */
    return image(call, begin, end);
}

#define FL_LABEL_KERNELS(name) FL_ROW_KERNELS(name##_labels, fl_##name##_at, NULL)
#define FL_PROBABILITY_KERNELS(name) FL_ROW_KERNELS(name##_mixture, NULL, fl_##name##_mixture_at)
FL_LABEL_LOSSES(FL_LABEL_KERNELS)
FL_PROBABILITY_LOSSES(FL_PROBABILITY_KERNELS)

#define FL_POINT_ENTRY(name, type) \
    { name##_loss_kernel, name##_gradient_kernel, name##_both_kernel, name##_all_kernel },
#define FL_LABEL_ENTRY(name) name##_labels_rows,
#define FL_PROBABILITY_ENTRY(name) name##_mixture_rows,
extern const fl_kernels FL_TABLE;
const fl_kernels FL_TABLE = {
    { FL_POINTWISE_LOSSES(FL_POINT_ENTRY) FL_POINTWISE_VARIANTS(FL_POINT_ENTRY) },
    { FL_LABEL_LOSSES(FL_LABEL_ENTRY) },
    { FL_PROBABILITY_LOSSES(FL_PROBABILITY_ENTRY) },
    fl_weight_sum_kernel,
    fl_scan_labels,
};
