/* What the API layer hands to kernels, and the table that every (instruction set, precision) object exports. Kernels
 * trust their input: everything was checked. A call is shared by its chunks; chunks write disjoint elements. */
#ifndef FL_KERNELS_H
#define FL_KERNELS_H
#include "fusedloss/fusedloss.h"
#include "cpu/regions.h"
#include "losses/losses.h"

/* A buffer seen as [shape 0, 1, 2]. `dense` = element i is data[i]; otherwise strides in elements, 0 repeats. */
typedef struct fl_view {
    const void* data;
    int64_t     stride[3];
    int32_t     dense, type; /* type: the fl_dtype of its elements */
} fl_view;

typedef struct fl_point_call {
    int64_t     count, shape[3];
    fl_view     input, target, extra, weight; /* absent data = NULL */
    fl_view     gradient, target_gradient, extra_gradient;
    const void* upstream; /* [count] or NULL */
    void*       losses;   /* [count] or NULL */
    const void* params;
    double      scale;    /* gradients are multiplied by it */
    int32_t     stream;   /* gradients go past the cache: they are large and not written over an input */
    int32_t     reserved;
} fl_point_call;

/* fl_row_args, checked; absent buffers are NULL, strides are real ones. */
typedef struct fl_row_call {
    int64_t     outer, classes, inner;
    const void* input;
    int64_t     input_outer, input_class;       /* strides */
    const void* labels;
    int64_t     ignore_index;                   /* counts where `ignores` is set */
    const void *target, *class_weight, *sample_weight;
    const void* upstream;                       /* one per term, or NULL */
    void*       losses;
    void*       gradient;
    int64_t     gradient_outer, gradient_class; /* strides */
    void *      target_gradient, *log_sum_exp, *predictions, *workspace;
    const void* params;                         /* of losses that have a struct of their own */
    double      scale;                          /* gradients are multiplied by it; 1 / temperature is in it */
    double      label_smoothing, weight_total, gamma, slope_gamma, z_loss;
    double      soft_cap;                       /* 0: none */
    double      temperature;                    /* logits are divided by it */
    int64_t     shift;                          /* without labels, row r's label is (r + shift) % classes */
    int32_t     type;                           /* fl_dtype of input, target and their gradients */
    int32_t     label_type, ignores;
    int32_t     stream;                         /* the gradient goes past the cache */
    int32_t     large;                          /* what comes next is asked for early */
    int32_t     excludes;                       /* class r does not count in row r */
    int32_t     counts;                         /* correct predictions are counted */
} fl_row_call;

/* fl_pair_args, checked; absent buffers are NULL, strides are real ones. */
typedef struct fl_pair_call {
    int64_t     rows, dimensions;
    const void* input[3];
    void*       gradient[3];
    int64_t     stride[3], gradient_stride[3];
    const void *target, *upstream; /* [rows] or NULL */
    void*       losses;
    const void* params;
    double      scale;             /* gradients are multiplied by it */
    int32_t     type;              /* fl_dtype of inputs and gradients */
    int32_t     stream;            /* gradients go past the cache */
} fl_pair_call;
/* Sum of the terms of rows [begin, end). */
typedef double (*fl_pair_kernel)(const fl_pair_call* call, int64_t begin, int64_t end);

/* fl_ctc_args, checked. Samples are dealt out to slots, each with a share of the workspace. */
typedef struct fl_ctc_call {
    int64_t        times, batch, classes, blank, most_labels;
    const void*    input;
    int64_t        input_time, input_batch;       /* strides */
    const void *   targets, *input_lengths, *target_lengths;
    const int64_t* offsets;                       /* [batch], of each sample's first label */
    const void*    upstream;                      /* [batch] or NULL */
    void *         losses, *gradient, *workspace;
    int64_t        gradient_time, gradient_batch; /* strides */
    int64_t        slots, slot_bytes;
    int64_t        block;                         /* frames whose columns are kept at a time */
    double         scale;                         /* gradients are multiplied by it */
    int32_t        type, target_type, length_type;
    int32_t        by_length;                     /* losses and gradients are divided by the target's length */
    int32_t        zero_infinity, log_probabilities, true_gradient, reserved;
} fl_ctc_call;
/* Sum of the losses of slots [begin, end). */
typedef double (*fl_ctc_kernel)(const fl_ctc_call* call, int64_t begin, int64_t end);

