/* Divergences of one row: maxima of both sides; exponentials, differences and their sums; derivatives and their sums;
 * gradients. Each is a loop of its own over a chunk that stays in cache. What is known of the first classes of a row is
 * kept, that of those behind them is computed again. */
#ifndef FL_DIVERGENCE_ROW_H
#define FL_DIVERGENCE_ROW_H
#include "cpu/divergence_side.h"

enum { FL_KEPT = FL_SIDE_TILE + FL_SIDE_TILE / 2 };
typedef union fl_divergence_room {
    fl_abreast side;
    fl_real    kept[4][FL_KEPT]; /* a chunk's worth at the end is for what does not fit */
} fl_divergence_room;

/* What a row asks for meanwhile: the next row of either side, and the place of its gradient, where nothing was read.
 * NULL: not worth it. */
typedef struct fl_row_ahead { const fl_real *next[2], *place; } fl_row_ahead;

/* A row. */
typedef struct fl_apart {
    const fl_vectors*   v;
    fl_divergence_row*  row;
    fl_divergence_room* room;
    fl_tiles*           own;
    fl_divergence_kind  kind;
    int                 only; /* the one side whose gradient is wanted, can hold derivatives until they are summed, and
                                 leaves the scores alone; -1: none */
    int                 again; /* do those not tell the probabilities? */
    fl_row_ahead        ahead;
} fl_apart;

FL_FN int fl_is_kept(const fl_vectors* v, int64_t first) {
    return v->length <= FL_KEPT || first < FL_KEPT - FL_TILE;
}
FL_FN fl_known fl_known_at(const fl_apart* k, int64_t first) {
    const int64_t at = fl_is_kept(k->v, first) ? first : FL_KEPT - FL_TILE;
    return (fl_known){ k->room->kept[0] + at, k->room->kept[1] + at, k->room->kept[2] + at, k->room->kept[3] + at };
}
FL_FN int fl_only_side(const fl_vectors* v, int raw) {
    const int side = v->out[0].data ? 0 : 1;
    const fl_vector *in = &v->in[side], *out = &v->out[side];
    const int direct = out->data && out->step == 1 && !fl_is_half(out->type);
    return !raw && direct && out->data != in->data && !v->out[!side].data ? side : -1;
}

/* Lanes behind the end of a row are without probability. */
FL_FN fl_chunk fl_divergence_range(const fl_vectors* v, int64_t first) {
    const int n = v->length - first < FL_TILE ? (int)(v->length - first) : FL_TILE;
    return (fl_chunk){ NULL, NULL, NULL, first, n, (n + FL_VEC - 1) & -FL_VEC };
}
FL_FN const fl_real* fl_read_padded(const fl_vector* x, const fl_chunk* chunk, fl_real* tile) {
    if (chunk->n == chunk->lanes) return fl_read_chunk(x, chunk->first, chunk->n, tile);
    fl_copy_chunk(x, chunk->first, chunk->n, tile);
    for (int l = chunk->n; l < chunk->lanes; ++l) tile[l] = -FL_INFINITY;
    return tile;
}
FL_FN fl_chunk fl_divergence_chunk(const fl_vectors* v, int64_t first, fl_tiles* own) {
    fl_chunk chunk = fl_divergence_range(v, first);
    chunk.a = fl_read_padded(&v->in[0], &chunk, own->a), chunk.b = fl_read_padded(&v->in[1], &chunk, own->b);
    return chunk;
}

FL_APART fl_real fl_vector_top(const fl_vector* x, int64_t length, fl_real* tile) {
    const fl_vectors v = { .length = length };
    fl_real top = -FL_INFINITY;
    if (x->step == 1 && !fl_is_half(x->type) && length >= FL_VEC)
        return fl_max((const fl_real*)x->data + x->first, length);
    for (int64_t i = 0; i < length; i += FL_TILE) {
        const fl_chunk chunk = fl_divergence_range(&v, i);
        const fl_real here = fl_max(fl_read_padded(x, &chunk, tile), chunk.lanes);
        top = top > here ? top : here;
    }
    return top;
}

FL_FN void fl_know_chunk(const fl_apart* k, const fl_chunk* chunk, fl_known to) {
    if (k->kind.raw) fl_know_logs_kernel(chunk->a, chunk->b, chunk->lanes, to);
    else fl_know_scores_kernel(chunk->a, chunk->b, chunk->lanes, to, k->own->a, k->own->b, k->row);
}

