/* Softmax in the region loop: sweeps over the classes of a tile, block by block where it cannot hold them all. */
#ifndef FL_REGION_SOFTMAX_H
#define FL_REGION_SOFTMAX_H
#include "cpu/region_tile.h"

FL_FN void fl_softmax_start(fl_region_tile* tile) {
    const int n = tile->used;
    for (int l = 0; l < n; ++l) {
        tile->top[l] = -FL_INFINITY;
        tile->rest[l] = tile->own[l] = tile->pull[l] = FL_R(0.0);
        tile->best[l] = 0;
    }
}

/* The largest logits and, where `best`, their class: of several largest ones any will do. */
FL_FN void fl_softmax_tops(fl_region_tile* tile, const fl_region_block* block, int best) {
    const int n = tile->used;
    fl_real* top = tile->top;
    for (int64_t c = 0; c < block->classes; ++c) {
        const fl_real* x = block->x + c * block->x_class;
        const fl_int   index = (fl_int)(block->first + c);
        FL_INDEPENDENT
        for (int l = 0; l < n; ++l) {
            const fl_real largest = top[l];
            const fl_int  before = tile->best[l];
            if (best) tile->best[l] = largest > x[l] ? before : index;
            top[l] = largest > x[l] ? largest : x[l];
        }
    }
}

FL_FN void fl_softmax_exp(fl_region_tile* tile, const fl_region_block* block) {
    const int n = tile->used;
    const fl_real* top = tile->top;
    for (int64_t c = 0; c < block->classes; ++c) {
        const fl_real* x = block->x + c * block->x_class;
        fl_real* e = tile->x + c * tile->width;
        FL_INDEPENDENT
        for (int l = 0; l < n; ++l) e[l] = fl_exp_difference(x[l], top[l]);
    }
}

/* Adds the exponentials of a block: that of the class which `out` leaves out to `own`, the others to `rest`. */
FL_FN void fl_softmax_rest(fl_region_tile* tile, const fl_region_block* block, const fl_int* out) {
    fl_real part[FL_TILE_ROWS] FL_ALIGNED, sum[FL_TILE_ROWS] FL_ALIGNED, *own = tile->own;
    const int n = tile->used;
    for (int l = 0; l < n; ++l) part[l] = sum[l] = FL_R(0.0);
    for (int64_t c = 0; c < block->classes; ++c) {
        const fl_real* e = tile->x + c * tile->width;
        const fl_int   index = (fl_int)(block->first + c);
        FL_INDEPENDENT
        for (int l = 0; l < n; ++l) {
            const fl_real before = own[l], here = e[l];
            part[l] += out[l] == index ? FL_R(0.0) : here;
            own[l] = out[l] == index ? here : before;
        }
        if (fl_block_ends(c, block->classes)) fl_take_part(sum, part, n);
    }
    for (int l = 0; l < n; ++l) tile->rest[l] += sum[l];
}

/* The same with the class of the largest logit left out, for the gradient: adds e h to `pull`, too; `own` is e h. */
FL_FN void fl_softmax_pull(const fl_row_call* call, fl_region_tile* tile, const fl_region_block* block,
                           const fl_total* slopes, int soft) {
    fl_real h[FL_TILE_ROWS] FL_ALIGNED, part[FL_TILE_ROWS] FL_ALIGNED, sum[FL_TILE_ROWS] FL_ALIGNED;
    fl_real pull[FL_TILE_ROWS] FL_ALIGNED, pulls[FL_TILE_ROWS] FL_ALIGNED, *own = tile->own;
    const int n = tile->used;
    for (int l = 0; l < n; ++l) part[l] = sum[l] = pull[l] = pulls[l] = FL_R(0.0);
    for (int64_t c = 0; c < block->classes; ++c) {
        const fl_real* e = tile->x + c * tile->width;
        const fl_int   index = (fl_int)(block->first + c);
        fl_region_slope(call, tile, block, c, slopes, h, soft);
        FL_INDEPENDENT
        for (int l = 0; l < n; ++l) {
            const int     out = tile->best[l] == index;
            const fl_real before = own[l], here = e[l], product = e[l] * h[l];
            part[l] += out ? FL_R(0.0) : here;
            pull[l] += out ? FL_R(0.0) : product;
            own[l] = out ? product : before;
        }
        if (!fl_block_ends(c, block->classes)) continue;
        fl_take_part(sum, part, n);
        fl_take_part(pulls, pull, n);
    }
    for (int l = 0; l < n; ++l) tile->rest[l] += sum[l], tile->pull[l] += pulls[l];
}

/* The sums of a tile are complete: what its p and q are made of. */
FL_FN void fl_softmax_units(fl_region_tile* tile) {
    const int n = tile->used;
    for (int l = 0; l < n; ++l) {
        tile->inverse[l] = FL_R(1.0) / (tile->rest[l] + tile->own[l]);
        tile->q[l] = tile->rest[l] * tile->inverse[l];
    }
}

/* The same for the gradient. */
FL_FN void fl_softmax_means(fl_region_tile* tile) {
    const int n = tile->used;
    for (int l = 0; l < n; ++l) {
        const fl_softmax_flow flow = fl_softmax_flow_of(tile->rest[l], tile->pull[l], tile->own[l]);
        tile->inverse[l] = flow.inverse, tile->shift[l] = flow.shift, tile->mean[l] = flow.mean;
    }
}

FL_FN void fl_softmax_gradient(const fl_row_call* call, fl_region_tile* tile, const fl_region_block* block,
                               const fl_total* slopes, int soft) {
    fl_real h[FL_TILE_ROWS] FL_ALIGNED;
    const int n = tile->used;
    for (int64_t c = 0; c < block->classes; ++c) {
        fl_real* e = tile->x + c * tile->width;
        fl_region_slope(call, tile, block, c, slopes, h, soft);
        for (int l = 0; l < n; ++l) {
            const fl_softmax_flow flow = { tile->inverse[l], tile->shift[l], tile->mean[l] };
            const fl_real grad = fl_softmax_slope(e[l], h[l], flow);
            e[l] = tile->kept[l] == FL_R(0.0) ? FL_R(0.0) : grad;
        }
    }
}

/* All classes of a tile swept twice, for the sums or (`slopes`) the gradient. Afterwards the exponentials are there of
 * the last block, which is returned. */
FL_FN fl_region_block fl_softmax_sweep(const fl_row_call* call, fl_region_tile* tile, const fl_total* slopes,
                                       int soft) {
    const int64_t size = fl_region_block_size(call, tile);
    fl_region_block block = { 0 };
    fl_softmax_start(tile);
    for (int64_t c = 0; c < call->classes; c += size) {
        block = fl_region_read(call, tile, c, soft);
        fl_softmax_tops(tile, &block, soft || slopes);
    }
    for (int64_t c = 0; c < call->classes; c += size) {
        if (size < call->classes) block = fl_region_read(call, tile, c, soft);
        fl_softmax_exp(tile, &block);
        if (slopes) fl_softmax_pull(call, tile, &block, slopes, soft);
        else fl_softmax_rest(tile, &block, soft ? tile->best : tile->label);
    }
    if (slopes) fl_softmax_means(tile);
    else fl_softmax_units(tile);
    return block;
}
#endif
