/* Calls of region losses that passed every check but that of the labels, whatever machine they run on. */
#ifndef FL_REGION_ARGS_H
#define FL_REGION_ARGS_H
#include "api/row_args.h"

/* `cut`: hyper-parameters, slabs, their rows and regions; chunks are the machine's own. */
typedef struct fl_region_request {
    fl_row_call    call;
    fl_region_call cut;
} fl_region_request;

/* dice is a case of tversky. */
fl_tversky_params fl_tversky_of(const fl_tversky_params* hyper);
fl_tversky_params fl_tversky_of_dice(const fl_dice_params* hyper);

/* Slabs, rows and regions of a shape; FL_ERROR_COUNT for counts that are refused. */
fl_status fl_region_cut(const fl_row_args* a, const fl_tversky_params* p, fl_region_call* cut);

/* `takes_more` besides labels and target. */
fl_status fl_region_request_of(const fl_row_args* a, const fl_tversky_params* p, int takes_more, fl_region_request* r);
#endif
