/* Rows as vectors: up to three operands that are read together, a chunk at a time. A loss is passes over the row -
 * sums, products, maxima - whose results become factors for the next pass, and a last pass that writes the gradients.
 * Rows stay in cache between passes. A gradient may lie over its input: a chunk of every operand is read before that
 * chunk is written. What a pass computes of an element is a function that is a constant at every call. */
#ifndef FL_VECTOR_LOOP_H
#define FL_VECTOR_LOOP_H
#include "cpu/tile.h"
#include "cpu/total.h"
#include "losses/vectors.h"
#include "math/fl_reduce.h"

/* Elements first, first + step, ... of a buffer of fl_dtype `type`; no data: absent. */
typedef struct fl_vector {
    const void* data;
    int64_t     first, step;
    int32_t     type;
    int32_t     shared; /* the same for every row */
} fl_vector;

typedef struct fl_vectors {
    int64_t   length;
    fl_vector in[3], out[3];
    int32_t   stream; /* dense gradients go past the cache */
    int32_t   reserved;
} fl_vectors;

/* How an element function is used: how many operands it reads and values it returns, and whether the row has a label,
 * whose element is left out of sums and maxima. A constant at every call. */
typedef struct fl_use { int operands, values, labelled; } fl_use;
/* What it is given besides the elements: factors of the row, and of the call; the label's position, and what is written
 * there. */
typedef struct fl_given { const fl_real* row; const void* params; int64_t label; fl_real at_label; } fl_given;

/* n elements, and as many again as complete the last vector: those are 0 in, and cut off what is summed. */
typedef struct fl_chunk {
    const fl_real *a, *b, *c;
    int64_t        first;
    int            n, lanes;
} fl_chunk;
typedef struct fl_tiles { fl_real a[FL_TILE], b[FL_TILE], c[FL_TILE]; } fl_tiles;

FL_FN int fl_chunk_length(int64_t left) {
    return left >= FL_TILE ? FL_TILE : left >= FL_VEC ? (int)left & -FL_VEC : (int)left;
}

/* What is not dense and of the kernel's type, or no whole vector. */
FL_APART void fl_copy_chunk(const fl_vector* v, int64_t first, int n, fl_real* tile) {
    const fl_real* x = fl_read_step(v->data, v->first + first * v->step, v->step, n, v->type, tile);
    if (x != tile) memcpy(tile, x, sizeof(fl_real) * (size_t)n);
    for (int l = n; l < FL_VEC; ++l) tile[l] = FL_R(0.0);
}
FL_FN const fl_real* fl_read_chunk(const fl_vector* v, int64_t first, int n, fl_real* tile) {
    if (v->step == 1 && !fl_is_half(v->type) && n >= FL_VEC) return (const fl_real*)v->data + v->first + first;
    fl_copy_chunk(v, first, n, tile);
    return tile;
}

FL_FN fl_chunk fl_chunk_at(const fl_vectors* v, int64_t first, int operands, fl_tiles* own) {
    const int n = fl_chunk_length(v->length - first);
    fl_chunk chunk = { 0, 0, 0, first, n, n < FL_VEC ? FL_VEC : n };
    chunk.a = chunk.b = chunk.c = fl_read_chunk(&v->in[0], first, n, own->a);
    if (operands > 1) chunk.b = fl_read_chunk(&v->in[1], first, n, own->b);
    if (operands > 2) chunk.c = fl_read_chunk(&v->in[2], first, n, own->c);
    return chunk;
}

/* The element function over a chunk. */
FL_FN void fl_apply(const fl_chunk* chunk, fl_use use, fl_element_fn at, const fl_given* given, fl_real* const* to) {
    const fl_real *a = chunk->a, *b = chunk->b, *c = chunk->c;
    fl_real *u = to[0], *v = to[1], *w = to[2];
    FL_INDEPENDENT
    for (fl_int i = 0; i < (chunk->lanes & -FL_VEC); ++i) { /* no ragged end, so no code for one */
        const fl_trio r = at((fl_trio){ a[i], b[i], c[i] }, given->row, given->params);
        u[i] = r.a;
        if (use.values > 1) v[i] = r.b;
        if (use.values > 2) w[i] = r.c;
    }
}

/* Functions of their own, because they are called from everywhere: code is not free. */
FL_APART void    fl_add(fl_sums* sums, const fl_real* x, int n) { fl_sums_add_eights(sums, x, NULL, n); }
FL_APART void    fl_add_products(fl_sums* sums, const fl_real* x, const fl_real* y, int n) {
    fl_sums_add_eights(sums, x, y, n);
}
FL_APART double  fl_fold(const fl_sums* sums) { return fl_sums_fold(sums); }
FL_APART fl_real fl_max_of(const fl_real* x, int n) { return fl_max(x, n); }
FL_APART void fl_cut_lanes(fl_real* values, int n, fl_real to) {
    for (int l = 0; l < FL_VEC; ++l) values[l] = l < n ? values[l] : to;
}
FL_FN void fl_cut(fl_real* values, const fl_chunk* chunk, fl_real to) {
    if (chunk->n != chunk->lanes) fl_cut_lanes(values, chunk->n, to);
}

