/* Divergences of rows with few classes: what is known of each class after the terms is kept for the gradients, so that
 * no exponential is taken twice. */
#ifndef FL_DIVERGENCE_SIDE_H
#define FL_DIVERGENCE_SIDE_H
#include "cpu/side_rows.h"
#include "losses/divergences.h"

/* What is constant in each kernel. Swapped: the student is the second operand. */
typedef struct fl_divergence_kind { fl_divergence_fn at; int raw, swapped; } fl_divergence_kind;

typedef struct fl_divergence_lanes {
    fl_real q_top[FL_WIDE], p_top[FL_WIDE], q_mass[FL_WIDE], p_mass[FL_WIDE], log_ratio[FL_WIDE];
    double  sum[3][FL_WIDE];
} fl_divergence_lanes;

/* The row of one lane. */
FL_FN fl_divergence_row fl_divergence_lane(const fl_divergence_row* all, const fl_divergence_lanes* lanes, int l) {
    fl_divergence_row k = *all;
    k.q.top = lanes->q_top[l], k.q.mass = lanes->q_mass[l];
    k.p.top = lanes->p_top[l], k.p.mass = lanes->p_mass[l];
    k.log_ratio = lanes->log_ratio[l];
    return k;
}

FL_FN void fl_side_tops(const fl_real* x, int64_t classes, fl_real* top) {
    for (int l = 0; l < FL_WIDE; ++l) top[l] = x[l];
    for (int64_t c = 1; c < classes; ++c)
        for (int l = 0; l < FL_WIDE; ++l) top[l] = top[l] > x[c * FL_WIDE + l] ? top[l] : x[c * FL_WIDE + l];
}
FL_FN void fl_side_clear(fl_divergence_lanes* lanes) {
    for (int k = 0; k < 3; ++k)
        for (int l = 0; l < FL_WIDE; ++l) lanes->sum[k][l] = 0.0;
}

/* Both softmaxes of every lane; their exponentials become known. */
FL_FN void fl_side_normalize(fl_abreast* side, int64_t classes, const fl_divergence_row* all,
                             fl_divergence_lanes* lanes) {
    fl_side_tops(side->a, classes, lanes->q_top), fl_side_tops(side->b, classes, lanes->p_top);
    fl_side_clear(lanes);
    for (int64_t c = 0; c < classes; ++c)
        for (int l = 0; l < FL_WIDE; ++l) {
            const fl_divergence_row k = fl_divergence_lane(all, lanes, l);
            const int64_t i = c * FL_WIDE + l;
            const fl_trio e = fl_softmax_parts((fl_trio){ side->a[i], side->b[i], FL_R(0.0) }, NULL, &k);
            side->known[0][i] = e.a, side->known[1][i] = e.b;
            lanes->sum[0][l] += (double)e.a, lanes->sum[1][l] += (double)e.b;
        }
    for (int l = 0; l < FL_WIDE; ++l) {
        lanes->q_mass[l] = (fl_real)(1.0 / lanes->sum[0][l]), lanes->p_mass[l] = (fl_real)(1.0 / lanes->sum[1][l]);
        lanes->log_ratio[l] = fl_log_quotient(lanes->sum[1][l], lanes->sum[0][l]);
    }
}

/* Element i of a side, given its row: the terms go where the first operand was. */
FL_FN fl_slopes fl_side_element(fl_abreast* side, int64_t i, const fl_divergence_row* k, fl_divergence_kind kind) {
    const fl_class c = fl_class_of((fl_trio){ side->a[i], side->b[i], FL_R(0.0) }, k, kind.raw);
    const fl_real q = kind.raw ? fl_exp(c.q.high) : side->known[0][i] * k->q.mass;
    const fl_real p = kind.raw ? fl_exp(c.p.high) : side->known[1][i] * k->p.mass;
    const fl_slopes s = kind.at(c, q, p, k);
    side->known[0][i] = s.q, side->known[1][i] = s.p;
    side->known[2][i] = s.to_q, side->known[3][i] = s.to_p;
    return s;
}

FL_FN void fl_side_terms(fl_abreast* side, int64_t classes, const fl_divergence_row* all, fl_divergence_lanes* lanes,
                         fl_divergence_kind kind) {
    fl_side_clear(lanes);
    for (int64_t c = 0; c < classes; ++c)
        for (int l = 0; l < FL_WIDE; ++l) {
            const fl_divergence_row k = fl_divergence_lane(all, lanes, l);
            const fl_slopes s = fl_side_element(side, c * FL_WIDE + l, &k, kind);
            lanes->sum[0][l] += (double)s.term;
            lanes->sum[1][l] += (double)s.to_q, lanes->sum[2][l] += (double)s.to_p;
        }
}

/* scale (derivative - p sum). */
FL_FN void fl_side_gradient(fl_real* out, const fl_real* p, const fl_real* to_p, const double* sum,
                            const fl_real* scale, int64_t classes) {
    for (int64_t c = 0; c < classes; ++c)
        for (int l = 0; l < FL_WIDE; ++l) {
            const int64_t i = c * FL_WIDE + l;
            out[i] = FL_FMA(-p[i], (fl_real)sum[l], to_p[i]) * scale[l];
        }
}

