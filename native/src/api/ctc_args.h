/* What CTC checks before its kernels, whatever machine those run on. */
#ifndef FL_CTC_ARGS_H
#define FL_CTC_ARGS_H
#include "api/check.h"

fl_status fl_ctc_check_counts(const fl_ctc_args* a);
fl_status fl_ctc_check_options(const fl_ctc_args* a, const fl_ctc_params* p);

/* The call of args that passed; the strides of buffers, the workspace and the scale are still to come. */
fl_ctc_call fl_ctc_call_of(const fl_ctc_args* a, const fl_ctc_params* p);

/* Also makes the strides those of dense buffers where they are 0. */
fl_status fl_ctc_check_buffers(const fl_ctc_args* a, fl_ctc_call* call);
#endif