FL_FN void fl_apply_cut(const fl_chunk* chunk, fl_use use, fl_element_fn at, const fl_given* given, fl_tiles* tiles,
                        fl_real to) {
    fl_real* const at_tiles[3] = { tiles->a, tiles->b, tiles->c };
    fl_apply(chunk, use, at, given, at_tiles);
    const int64_t label = given->label - chunk->first;
    if (use.labelled && label >= 0 && label < chunk->n) tiles->a[label] = tiles->b[label] = tiles->c[label] = to;
    fl_cut(tiles->a, chunk, to);
    if (use.values > 1) fl_cut(tiles->b, chunk, to);
    if (use.values > 2) fl_cut(tiles->c, chunk, to);
}

/* sums[k] = the sum of value k over the row. Lanes of doubles hold doubles only a chunk long: of thousands of classes
 * their roundings would show. */
FL_FN void fl_sum_vectors(const fl_vectors* v, fl_use use, fl_element_fn at, const fl_given* given, double* sums) {
    fl_tiles own FL_ALIGNED, tiles FL_ALIGNED;
    fl_sums  lanes[3] = { { { { 0 } } } };
    fl_total total[3] = { { 0.0, 0.0 } };
    for (int64_t i = 0; i < v->length;) {
        const fl_chunk chunk = fl_chunk_at(v, i, use.operands, &own);
        const fl_real* const values[3] = { tiles.a, tiles.b, tiles.c };
        fl_apply_cut(&chunk, use, at, given, &tiles, FL_R(0.0));
        for (int k = 0; k < use.values; ++k) {
            fl_add(&lanes[k], values[k], chunk.lanes);
            if (FL_PRECISION == 32) continue;
            fl_total_add(&total[k], fl_fold(&lanes[k]));
            lanes[k] = (fl_sums){ { { 0 } } };
        }
        i += chunk.n;
    }
    for (int k = 0; k < use.values; ++k)
        sums[k] = FL_PRECISION == 32 ? fl_fold(&lanes[k]) : fl_total_of(total[k]);
}

/* Sums of products of the values, or of the operands where `at` is NULL: which of them is a mask of these bits, a
 * constant at every call. */
enum { FL_AA = 1, FL_BB = 2, FL_CC = 4, FL_AB = 8, FL_AC = 16, FL_BC = 32 };

FL_FN fl_products fl_multiply_vectors(const fl_vectors* v, fl_use use, int which, fl_element_fn at,
                                      const fl_given* given) {
    fl_tiles own FL_ALIGNED, tiles FL_ALIGNED;
    fl_sums aa = { { { 0 } } }, bb = aa, cc = aa, ab = aa, ac = aa, bc = aa;
    for (int64_t i = 0; i < v->length;) {
        fl_chunk chunk = fl_chunk_at(v, i, use.operands, &own);
        if (at) {
            fl_apply_cut(&chunk, use, at, given, &tiles, FL_R(0.0));
            chunk.a = tiles.a, chunk.b = tiles.b, chunk.c = tiles.c;
        }
        if (which & FL_AA) fl_add_products(&aa, chunk.a, chunk.a, chunk.lanes);
        if (which & FL_BB) fl_add_products(&bb, chunk.b, chunk.b, chunk.lanes);
        if (which & FL_CC) fl_add_products(&cc, chunk.c, chunk.c, chunk.lanes);
        if (which & FL_AB) fl_add_products(&ab, chunk.a, chunk.b, chunk.lanes);
        if (which & FL_AC) fl_add_products(&ac, chunk.a, chunk.c, chunk.lanes);
        if (which & FL_BC) fl_add_products(&bc, chunk.b, chunk.c, chunk.lanes);
        i += chunk.n;
    }
    return (fl_products){ which & FL_AA ? fl_fold(&aa) : 0.0, which & FL_BB ? fl_fold(&bb) : 0.0,
                          which & FL_CC ? fl_fold(&cc) : 0.0, which & FL_AB ? fl_fold(&ab) : 0.0,
                          which & FL_AC ? fl_fold(&ac) : 0.0, which & FL_BC ? fl_fold(&bc) : 0.0 };
}

