/* Both passes over the rows of a region loss, tile by tile. Pass 1 adds p t, p (1 - t) and (1 - p) t of every region:
 * in fl_real over the (at most 16) vectors of a tile, in double from tile to tile. Pass 2 computes p again - cheaper
 * than to keep it - and writes the gradient. */
#ifndef FL_REGION_LOOP_H
#define FL_REGION_LOOP_H
#include "cpu/region_softmax.h"

/* p and 1 - p of class c of a block in lane l. With softmax and labels 1 - p is only asked for in the label's class: q
 * was taken before. */
FL_FN fl_unit fl_region_unit(const fl_region_tile* tile, fl_real x, fl_real e, int l, int by, int soft) {
    if (by == FL_BY_SOFTMAX && soft) return fl_softmax_unit(e, tile->rest[l], tile->inverse[l]);
    if (by == FL_BY_SOFTMAX) return (fl_unit){ e * tile->inverse[l], tile->q[l] };
    return fl_direct_unit(x, by == FL_BY_SIGMOID);
}

/* The target of class c of a block in every lane: as given, or 1 where the class is the label. */
FL_FN const fl_real* fl_region_target(const fl_row_call* call, const fl_region_tile* tile, const fl_region_block* block,
                                      int64_t c, fl_real* copy, int soft) {
    const fl_int y = fl_region_label(call, block->first + c);
    const int    n = tile->used;
    if (soft) return block->t + c * block->t_class;
    for (int l = 0; l < n; ++l) copy[l] = tile->label[l] == y ? FL_R(1.0) : FL_R(0.0);
    return copy;
}

/* What class c of a block brings, in every lane; ignored rows bring nothing. */
FL_FN void fl_region_shares(const fl_row_call* call, fl_region_tile* tile, const fl_region_block* block, int64_t c,
                            int by, int soft) {
    fl_real hot[FL_TILE_ROWS] FL_ALIGNED;
    const fl_real *x = block->x + c * block->x_class, *e = tile->x + c * tile->width;
    const fl_real* t = fl_region_target(call, tile, block, c, hot, soft);
    const int      n = tile->used;
    FL_INDEPENDENT
    for (int l = 0; l < n; ++l) {
        const int     out = tile->kept[l] == FL_R(0.0);
        const fl_unit u = fl_region_unit(tile, x[l], e[l], l, by, soft);
        const fl_unit kept = { out ? FL_R(0.0) : u.p, out ? FL_R(0.0) : u.q };
        const fl_share s = fl_share_of(kept, t[l]);
        tile->both[l] = s.both, tile->extra[l] = s.extra, tile->missed[l] = s.missed;
    }
}

typedef fl_real fl_vec __attribute__((vector_size(64))); /* FL_VEC lanes */
FL_FN double fl_fold_vec(const fl_vec* v) {
    fl_real lane[FL_VEC];
    double s[FL_VEC];
    memcpy(lane, v, sizeof lane);
    for (int l = 0; l < FL_VEC; ++l) s[l] = (double)lane[l];
    for (int k = FL_VEC / 2; k; k /= 2)
        for (int l = 0; l < k; ++l) s[l] += s[l + k];
    return s[0];
}

/* Adds the shares of all lanes to the sums of a region. */
FL_FN void fl_region_add(const fl_region_tile* tile, fl_total* sums) {
    fl_vec both = { 0 }, extra = { 0 }, missed = { 0 };
    for (int b = 0; b < tile->used; b += FL_VEC) {
        fl_vec v[FL_REGION_SUMS];
        memcpy(v, tile->both + b, sizeof *v), memcpy(v + 1, tile->extra + b, sizeof *v);
        memcpy(v + 2, tile->missed + b, sizeof *v);
        both += v[0], extra += v[1], missed += v[2];
    }
    fl_total_add(&sums[0], fl_fold_vec(&both));
    fl_total_add(&sums[1], fl_fold_vec(&extra));
    fl_total_add(&sums[2], fl_fold_vec(&missed));
}

FL_FN void fl_region_count(const fl_row_call* call, fl_region_tile* tile, const fl_region_block* block, fl_total* sums,
                           int by, int soft) {
    for (int64_t c = 0; c < block->classes; ++c) {
        fl_total* at = sums + fl_region_slot(call, block->first + c);
        fl_region_shares(call, tile, block, c, by, soft);
        fl_region_add(tile, at);
    }
}

/* The gradient where every p is a function of its own x alone. */
FL_FN void fl_region_direct(const fl_row_call* call, fl_region_tile* tile, const fl_region_block* block,
                            const fl_total* slopes, int by, int soft) {
    fl_real h[FL_TILE_ROWS] FL_ALIGNED;
    const int n = tile->used;
    for (int64_t c = 0; c < block->classes; ++c) {
        const fl_real* x = block->x + c * block->x_class;
        fl_real* g = tile->x + c * tile->width;
        fl_region_slope(call, tile, block, c, slopes, h, soft);
        FL_INDEPENDENT
        for (int l = 0; l < n; ++l) {
            const fl_real grad = fl_direct_slope(x[l], h[l], by == FL_BY_SIGMOID);
            g[l] = tile->kept[l] == FL_R(0.0) ? FL_R(0.0) : grad;
        }
    }
}

