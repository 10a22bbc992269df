/* Checks of arguments, before anything is written. Kernels trust what passed here. */
#ifndef FL_CHECK_H
#define FL_CHECK_H
#include "cpu/kernels.h"
#include <float.h>
#include <math.h>
#include <stddef.h>

#define FL_TRY(call) do { const fl_status fl_try_ = (call); if (fl_try_ != FL_OK) return fl_try_; } while (0)

static inline int fl_is_dtype(fl_dtype dtype) {
    return (int32_t)dtype >= FL_FLOAT32 && (int32_t)dtype <= FL_BFLOAT16;
}
static inline int     fl_is_half_type(fl_dtype dtype) { return dtype == FL_FLOAT16 || dtype == FL_BFLOAT16; }
static inline int64_t fl_size_of(fl_dtype dtype) { return dtype == FL_FLOAT64 ? 8 : fl_is_half_type(dtype) ? 2 : 4; }
static inline fl_dtype fl_term_type(fl_dtype dtype) { return dtype == FL_FLOAT64 ? FL_FLOAT64 : FL_FLOAT32; }

/* Products and byte counts stay far inside int64_t. */
#define FL_MAX_ELEMENTS ((int64_t)1 << 58)

/* a * b in [0, FL_MAX_ELEMENTS], or -1. */
static inline int64_t fl_checked_product(int64_t a, int64_t b) {
    int64_t product;
    if (a < 0 || b < 0 || __builtin_mul_overflow(a, b, &product) || product > FL_MAX_ELEMENTS) return -1;
    return product;
}

/* NaN fails every comparison, so ranges are asked for positively. */
static inline int fl_in_range(double value, double low, double high) { return value >= low && value <= high; }
static inline int fl_positive(double value) { return value > 0.0 && value <= DBL_MAX; }
static inline int fl_not_negative(double value) { return value >= 0.0 && value <= DBL_MAX; }
static inline int fl_is_flag(int32_t value) { return value == 0 || value == 1; }

static inline fl_status fl_check_reduction(fl_reduction reduction, uint32_t flags, double denominator,
                                           const void* upstream, int64_t upstream_count, int64_t terms) {
    if ((int32_t)reduction < FL_NONE || (int32_t)reduction > FL_BATCHMEAN) return FL_ERROR_REDUCTION;
    if (flags & ~(uint32_t)(FL_FLAG_NO_LOSS | FL_FLAG_EMPTY_ZERO | FL_FLAG_CORRECT)) return FL_ERROR_REDUCTION;
    if (denominator != 0.0 && (reduction != FL_MEAN || !fl_positive(denominator))) return FL_ERROR_REDUCTION;
    if (!upstream) return upstream_count == 0 ? FL_OK : FL_ERROR_NULL_POINTER;
    if (upstream_count == 1) return FL_OK;
    return reduction == FL_NONE && upstream_count == terms ? FL_OK : FL_ERROR_REDUCTION;
}

/* The bytes that a buffer may touch, and whether it is written. Two of the same pair, other than 0, may be the same
 * memory. */
typedef struct fl_extent { uintptr_t begin, end; int32_t written, pair; } fl_extent;

/* Those of the buffers that are there: most are not, and a call of few elements notices. */
enum { FL_MOST_BUFFERS = 12 };
typedef struct fl_extents { int count; fl_extent of[FL_MOST_BUFFERS]; } fl_extents;

static inline void fl_add_extent(fl_extents* all, const void* data, int64_t elements, int64_t size, int written,
                                 int pair) {
    const uintptr_t begin = (uintptr_t)data;
    if (!data || elements == 0) return;
    all->of[all->count++] = (fl_extent){ begin, begin + (uintptr_t)(elements * size), written, pair };
}

/* Two buffers clash when they share a byte, one of them is written, and they are no pair. */
static inline fl_status fl_check_overlap(const fl_extents* all) {
    for (int i = 1; i < all->count; ++i)
        for (int j = 0; j < i; ++j) {
            const fl_extent *a = &all->of[i], *b = &all->of[j];
            if (!(a->written | b->written) || a->begin >= b->end || b->begin >= a->end) continue;
            if (!a->pair || a->pair != b->pair) return FL_ERROR_OVERLAP;
        }
    return FL_OK;
}

/* What the mean divides by, and what that makes of loss and gradients. */
typedef struct fl_scale { double loss, gradient; } fl_scale;

/* `own` is the reduction's own denominator (FL_MEAN) or the size of the first dimension (FL_BATCHMEAN); `upstream` the
 * scalar gradient that flows in. Nothing to average: the loss is 0/0, and gradients are 0, not NaN. */
static inline fl_scale fl_scale_of(fl_reduction reduction, double denominator, double own, double upstream) {
    if (reduction == FL_NONE || reduction == FL_SUM) return (fl_scale){ 1.0, upstream };
    const double by = denominator != 0.0 ? denominator : own;
    return (fl_scale){ by, by == 0.0 ? 0.0 : upstream / by };
}

static inline double fl_scalar_upstream(const void* upstream, int64_t count, fl_dtype dtype) {
    if (!upstream || count != 1) return 1.0;
    return dtype == FL_FLOAT64 ? *(const double*)upstream : (double)*(const float*)upstream;
}

static inline double fl_reduced_loss(fl_reduction reduction, uint32_t flags, double sum, double divisor) {
    if (reduction == FL_NONE || flags & FL_FLAG_NO_LOSS) return (double)NAN;
    if (divisor == 0.0 && flags & FL_FLAG_EMPTY_ZERO) return 0.0;
    return sum / divisor;
}
#endif
