/* Calls of row losses that passed every check but that of the labels, whatever machine they run on. */
#ifndef FL_ROW_REQUESTS_H
#define FL_ROW_REQUESTS_H
#include "api/row_args.h"

typedef struct fl_row_request {
    fl_row_call call;
    int32_t     key;           /* FL_LABEL_..., or FL_VECTOR_... of the losses that have rows swept as vectors */
    int32_t     mean_by_count; /* FL_MEAN counts rows, whatever they weigh */
    int32_t     counts_all;    /* and none of them is left out */
    int32_t     balanced;      /* class weights are made of the labels, with beta */
    double      beta;
    double      alpha[2];      /* softmax_focal: weights of two classes; alpha[0] < 0: none */
    union { fl_multi_margin_params margin; fl_jsd_params divergence; } params; /* call.params, where it is not NULL */
} fl_row_request;

fl_status fl_cross_entropy_request(const fl_row_args* a, const fl_cross_entropy_params* hyper, fl_row_request* r);
fl_status fl_balanced_cross_entropy_request(const fl_row_args* a, const fl_balanced_cross_entropy_params* hyper,
                                            int takes_more, fl_row_request* r);
fl_status fl_softmax_focal_request(const fl_row_args* a, const fl_softmax_focal_params* hyper, fl_row_request* r);
fl_status fl_info_nce_request(const fl_row_args* a, const fl_info_nce_params* hyper, fl_row_request* r);
fl_status fl_nll_request(const fl_row_args* a, const fl_nll_params* hyper, fl_row_request* r);
fl_status fl_multi_margin_request(const fl_row_args* a, const fl_multi_margin_params* hyper, fl_row_request* r);
fl_status fl_multilabel_margin_request(const fl_row_args* a, fl_row_request* r);
fl_status fl_multilabel_soft_margin_request(const fl_row_args* a, fl_row_request* r);
fl_status fl_jsd_request(const fl_row_args* a, const fl_jsd_params* hyper, fl_row_request* r);
fl_status fl_tvd_request(const fl_row_args* a, const fl_tvd_params* hyper, fl_row_request* r);
#endif
