/* divergences.h - distances between the distributions of a student and a teacher, for distillation. */
#ifndef FUSEDLOSS_DIVERGENCES_H
#define FUSEDLOSS_DIVERGENCES_H
#include "rows.h"

#if defined(__cplusplus)
extern "C" {
#endif

typedef struct fl_jsd_params {
    double  beta;        /* b, in [0, 1]: weight of the teacher in the mixture. Default 0.5. 0 = KL(teacher || student),
                            1 = KL(student || teacher) */
    double  temperature; /* T, > 0, finite: logits are divided by it. Default 1; must be 1 with log_probabilities. Below
                            2^-96 it counts as that, above 2^110 as that (float64: 2^-900, 2^1000) */
    int32_t log_probabilities; /* 1 = both arrays hold log-probabilities; 0 (default) = logits: softmax is fused */
    int32_t reserved;
} fl_jsd_params;

/** Generalised Jensen-Shannon divergence.
 *
 *      q = softmax(x / T), p = softmax(t / T)   (or exp(x), exp(t)),   m = b p + (1 - b) q
 *      term = b KL(p || m) + (1 - b) KL(q || m)    b = 0: KL(p || q)    b = 1: KL(q || p)
 *      log-probabilities:  d/dx_c = g_c = (1 - b) q_c ln(q_c / m_c)    b = 0: -p_c    b = 1: q_c (ln(q_c / p_c) + 1)
 *                          d/dt_c = h_c = b p_c ln(p_c / m_c)    b = 0: p_c (ln(p_c / q_c) + 1)    b = 1: -q_c
 *      logits:             d/dx_c = (g_c - q_c sum_k g_k) / T        d/dt_c = (h_c - p_c sum_k h_k) / T
 *
 *  input     x, the student's scores; target t, the teacher's, needed (FL_ERROR_TARGET)
 *  FL_MEAN   over the number of rows. labels, class_weight, sample_weight, log_sum_exp, predictions are not taken
 *  hyper     NULL = defaults. Nothing is multiplied by T^2
 *  special   a class with probability 0 on both sides contributes 0. NaN or +inf in a row: its term is NaN or inf. Of
 *            the gradients of a row whose term is not finite nothing is promised
 *  dtypes    float32, float64, float16, bfloat16; statuses as fl_cross_entropy
 *  error     term 8 ulp of the largest summand; gradients 16 ulp of the larger probability (times |ln(p / q)| for
 *            b = 0 and 1)
 *  same as   the formula composed in PyTorch; Lin 1991; Agarwal et al. 2024, arXiv 2306.13649
 *  since     ABI 1 */
FL_API fl_status fl_jsd(fl_context* context, fl_row_args* args, const fl_jsd_params* hyper);

typedef struct fl_tvd_params {
    double  temperature;       /* as in fl_jsd_params */
    int32_t log_probabilities; /* as in fl_jsd_params */
    int32_t reserved;
} fl_tvd_params;

/** Total variation distance.
 *
 *      q = softmax(x / T), p = softmax(t / T)   (or exp(x), exp(t))        term = sum_c |q_c - p_c| / 2
 *      log-probabilities:  d/dx_c = h_c = q_c sign(q_c - p_c) / 2        logits:  d/dx_c = (h_c - q_c sum_k h_k) / T
 *
 *  Where q_c = p_c the sign is 0. Everything else as fl_jsd
 *  error     term 8 ulp of the largest summand; gradients 16 ulp of the larger probability
 *  since     ABI 1 */
FL_API fl_status fl_tvd(fl_context* context, fl_row_args* args, const fl_tvd_params* hyper);

#if defined(__cplusplus)
}
#endif
#endif
