/* What the entry points hand to kernels for GPUs, and the table that each precision exports. Calls are those of the
 * CPU's kernels with device pointers in them; what a GPU needs besides is here. Results are CUDA's errors, 0 = success.
 */
#ifndef FL_CUDA_KERNELS_H
#define FL_CUDA_KERNELS_H
#include "cpu/kernels.h"

#if defined(__cplusplus)
extern "C" {
#endif

/* What gradients are multiplied by. Without device pointers: scale. Else upstream / (*divisor or by), 0 where that
 * divides by 0. */
typedef struct fl_cuda_scale {
    double        scale, by;
    const void*   upstream; /* one number of the term type, or NULL = 1 */
    const double* divisor;
} fl_cuda_scale;

/* The last step of every call: parts summed up in a fixed order, and divided. A count by a negative number is -1: it is
 * not known. */
typedef struct fl_cuda_finish {
    const double*  partial;
    int64_t        parts;
    double         by;
    const double*  divisor;       /* instead of `by`, or NULL */
    double*        result;        /* or NULL */
    int64_t*       count;         /* or NULL: the same as an integer */
    int32_t        empty_is_zero; /* 0 / 0 is 0 */
    int32_t        reserved;
} fl_cuda_finish;

typedef int32_t (*fl_cuda_point_kernel)(const fl_point_call* call, const fl_cuda_scale* scale, double* partial,
                                        void* stream);
typedef int32_t (*fl_cuda_weight_kernel)(const fl_point_call* call, double* partial, void* stream);

/* What a loss of rows needs besides its call. */
typedef struct fl_cuda_rows {
    fl_cuda_scale scale;
    double*       partial;      /* parts of the sum of the terms, or NULL: not wanted */
    double*       correct;      /* parts of the count of right predictions, or NULL */
    int64_t*      bad_index;
    const double* weight_total; /* of the class weights, or NULL: the call's */
    double        alpha[2];     /* class weights of two classes, where has_alpha is set */
    int32_t       has_alpha, focal;
} fl_cuda_rows;
typedef int32_t (*fl_cuda_row_kernel)(const fl_row_call* call, const fl_cuda_rows* how, void* stream);

/* The sum of what each row counts in a mean, in parts of FL_CUDA_SCAN_ROWS rows: 1, or the weights of its class and
 * sample; nothing where its label is ignored or out of range. */
enum { FL_CUDA_SCAN_ROWS = 4096 };
typedef int32_t (*fl_cuda_scan_kernel)(const fl_row_call* call, int32_t by_count, double* partial, void* stream);

typedef struct fl_cuda_point_kernels {
    fl_cuda_point_kernel  losses[FL_POINT_COUNT];
    fl_cuda_weight_kernel weight_sum;
} fl_cuda_point_kernels;
extern const fl_cuda_point_kernels fl_cuda_points_f32, fl_cuda_points_f64;

typedef struct fl_cuda_row_kernels {
    int64_t (*parts)(const fl_row_call* call); /* of the sums; depends on type and shape only */
    fl_cuda_row_kernel  labels, probabilities, nll;
    fl_cuda_scan_kernel scan;
    int32_t (*class_weights)(const fl_row_call* call, double* sum, void* stream);
} fl_cuda_row_kernels;
extern const fl_cuda_row_kernels fl_cuda_rows_f32, fl_cuda_rows_f64;

/* balanced_cross_entropy: how often each class is a label, and the class weights from that. `sums` gets what the
 * weights of all rows add up to, then those of all classes. */
typedef struct fl_cuda_balance {
    double   beta;
    int64_t* counts;  /* [classes] */
    void*    weights; /* [classes], of the term type */
    double*  sums;
} fl_cuda_balance;
int32_t fl_cuda_balance_classes(const fl_row_call* call, const fl_cuda_balance* how, void* stream);

int32_t fl_cuda_finish_sum(const fl_cuda_finish* finish, void* stream);

/* Bytes of elements that one block of a point-wise kernel works on: two packs of 16 for each of 256 threads. */
enum { FL_CUDA_POINT_THREADS = 256, FL_CUDA_POINT_BYTES = 8192 };

/* Blocks, and so parts of the sum, of a point-wise call: enough for a buffer that starts anywhere in its first pack. */
static inline int64_t fl_cuda_point_blocks(int64_t count, int64_t element_bytes) {
    const int64_t each = FL_CUDA_POINT_BYTES / element_bytes, before = 16 / element_bytes - 1;
    return count == 0 ? 0 : (count + before + each - 1) / each;
}

typedef struct fl_cuda_vector_kernels {
    int64_t (*parts)(const fl_row_call* call);
    fl_cuda_row_kernel losses[FL_VECTOR_COUNT];
} fl_cuda_vector_kernels;
extern const fl_cuda_vector_kernels fl_cuda_vectors_f32, fl_cuda_vectors_f64;

typedef int32_t (*fl_cuda_pair_kernel)(const fl_pair_call* call, const fl_cuda_scale* scale, double* partial,
                                       void* stream);
typedef struct fl_cuda_pair_kernels {
    int64_t (*parts)(const fl_pair_call* call);
    fl_cuda_pair_kernel losses[FL_PAIR_COUNT];
} fl_cuda_pair_kernels;
extern const fl_cuda_pair_kernels fl_cuda_pairs_f32, fl_cuda_pairs_f64;

/* What CTC needs besides its call, whose most_labels is what the workspace has room for: samples with more labels have
 * fewer frames than that. */
typedef struct fl_cuda_ctc_work {
    fl_cuda_scale scale;
    double*       partial; /* out: the terms, one per sample, in the workspace */
    int64_t*      bad_index;
    int64_t       target_stride, target_count;
} fl_cuda_ctc_work;
typedef struct fl_cuda_ctc_kernels {
    int64_t (*workspace)(const fl_ctc_call* call);
    int32_t (*run)(const fl_ctc_call* call, fl_cuda_ctc_work* how, void* stream);
} fl_cuda_ctc_kernels;
extern const fl_cuda_ctc_kernels fl_cuda_ctc_f32, fl_cuda_ctc_f64;

/* A region loss: `cut` has its chunks, and the sums of each of them, [slabs, chunks, classes, FL_REGION_SUMS]. */
typedef struct fl_cuda_regions {
    fl_region_call cut;
    fl_cuda_scale  scale;
    int64_t*       wrong;   /* [slabs, chunks]: is there a label out of range? */
    void*          slopes;  /* [slabs, regions, 2] of the term type: what gradients are made of */
    double*        partial; /* parts of the sum of the terms */
    int64_t*       bad_index;
} fl_cuda_regions;
typedef int32_t (*fl_cuda_region_kernel)(const fl_row_call* call, const fl_cuda_regions* how, void* stream);
typedef struct fl_cuda_region_kernels {
    void (*plan)(const fl_row_call* call, fl_region_call* cut);  /* chunks, by type and shape alone */
    int64_t (*parts)(const fl_row_call* call, const fl_region_call* cut);
    fl_cuda_region_kernel overlap, terms, gradient; /* in that order */
} fl_cuda_region_kernels;
extern const fl_cuda_region_kernels fl_cuda_regions_f32, fl_cuda_regions_f64;

#if defined(__cplusplus)
}
#endif
#endif
