/* pointwise.h - losses with one term per element of the input. */
#ifndef FUSEDLOSS_POINTWISE_H
#define FUSEDLOSS_POINTWISE_H
#include "base.h"

#if defined(__cplusplus)
extern "C" {
#endif

/** Buffers of a point-wise loss. Fill the struct with zeros, then set what is needed.
 *
 *  Buffers have elements of type `dtype`, losses and upstream of its term type (see fl_dtype). Without strides a buffer
 *  is dense, [count]. With `shape` (three sizes
 *  whose product is count, leading sizes 1) a buffer may be strided: three strides in elements, where a stride of 0
 *  repeats the element, which is how a weight of shape [C] or [C,1] broadcasts. NULL strides = dense.
 *
 *  May share memory: gradient with input, target_gradient with target, extra_gradient with extra - the very same
 *  address and strides. Every other overlap of an output is FL_ERROR_OVERLAP. Strided outputs must not repeat
 *  elements: no stride 0 over a size above 1. */
typedef struct fl_pointwise_args {
    int32_t        struct_size;       /* sizeof(fl_pointwise_args) */
    fl_dtype       dtype;             /* of every buffer below */
    int64_t        count;             /* elements; 0 is valid */
    int64_t        batch;             /* size of the first dimension, for FL_BATCHMEAN; otherwise ignored */
    int64_t        shape[3];          /* needed with strides only; all 0 = dense */

    const void*    input;             /* [count] */
    const void*    target;            /* [count] */
    const void*    weight;            /* [count] or NULL: multiplies term and gradient of each element */
    const void*    extra;             /* [count] or NULL: pos_weight of bce_with_logits, var of gaussian_nll, input2 of
                                         margin_ranking; not taken by the other losses */
    const int64_t* input_strides;
    const int64_t* target_strides;
    const int64_t* weight_strides;
    const int64_t* extra_strides;

    const void*    upstream;          /* gradient that flows in; NULL = 1 */
    int64_t        upstream_count;    /* 1, or count (FL_NONE only, dense); 0 when upstream is NULL */
    double         denominator;       /* 0 = the reduction's own; > 0 with FL_MEAN: divides sum and gradient */
    fl_reduction   reduction;
    uint32_t       flags;             /* fl_flags */

    void*          losses;            /* [count], dense, or NULL: the unreduced terms */
    void*          gradient;          /* [count] or NULL: d(loss)/d(input) */
    void*          target_gradient;   /* [count] or NULL: d(loss)/d(target) */
    void*          extra_gradient;    /* [count] or NULL: d(loss)/d(extra), one per element even where extra repeats */
    const int64_t* gradient_strides;
    const int64_t* target_gradient_strides;
    const int64_t* extra_gradient_strides;

    double         loss;              /* out: the reduced loss; NaN with FL_NONE or FL_FLAG_NO_LOSS */
} fl_pointwise_args;

/** Squared error.
 *
 *      term = w (x - t)^2        d/dx = 2 w (x - t)        d/dt = -d/dx
 *
 *  input, target  x, t [count], same unit; NaN gives NaN
 *  weight         w, optional; FL_MEAN then divides by the sum of w
 *  dtypes         float32, float64, float16, bfloat16
 *  error          1.5 ulp per term and gradient (16-bit types: of the float32 result, then one rounding)
 *  returns        FL_OK, FL_ERROR_NULL_POINTER, FL_ERROR_STRUCT_SIZE, FL_ERROR_DTYPE, FL_ERROR_COUNT,
 *                 FL_ERROR_REDUCTION, FL_ERROR_PARAMETER (extra given), FL_ERROR_OVERLAP
 *  same as        torch.nn.functional.mse_loss
 *  since          ABI 1 */
FL_API fl_status fl_mse(fl_context* context, fl_pointwise_args* args);

/** Absolute error.
 *
 *      term = w |x - t|        d/dx = w sign(x - t), 0 where x = t and where x - t is NaN        d/dt = -d/dx
 *
 *  Weight, dtypes and statuses as fl_mse; error 1 ulp; same as torch.nn.functional.l1_loss; since ABI 1 */
FL_API fl_status fl_l1(fl_context* context, fl_pointwise_args* args);

typedef struct fl_smooth_l1_params {
    double beta; /* where the loss turns linear, in the unit of the input; >= 0, finite; 0 = fl_l1. Default 1 */
} fl_smooth_l1_params;

/** Smooth absolute error.
 *
 *      d = x - t
 *      term = d^2 / (2 beta)   if |d| < beta        d/dx = d / beta
 *             |d| - beta / 2   otherwise            d/dx = sign(d)         d/dt = -d/dx
 *
 *  hyper     NULL = beta 1. beta out of range is FL_ERROR_PARAMETER; weight is not taken (FL_ERROR_PARAMETER)
 *  error     3 ulp. Dtypes and statuses as fl_mse; same as torch.nn.functional.smooth_l1_loss; since ABI 1 */
FL_API fl_status fl_smooth_l1(fl_context* context, fl_pointwise_args* args, const fl_smooth_l1_params* hyper);

typedef struct fl_huber_params {
    double delta; /* where the loss turns linear, in the unit of the input; > 0, finite. Default 1 */
} fl_huber_params;

/** Huber loss.
 *
 *      d = x - t
 *      term = w d^2 / 2                      if |d| <= delta        d/dx = w d
 *             w delta (|d| - delta / 2)      otherwise              d/dx = w delta sign(d)        d/dt = -d/dx
 *
 *  hyper     NULL = delta 1. delta out of range is FL_ERROR_PARAMETER
 *  weight    w, optional; FL_MEAN divides by count all the same (PyTorch's functional)
 *  error     3 ulp. Dtypes and statuses as fl_mse; same as torch.nn.functional.huber_loss; since ABI 1 */
FL_API fl_status fl_huber(fl_context* context, fl_pointwise_args* args, const fl_huber_params* hyper);

typedef struct fl_quantile_params {
    double q; /* which quantile of t the input estimates, in [0, 1]; 0.5, the median, is half of fl_l1. Default 0.5 */
} fl_quantile_params;

/** Quantile (pinball) loss: its minimum is the q-quantile of the targets.
 *
 *      d = x - t        term = w (1 - q) d where d > 0, -w q d otherwise
 *      d/dx = w (1 - q) where d > 0, -w q where d < 0, 0 where x = t or d is NaN        d/dt = -d/dx
 *
 *  hyper     NULL = q 0.5. q out of range is FL_ERROR_PARAMETER
 *  weight    w, optional; FL_MEAN then divides by its sum
 *  error     2 ulp per term, 1 ulp per gradient. Dtypes and statuses as fl_mse. PyTorch has none; since ABI 1 */
FL_API fl_status fl_quantile(fl_context* context, fl_pointwise_args* args, const fl_quantile_params* hyper);

/** Binary cross-entropy on probabilities.
 *
 *      term = -w [ t max(ln x, -100) + (1 - t) max(ln(1 - x), -100) ]
 *      d/dx = w (x - t) / max(x (1 - x), 1e-12)        d/dt = w [ ln(1 - x) - ln x ], not clamped
 *
 *  input     x, probabilities; outside [0, 1] and NaN: NaN
 *  target    t, probabilities; values outside [0, 1] are taken as they are
 *  weight    w, optional. FL_MEAN divides by count whatever the weights
 *  error     3 ulp per term and gradient, the latter to the target of the larger summand. Dtypes and statuses as fl_mse
 *  same as   torch.nn.functional.binary_cross_entropy
 *  since     ABI 1 */
FL_API fl_status fl_bce(fl_context* context, fl_pointwise_args* args);

/** Binary cross-entropy on logits.
 *
 *      s = sigmoid(x), q = extra: pos_weight (1 when absent)
 *      term = -w [ q t ln s + (1 - t) ln(1 - s) ] = w [ (1 - t) x + (1 + (q - 1) t) (max(-x, 0) + ln(1 + exp(-|x|))) ]
 *      d/dx = w [ (q t + 1 - t) s - q t ]        d/dt = w [ ln(1 - s) - q ln s ]        (w (s - t) and -w x without q)
 *
 *  input     x, logits; +-inf gives the limit (0 or +inf; PyTorch: NaN), the gradient is finite; NaN gives NaN
 *  target    t, probabilities; values outside [0, 1] are taken as they are, as in PyTorch
 *  weight, extra   optional. FL_MEAN divides by count whatever the weights
 *  error     4 ulp of the larger summand per term, 4 ulp of 1 per gradient
 *  returns   as fl_mse
 *  same as   torch.nn.functional.binary_cross_entropy_with_logits
 *  since     ABI 1 */
FL_API fl_status fl_bce_with_logits(fl_context* context, fl_pointwise_args* args);

typedef struct fl_sigmoid_focal_params {
    double  alpha;  /* weight of positives (1 - alpha of negatives), in [0, 1]; negative = no weighting. Default 0.25 */
    double  gamma;  /* focusing power, >= 0, finite. Default 2 */
    int32_t detach; /* 1 = (1 - p_t)^gamma is a constant for the gradient; 0 (default) = the true gradient */
    int32_t reserved;
} fl_sigmoid_focal_params;

/** Focal loss on logits of independent binary decisions.
 *
 *      p = sigmoid(x), p_t = p t + (1 - p)(1 - t), a = alpha t + (1 - alpha)(1 - t), ce = fl_bce_with_logits' term
 *      term = a (1 - p_t)^gamma ce
 *      d/dx = a [ (1 - p_t)^gamma (p - t) + gamma (1 - p_t)^(gamma - 1) p (1 - p)(1 - 2 t) ce ]
 *
 *  target    t, 0 or 1, or soft; the gradient to it is that of the formula above
 *  hyper     NULL = alpha 0.25, gamma 2. FL_MEAN divides by count; `denominator` can be the number of positives
 *  special   no NaN at saturation, also for 0 < gamma < 1; gamma 2 is about twice as fast as a general power
 *  weight    not taken (FL_ERROR_PARAMETER). Dtypes and statuses as fl_mse
 *  error     16 ulp of the larger summand
 *  same as   torchvision.ops.sigmoid_focal_loss
 *  since     ABI 1 */
FL_API fl_status fl_sigmoid_focal(fl_context* context, fl_pointwise_args* args, const fl_sigmoid_focal_params* hyper);

/** Logistic loss of a signed target.
 *
 *      term = ln(1 + exp(-y x))        d/dx = -y sigmoid(-y x)
 *
 *  target    y, usually -1 or 1. There is no gradient to it (target_gradient is FL_ERROR_PARAMETER)
 *  special   never overflows, where PyTorch gives inf and NaN from -y x = 88.8 on
 *  error     4 ulp. No weight; dtypes and statuses as fl_mse; same as torch.nn.functional.soft_margin_loss
 *  since     ABI 1 */
FL_API fl_status fl_soft_margin(fl_context* context, fl_pointwise_args* args);

typedef struct fl_hinge_embedding_params {
    double margin; /* how far apart dissimilar pairs have to be, in the unit of the input; finite. Default 1 */
} fl_hinge_embedding_params;

/** Hinge on distances of similar (y = 1) and dissimilar (y = -1) pairs.
 *
 *      term = x (y = 1), max(0, margin - x) (y = -1), their sum (any other y)
 *      d/dx = 1 (y = 1), -[margin >= x] (y = -1), their sum
 *
 *  hyper     NULL = margin 1. There is no gradient to the target (target_gradient is FL_ERROR_PARAMETER)
 *  error     1 ulp of the larger summand. No weight; dtypes and statuses as fl_mse
 *  same as   torch.nn.functional.hinge_embedding_loss
 *  since     ABI 1 */
FL_API fl_status fl_hinge_embedding(fl_context* context, fl_pointwise_args* args,
                                    const fl_hinge_embedding_params* hyper);

typedef struct fl_poisson_nll_params {
    double  eps;       /* added to the rate before its logarithm when log_input is 0; > 0, finite. Default 1e-8 */
    int32_t log_input; /* 1 (default) = the input is the logarithm of the rate; 0 = the rate */
    int32_t full;      /* 1 = with Stirling's approximation of ln y! where y > 1; 0 (default) = without */
} fl_poisson_nll_params;

/** Negative log-likelihood of counts under Poisson distributions.
 *
 *      log_input:  term = e^x - y x               d/dx = e^x - y          d/dy = -x + s'
 *      else:       term = x - y ln(x + eps)       d/dx = 1 - y/(x + eps)  d/dy = -ln(x + eps) + s'
 *      full:       term += s = y ln y - y + ln(2 pi y) / 2 where y > 1,   s' = ln y + 1 / (2 y) there, else 0
 *
 *  input     x; target y, counts. The term is NaN where x + eps < 0
 *  hyper     NULL = defaults
 *  error     4 ulp of the largest summand. No weight; dtypes and statuses as fl_mse
 *  same as   torch.nn.functional.poisson_nll_loss (whose gradient to y = 0 is NaN with full)
 *  since     ABI 1 */
FL_API fl_status fl_poisson_nll(fl_context* context, fl_pointwise_args* args, const fl_poisson_nll_params* hyper);

typedef struct fl_kl_div_params {
    int32_t log_target; /* 1 = the target is a log-probability too; 0 (default) = a probability */
    int32_t reserved;
} fl_kl_div_params;

/** Kullback-Leibler divergence, term by term.
 *
 *      probabilities t:      term = t ln t - t x (0 ln 0 = 0)   d/dx = -t      d/dt = ln t + 1 - x (0 at t = 0)
 *      log-probabilities t:  term = e^t (t - x)                 d/dx = -e^t    d/dt = e^t (t - x + 1)
 *
 *  input     x, log-probabilities
 *  hyper     NULL = defaults. FL_MEAN divides by count, FL_BATCHMEAN (the divergence) by the first dimension
 *  special   the term is NaN where t < 0; t = 0 with x = -inf gives NaN
 *  error     4 ulp of the largest summand. No weight; dtypes and statuses as fl_mse
 *  same as   torch.nn.functional.kl_div
 *  since     ABI 1 */
FL_API fl_status fl_kl_div(fl_context* context, fl_pointwise_args* args, const fl_kl_div_params* hyper);

typedef struct fl_gaussian_nll_params {
    double  eps;  /* least variance: smaller ones count as it; > 0, finite. Default 1e-6 */
    int32_t full; /* 1 = with the constant ln(2 pi) / 2; 0 (default) = without */
    int32_t reserved;
} fl_gaussian_nll_params;

/** Negative log-likelihood under Gaussian distributions whose variance is predicted too.
 *
 *      v = max(var, eps), d = x - t        term = (ln v + d^2 / v) / 2 [+ ln(2 pi) / 2 with full]
 *      d/dx = d / v        d/dt = -d / v        d/dvar = (1 / v - d^2 / v^2) / 2, also where var < eps, as in PyTorch
 *
 *  input, target  x, t in one unit
 *  extra          var, in its square, needed (FL_ERROR_NULL_POINTER); stride 0 broadcasts. Negative or NaN: NaN
 *  hyper          NULL = defaults
 *  error          4 ulp of the larger summand. No weight; dtypes and statuses as fl_mse
 *  same as        torch.nn.functional.gaussian_nll_loss
 *  since          ABI 1 */
FL_API fl_status fl_gaussian_nll(fl_context* context, fl_pointwise_args* args, const fl_gaussian_nll_params* hyper);

typedef struct fl_margin_ranking_params {
    double margin; /* by how much the higher ranked input has to lead, in the unit of the inputs; finite. Default 0 */
} fl_margin_ranking_params;

/** Hinge on the order of two inputs.
 *
 *      z = -y (x1 - x2) + margin        term = max(0, z)
 *      a = [z >= 0]        d/dx1 = -a y        d/dx2 = a y        d/dy = -a (x1 - x2)
 *
 *  input, extra   x1, x2 in one unit, both needed (FL_ERROR_NULL_POINTER)
 *  target         y: 1 = x1 should be ranked higher, -1 = x2
 *  hyper          NULL = margin 0
 *  error          2 ulp of the larger summand. No weight; dtypes and statuses as fl_mse
 *  same as        torch.nn.functional.margin_ranking_loss
 *  since          ABI 1 */
FL_API fl_status fl_margin_ranking(fl_context* context, fl_pointwise_args* args, const fl_margin_ranking_params* hyper);

/* The functions of this header as lists, for code that is made of all of them: X(mse) stands for fl_mse, and in the
 * second list X(huber) for fl_huber and fl_huber_params. */
#define FL_POINTWISE(X) X(mse) X(l1) X(bce) X(bce_with_logits) X(soft_margin)
#define FL_POINTWISE_WITH_PARAMS(X) \
    X(smooth_l1) X(huber) X(quantile) X(sigmoid_focal) X(hinge_embedding) X(poisson_nll) X(kl_div) X(gaussian_nll) \
    X(margin_ranking)

#if defined(__cplusplus)
}
#endif
#endif