/* A sum of exponentials. Lanes of doubles hold doubles only a chunk long: of thousands of classes their roundings would
 * show. */
typedef struct fl_exp_sum { fl_sums lanes; fl_total total; } fl_exp_sum;
FL_FN void fl_exp_sum_add(fl_exp_sum* sum, const fl_real* e, int n) {
    fl_add(&sum->lanes, e, n);
    if (FL_PRECISION == 32) return;
    fl_total_add(&sum->total, fl_fold(&sum->lanes));
    sum->lanes = (fl_sums){ { { 0 } } };
}
FL_FN double fl_exp_sum_of(const fl_exp_sum* sum) {
    return FL_PRECISION == 32 ? fl_fold(&sum->lanes) : fl_total_of(sum->total);
}

/* Both softmaxes. */
FL_FN void fl_divergence_sums(const fl_apart* k) {
    fl_divergence_row* row = k->row;
    fl_exp_sum q = { { { { 0 } } }, { 0.0, 0.0 } }, p = q;
    for (int64_t i = 0; i < k->v->length;) {
        const fl_chunk chunk = fl_divergence_chunk(k->v, i, k->own);
        const fl_known known = fl_known_at(k, i);
        const int half = chunk.n / 2; /* of many lines at once a processor waits for some */
        if (k->ahead.next[0]) fl_prefetch(k->ahead.next[0] + i, half);
        if (fl_is_kept(k->v, i)) fl_know_chunk(k, &chunk, known);
        else {
            fl_exp_from_kernel(chunk.a, row->q.top, known.q, chunk.lanes, row);
            fl_exp_from_kernel(chunk.b, row->p.top, known.p, chunk.lanes, row);
        }
        if (k->ahead.next[0]) fl_prefetch(k->ahead.next[0] + i + half, chunk.n - half);
        if (!k->kind.raw) fl_exp_sum_add(&q, known.q, chunk.lanes);
        if (k->ahead.place) fl_prefetch(k->ahead.place + i, chunk.n);
        if (!k->kind.raw) fl_exp_sum_add(&p, known.p, chunk.lanes);
        i += chunk.n;
    }
    if (k->kind.raw) return;
    const double of_q = fl_exp_sum_of(&q), of_p = fl_exp_sum_of(&p);
    row->q.mass = (fl_real)(1.0 / of_q), row->p.mass = (fl_real)(1.0 / of_p);
    row->log_ratio = fl_log_quotient(of_p, of_q);
}

/* The derivatives of a chunk, for sums or for gradients. */
FL_FN fl_known fl_divergence_slopes(const fl_apart* k, int64_t first, fl_chunk* chunk) {
    const fl_known known = fl_known_at(k, first);
    *chunk = fl_divergence_range(k->v, first);
    if (!fl_is_kept(k->v, first)) {
        *chunk = fl_divergence_chunk(k->v, first, k->own);
        fl_know_chunk(k, chunk, known);
    }
    k->kind.slopes(known, chunk->lanes, k->own->c, k->row);
    return known;
}

FL_APART void fl_add_chunk(fl_total* total, const fl_real* x, int n) {
    fl_lines lanes = fl_no_lines();
    fl_add_lines(&lanes, x, n);
    fl_total_add(total, (double)fl_fold_lines(&lanes));
}
/* Has a class a probability, but a derivative of 0? */
FL_APART int fl_has_equals(const fl_real* e, const fl_real* to_p, int n) {
    fl_int equal = 0;
    for (fl_int i = 0; i < (n & -FL_VEC); ++i) {
        const fl_real kept = to_p[i] == FL_R(0.0) ? e[i] : FL_R(0.0);
        equal |= kept > FL_R(0.0) ? 1 : 0;
    }
    return equal != 0;
}
FL_FN double fl_divergence_terms(fl_apart* k) {
    const fl_vectors* v = k->v;
    fl_total term = { 0.0, 0.0 }, sum[2] = { term, term };
    for (int64_t i = 0; i < v->length;) {
        fl_chunk chunk;
        const fl_known known = fl_divergence_slopes(k, i, &chunk);
        const fl_real* to[2] = { known.d, known.to_p };
        if (k->ahead.next[1]) fl_prefetch(k->ahead.next[1] + i, chunk.n);
        fl_add_chunk(&term, k->own->c, chunk.lanes);
        for (int s = 0; s < 2; ++s)
            if (v->out[s].data && !k->kind.raw) fl_add_chunk(&sum[s], to[s], chunk.lanes);
        if (k->only >= 0 && !fl_is_kept(v, i)) {
            fl_write_chunk(&v->out[k->only], i, chunk.n, to[k->only], 0);
            k->again |= fl_has_equals(k->only ? known.p : known.q, to[k->only], chunk.lanes);
        }
        i += chunk.n;
    }
    k->row->q.sum = (fl_real)fl_total_of(sum[0]), k->row->p.sum = (fl_real)fl_total_of(sum[1]);
    return fl_total_of(term);
}