/* What one chunk of a slab is made of. */
typedef struct fl_region_range { int64_t slab, chunk, row, end; } fl_region_range;
FL_FN fl_region_range fl_region_range_of(const fl_region_call* r, int64_t part) {
    const int64_t slab = part / r->chunks, chunk = part % r->chunks, row = slab * r->rows + chunk * r->length;
    const int64_t left = r->rows - chunk * r->length;
    return (fl_region_range){ slab, chunk, row, row + (left < r->length ? left : r->length) };
}

/* Pass 1 over a chunk. `by` and `soft` (a target, not labels) are constants at every call. */
FL_FN void fl_region_overlap(const fl_row_call* call, int64_t part, int by, int soft) {
    const fl_region_call* r = (const fl_region_call*)call->params;
    const fl_region_range at = fl_region_range_of(r, part);
    fl_total* sums = fl_region_sums(r, at.slab, at.chunk);
    fl_region_tile tile FL_ALIGNED;
    memset(sums, 0, sizeof(fl_total) * FL_REGION_SUMS * (size_t)r->regions);
    for (int64_t row = at.row; row < at.end; row += tile.n) {
        fl_region_block block = { 0 };
        fl_region_rows(call, &tile, row, at.end);
        if (by == FL_BY_SOFTMAX) block = fl_softmax_sweep(call, &tile, NULL, soft);
        const int kept = by == FL_BY_SOFTMAX && block.classes == call->classes;
        for (int64_t c = 0; c < call->classes; c += block.classes) {
            if (!kept) block = fl_region_read(call, &tile, c, soft);
            if (!kept && by == FL_BY_SOFTMAX) fl_softmax_exp(&tile, &block);
            fl_region_count(call, &tile, &block, sums, by, soft);
        }
    }
}

/* Pass 2 over a chunk: the gradient may be the input, of which a block is read completely before it is written. */
FL_FN void fl_region_gradient(const fl_row_call* call, int64_t part, int by, int soft) {
    const fl_region_call* r = (const fl_region_call*)call->params;
    const fl_region_range at = fl_region_range_of(r, part);
    const fl_total* slopes = fl_region_sums(r, at.slab, 0);
    fl_region_tile tile FL_ALIGNED;
    for (int64_t row = at.row; row < at.end; row += tile.n) {
        fl_region_block block = { 0 };
        fl_region_rows(call, &tile, row, at.end);
        if (by == FL_BY_SOFTMAX) block = fl_softmax_sweep(call, &tile, slopes, soft);
        const int kept = by == FL_BY_SOFTMAX && block.classes == call->classes;
        for (int64_t c = 0; c < call->classes; c += block.classes) {
            if (!kept) block = fl_region_read(call, &tile, c, soft);
            if (!kept && by == FL_BY_SOFTMAX) fl_softmax_exp(&tile, &block);
            if (by == FL_BY_SOFTMAX) fl_softmax_gradient(call, &tile, &block, slopes, soft);
            else fl_region_direct(call, &tile, &block, slopes, by, soft);
            fl_region_write(call, &tile, &block);
        }
    }
    fl_write_end(call->stream);
}

static fl_overlap fl_region_total(const fl_region_call* r, int64_t slab, int64_t region) {
    fl_total total[FL_REGION_SUMS] = { { 0.0, 0.0 } };
    for (int64_t k = 0; k < r->chunks; ++k)
        for (int i = 0; i < FL_REGION_SUMS; ++i)
            fl_total_add(&total[i], fl_total_of(fl_region_sums(r, slab, k)[region * FL_REGION_SUMS + i]));
    return (fl_overlap){ fl_total_of(total[0]), fl_total_of(total[1]), fl_total_of(total[2]) };
}

/* Between the passes: terms and their sum; slopes take the place of the first chunk's sums. */
static double fl_region_terms(const fl_row_call* call) {
    const fl_region_call* r = (const fl_region_call*)call->params;
    const fl_real* upstream = (const fl_real*)call->upstream;
    const int common = call->classes > r->regions && !r->hyper.probabilities;
    fl_total sum = { 0.0, 0.0 };
    for (int64_t i = 0; i < r->slabs * r->regions; ++i) {
        const int64_t slab = i / r->regions, region = i % r->regions;
        const fl_overlap overlap = fl_region_total(r, slab, region);
        const fl_region result = fl_tversky_at(&overlap, &r->hyper);
        const double scale = upstream ? call->scale * (double)upstream[i] : call->scale;
        fl_total* slopes = fl_region_sums(r, slab, 0) + region * FL_REGION_SUMS;
        if (call->losses) ((fl_real*)call->losses)[i] = (fl_real)result.term;
        const fl_region_slopes of_region = fl_region_slopes_of(result, scale, call->target != NULL, common);
        slopes[0].sum = of_region.outside, slopes[1].sum = of_region.other;
        fl_total_add(&sum, result.term);
    }
    return fl_total_of(sum);
}
#endif
