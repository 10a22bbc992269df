/* Tiles of the region loop: rows side by side, [class][lane], and blocks of their classes where a tile cannot hold them
 * all. */
#ifndef FL_REGION_TILE_H
#define FL_REGION_TILE_H
#include "cpu/regions.h"
#include "cpu/tile_rows.h"
#include "losses/regions.h"

enum {
    FL_REGION_TILE = 32 * 1024 / (int)sizeof(fl_real), /* three of them on the stack, the first in L1 */
    FL_REGION_BLOCK = FL_REGION_TILE / FL_VEC          /* classes of the narrowest tile */
};

typedef struct fl_region_tile {
    fl_real x[FL_REGION_TILE], t[FL_REGION_TILE], spare[FL_REGION_TILE];
    fl_real top[FL_TILE_ROWS], rest[FL_TILE_ROWS], own[FL_TILE_ROWS], inverse[FL_TILE_ROWS];
    fl_real q[FL_TILE_ROWS], pull[FL_TILE_ROWS], shift[FL_TILE_ROWS], mean[FL_TILE_ROWS];
    fl_real kept[FL_TILE_ROWS]; /* 0: ignored */
    fl_real both[FL_TILE_ROWS], extra[FL_TILE_ROWS], missed[FL_TILE_ROWS];
    fl_int  label[FL_TILE_ROWS]; /* -1: ignored */
    fl_int  best[FL_TILE_ROWS];  /* class of the largest logit */
    int64_t row;
    int     n, used, width;      /* rows; lanes that are computed; lanes between two classes */
} fl_region_tile;

/* Some classes of a tile: `x` and `t` where they lie, in memory or in the tile. */
typedef struct fl_region_block {
    const fl_real *x, *t;
    int64_t x_class, t_class, first, classes;
} fl_region_block;

/* In the binary case the only region is that of label 1. */
FL_FN fl_int fl_region_label(const fl_row_call* call, int64_t c) { return (fl_int)(call->classes == 1 ? 1 : c); }
/* Where the sums of class c's region lie. */
FL_FN int64_t fl_region_slot(const fl_row_call* call, int64_t c) {
    return ((const fl_region_call*)call->params)->regions == 1 ? 0 : c * FL_REGION_SUMS;
}

/* The slope h of class c of a block in every lane. */
FL_FN void fl_region_slope(const fl_row_call* call, const fl_region_tile* tile, const fl_region_block* block, int64_t c,
                           const fl_total* slopes, fl_real* h, int soft) {
    const fl_total* at = slopes + fl_region_slot(call, block->first + c);
    const fl_real outside = (fl_real)at[0].sum, other = (fl_real)at[1].sum;
    const fl_real* t = soft ? block->t + c * block->t_class : NULL;
    const fl_int y = fl_region_label(call, block->first + c);
    const int n = tile->used;
    for (int l = 0; l < n; ++l)
        h[l] = fl_slope_to(outside, other, soft ? t[l] : FL_R(0.0), tile->label[l] == y, soft);
}

FL_FN int64_t fl_region_block_size(const fl_row_call* call, const fl_region_tile* tile) {
    const int64_t fit = FL_REGION_TILE / tile->width;
    return call->classes < fit ? call->classes : fit;
}

/* The widest tile that holds all classes, the narrowest where none does. Rows in memory are transposed 64 at a time. */
FL_FN int fl_region_width(const fl_row_call* call, int64_t rows) {
    if (call->inner > 1 && call->classes * FL_TILE_ROWS <= FL_REGION_TILE) return FL_TILE_ROWS;
    return rows >= FL_WIDE && call->classes * FL_WIDE <= FL_REGION_TILE ? FL_WIDE : FL_VEC;
}

FL_FN void fl_region_labels(const fl_row_call* call, fl_region_tile* tile) {
    const int n = tile->used;
    fl_int*   label = tile->label;
    if (!call->labels) memset(label, 0, sizeof tile->label);
    else if (call->label_type == FL_INT32)
        fl_labels_from_32((const int32_t*)call->labels + tile->row, call->ignore_index, label, tile->n, tile->n);
    else fl_labels_from_64((const int64_t*)call->labels + tile->row, call->ignore_index, label, tile->n, tile->n);
    for (int l = tile->n; l < n; ++l) label[l] = -1;
    for (int l = 0; l < n; ++l) tile->kept[l] = label[l] < 0 ? FL_R(0.0) : FL_R(1.0);
}

