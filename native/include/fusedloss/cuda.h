/* cuda.h - the losses on NVIDIA GPUs: a library of its own, fusedloss_cuda_native.
 *
 * Every function is the twin of the one without `cuda_` in its name: the same formula, options, defaults, reductions,
 * special values and error bounds, and the same argument structs, whose buffers are device memory (shapes, strides and
 * counts stay in host memory). What differs:
 *
 *  - A call launches kernels on `stream` (a CUstream or cudaStream_t; NULL = the default stream) of the calling
 *    thread's current context and returns. It never allocates, synchronises or chooses a device, so it can be captured
 *    in a CUDA graph. Buffers, the workspace too, have to live until the stream has passed the call.
 *  - Results that the CPU returns in the args struct (loss, bad_index, correct) are written to device memory that
 *    fl_cuda_call names; the args struct is not written.
 *  - Labels are on the device, so a call cannot refuse them: a row whose label is neither a class nor ignore_index has
 *    loss NaN and gradient 0, and its number goes to fl_cuda_call's bad_index. FL_MEAN does not count it.
 *  - A scalar upstream gradient is read from device memory, and so may the denominator be.
 *
 * Results do not depend on the run, nor on the device: sums go through fixed trees, and only whole numbers are added
 * atomically. Which tree depends on the shapes, the type, and how far behind a 16-byte boundary the buffers begin; for
 * rows above 32 KiB also on whether the device has clusters of blocks with 227 KiB each (compute capability 9.0), which
 * stream them.
 * Terms and gradients of point-wise losses have the bits that a CPU with FMA gives them (NaN aside, which is NaN).
 *
 * Functions return 0, one of fl_status (negative, before anything was launched), or a cudaError_t (positive). Without a
 * driver (35, cudaErrorInsufficientDriver) or a device (100, cudaErrorNoDevice) every call says so and does nothing. */
#ifndef FUSEDLOSS_CUDA_H
#define FUSEDLOSS_CUDA_H
#include "cuda_device.h"