/* The largest of every value; -inf for an empty row, and of no use for a row with NaN. */
FL_FN fl_trio fl_max_vectors(const fl_vectors* v, fl_use use, fl_element_fn at, const fl_given* given) {
    fl_tiles own FL_ALIGNED, tiles FL_ALIGNED;
    fl_trio  top = { -FL_INFINITY, -FL_INFINITY, -FL_INFINITY };
    for (int64_t i = 0; i < v->length;) {
        const fl_chunk chunk = fl_chunk_at(v, i, use.operands, &own);
        fl_apply_cut(&chunk, use, at, given, &tiles, -FL_INFINITY);
        const fl_trio here = { fl_max_of(tiles.a, chunk.lanes),
                               use.values > 1 ? fl_max_of(tiles.b, chunk.lanes) : top.b,
                               use.values > 2 ? fl_max_of(tiles.c, chunk.lanes) : top.c };
        top = (fl_trio){ top.a > here.a ? top.a : here.a, top.b > here.b ? top.b : here.b,
                         top.c > here.c ? top.c : here.c };
        i += chunk.n;
    }
    return top;
}

/* Where values of a chunk are best computed: at their place, unless that is strided, of another type or past the
 * cache. There, the line that the chunk shares with what follows is asked for meanwhile: it is not written as a whole,
 * and all stores wait until it is there. */
FL_FN fl_real* fl_place(const fl_vectors* v, const fl_vector* out, const fl_chunk* chunk, fl_real* tile) {
    if (!out->data || out->step != 1 || fl_is_half(out->type)) return tile;
    fl_real* place = (fl_real*)(uintptr_t)out->data + out->first + chunk->first;
    if (v->stream) __builtin_prefetch(place + chunk->n - 1);
    return v->stream || chunk->n != chunk->lanes ? tile : place;
}
FL_APART void fl_write_chunk(const fl_vector* out, int64_t first, int n, const fl_real* values, int stream) {
    void* to = (void*)(uintptr_t)out->data;
    const int64_t at = out->first + first * out->step;
    if (stream && out->step == 1 && !fl_is_half(out->type)) fl_write((fl_real*)to + at, values, n, 1);
    else fl_write_step(to, at, out->step, n, out->type, values);
}
FL_FN void fl_store(const fl_vectors* v, const fl_vector* out, const fl_chunk* chunk, const fl_real* values,
                    const fl_real* tile) {
    if (out->data && values == tile) fl_write_chunk(out, chunk->first, chunk->n, values, v->stream);
}

/* Writes the values to the outputs. The label's is put among them here: a store to it later would wait for a line that
 * went past the cache. */
FL_FN void fl_map_vectors(const fl_vectors* v, fl_use use, fl_element_fn at, const fl_given* given) {
    fl_tiles own FL_ALIGNED, tiles FL_ALIGNED;
    for (int64_t i = 0; i < v->length;) {
        const fl_chunk chunk = fl_chunk_at(v, i, use.operands, &own);
        fl_real* const to[3] = { fl_place(v, &v->out[0], &chunk, tiles.a), fl_place(v, &v->out[1], &chunk, tiles.b),
                                 fl_place(v, &v->out[2], &chunk, tiles.c) };
        fl_apply(&chunk, use, at, given, to);
        const int64_t label = given->label - i;
        if (use.labelled && label >= 0 && label < chunk.n) to[0][label] = given->at_label;
        fl_store(v, &v->out[0], &chunk, to[0], tiles.a);
        if (use.values > 1) fl_store(v, &v->out[1], &chunk, to[1], tiles.b);
        if (use.values > 2) fl_store(v, &v->out[2], &chunk, to[2], tiles.c);
        i += chunk.n;
    }
}

/* Writes values a and b to the outputs and returns the sum of value c: for losses whose gradients need no sum. */
FL_FN double fl_map_sum_vectors(const fl_vectors* v, fl_use use, fl_element_fn at, const fl_given* given) {
    fl_tiles own FL_ALIGNED, tiles FL_ALIGNED;
    fl_sums  lanes = { { { 0 } } };
    use.values = 3;
    for (int64_t i = 0; i < v->length;) {
        const fl_chunk chunk = fl_chunk_at(v, i, use.operands, &own);
        fl_real* const to[3] = { fl_place(v, &v->out[0], &chunk, tiles.a), fl_place(v, &v->out[1], &chunk, tiles.b),
                                 tiles.c };
        fl_apply(&chunk, use, at, given, to);
        fl_store(v, &v->out[0], &chunk, to[0], tiles.a);
        fl_store(v, &v->out[1], &chunk, to[1], tiles.b);
        fl_cut(tiles.c, &chunk, FL_R(0.0));
        fl_add(&lanes, tiles.c, chunk.lanes);
        i += chunk.n;
    }
    return fl_fold(&lanes);
}

/* Rows whose gradients are 0. */
FL_FN void fl_clear_vectors(const fl_vectors* v) {
    fl_real zeros[FL_TILE] FL_ALIGNED;
    memset(zeros, 0, sizeof zeros);
    for (int64_t i = 0; i < v->length; i += FL_TILE) {
        const int n = v->length - i < FL_TILE ? (int)(v->length - i) : FL_TILE;
        const fl_chunk chunk = { 0, 0, 0, i, n, n };
        for (int k = 0; k < 3; ++k) fl_store(v, &v->out[k], &chunk, zeros, zeros);
    }
}
#endif
