/* The softmax family over one row, whichever way threads hold it: the largest logit; the sums; the shared definition;
 * the gradient, for which the exponentials are computed again rather than kept. */
#ifndef FL_CUDA_SOFTMAX_ROWS_H
#define FL_CUDA_SOFTMAX_ROWS_H
#include "cuda/labels.cuh"
#include "cuda/points.cuh"
#include "cuda/row_holders.cuh"
#include "losses/classes.h"

namespace fl {

/* e^d for d <= 0. 16-bit rows have half the bytes per element and so half the time for it: the special-function unit's
 * power of 2, whose argument was rounded, is within (2 + |d| / 4) ulp of float32. */
#if FL_PRECISION == 32
template <class T> FL_DEVICE fl_real exp_of(fl_real d) {
    return sizeof(T) == 2 ? exp2_fast(d * 1.44269504088896340736f) : fl_exp_nonpos(d);
}
#else
template <class T> FL_DEVICE fl_real exp_of(fl_real d) { return fl_exp_nonpos(d); }
#endif

/* Logits as they count: as they are; all but one class, and divided by the temperature once the largest is subtracted,
 * because quotients of huge ones have lost the digits in which they differ; within the soft cap. */
enum class logits { plain, scaled, capped };
struct logit_rule { fl_real cap, temperature; int64_t excluded; };

FL_DEVICE logit_rule rule_of(const fl_row_call& call, int64_t r) {
    return { static_cast<fl_real>(call.soft_cap), static_cast<fl_real>(call.temperature), call.excludes ? r : -1 };
}
template <logits as> FL_DEVICE fl_real counted(const logit_rule& rule, fl_real x, int64_t c) {
    if constexpr (as == logits::plain) return x;
    else if constexpr (as == logits::capped) return fl_capped(x, rule.cap).value;
    else return c == rule.excluded ? -FL_INFINITY : x;
}
/* How far what counts is below the largest, and the largest as it enters log-sum-exps. */
template <logits as> FL_DEVICE fl_real below(const logit_rule& rule, fl_real x, fl_real top) {
    return as == logits::scaled ? (x - top) / rule.temperature : x - top;
}
template <logits as> FL_DEVICE fl_real level(const logit_rule& rule, fl_real top) {
    return as == logits::scaled ? top / rule.temperature : top;
}
template <logits as, class Row> FL_DEVICE void count_all(Row& row, const logit_rule& rule, int first,
                                                          fl_real (&x)[Row::n]) {
    if constexpr (as != logits::plain) {
#pragma unroll
        for (int k = 0; k < Row::n; ++k)
            x[k] = row.inside(first + k) ? counted<as>(rule, x[k], first + k) : -FL_INFINITY;
    }
}

template <logits as, class Row> FL_DEVICE fl_real largest(Row& row, const logit_rule& rule) {
    fl_real m = -FL_INFINITY;
    row.each([&](int first, fl_real (&x)[Row::n]) FL_INLINED {
        count_all<as>(row, rule, first, x);
#pragma unroll
        for (int k = 0; k < Row::n; ++k) m = max_op::of(m, x[k]);
    });
    return row.together.template reduce<max_op>(m, -FL_INFINITY);
}

/* The first class that has the maximum; -1 where there is a NaN. */
template <logits as, class Row> FL_DEVICE int prediction(Row& row, const logit_rule& rule, fl_real top) {
    int found = row.classes;
    row.each([&](int first, fl_real (&x)[Row::n]) FL_INLINED {
        count_all<as>(row, rule, first, x);
#pragma unroll
        for (int k = Row::n - 1; k >= 0; --k) {
            if (x[k] == top && row.inside(first + k) && first + k < found) found = first + k;
            if (x[k] != x[k]) found = -1;
        }
    });
    found = row.together.template reduce<min_op>(found, row.classes);
    return found == row.classes ? -1 : found;
}

FL_DEVICE fl_real weight_of(const fl_row_call& call, int64_t c) {
    return call.class_weight ? static_cast<const fl_real*>(call.class_weight)[c] : FL_R(1.0);
}

FL_DEVICE fl_class_params class_params_of(const fl_row_call& call, const fl_cuda_rows& how) {
    const double total = how.weight_total ? *how.weight_total : call.weight_total;
    return { static_cast<fl_real>(1.0 - call.label_smoothing),
             static_cast<fl_real>(call.label_smoothing / static_cast<double>(call.classes)),
             static_cast<fl_real>(total), static_cast<fl_real>(call.gamma), static_cast<fl_real>(call.slope_gamma),
             static_cast<fl_real>(call.z_loss), static_cast<fl_real>(call.soft_cap),
             static_cast<fl_real>(call.temperature) };
}

/* By what a row's gradient is multiplied. */
FL_DEVICE fl_real row_scale(const fl_row_call& call, const fl_cuda_rows& how, int64_t r) {
    fl_real scale = static_cast<fl_real>(scale_of(how.scale) / call.temperature);
    if (call.upstream) scale *= static_cast<const fl_real*>(call.upstream)[r];
    if (call.sample_weight) scale *= static_cast<const fl_real*>(call.sample_weight)[r];
    return scale;
}

/* What a row comes to. */
struct row_terms { fl_real loss, pull, label, log_sum; };

/* z lse^2 and the sample's weight; `gap` is -infinity where there is no label to treat apart. */
template <class T> FL_DEVICE void add_extras(const fl_row_call& call, int64_t r, fl_real top, fl_real gap,
                                             fl_real scale, row_terms& t) {
    if (call.z_loss != 0.0) {
        const fl_z_loss more = fl_z_loss_at(static_cast<fl_real>(call.z_loss), top, t.log_sum);
        t.loss += more.loss, t.pull += more.pull * scale;
        t.label = FL_FMA(more.pull * scale, exp_of<T>(gap), t.label);
    }
    if (call.sample_weight) t.loss *= static_cast<const fl_real*>(call.sample_weight)[r];
}

/* sum over c != y of e^(x - top); sum_c w_c (x_c - top). */
template <class Sum> struct label_sums { Sum rest, centered; };

template <logits as, class Row>
FL_DEVICE label_sums<typename Row::sum_type> sum_row(Row& row, const fl_row_call& call, const logit_rule& rule,
                                                     fl_real top, int label, bool centers) {
    typedef typename Row::sum_type sum;
    label_sums<sum> s = { 0, 0 };
    row.each([&](int first, fl_real (&x)[Row::n]) FL_INLINED {
        fl_real e[Row::n], w[Row::n];
        count_all<as>(row, rule, first, x);
#pragma unroll
        for (int k = 0; k < Row::n; ++k) {
            const fl_real d = below<as>(rule, x[k], top);
            e[k] = label - first == k ? FL_R(0.0) : exp_of<typename Row::element>(d);
        }
        s.rest += static_cast<sum>(sum_of(e));
        if (!centers) return;
#pragma unroll
        for (int k = 0; k < Row::n; ++k)
            w[k] = row.inside(first + k) ? weight_of(call, first + k) * (x[k] - top) : FL_R(0.0);
        s.centered += static_cast<sum>(sum_of(w));
    });
    s.rest = row.together.sum(s.rest);
    if (centers) s.centered = row.together.sum(s.centered);
    return s;
}

/* pull e^(x - top) - w spread, and the label's own. */
template <logits as, class Row>
FL_DEVICE void label_gradient(Row& row, const fl_row_call& call, const logit_rule& rule, fl_real top, int label,
                              const row_terms& t, fl_real spread) {
    row.each([&](int first, fl_real (&x)[Row::n]) FL_INLINED {
        fl_real g[Row::n];
#pragma unroll
        for (int k = 0; k < Row::n; ++k) {
            const fl_real d = below<as>(rule, counted<as>(rule, x[k], first + k), top);
            const fl_real e = exp_of<typename Row::element>(d);
            fl_real slope = e * t.pull;
            if (spread != FL_R(0.0) && row.inside(first + k)) slope -= weight_of(call, first + k) * spread;
            slope = label - first == k ? t.label : slope;
            if constexpr (as == logits::capped) slope *= fl_capped(x[k], rule.cap).slope;
            g[k] = label < 0 ? FL_R(0.0) : slope;
        }
        row.put_gradient(first, g);
    });
}

/* Everything that a row leaves behind besides its gradients; one thread of its team does it. */
FL_DEVICE void leave_row(const fl_row_call& call, int64_t r, fl_real loss, fl_real lse, int predicted) {
    if (call.losses) static_cast<fl_real*>(call.losses)[r] = loss;
    if (call.log_sum_exp) static_cast<fl_real*>(call.log_sum_exp)[r] = lse;
    if (!call.predictions) return;
    if (call.label_type == FL_INT32) static_cast<int32_t*>(call.predictions)[r] = predicted;
    else static_cast<int64_t*>(call.predictions)[r] = predicted;
}

/* A row's loss, and whether its prediction is right. */
struct row_result { double loss; bool correct; };

template <logits as, class Row>
FL_DEVICE row_result label_row(Row& row, const fl_row_call& call, const fl_cuda_rows& how, int64_t r) {
    typedef typename Row::element T;
    const bool live = row.classes > 0;
    const row_label y = live ? label_of(call, r) : row_label{ -1, false };
    const logit_rule rule = rule_of(call, r);
    const fl_class_params params = class_params_of(call, how);
    const fl_real top = largest<as>(row, rule);
    const int predicted = call.predictions || call.counts ? prediction<as>(row, rule, top) : -1;
    const fl_real own = y.c >= 0 ? counted<as>(rule, row.at(y.c), y.c) : -FL_INFINITY;
    const fl_real gap = y.c >= 0 ? below<as>(rule, own, top) : -FL_INFINITY;
    const auto sums = sum_row<as>(row, call, rule, top, static_cast<int>(y.c), params.share != FL_R(0.0));
    row.together.sync(); /* the label's logit was read: the row may be overwritten */
    const double alpha = y.c == 0 ? how.alpha[0] : how.alpha[1]; /* an index would put `how` into local memory */
    const fl_real weight = y.c < 0 ? FL_R(0.0) : how.has_alpha ? static_cast<fl_real>(alpha) : weight_of(call, y.c);
    const fl_row in = { gap, exp_of<T>(gap), static_cast<fl_real>(sums.rest), weight,
                        static_cast<fl_real>(sums.centered) };
    const fl_row_result out = how.focal ? fl_softmax_focal_at(&in, &params) : fl_cross_entropy_at(&in, &params);
    const fl_real scale = live ? row_scale(call, how, r) : FL_R(0.0);
    row_terms t = { out.loss, out.pull * scale, out.label * scale, out.log_sum };
    if (live) add_extras<T>(call, r, level<as>(rule, top), gap, scale, t);
    if (y.c < 0) t.loss = y.bad ? FL_NAN : FL_R(0.0);
    if (row.gradient) label_gradient<as>(row, call, rule, top, static_cast<int>(y.c), t, params.share * scale);
    if (live && row.leads()) {
        leave_row(call, r, t.loss, level<as>(rule, top) + t.log_sum, predicted);
        if (y.bad && how.bad_index) atomic_min(how.bad_index, r);
    }
    return { static_cast<double>(t.loss), y.c >= 0 && predicted == y.c };
}

}
#endif