/* Sum of the terms of elements [begin, end). */
typedef double (*fl_point_kernel)(const fl_point_call* call, int64_t begin, int64_t end);
/* Sum of a weight over elements [begin, end). */
typedef double (*fl_weight_sum)(const fl_point_call* call, int64_t begin, int64_t end);
/* Sum of the terms of units [begin, end): rows when inner is 1, else tiles of rows, fl_row_units of them. Adds the
 * correct predictions to *correct. */
typedef double (*fl_row_kernel)(const fl_row_call* call, int64_t begin, int64_t end, int64_t* correct);
/* Sum of the terms of rows [begin, end), whatever the layout. */
typedef double (*fl_vector_kernel)(const fl_row_call* call, int64_t begin, int64_t end);

/* One chunk of one slab of a region loss; params is its fl_region_call. */
typedef void (*fl_region_kernel)(const fl_row_call* call, int64_t part);
typedef struct fl_region_kernels { fl_region_kernel overlap, gradient; } fl_region_kernels; /* in that order */

/* First pass over labels [begin, end): what the mean divides by (with class and sample weights), and the first label
 * out of range (-1: none). Without labels: over the sample weights alone. */
typedef struct fl_label_scan {
    int64_t bad, kept;
    double  weight;
} fl_label_scan;
typedef void (*fl_label_scanner)(const fl_row_call* call, int64_t begin, int64_t end, fl_label_scan* scan);

/* Outputs that a point-wise kernel computes: each set is a function of its own: nothing unwanted is computed. */
enum { FL_WANT_LOSS = 0, FL_WANT_GRADIENT = 1, FL_WANT_BOTH = 2, FL_WANT_ALL = 3, FL_WANTS = 4 };

#define FL_ENUM_P(name, ...) FL_POINT_##name,
#define FL_ENUM_L(name) FL_LABEL_##name,
#define FL_ENUM_T(name) FL_PROBABILITY_##name,
#define FL_ENUM_V(name) FL_VECTOR_##name,
#define FL_ENUM_R(name) FL_PAIR_##name,
enum { FL_POINTWISE_LOSSES(FL_ENUM_P) FL_POINTWISE_VARIANTS(FL_ENUM_P) FL_TRIPLE_LOSSES(FL_ENUM_P) FL_POINT_COUNT };
enum { FL_LABEL_LOSSES(FL_ENUM_L) FL_LABEL_COUNT };
enum { FL_PROBABILITY_LOSSES(FL_ENUM_T) FL_PROBABILITY_COUNT };
enum { FL_VECTOR_LOSSES(FL_ENUM_V) FL_VECTOR_COUNT };
enum { FL_PAIR_LOSSES(FL_ENUM_R) FL_PAIR_COUNT };

typedef struct fl_kernels {
    fl_point_kernel  pointwise[FL_POINT_COUNT][FL_WANTS];
    fl_row_kernel    labels[FL_LABEL_COUNT];
    fl_row_kernel    probabilities[FL_PROBABILITY_COUNT];
    fl_vector_kernel vectors[FL_VECTOR_COUNT];
    fl_pair_kernel   pairs[FL_PAIR_COUNT];
    fl_vector_kernel nll;
    fl_ctc_kernel    ctc;
    fl_region_kernels regions[FL_BY_COUNT][2]; /* labels, target */
    double (*region_terms)(const fl_row_call* call); /* between the two: their sum */
    fl_weight_sum    weight_sum;
    fl_label_scanner scan;
} fl_kernels;

/* Rows of a tile of the column loop: a lane is a row. Rows of at most so many classes are swept side by side by the
 * losses whose rows are vectors, by the others, and several of them in turn. */
enum { FL_TILE_ROWS = 256, FL_SIDE_CLASSES = 128, FL_MOST_FEW = 192, FL_MOST_BATCHED = 1024 };

/* Units of work of a row call. */
static inline int64_t fl_row_units(const fl_row_call* call) {
    if (call->inner <= 1) return call->outer * call->inner;
    return call->outer * ((call->inner + FL_TILE_ROWS - 1) / FL_TILE_ROWS);
}
#endif