/* Derivatives become gradients. */
FL_APART void fl_divergence_store(const fl_vectors* v, int side, const fl_chunk* chunk, const fl_real* e,
                                  const fl_real* to_p, const fl_softmax* softmax, fl_real* tile) {
    const fl_softmax k = *softmax;
    if (!v->out[side].data) return;
    fl_real* out = fl_place(v, &v->out[side], chunk, tile);
    FL_INDEPENDENT
    for (fl_int i = 0; i < (chunk->lanes & -FL_VEC); ++i) out[i] = fl_divergence_slope(e[i], to_p[i], &k);
    fl_store(v, &v->out[side], chunk, out, tile);
}
/* Those that lie where the gradient is to be. */
FL_FN void fl_divergence_finish(const fl_apart* k, const fl_chunk* chunk, fl_known known) {
    const fl_softmax* softmax = k->only ? &k->row->p : &k->row->q;
    const fl_vector there = k->v->out[k->only];
    fl_real* e = k->only ? known.p : known.q;
    fl_exp_of_side(k->only ? chunk->b : chunk->a, softmax->top, e, known.d, chunk->lanes, k->row);
    const fl_real* to_p = fl_read_padded(&there, chunk, k->own->c);
    fl_divergence_store(k->v, k->only, chunk, e, to_p, softmax, k->own->c);
}
FL_APART void fl_divergence_halves(const fl_vectors* v, int side, int64_t first, const fl_softmax* softmax) {
    const fl_softmax k = { FL_R(0.0), FL_R(1.0), softmax->sum, softmax->scale };
    fl_real* g = (fl_real*)(uintptr_t)v->out[side].data + v->out[side].first;
    FL_INDEPENDENT
    for (int64_t i = first; i < v->length; ++i) g[i] = fl_divergence_slope(FL_R(2.0) * fl_abs(g[i]), g[i], &k);
}
FL_FN void fl_divergence_gradients(const fl_apart* k) {
    const int halves = k->kind.halves && k->only >= 0 && !k->again;
    for (int64_t i = 0; i < k->v->length;) {
        fl_chunk chunk = fl_divergence_range(k->v, i);
        if (!fl_is_kept(k->v, i) && halves) {
            fl_divergence_halves(k->v, k->only, i, k->only ? &k->row->p : &k->row->q);
            return;
        }
        fl_known known = fl_known_at(k, i);
        if (!fl_is_kept(k->v, i) && k->only >= 0) {
            chunk = fl_divergence_chunk(k->v, i, k->own);
            fl_divergence_finish(k, &chunk, known);
        } else {
            if (!fl_is_kept(k->v, i)) known = fl_divergence_slopes(k, i, &chunk);
            fl_divergence_store(k->v, 0, &chunk, known.q, known.d, &k->row->q, k->own->a);
            fl_divergence_store(k->v, 1, &chunk, known.p, known.to_p, &k->row->p, k->own->b);
        }
        i += chunk.n;
    }
}

/* Returns the term. */
FL_FN double fl_divergence_alone(const fl_vectors* v, fl_divergence_row* row, fl_divergence_room* room,
                                 fl_divergence_kind kind, const fl_row_ahead* ahead) {
    fl_tiles own FL_ALIGNED;
    fl_apart k = { v, row, room, &own, kind, fl_only_side(v, kind.raw), 0, *ahead };
    if (!kind.raw) {
        row->q.top = fl_vector_top(&v->in[0], v->length, own.a);
        row->p.top = fl_vector_top(&v->in[1], v->length, own.b);
    }
    fl_divergence_sums(&k);
    const double term = fl_divergence_terms(&k);
    if (v->out[0].data || v->out[1].data) fl_divergence_gradients(&k);
    return term;
}
#endif
