/* ctc.h - connectionist temporal classification. */
#ifndef FUSEDLOSS_CTC_H
#define FUSEDLOSS_CTC_H
#include "base.h"

#if defined(__cplusplus)
extern "C" {
#endif

/** Buffers of a CTC loss. Fill the struct with zeros, then set what is needed.
 *
 *  Element (t, n, c) of the input is at t * time_stride + n * batch_stride + c: PyTorch's (T, N, C) is dense, the
 *  default (both strides 0); (N, T, C) is time_stride = C, batch_stride = T * C. Gradients likewise.
 *
 *  input and gradient have elements of type `dtype`; losses and upstream of its term type (see fl_dtype).
 *
 *  May share memory: gradient with input - the very same address and strides. Every other overlap of an output is
 *  FL_ERROR_OVERLAP. */
typedef struct fl_ctc_args {
    int32_t       struct_size;           /* sizeof(fl_ctc_args) */
    fl_dtype      dtype;
    int64_t       times, batch, classes; /* T, N >= 0; C >= 1, the blank included */

    const void*   input;                 /* logits or log-probabilities, [times, batch, classes] */
    int64_t       input_time_stride;     /* in elements */
    int64_t       input_batch_stride;

    const void*   targets;               /* labels, [batch, target_stride] or one after the other; not the blank */
    int64_t       target_stride;         /* elements from one sample's labels to the next's; 0 = one after the other */
    int64_t       target_count;          /* elements in `targets` */
    const void*   input_lengths;         /* [batch], frames of each sample, in [0, times]; NULL = times */
    const void*   target_lengths;        /* [batch], labels of each sample, >= 0 */
    fl_label_type target_type;           /* of targets */
    fl_label_type length_type;           /* of both lengths */

    const void*   upstream;              /* gradient that flows in; NULL = 1 */
    int64_t       upstream_count;        /* 1, or batch (FL_NONE only); 0 when upstream is NULL */
    double        denominator;           /* 0 = the reduction's own; > 0 with FL_MEAN: divides sum and gradient */
    fl_reduction  reduction;             /* FL_MEAN: mean over samples of loss / max(target length, 1) */
    uint32_t      flags;                 /* fl_flags */

    void*         losses;                /* [batch] or NULL: the unreduced losses */
    void*         gradient;              /* [times, batch, classes] or NULL; frames past input_lengths get 0 */
    int64_t       gradient_time_stride;  /* in elements; both 0 = dense */
    int64_t       gradient_batch_stride;

    void*         workspace;             /* scratch, aligned to 64 bytes */
    int64_t       workspace_bytes;       /* at least fl_ctc_workspace */

    double        loss;                  /* out: the reduced loss; NaN with FL_NONE or FL_FLAG_NO_LOSS */
    int64_t       bad_index;             /* out: element of `targets` that is out of range (FL_ERROR_LABEL_RANGE) or
                                            sample whose length is (FL_ERROR_LENGTH), else -1 */
} fl_ctc_args;

typedef struct fl_ctc_params {
    int64_t blank;             /* the class of the blank, in [0, classes). Default 0 */
    int32_t zero_infinity;     /* 1 = samples that no path can produce have loss 0 and gradient 0; 0 (default) = loss
                                  +inf and gradient NaN */
    int32_t log_probabilities; /* 1 = the input holds log-probabilities; 0 (default) = logits: log-softmax is fused */
    int32_t true_gradient;     /* with log_probabilities: 1 = d(loss)/d(log-probability); 0 (default) = PyTorch's
                                  gradient, that of the logits behind them */
    int32_t reserved;
} fl_ctc_params;

/** Connectionist temporal classification: -ln of the probability that the frames spell the target, summed over all
 *  alignments (Graves et al. 2006).
 *
 *      paths         one class per frame; merging repeats, then dropping blanks, leaves the target
 *      term          -ln sum over paths of prod_t y_t(path_t),    y = softmax(x) (or exp(x))
 *      d/dx_t(k)     y_t(k) - g_t(k), g_t(k) = share of the paths that are in class k at time t; with true_gradient
 *                    -g_t(k)
 *
 *  targets   every label in [0, C) and not the blank, else FL_ERROR_LABEL_RANGE with its position among the elements
 *            of `targets` in bad_index; lengths out of range are FL_ERROR_LENGTH with the sample; before anything is
 *            written
 *  special   too few frames (fewer than labels and repeats): +inf (see zero_infinity). No frames: 0 for an empty
 *            target, else +inf. NaN in a frame: NaN for that sample
 *  FL_MEAN   divides each loss by its target's length (at least 1), then by batch; with `denominator` the plain sum is
 *            divided by it. FL_BATCHMEAN: the sum over batch. An empty batch: NaN (FL_FLAG_EMPTY_ZERO: 0)
 *  memory    one lattice, of which only a block of frames is kept: fl_ctc_workspace grows with the square root of long
 *            ones. Lattice values carry an exponent of their own, so nothing underflows, however unlikely
 *  hyper     NULL = defaults
 *  dtypes    float32, float64, float16, bfloat16 (both computed in float32)
 *  error     loss: 1 ulp of 8 per frame; gradient: 2 ulp of 1 per frame (2e-5 after 100 frames in float32)
 *  returns   FL_OK, FL_ERROR_NULL_POINTER, FL_ERROR_STRUCT_SIZE, FL_ERROR_DTYPE, FL_ERROR_COUNT, FL_ERROR_PARAMETER,
 *            FL_ERROR_REDUCTION, FL_ERROR_OVERLAP, FL_ERROR_LABEL_RANGE, FL_ERROR_LENGTH, FL_ERROR_WORKSPACE
 *  same as   torch.nn.functional.ctc_loss of log_softmax(x) (logits), of x (log-probabilities)
 *  since     ABI 1 */
FL_API fl_status fl_ctc(fl_context* context, fl_ctc_args* args, const fl_ctc_params* hyper);

/** Bytes of workspace that fl_ctc needs for args' sizes, lengths and dtype; -1 for those that it refuses. */
FL_API int64_t fl_ctc_workspace(const fl_ctc_args* args);

#if defined(__cplusplus)
}
#endif
#endif
