/* Rows of the region losses, each swept by its team in a tile: softmax before the sums and before the gradient, and the
 * gradient itself. All threads of a warp go through it together, rows that there are not included. */
#ifndef FL_CUDA_REGION_ROWS_H
#define FL_CUDA_REGION_ROWS_H
#include "cuda/region_tiles.cuh"
#include "cuda/softmax_rows.cuh"

namespace fl {

/* e^(x - top); exact at 0. */
template <class T> FL_DEVICE fl_real region_exp(fl_real x, fl_real top) {
    return sizeof(T) == 2 ? exp_of<T>(x - top) : fl_exp_difference(x, top);
}

/* Over a row's team. */
template <class Op, class V> FL_DEVICE V reduce_team(int team, V v) {
    for (int d = team / 2; d; d /= 2) v = Op::of(v, shuffle_xor(v, d));
    return v;
}

/* What a thread knows of its row: class lane, lane + team, ... are its own. `out` is the class that is left out of
 * `rest` and `pull`; `own` is its e, or with slopes e h. */
struct region_row {
    int l, lane, team;
    row_label y;
    bool live;
    fl_real top, own;
    int best, out;
    double rest, pull;

    __device__ void start(const fl_row_call& call, const tile_plan& plan, const tile_block& block, int turn) {
        const int thread = turn * region_threads + static_cast<int>(threadIdx.x);
        team = plan.team, l = thread / team, lane = thread % team;
        live = l < block.n;
        y = live ? region_label(call, block.row + l) : row_label{ -1, false };
        top = -FL_INFINITY, own = FL_R(0.0), best = 0, rest = pull = 0.0;
    }
    /* f(class of the block, its place in the tile) for each of the thread's. */
    template <class F> __device__ void each(const tile_plan& plan, const tile_block& block, F f) const {
        if (live)
            for (int c = lane; c < block.classes; c += team) f(c, c * plan.width + l);
    }
    /* Of several largest ones any will do. */
    __device__ void see_tops(const tile_plan& plan, const tile_block& block, const fl_real* x) {
        each(plan, block, [&](int c, int at) FL_INLINED {
            best = top > x[at] ? best : block.first + c;
            top = top > x[at] ? top : x[at];
        });
    }
    __device__ void know_top() {
        const fl_real mine = top;
        top = reduce_team<max_op>(team, mine);
        best = reduce_team<min_op>(team, mine == top ? best : INT32_MAX);
    }
    template <class T> __device__ void make_exponentials(const tile_plan& plan, const tile_block& block, fl_real* x) {
        each(plan, block, [&](int, int at) FL_INLINED { x[at] = region_exp<T>(x[at], top); });
    }
    /* Adds e, and e h with slopes, h(class, place): few of them in fl_real, the rest in double. */
    template <class H> __device__ void add(const tile_plan& plan, const tile_block& block, const fl_real* e, H h) {
        fl_real part = FL_R(0.0), pulls = FL_R(0.0);
        int count = 0;
        each(plan, block, [&](int c, int at) FL_INLINED {
            const bool left = block.first + c == out;
            const fl_real slope = h(c, at), product = e[at] * slope;
            part += left ? FL_R(0.0) : e[at];
            pulls += left ? FL_R(0.0) : product;
            own = left ? product : own;
            if (++count % 16) return;
            rest += static_cast<double>(part), pull += static_cast<double>(pulls);
            part = pulls = FL_R(0.0);
        });
        rest += static_cast<double>(part), pull += static_cast<double>(pulls);
    }
    /* The class left out is one thread's: the others add 0. */
    __device__ void know_sums() {
        rest = reduce_team<add_op>(team, rest), pull = reduce_team<add_op>(team, pull);
        own = reduce_team<add_op>(team, own);
    }
};

/* Where the slopes of a block's classes are, and what h is for the row. */
template <bool soft> struct region_slope {
    const fl_real *slopes, *t;
    bool common;
    int first, label, binary;

    __device__ fl_real operator()(int c, int at) const {
        const fl_real* of_region = slopes + (common ? 0 : 2 * (first + c));
        const int y = binary ? 1 : first + c;
        return fl_slope_to(of_region[0], of_region[1], soft ? t[at] : FL_R(0.0), label == y, soft);
    }
};

}
#endif
