/* What divergences do to many classes at once, step by step: chains of dependent operations are long, and a processor
 * overlaps the more of them the shorter a loop is. */
#ifndef FL_DIVERGENCE_STEPS_H
#define FL_DIVERGENCE_STEPS_H
#include "cpu/tile.h"
#include "losses/divergences.h"

/* What is known of classes: exponentials, or probabilities; the difference of their logarithms, which becomes the
 * derivatives to ln q; those to ln p. */
typedef struct fl_known { fl_real *q, *p, *d, *to_p; } fl_known;

/* From exponentials to derivatives and terms, n of them, a multiple of FL_VEC. */
typedef void (*fl_slopes_fn)(fl_known known, fl_int n, fl_real* term, const fl_divergence_row* row);

/* What is constant in each kernel. Swapped: the student is the second operand. Halves: derivatives are half the
 * probability, or 0 where both are equal. */
typedef struct fl_divergence_kind { fl_slopes_fn slopes; int raw, swapped, halves; } fl_divergence_kind;

/* e^((high + low) / T). */
FL_APART void fl_exp_below_kernel(const fl_real* high, const fl_real* low, fl_real* to, fl_int n,
                           const fl_divergence_row* row) {
    const fl_exp_over k = row->over;
    FL_INDEPENDENT
    for (fl_int i = 0; i < (n & -FL_VEC); ++i) to[i] = fl_exp_over_at(high[i], low[i], &k);
}

/* e^((x - top) / T), for sums: what x - top loses does not show in them. */
FL_APART void fl_exp_from_kernel(const fl_real* x, fl_real top, fl_real* to, fl_int n, const fl_divergence_row* row) {
    const fl_exp_over k = row->over;
    FL_INDEPENDENT
    for (fl_int i = 0; i < (n & -FL_VEC); ++i) to[i] = fl_exp_over_at(x[i] - top, FL_R(0.0), &k);
}
/* The same with all its digits; `high` is room for n. */
FL_APART void fl_exp_of_side(const fl_real* x, fl_real top, fl_real* to, fl_real* high, fl_int n,
                             const fl_divergence_row* row) {
    const fl_real far = row->far;
    FL_INDEPENDENT
    for (fl_int i = 0; i < (n & -FL_VEC); ++i) {
        const fl_two d = fl_below_top(x[i], top, far);
        high[i] = d.high, to[i] = d.low;
    }
    fl_exp_below_kernel(high, to, to, n, row);
}

FL_APART void fl_know_logs_kernel(const fl_real* x, const fl_real* t, fl_int n, fl_known to) {
    FL_INDEPENDENT
    for (fl_int i = 0; i < (n & -FL_VEC); ++i) {
        const fl_class c = fl_class_of(x[i], t[i], NULL, 1);
        to.q[i] = c.q, to.p[i] = c.p, to.d[i] = c.d;
    }
}

/* Both sides of a row, at once where there are registers for it; else high parts go to a and b. */
FL_APART void fl_know_scores_kernel(const fl_real* x, const fl_real* t, fl_int n, fl_known to, fl_real* a, fl_real* b,
                                    const fl_divergence_row* row) {
    const fl_real q_top = row->q.top, p_top = row->p.top, far = row->far;
    if (FL_REGISTER == 64) {
        const fl_divergence_row own = *row;
        FL_INDEPENDENT
        for (fl_int i = 0; i < (n & -FL_VEC); ++i) {
            const fl_class c = fl_class_of(x[i], t[i], &own, 0);
            to.q[i] = c.q, to.p[i] = c.p, to.d[i] = c.d;
        }
        return;
    }
    FL_INDEPENDENT
    for (fl_int i = 0; i < (n & -FL_VEC); ++i) {
        const fl_two q = fl_below_top(x[i], q_top, far), p = fl_below_top(t[i], p_top, far);
        a[i] = q.high, b[i] = p.high, to.q[i] = q.low, to.p[i] = p.low;
        to.d[i] = fl_log_difference(q, p);
    }
    fl_exp_below_kernel(a, to.q, to.q, n, row), fl_exp_below_kernel(b, to.p, to.p, n, row);
}

/* `step` and `at` are constants at every call. */
FL_FN void fl_know_slopes(fl_known k, fl_int n, fl_real* term, const fl_divergence_row* row, fl_divergence_step step,
                          fl_divergence_fn at) {
    const fl_divergence_row own = *row;
    if (step != fl_no_step) {
        FL_INDEPENDENT
        for (fl_int i = 0; i < (n & -FL_VEC); ++i)
            k.to_p[i] = step(fl_normal_class((fl_class){ FL_R(0.0), FL_R(0.0), k.d[i] }, &own).d, &own);
    }
    FL_INDEPENDENT
    for (fl_int i = 0; i < (n & -FL_VEC); ++i) {
        const fl_class c = fl_normal_class((fl_class){ k.q[i], k.p[i], k.d[i] }, &own);
        const fl_slopes s = at(c, k.to_p[i], &own);
        term[i] = s.term, k.d[i] = s.to_q, k.to_p[i] = s.to_p;
    }
}
#define FL_SLOPES(name, step, at) \
    FL_APART void fl_##name##_slopes_kernel(fl_known known, fl_int n, fl_real* term, const fl_divergence_row* row) \
    { fl_know_slopes(known, n, term, row, step, at); }
FL_SLOPES(jsd, fl_jsd_step, fl_jsd_at)
FL_SLOPES(jsd_forward, fl_no_step, fl_jsd_forward_at)
FL_SLOPES(tvd, fl_no_step, fl_tvd_at)
#endif
