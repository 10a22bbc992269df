/* Tiles of the region losses: rows in shared memory, all their classes or, of many, a block at a time. Threads look at
 * them in two ways: a team of threads has a row and goes along its classes, or a thread has a class and goes along the
 * rows. Buffers are read and written in the order in which they lie, be classes next to each other or pixels.
 *
 * Class c of row l is at c * width + l; the width is odd, so that neighbouring classes lie in different banks. */
#ifndef FL_CUDA_REGION_TILES_H
#define FL_CUDA_REGION_TILES_H
#include "cuda/elements.cuh"
#include "cuda/labels.cuh"
#include "cuda/team.cuh"
#include "losses/regions.h"

namespace fl {

enum { region_threads = 256, region_rows = 2 * region_threads, region_tile_bytes = 32 << 10, least_chunk_rows = 64 };

/* Depends on precision, classes and kind of target alone. */
struct tile_plan {
    int team;    /* threads of a row, at most a warp */
    int rows;    /* of a tile */
    int width;
    int classes; /* of a block */
};

inline tile_plan plan_tile(const fl_row_call& call) {
    const int each = region_tile_bytes / (call.target ? 2 : 1) / int(sizeof(fl_real)) / region_threads;
    int team = 1;
    while (team < 32 && call.classes > team * each) team *= 2;
    const int most = team * each, classes = call.classes < most ? int(call.classes) : most;
    const int rows = team == 1 && classes * 2 <= each ? +region_rows : region_threads / team;
    return { team, rows, rows + 1, classes };
}

/* A thread's sums of p t, p (1 - t) and (1 - p) t. */
struct region_sums {
    fl_total sum[FL_REGION_SUMS];
    __device__ void clear() {
#pragma unroll
        for (int i = 0; i < FL_REGION_SUMS; ++i) sum[i].sum = sum[i].lost = 0.0;
    }
    __device__ void add(const region_sums& more) {
#pragma unroll
        for (int i = 0; i < FL_REGION_SUMS; ++i) {
            fl_total_add(&sum[i], more.sum[i].sum);
            sum[i].lost += more.sum[i].lost;
        }
    }
};

/* Shared memory: this, then the tile of the input and that of the target; at the end the threads' sums take their
 * place. */
struct region_memory {
    team_memory team;
    int label[region_rows];        /* -1: the row counts for nothing */
    fl_real inverse[region_rows];  /* 1 / the sum of the row's exponentials */
    fl_real rest[region_rows];     /* q of the label's class; with a target, the sum but for the largest */
};

inline size_t tile_elements(const tile_plan& plan) {
    return static_cast<size_t>(plan.classes) * static_cast<size_t>(plan.width);
}
inline size_t region_bytes(const fl_row_call& call, const tile_plan& plan) {
    const size_t tiles = tile_elements(plan) * sizeof(fl_real) * (call.target ? 2 : 1);
    const size_t sums = region_threads * sizeof(region_sums);
    return sizeof(region_memory) + (tiles > sums ? tiles : sums);
}

/* Rows [row, row + n), and of them the classes [first, first + classes). */
struct tile_block { int64_t row; int n, first, classes; };

/* A thread's elements of a block, one after the other; its neighbours have the neighbouring ones. */
struct tile_walk {
    const fl_row_call& call;
    const tile_plan& plan;
    const tile_block& block;
    int64_t outer_stride, class_stride, begin;
    int l, c;

    struct element { int slot; int64_t at; }; /* slot -1: there is none */

    /* How many pixels lie side by side. */
    __device__ int side() const { return plan.rows < region_threads ? plan.rows : +region_threads; }
    __device__ void start() {
        const int thread = static_cast<int>(threadIdx.x), across = call.inner == 1 ? block.classes : side();
        l = call.inner == 1 ? thread / across : thread % across;
        c = call.inner == 1 ? thread % across : thread / across;
        go_to_row();
    }
    __device__ void go_to_row() {
        const int64_t r = block.row + l;
        if (l < block.n) begin = call.inner == 1 ? r * outer_stride : r / call.inner * outer_stride + r % call.inner;
    }
    __device__ element next() {
        if (call.inner != 1 && c >= block.classes) c = static_cast<int>(threadIdx.x) / side(), l += side(), go_to_row();
        if (l >= block.n || c >= block.classes) return { -1, 0 };
        const element here = { c * plan.width + l, begin + (block.first + c) * class_stride };
        if (call.inner == 1) {
            l += region_threads / block.classes, c += region_threads % block.classes;
            if (c >= block.classes) c -= block.classes, ++l;
            go_to_row();
        } else c += region_threads / side();
        return here;
    }
};

enum { loads_together = 4 };

/* A block of a buffer into a tile; some loads are on their way before the first is waited for. */
template <class T> FL_DEVICE void load_tile(tile_walk walk, const T* from, fl_real* tile) {
    tile_walk::element e[loads_together];
    fl_real v[loads_together];
    walk.start();
    do {
#pragma unroll
        for (int k = 0; k < loads_together; ++k) {
            e[k] = walk.next();
            v[k] = e[k].slot >= 0 ? read(from + e[k].at) : FL_R(0.0);
        }
#pragma unroll
        for (int k = 0; k < loads_together; ++k)
            if (e[k].slot >= 0) tile[e[k].slot] = v[k];
    } while (e[loads_together - 1].slot >= 0);
}
template <class T> FL_DEVICE void store_tile(tile_walk walk, const fl_real* tile, T* to) {
    walk.start();
    for (tile_walk::element e = walk.next(); e.slot >= 0; e = walk.next()) write(to + e.at, tile[e.slot]);
}

/* The label as regions see it: in the binary case 0 or 1; without labels every row counts. */
FL_DEVICE row_label region_label(const fl_row_call& call, int64_t r) {
    if (call.target) return { 0, false };
    return label_among(call, r, call.classes == 1 ? 2 : call.classes);
}
/* The label whose class c is: in the binary case the only region is that of 1. */
FL_DEVICE int label_of_class(const fl_row_call& call, int c) { return call.classes == 1 ? 1 : c; }

}
#endif
