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
static inline int fl_is_dtype(fl_dtype dtype) {
    return (int32_t)dtype >= FL_FLOAT32 && (int32_t)dtype <= FL_BFLOAT16;
}
static inline int     fl_is_half_type(fl_dtype dtype) { return dtype == FL_FLOAT16 || dtype == FL_BFLOAT16; }
static inline int64_t fl_size_of(fl_dtype dtype) { return dtype == FL_FLOAT64 ? 8 : fl_is_half_type(dtype) ? 2 : 4; }
static inline fl_dtype fl_term_type(fl_dtype dtype) { return dtype == FL_FLOAT64 ? FL_FLOAT64 : FL_FLOAT32; }
#endif
