/* What every call on a GPU does before and after its kernel. */
#ifndef FL_CUDA_ARGS_H
#define FL_CUDA_ARGS_H
#include "api/check.h"
#include "cuda/kernels.h"
#include "fusedloss/cuda.h"

/* FL_TRY for CUDA's errors, too. */
#define FL_LAUNCH(call) do { const int32_t fl_error_ = (call); if (fl_error_ != 0) return fl_error_; } while (0)

/* How loss terms become one number: what the args structs have in common. */
typedef struct fl_cuda_reduction {
    fl_reduction  reduction;
    uint32_t      flags;
    double        denominator, own; /* the caller's, 0 = none; the reduction's own, as far as the host knows it */
    const double* divisor;          /* the reduction's own on the device, or NULL; a caller's goes before it */
    const void*   upstream;
    int64_t       upstream_count;
} fl_cuda_reduction;

fl_status     fl_cuda_check_call(const fl_cuda_call* call, fl_reduction reduction, double denominator, int64_t bytes);
int           fl_cuda_wants_loss(const fl_cuda_call* call, const fl_cuda_reduction* r);
fl_cuda_scale fl_cuda_scale_of(const fl_cuda_call* call, const fl_cuda_reduction* r);

/* The reduced loss from the parts of its sum; NaN where none is defined. */
int32_t fl_cuda_write_loss(const fl_cuda_call* call, const fl_cuda_reduction* r, const double* partial, int64_t parts,
                           void* stream);
#endif