/* Rows [row, row + FL_WIDE). */
FL_FN double fl_divergence_side(const fl_row_call* call, int64_t row, const fl_divergence_row* all, fl_abreast* side,
                                fl_divergence_kind kind) {
    const double temperature = ((const fl_jsd_params*)call->params)->temperature;
    fl_real *x = kind.swapped ? side->b : side->a, *t = kind.swapped ? side->a : side->b, scale[FL_WIDE];
    fl_divergence_lanes lanes;
    double term[FL_WIDE];
    fl_side_load_input(call, row, x, side->known[0]);
    fl_side_load_target(call, row, t, side->known[0]);
    if (kind.raw) memset(&lanes, 0, sizeof lanes);
    else fl_side_normalize(side, call->classes, all, &lanes);
    fl_side_terms(side, call->classes, all, &lanes, kind);
    memcpy(term, lanes.sum[0], sizeof term);
    for (int l = 0; l < FL_WIDE; ++l) scale[l] = (fl_real)(fl_row_pull(call, row + l) / temperature);
    if (kind.raw) fl_side_clear(&lanes); /* log-probabilities have no softmax behind them */
    if (kind.swapped ? call->target_gradient : call->gradient)
        fl_side_gradient(side->a, side->known[0], side->known[2], lanes.sum[1], scale, call->classes);
    if (kind.swapped ? call->gradient : call->target_gradient)
        fl_side_gradient(side->b, side->known[1], side->known[3], lanes.sum[2], scale, call->classes);
    fl_side_store_input(call, row, x, side->known[0]);
    fl_side_store_target(call, row, t, side->known[0]);
    return fl_side_take(call, row, term, 1.0);
}

/* A row by itself that fits into a side, [class]; lanes behind its end hold zeros and are cut off the sums. */
FL_APART void fl_alone_load(const fl_vector* from, int64_t n, fl_real* to) {
    for (int64_t c = 0; c < n; c += FL_TILE) {
        const int64_t m = n - c < FL_TILE ? n - c : FL_TILE;
        const fl_real* x = fl_read_step(from->data, from->first + c * from->step, from->step, m, from->type, to + c);
        if (x != to + c) memcpy(to + c, x, sizeof(fl_real) * (size_t)m);
    }
    for (int64_t c = n; c % FL_VEC; ++c) to[c] = FL_R(0.0);
}
FL_APART void fl_alone_store(const fl_vector* to, int64_t n, const fl_real* from, int stream) {
    for (int64_t c = 0; c < n; c += FL_TILE)
        fl_write_chunk(to, c, (int)(n - c < FL_TILE ? n - c : FL_TILE), from + c, stream);
}
FL_FN fl_real fl_alone_top(const fl_real* x, int64_t n) {
    fl_real top = x[0];
    if (n >= FL_VEC) return fl_max_of(x, (int)n);
    for (int64_t c = 1; c < n; ++c) top = top > x[c] ? top : x[c];
    return top;
}

FL_FN void fl_alone_normalize(fl_abreast* side, int64_t n, fl_divergence_row* row) {
    row->q.top = fl_alone_top(side->a, n), row->p.top = fl_alone_top(side->b, n);
    for (fl_int i = 0; i < ((fl_int)n + FL_VEC - 1) / FL_VEC * FL_VEC; ++i) {
        const fl_trio e = fl_softmax_parts((fl_trio){ side->a[i], side->b[i], FL_R(0.0) }, NULL, row);
        side->known[0][i] = e.a, side->known[1][i] = e.b;
    }
    const double q = fl_sum_double(side->known[0], n), p = fl_sum_double(side->known[1], n);
    row->q.mass = (fl_real)(1.0 / q), row->p.mass = (fl_real)(1.0 / p);
    row->log_ratio = fl_log_quotient(p, q);
}

/* Returns the term. */
FL_FN double fl_alone(const fl_vectors* v, fl_divergence_row* row, fl_abreast* side, fl_divergence_kind kind,
                      fl_real scale) {
    const fl_int n = (fl_int)v->length, padded = (n + FL_VEC - 1) / FL_VEC * FL_VEC;
    fl_alone_load(&v->in[0], n, side->a), fl_alone_load(&v->in[1], n, side->b);
    if (!kind.raw) fl_alone_normalize(side, n, row);
    for (fl_int i = 0; i < padded; ++i) side->a[i] = fl_side_element(side, i, row, kind).term;
    const double term = fl_sum_double(side->a, n);
    for (int k = 0; k < 2; ++k) {
        if (!v->out[k].data) continue;
        const fl_real *p = side->known[k], *to_p = side->known[2 + k];
        const fl_real sum = kind.raw ? FL_R(0.0) : (fl_real)fl_sum_double(to_p, n);
        for (fl_int i = 0; i < padded; ++i) side->a[i] = FL_FMA(-p[i], sum, to_p[i]) * scale;
        fl_alone_store(&v->out[k], n, side->a, v->stream);
    }
    return term;
}
#endif
