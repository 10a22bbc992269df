/* Calls of losses of pairs and triples that passed every check, whatever machine they run on. */
#ifndef FL_PAIR_ARGS_H
#define FL_PAIR_ARGS_H
#include "api/check.h"

typedef struct fl_pair_request {
    fl_pair_call call;
    int32_t      key; /* FL_PAIR_... */
    union { fl_cosine_embedding_params cosine; fl_triplet_margin_params triplet; } params; /* call.params is here */
} fl_pair_request;

fl_status fl_cosine_embedding_request(const fl_pair_args* a, const fl_cosine_embedding_params* hyper,
                                      fl_pair_request* r);
fl_status fl_triplet_margin_request(const fl_pair_args* a, const fl_triplet_margin_params* hyper, fl_pair_request* r);
#endif
