/* pairs.h - losses of embeddings that are compared with each other. */
#ifndef FUSEDLOSS_PAIRS_H
#define FUSEDLOSS_PAIRS_H
#include "base.h"

#if defined(__cplusplus)
extern "C" {
#endif

/** Buffers of a loss over pairs or triples of vectors. Fill the struct with zeros, then set what is needed.
 *
 *  Input k holds `rows` vectors of `dimensions` elements of type `dtype`; row r starts at r * stride elements, a stride
 *  of 0 = dense. Gradients likewise. target, upstream and losses have the term type (see fl_dtype).
 *
 *  May share memory: gradient k with input k - the very same address and stride. Every other overlap of an output is
 *  FL_ERROR_OVERLAP. */
typedef struct fl_pair_args {
    int32_t      struct_size;      /* sizeof(fl_pair_args) */
    fl_dtype     dtype;
    int64_t      rows, dimensions; /* each may be 0 */

    const void*  input1;           /* triplets: anchor */
    const void*  input2;           /* triplets: positive */
    const void*  input3;           /* triplets: negative; else NULL */
    int64_t      stride1, stride2, stride3;
    const void*  target;           /* [rows], cosine_embedding only: 1 or -1 */

    const void*  upstream;         /* gradient that flows in; NULL = 1 */
    int64_t      upstream_count;   /* 1, or rows (FL_NONE only); 0 when upstream is NULL */
    double       denominator;      /* 0 = the reduction's own; > 0 with FL_MEAN: divides sum and gradients */
    fl_reduction reduction;        /* FL_MEAN and FL_BATCHMEAN divide by rows */
    uint32_t     flags;            /* fl_flags */

    void*        losses;           /* [rows] or NULL: the unreduced terms */
    void*        gradient1;        /* d(loss)/d(input1), or NULL; the others likewise */
    void*        gradient2;
    void*        gradient3;
    int64_t      gradient_stride1, gradient_stride2, gradient_stride3;

    double       loss;             /* out: the reduced loss; NaN with FL_NONE or FL_FLAG_NO_LOSS */
} fl_pair_args;

typedef struct fl_cosine_embedding_params {
    double margin; /* cosine up to which a dissimilar pair costs nothing; finite, usually in [-1, 1]. Default 0 */
} fl_cosine_embedding_params;

/** Cosine distance of similar pairs, hinge on the cosine of dissimilar ones.
 *
 *      M1 = sum a^2 + 1e-12, M2 = sum b^2 + 1e-12, D = sqrt(M1 M2), s = (sum a b) / D
 *      term = 1 - s (y = 1), max(0, s - margin) (y = -1), 0 (any other y)
 *      ds/da = b / D - s a / M1        ds/db = a / D - s b / M2        the hinge passes its gradient also at its corner
 *
 *  input1, input2  a, b; target y. input3 is not taken (FL_ERROR_PARAMETER)
 *  hyper           NULL = margin 0
 *  dtypes          float32, float64, float16, bfloat16
 *  error           term 8 ulp of 1; gradients 16 ulp of the larger summand
 *  returns         FL_OK, FL_ERROR_NULL_POINTER, FL_ERROR_STRUCT_SIZE, FL_ERROR_DTYPE, FL_ERROR_COUNT,
 *                  FL_ERROR_PARAMETER, FL_ERROR_REDUCTION, FL_ERROR_OVERLAP
 *  same as         torch.nn.functional.cosine_embedding_loss
 *  since           ABI 1 */
FL_API fl_status fl_cosine_embedding(fl_context* context, fl_pair_args* args,
                                     const fl_cosine_embedding_params* hyper);

/** How far apart two vectors are. */
typedef enum fl_distance {
    FL_DISTANCE_NORM   = 0, /* the p-norm of a - b + eps */
    FL_DISTANCE_COSINE = 1  /* 1 - cosine similarity, whose norms are at least 1e-8; p and eps are not used */
} fl_distance;

typedef struct fl_triplet_margin_params {
    double      margin;   /* finite. Default 1 */
    double      p;        /* of the norm: any number, +inf and -inf too. Default 2 */
    double      eps;      /* added to every component of a difference, sign and all; >= 0, finite. Default 1e-6 */
    int32_t     swap;     /* 1 = the negative counts as near as it is to anchor or positive. Default 0 */
    fl_distance distance; /* default FL_DISTANCE_NORM */
} fl_triplet_margin_params;

/** An anchor should be nearer to its positive than to its negative, by a margin.
 *
 *      d(u, v) = ||u - v + eps||_p   (p = 0: the number of components that are not 0)
 *      d_n = d(a, n), with swap min(d(a, n), d(p, n))        term = max(0, margin + d(a, p) - d_n)
 *      d||u||/du_i = sign(u_i) (|u_i| / ||u||)^(p - 1)   (0 where the norm or p is 0; p = +-inf: sign(u_i) shared by
 *      the components that reach the norm); ties of the swap share their gradient evenly
 *
 *  input1, input2, input3  anchor, positive, negative, all needed; target is not taken (FL_ERROR_PARAMETER)
 *  hyper     NULL = defaults
 *  special   the hinge passes its gradient also at its corner
 *  dtypes, statuses as fl_cosine_embedding
 *  error     p = 1, 2, +-inf: 8 ulp of the larger distance, else 32; gradients likewise, of 1
 *  same as   torch.nn.functional.triplet_margin_loss; FL_DISTANCE_COSINE: triplet_margin_with_distance_loss with
 *            1 - cosine_similarity
 *  since     ABI 1 */
FL_API fl_status fl_triplet_margin(fl_context* context, fl_pair_args* args, const fl_triplet_margin_params* hyper);

#if defined(__cplusplus)
}
#endif
#endif
