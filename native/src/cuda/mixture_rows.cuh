/* Rows whose target is a probability u = keep t + share for every class. */
#ifndef FL_CUDA_MIXTURE_ROWS_H
#define FL_CUDA_MIXTURE_ROWS_H
#include "cuda/softmax_rows.cuh"

namespace fl {

/* sum_c e^(x - top), sum_c w_c u_c, sum_c w_c u_c (x_c - top). */
template <class Sum> struct mixture_sums { Sum sum, mass, centered; };

template <logits as, class Row>
FL_DEVICE mixture_sums<typename Row::sum_type> sum_mixture(Row& row, const fl_row_call& call, const logit_rule& rule,
                                                           const fl_class_params& params, fl_real top,
                                                           const typename Row::element* target) {
    typedef typename Row::sum_type sum;
    mixture_sums<sum> s = { 0, 0, 0 };
    row.each([&](int first, fl_real (&x)[Row::n]) FL_INLINED {
        fl_real e[Row::n], wu[Row::n], t[Row::n];
        count_all<as>(row, rule, first, x);
        row.get_dense(target, first, t);
#pragma unroll
        for (int k = 0; k < Row::n; ++k) {
            const bool inside = row.inside(first + k);
            e[k] = exp_of<typename Row::element>(x[k] - top);
            wu[k] = inside ? weight_of(call, first + k) * FL_FMA(params.keep, t[k], params.share) : FL_R(0.0);
            t[k] = inside ? wu[k] * (x[k] - top) : FL_R(0.0);
        }
        s.sum += static_cast<sum>(sum_of(e)), s.mass += static_cast<sum>(sum_of(wu));
        s.centered += static_cast<sum>(sum_of(t));
    });
    return { row.together.sum(s.sum), row.together.sum(s.mass), row.together.sum(s.centered) };
}

template <logits as, class Row>
FL_DEVICE void mixture_gradients(Row& row, const fl_row_call& call, const logit_rule& rule,
                                 const fl_class_params& params, fl_real top, const row_terms& terms, fl_real scale,
                                 int64_t offset) {
    typedef typename Row::element T;
    const T* target = static_cast<const T*>(call.target) + offset;
    T* target_gradient = call.target_gradient ? static_cast<T*>(call.target_gradient) + offset : nullptr;
    row.each([&](int first, fl_real (&x)[Row::n]) FL_INLINED {
        fl_real g[Row::n], tg[Row::n], t[Row::n];
        row.get_dense(target, first, t);
#pragma unroll
        for (int k = 0; k < Row::n; ++k) {
            const fl_real d = counted<as>(rule, x[k], first + k) - top;
            const fl_real w = row.inside(first + k) ? weight_of(call, first + k) * scale : FL_R(0.0);
            g[k] = exp_of<T>(d) * terms.pull - w * FL_FMA(params.keep, t[k], params.share);
            if constexpr (as == logits::capped) g[k] *= fl_capped(x[k], rule.cap).slope;
            tg[k] = -params.keep * w * (d - terms.log_sum);
        }
        if (row.gradient) row.put_gradient(first, g);
        if (target_gradient) row.put_dense(target_gradient, first, tg);
    });
}

template <logits as, class Row>
FL_DEVICE row_result mixture_row(Row& row, const fl_row_call& call, const fl_cuda_rows& how, int64_t r) {
    typedef typename Row::element T;
    const bool live = row.classes > 0;
    const logit_rule rule = rule_of(call, r);
    const fl_class_params params = class_params_of(call, how);
    const int64_t offset = live ? dense_offset(call, r) : 0;
    const fl_real top = largest<as>(row, rule);
    const int predicted = call.predictions ? prediction<as>(row, rule, top) : -1;
    const auto sums = sum_mixture<as>(row, call, rule, params, top, static_cast<const T*>(call.target) + offset);
    const fl_mixture in = { static_cast<fl_real>(sums.sum), static_cast<fl_real>(sums.mass),
                            static_cast<fl_real>(sums.centered) };
    const fl_mixture_result out = fl_cross_entropy_mixture_at(&in);
    const fl_real scale = live ? row_scale(call, how, r) : FL_R(0.0);
    row_terms t = { out.loss, out.pull * scale, FL_R(0.0), out.log_sum };
    if (live) add_extras<T>(call, r, top, -FL_INFINITY, scale, t);
    if (row.gradient || call.target_gradient)
        mixture_gradients<as>(row, call, rule, params, top, t, scale, offset);
    if (live && row.leads()) leave_row(call, r, t.loss, top + t.log_sum, predicted);
    return { static_cast<double>(t.loss), false };
}

}
#endif