/* As many of the rows [row, end) as one tile takes. */
FL_FN void fl_region_rows(const fl_row_call* call, fl_region_tile* tile, int64_t row, int64_t end) {
    tile->row = row;
    tile->width = fl_region_width(call, end - row);
    tile->n = end - row < tile->width ? (int)(end - row) : tile->width;
    tile->used = (tile->n + FL_VEC - 1) & -FL_VEC;
    fl_region_labels(call, tile);
}

/* Where the rows of a tile lie in a buffer as one run of pixels, or -1. */
FL_FN int64_t fl_region_run(const fl_region_tile* tile, fl_layout3 at) {
    const int64_t o = tile->row / at.inner, i = tile->row % at.inner;
    return at.inner > 1 && i + tile->n <= at.inner ? o * at.outer_stride + i : -1;
}

/* Rows of `classes` classes from `data` on, copied into `to`. */
FL_APART void fl_region_copy_in(const void* data, int32_t type, fl_layout3 at, int64_t classes,
                                       fl_region_tile* tile, fl_real* to) {
    const int64_t row = tile->row;
    const int n = tile->n;
    if (tile->width == FL_WIDE) fl_tile_load(data, type, at, classes, row, n, to, tile->spare, FL_WIDE);
    else if (tile->width == FL_VEC) fl_tile_load(data, type, at, classes, row, n, to, tile->spare, FL_VEC);
    else fl_gather_pixels(data, type, at, classes, row, n, to, tile->width);
}

/* Classes of a buffer, where they lie when all lanes that are computed are one run of pixels, else copied. */
FL_FN const fl_real* fl_region_side(const void* data, int32_t type, fl_layout3 at, const fl_region_block* block,
                                    fl_region_tile* tile, fl_real* copy, int64_t* stride) {
    const int64_t first = block->first * at.class_stride, run = fl_region_run(tile, at);
    *stride = at.class_stride;
    if (run >= 0 && tile->n == tile->used && !fl_is_half(type)) return (const fl_real*)data + first + run;
    fl_region_copy_in(fl_at(data, first, type), type, at, block->classes, tile, copy);
    *stride = tile->width;
    return copy;
}

/* Classes [first, ...) of a tile, as many as it holds; `soft`: with their target. */
FL_FN fl_region_block fl_region_read(const fl_row_call* call, fl_region_tile* tile, int64_t first, int soft) {
    const fl_layout3 in = { call->input_outer, call->input_class, call->inner };
    const fl_layout3 dense = { call->classes * call->inner, call->inner, call->inner };
    const int64_t left = call->classes - first, most = fl_region_block_size(call, tile);
    fl_region_block block = { NULL, NULL, 0, 0, first, left < most ? left : most };
    block.x = fl_region_side(call->input, call->type, in, &block, tile, tile->x, &block.x_class);
    if (soft) block.t = fl_region_side(call->target, call->type, dense, &block, tile, tile->t, &block.t_class);
    return block;
}

/* tile->x, to the gradient's classes of a block. */
FL_APART void fl_region_write(const fl_row_call* call, fl_region_tile* tile, const fl_region_block* block) {
    const fl_layout3 at = { call->gradient_outer, call->gradient_class, call->inner };
    const int64_t first = block->first * at.class_stride, run = fl_region_run(tile, at), classes = block->classes;
    void* data = fl_at_out(call->gradient, first, call->type);
    fl_real* x = tile->x;
    if (run >= 0 && !fl_is_half(call->type))
        for (int64_t c = 0; c < classes; ++c)
            fl_write((fl_real*)data + run + c * at.class_stride, x + c * tile->width, tile->n, call->stream);
    else if (tile->width == FL_WIDE)
        fl_tile_store(x, FL_WIDE, at, classes, tile->row, tile->n, data, call->type, tile->spare);
    else if (tile->width == FL_VEC)
        fl_tile_store(x, FL_VEC, at, classes, tile->row, tile->n, data, call->type, tile->spare);
    else fl_scatter_pixels(x, tile->width, at, classes, tile->row, tile->n, data, call->type);
}
#endif
