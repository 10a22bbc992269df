/* base.h - what every loss shares: statuses, dtypes, reductions, the context and the runner. */
#ifndef FUSEDLOSS_BASE_H
#define FUSEDLOSS_BASE_H
#include <stdint.h>

#if !defined(FL_API) /* a binding generator defines it empty */
#  if defined(_WIN32) && defined(FL_BUILD)
#    define FL_API __declspec(dllexport)
#  elif defined(_WIN32)
#    define FL_API __declspec(dllimport)
#  else
#    define FL_API __attribute__((visibility("default")))
#  endif
#endif

#if defined(__cplusplus)
extern "C" {
#endif

/** Version of the ABI: a context is refused when its creator was compiled against another one. */
#define FL_ABI_VERSION 1

/** Result of every call. The numbers are pinned: they never change meaning and are never reused. */
typedef enum fl_status {
    FL_OK                     = 0,
    FL_ERROR_NULL_POINTER     = -1,  /* a required pointer is NULL */
    FL_ERROR_STRUCT_SIZE      = -2,  /* struct_size is not one that this library knows */
    FL_ERROR_ABI_VERSION      = -3,  /* caller and library disagree on FL_ABI_VERSION */
    FL_ERROR_DTYPE            = -4,  /* dtype or label_type is not a known one */
    FL_ERROR_COUNT            = -5,  /* a count, shape or stride is negative, too large or inconsistent */
    FL_ERROR_PARAMETER        = -6,  /* a hyper-parameter is outside its documented range */
    FL_ERROR_REDUCTION        = -7,  /* reduction, denominator, upstream or flags do not fit together */
    FL_ERROR_OVERLAP          = -8,  /* an output overlaps another buffer without being allowed to */
    FL_ERROR_LABEL_RANGE      = -9,  /* a label is neither a class nor ignore_index; its row is in bad_index */
    FL_ERROR_ISA              = -10, /* the forced instruction set is unknown or not available on this machine */
    FL_ERROR_OUT_OF_MEMORY    = -11,
    FL_ERROR_TARGET           = -12, /* labels and target: both given, or not the one that the loss takes */
    FL_ERROR_WORKSPACE        = -13, /* the workspace is missing, misaligned or smaller than its size query says */
    FL_ERROR_LENGTH           = -14  /* a length is negative or beyond its buffer; its sample is in bad_index */
} fl_status;

/** English sentence for a status: static storage, never NULL. */
FL_API const char* fl_status_message(fl_status status);

/** Element type of floating-point buffers. 0 is invalid on purpose: a forgotten dtype is an error.
 *
 *  The 16-bit types are converted to float32, tile by tile, and every gradient is rounded once, to nearest even, NaN
 *  kept. What has one value per term, per row or per class (losses, upstream, class_weight, sample_weight,
 *  log_sum_exp, the labels of pairs) is float32 with them: the "term type". With float32 and float64 the term type is
 *  the dtype itself. */
typedef enum fl_dtype {
    FL_FLOAT32  = 1,
    FL_FLOAT64  = 2,
    FL_FLOAT16  = 3, /* IEEE binary16 */
    FL_BFLOAT16 = 4  /* the upper half of a float32 */
} fl_dtype;

/** Element type of label buffers. */
typedef enum fl_label_type { FL_INT32 = 1, FL_INT64 = 2 } fl_label_type;

/** How loss terms become one number; the gradient is scaled to match. Values 0 to 2 as in PyTorch's at::Reduction. */
typedef enum fl_reduction {
    FL_NONE      = 0, /* no number: terms go to `losses`, `loss` is NaN; the gradient is that of each term */
    FL_MEAN      = 1, /* the sum over the loss's own denominator, or over `denominator` when that is not 0 */
    FL_SUM       = 2,
    FL_BATCHMEAN = 3  /* the sum over the size of the first dimension */
} fl_reduction;

/** Bits of `flags` in the argument structs. */
typedef enum fl_flags {
    FL_FLAG_NO_LOSS    = 1, /* the loss is not wanted (`loss` becomes NaN): its arithmetic is skipped */
    FL_FLAG_EMPTY_ZERO = 2, /* a mean over nothing (no elements, all ignored) is 0 instead of PyTorch's NaN */
    FL_FLAG_CORRECT    = 4  /* cross_entropy, info_nce: count the rows predicted right, for `correct` */
} fl_flags;

/** Instruction sets that kernels are compiled for. */
typedef enum fl_isa {
    FL_ISA_AUTO     = 0, /* the environment variable FUSEDLOSS_ISA (a name below), or else the best available */
    FL_ISA_BASELINE = 1, /* "baseline": x86-64 (SSE2, no FMA: last bits differ from the others) */
    FL_ISA_AVX2     = 2, /* "avx2": AVX2, FMA, F16C */
    FL_ISA_AVX512   = 3, /* "avx512": AVX-512 F, VL, BW, DQ */
    FL_ISA_NEON     = 4  /* "neon": every arm64 */
} fl_isa;

/** "auto", "baseline", "avx2", "avx512", "neon"; NULL for a number that is none of these. Static storage. */
FL_API const char* fl_isa_name(fl_isa isa);

/** 1 when this library has kernels for `isa` and both the CPU and the operating system support it, else 0. */
FL_API int32_t fl_isa_available(fl_isa isa);

/** The library's version, "major.minor.patch". Static storage. */
FL_API const char* fl_version(void);

/** The FL_ABI_VERSION that the library was compiled with. */
FL_API int32_t fl_abi_version(void);

/** A piece of work: task(task_state, index). Tasks of one run touch disjoint outputs and may run concurrently. */
typedef void (*fl_task)(void* task_state, int64_t index);

/** Calls task(task_state, i) once for every i in [0, count), in any order, on any threads, and returns when all are
 *  done. Results do not depend on the order or the threads. It must not unwind (throw, longjmp) through the library. */
typedef void (*fl_runner)(void* runner_state, fl_task task, void* task_state, int64_t count);

/** Where losses run. Immutable after creation: any number of threads may use one context at the same time. */
typedef struct fl_context fl_context;

typedef struct fl_context_options {
    int32_t   struct_size;  /* sizeof(fl_context_options) */
    int32_t   abi_version;  /* FL_ABI_VERSION */
    fl_isa    isa;          /* FL_ISA_AUTO, or the one to force */
    int32_t   reserved;     /* 0 */
    fl_runner runner;       /* lends threads to large calls; NULL = the calling thread does everything */
    void*     runner_state; /* passed to runner */
} fl_context_options;

/** Creates a context. `*context` is NULL on failure.
 *  returns FL_OK, FL_ERROR_NULL_POINTER, FL_ERROR_STRUCT_SIZE, FL_ERROR_ABI_VERSION, FL_ERROR_ISA,
 *          FL_ERROR_OUT_OF_MEMORY */
FL_API fl_status fl_context_create(const fl_context_options* options, fl_context** context);

/** Frees a context that no call is using. NULL is a no-op. */
FL_API void fl_context_destroy(fl_context* context);

/** The instruction set that the context uses; FL_ISA_AUTO for NULL. */
FL_API fl_isa fl_context_isa(const fl_context* context);

/** One line of the table of struct layouts: bindings compare it with their own structs. */
typedef struct fl_layout {
    const char* type_name;  /* "fl_row_args" */
    const char* field_name; /* "outer"; "" for the struct itself */
    int64_t     offset;     /* bytes from the start of the struct; 0 for the struct itself */
    int64_t     size;       /* bytes of the field or of the struct */
} fl_layout;

/** Line `index` of the layout table (static storage), NULL past its end. */
FL_API const fl_layout* fl_layout_at(int64_t index);

#if defined(__cplusplus)
}
#endif
#endif
