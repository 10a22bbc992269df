/* What every loss on fl_row_args does before and after its kernel. */
#ifndef FL_ROW_ARGS_H
#define FL_ROW_ARGS_H
#include "api/check.h"
#include "api/context.h"

/* What a loss takes. Whatever it does not take must be absent. */
enum {
    FL_TAKES_LABELS = 1,         /* labels, or... */
    FL_TAKES_TARGET = 2,         /* ...a value per class: exactly one of those that are taken is needed */
    FL_TAKES_CLASS_WEIGHT = 4,
    FL_TAKES_SAMPLE_WEIGHT = 8,
    FL_TAKES_STATISTICS = 16,    /* log_sum_exp, predictions, FL_FLAG_CORRECT */
    FL_TAKES_WORKSPACE = 32,
    FL_ONE_INNER = 64,           /* classes are the last dimension */
    FL_LABEL_LISTS = 128,        /* labels are [outer, classes] */
    FL_LABELS_OPTIONAL = 256,
    FL_TARGET_IS_CONSTANT = 512, /* no target_gradient */
    FL_EMPTY_IGNORES = 1024      /* there is no ignore_index */
};

/* Checks everything but the values of labels, and fills `call` (which brings ignore_index and the hyper-parameters).
 * `terms` is the number of loss terms, -1 = one per row. */
fl_status fl_row_check(const fl_row_args* args, int takes, int64_t terms, fl_row_call* call);

/* Sets bad_index and correct to -1. */
fl_status fl_row_begin(const fl_context* context, fl_row_args* args);
fl_status fl_row_prepare(const fl_context* context, fl_row_args* args, int takes, int64_t terms, fl_row_call* call);

/* Looks at every label; FL_ERROR_LABEL_RANGE sets bad_index. Nothing to look at: all rows are kept. */
fl_status fl_row_scan(const fl_context* context, fl_row_args* args, const fl_row_call* call, fl_label_scan* scan);

/* Upstream, scale and streaming of the gradients, given the reduction's own denominator; returns what divides the
 * loss. */
double fl_row_scale(const fl_row_args* args, double own, fl_row_call* call);

/* Runs a kernel over all rows and returns the sum of the terms. */
double fl_row_run(const fl_context* context, const fl_row_call* call, fl_vector_kernel kernel);
#endif
