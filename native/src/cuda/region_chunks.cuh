/* Chunks of the region losses: the tiles of a block of threads, and its sums over them. */
#ifndef FL_CUDA_REGION_CHUNKS_H
#define FL_CUDA_REGION_CHUNKS_H
#include "cuda/region_rows.cuh"

namespace fl {

/* A block works on one chunk, tile by tile. */
struct region_chunk {
    const fl_row_call& call;
    const fl_region_call& cut;
    const tile_plan& plan;
    region_memory& memory;
    fl_real *x, *t;
    tile_block block;
    int64_t slab, end;

    __device__ region_chunk(const fl_row_call& c, const fl_region_call& cuts, const tile_plan& p)
        : call(c), cut(cuts), plan(p), memory(shared<region_memory>()) {
        const int64_t part = blockIdx.x, chunk = part % cut.chunks, left = cut.rows - chunk * cut.length;
        x = reinterpret_cast<fl_real*>(&memory + 1), t = x + plan.classes * plan.width;
        slab = part / cut.chunks;
        block = { slab * cut.rows + chunk * cut.length, 0, 0, 0 };
        end = block.row + (left < cut.length ? left : cut.length);
        measure();
    }
    __device__ bool many() const { return call.classes > plan.classes; } /* blocks of classes */
    __device__ int turns() const { return plan.rows * plan.team / region_threads; } /* rows of a thread */
    __device__ void measure() {
        const int64_t left = end - block.row;
        block.n = left < plan.rows ? static_cast<int>(left) : plan.rows;
    }
    __device__ bool more() const { return block.row < end; }
    __device__ void go_on() { block.row += block.n, measure(); }

    /* Classes from `first` on; what the block held before is no longer needed. */
    template <class T, bool soft> __device__ void load(int first) {
        const int left = static_cast<int>(call.classes) - first;
        block.first = first, block.classes = left < plan.classes ? left : plan.classes;
        sync_block();
        const tile_walk in = { call, plan, block, call.input_outer, call.input_class, 0, 0, 0 };
        load_tile(in, static_cast<const T*>(call.input), x);
        const tile_walk dense = { call, plan, block, call.classes * call.inner, call.inner, 0, 0, 0 };
        if (soft) load_tile(dense, static_cast<const T*>(call.target), t);
        sync_block();
    }
    /* f() for each block of classes, which is there. */
    template <class T, bool soft, class F> __device__ void each_block(F f) {
        for (int first = 0; first < call.classes; first += plan.classes) {
            if (many()) load<T, soft>(first);
            f();
        }
    }
};

/* What the sums need of a row besides the tile. */
template <class T, bool softmax, bool soft> FL_DEVICE void prepare_row(region_chunk& k, region_row& row) {
    if (softmax) {
        const auto nothing = [](int, int) FL_INLINED { return FL_R(1.0); };
        k.each_block<T, soft>([&]() FL_INLINED { row.see_tops(k.plan, k.block, k.x); });
        row.know_top();
        row.out = soft ? row.best : static_cast<int>(row.y.c);
        k.each_block<T, soft>([&]() FL_INLINED {
            row.make_exponentials<T>(k.plan, k.block, k.x);
            row.add(k.plan, k.block, k.x, nothing);
        });
        row.know_sums();
        const fl_real rest = static_cast<fl_real>(row.rest), inverse = FL_R(1.0) / (rest + row.own);
        if (row.live && row.lane == 0) {
            k.memory.inverse[row.l] = inverse;
            k.memory.rest[row.l] = soft ? rest : rest * inverse;
        }
    }
    if (row.live && row.lane == 0) k.memory.label[row.l] = static_cast<int>(row.y.c);
}

/* Adds to the sums what class c of the block has in rows g, g + groups, ... */
template <bool softmax, bool soft>
FL_DEVICE void add_class(const region_chunk& k, int c, int g, int groups, int sigmoid, region_sums& sums) {
    const int y = label_of_class(k.call, k.block.first + c);
    double all[FL_REGION_SUMS] = { 0.0, 0.0, 0.0 };
    for (int l = g; l < k.block.n;) {
        fl_share part = { FL_R(0.0), FL_R(0.0), FL_R(0.0) };
        for (int i = 0; i < 16 && l < k.block.n; ++i, l += groups) {
            const fl_real x = k.x[c * k.plan.width + l], rest = softmax ? k.memory.rest[l] : FL_R(0.0);
            const fl_real inverse = softmax ? k.memory.inverse[l] : FL_R(0.0);
            const int label = k.memory.label[l];
            const fl_real t = soft ? k.t[c * k.plan.width + l] : label == y ? FL_R(1.0) : FL_R(0.0);
            fl_unit u = softmax ? fl_unit{ x * inverse, rest } : fl_direct_unit(x, sigmoid);
            if (softmax && soft) u = fl_softmax_unit(x, rest, inverse);
            if (label < 0) u.p = u.q = FL_R(0.0);
            const fl_share s = fl_share_of(u, t);
            part.both += s.both, part.extra += s.extra, part.missed += s.missed;
        }
        all[0] += static_cast<double>(part.both), all[1] += static_cast<double>(part.extra);
        all[2] += static_cast<double>(part.missed);
    }
#pragma unroll
    for (int i = 0; i < FL_REGION_SUMS; ++i) fl_total_add(&sums.sum[i], all[i]);
}

/* Few classes: the sums of the groups of rows of each, folded by halves, and left in memory. */
FL_DEVICE void leave_sums(region_chunk& k, int groups, const region_sums& mine, region_sums* to) {
    region_sums* sums = reinterpret_cast<region_sums*>(k.x);
    const int thread = static_cast<int>(threadIdx.x), c = thread / groups, g = thread % groups;
    const bool used = c < k.call.classes;
    sync_block();
    sums[thread] = mine;
    for (int n = groups; n > 1;) {
        const int half = (n + 1) / 2;
        sync_block();
        if (used && g + half < n) sums[thread].add(sums[thread + half]);
        n = half;
    }
    if (used && g == 0) to[c] = sums[thread];
}

}
#endif