#if defined(__cplusplus)
extern "C" {
#endif

/** What a call on a GPU needs besides its args struct. Fill it with zeros, then set what is needed. */
typedef struct fl_cuda_call {
    int32_t       struct_size;     /* sizeof(fl_cuda_call) */
    int32_t       reserved;        /* 0 */
    void*         workspace;       /* device memory, aligned to 16 bytes. Calls that may run at the same time need one
                                      each */
    int64_t       workspace_bytes; /* at least what the loss's size query says */
    double*       loss;            /* device, out: the reduced loss, NaN with FL_NONE or FL_FLAG_NO_LOSS; NULL = not
                                      wanted, which saves its arithmetic */
    int64_t*      bad_index;       /* device, in and out, or NULL: becomes the position of the first label out of range
                                      where that is less than what it holds. Set it to INT64_MAX before */
    int64_t*      correct;         /* device, out, or NULL: as in fl_row_args, with FL_FLAG_CORRECT and labels */
    const double* denominator;     /* device, or NULL: with FL_MEAN divides sum and gradient, instead of the args
                                      struct's denominator, which must be 0. 0 there: gradients are 0 */
} fl_cuda_call;

/** Bytes of workspace that every point-wise loss needs for args' count and dtype; -1 for those that it refuses. */
FL_API int64_t fl_cuda_pointwise_workspace(const fl_pointwise_args* args);

/* The twins of the functions in pointwise.h: fl_cuda_mse(args, call, stream), fl_cuda_huber(args, hyper, call, stream)
 * and so on, for each loss of its lists.
 *
 *  args     as there; `batch`, `shape` and strides are host memory, all other pointers device memory
 *  returns  as there, FL_ERROR_WORKSPACE, or a cudaError_t
 *  since    ABI 1 */
#define FL_CUDA_TWIN(loss) \
    FL_API int32_t fl_cuda_##loss(const fl_pointwise_args* args, const fl_cuda_call* call, void* stream);
#define FL_CUDA_TWIN_WITH_PARAMS(loss) FL_API int32_t fl_cuda_##loss( \
    const fl_pointwise_args* args, const fl_##loss##_params* hyper, const fl_cuda_call* call, void* stream);
FL_POINTWISE(FL_CUDA_TWIN)
FL_POINTWISE_WITH_PARAMS(FL_CUDA_TWIN_WITH_PARAMS)

/** Bytes of workspace that the losses of rows need for args' shape and dtype; -1 for those that they refuse: more than
 *  1,073,741,822 classes, too. The workspace in args is not used and has to be NULL. */
FL_API int64_t fl_cuda_row_workspace(const fl_row_args* args);

/** The twins of the functions in rows.h.
 *
 *  args     as there; labels may have any value (see above): bad_index takes their rows
 *  FL_MEAN  where labels or weights decide what it divides by, they are summed up on the device before anything else
 *  error    float32 and float64 as there. 16-bit types: exponentials come from the special-function unit; by its
 *           documented error (2 ulp) terms are within 32 ulp of float32 of the largest summand, which no GPU has shown
 *           yet
 *  returns  as there, FL_ERROR_WORKSPACE, or a cudaError_t; not FL_ERROR_LABEL_RANGE
 *  since    ABI 1 */
FL_API int32_t fl_cuda_cross_entropy(const fl_row_args* args, const fl_cross_entropy_params* hyper,
                                     const fl_cuda_call* call, void* stream);
FL_API int32_t fl_cuda_softmax_focal(const fl_row_args* args, const fl_softmax_focal_params* hyper,
                                     const fl_cuda_call* call, void* stream);
FL_API int32_t fl_cuda_info_nce(const fl_row_args* args, const fl_info_nce_params* hyper,
                                const fl_cuda_call* call, void* stream);
FL_API int32_t fl_cuda_nll(const fl_row_args* args, const fl_nll_params* hyper, const fl_cuda_call* call,
                           void* stream);

/** Bytes of workspace that fl_cuda_balanced_cross_entropy needs: 16 for each class, and fl_cuda_row_workspace. */
FL_API int64_t fl_cuda_balanced_cross_entropy_workspace(const fl_row_args* args);

/** The twin of the function in rows.h; labels, error and statuses as above.
 *
 *  workspace  call's, whose first `classes` elements (term type) hold the class weights afterwards; args' is NULL
 *  labels     those out of range are not counted
 *  since      ABI 1 */
FL_API int32_t fl_cuda_balanced_cross_entropy(const fl_row_args* args, const fl_balanced_cross_entropy_params* hyper,
                                              const fl_cuda_call* call, void* stream);

/** The twins of functions in margins.h and divergences.h. fl_cuda_row_workspace, labels and statuses as above.
 *
 *  multilabel_margin  bad_index takes the position in the lists. A block has three numbers per class in shared memory:
 *                     8,192 classes are 96 KB (float64 192), which older GPUs do not have (cudaErrorInvalidValue, 1)
 *  error    as there
 *  since    ABI 1 */
FL_API int32_t fl_cuda_multi_margin(const fl_row_args* args, const fl_multi_margin_params* hyper,
                                    const fl_cuda_call* call, void* stream);
FL_API int32_t fl_cuda_multilabel_margin(const fl_row_args* args, const fl_cuda_call* call, void* stream);
FL_API int32_t fl_cuda_multilabel_soft_margin(const fl_row_args* args, const fl_cuda_call* call, void* stream);
FL_API int32_t fl_cuda_jsd(const fl_row_args* args, const fl_jsd_params* hyper, const fl_cuda_call* call,
                           void* stream);
FL_API int32_t fl_cuda_tvd(const fl_row_args* args, const fl_tvd_params* hyper, const fl_cuda_call* call,
                           void* stream);

/** Bytes of workspace that fl_cuda_tversky and fl_cuda_dice need for args' shape, dtype and kind of target, labels or a
 *  value per class; -1 for those that they refuse: more than 1,073,741,822 classes, too. */
FL_API int64_t fl_cuda_tversky_workspace(const fl_row_args* args, const fl_tversky_params* hyper);
FL_API int64_t fl_cuda_dice_workspace(const fl_row_args* args, const fl_dice_params* hyper);

/** The twins of the functions in regions.h.
 *
 *  args     as there, with workspace NULL (FL_ERROR_PARAMETER)
 *  labels   one out of range makes the terms of its sample's regions NaN (without per_sample, all terms); its row has
 *           gradient 0 and its number goes to bad_index, and other rows have their gradients as if it were ignored
 *  error    as there. 16-bit types: exponentials come from the special-function unit, as above
 *  returns  as there, FL_ERROR_WORKSPACE, or a cudaError_t; not FL_ERROR_LABEL_RANGE
 *  since    ABI 1 */
FL_API int32_t fl_cuda_tversky(const fl_row_args* args, const fl_tversky_params* hyper, const fl_cuda_call* call,
                               void* stream);
FL_API int32_t fl_cuda_dice(const fl_row_args* args, const fl_dice_params* hyper, const fl_cuda_call* call,
                            void* stream);

/** Bytes of workspace that the losses of pairs need for args' shape and dtype; -1 for those that they refuse: more than
 *  1,073,741,822 dimensions, too. */
FL_API int64_t fl_cuda_pair_workspace(const fl_pair_args* args);

/** The twins of the functions in pairs.h.
 *
 *  error    as there
 *  returns  as there, FL_ERROR_WORKSPACE, or a cudaError_t
 *  since    ABI 1 */
FL_API int32_t fl_cuda_cosine_embedding(const fl_pair_args* args, const fl_cosine_embedding_params* hyper,
                                        const fl_cuda_call* call, void* stream);
FL_API int32_t fl_cuda_triplet_margin(const fl_pair_args* args, const fl_triplet_margin_params* hyper,
                                      const fl_cuda_call* call, void* stream);

/** Bytes of workspace that fl_cuda_ctc needs for args' sizes and dtype; -1 for those that it refuses. With S the size
 *  of the longest list of labels, at most `times`, it is about 2 * times * batch * (S + 1) * 16 bytes, twice that for
 *  float64. S is not known to the host: target_stride counts as S, and where labels lie one after the other
 *  target_count, so that padded targets need less. S may be 8,000 at most. */
FL_API int64_t fl_cuda_ctc_workspace(const fl_ctc_args* args);

/** The twin of the function in ctc.h.
 *
 *  args     as there, with workspace NULL (FL_ERROR_WORKSPACE); targets and lengths are device memory. A sample with a
 *           length or a label out of range has loss NaN and gradient 0, and its number goes to bad_index
 *  memory   the whole lattice is kept
 *  error    as there
 *  returns  as there, or a cudaError_t; not FL_ERROR_LABEL_RANGE and FL_ERROR_LENGTH
 *  since    ABI 1 */
FL_API int32_t fl_cuda_ctc(const fl_ctc_args* args, const fl_ctc_params* hyper, const fl_cuda_call* call, void* stream);

#if defined(__cplusplus)
}
#endif
#endif
