/* What a context holds; immutable after creation. */
#ifndef FL_CONTEXT_H
#define FL_CONTEXT_H
#include "cpu/isa.h"

struct fl_context {
    fl_tables tables;
    fl_isa    isa;
    fl_runner runner;
    void*     runner_state;
};

/* The kernels for a checked dtype. */
static inline const fl_kernels* fl_kernels_of(const fl_context* context, fl_dtype dtype) {
    return dtype == FL_FLOAT64 ? context->tables.f64 : context->tables.f32;
}
#endif
