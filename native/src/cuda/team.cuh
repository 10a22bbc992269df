/* Teams: threads that hold a row together, 1 to 32 lanes of a warp or a whole block. Reductions go through fixed trees:
 * the same numbers are added in the same order on every device and in every run. */
#ifndef FL_CUDA_TEAM_H
#define FL_CUDA_TEAM_H
#include "cuda/device.h"

namespace fl {

enum { most_warps = 32 };

struct add_op { template <class V> FL_DEVICE V of(V a, V b) { return a + b; } };
struct max_op { template <class V> FL_DEVICE V of(V a, V b) { return a > b ? a : b; } };
struct min_op { template <class V> FL_DEVICE V of(V a, V b) { return a < b ? a : b; } };

/* Over `lanes` neighbours, a power of two; every lane has the result. */
template <int lanes, class Op, class V> FL_DEVICE V reduce_lanes(V v) {
#pragma unroll
    for (int d = lanes / 2; d; d /= 2) v = Op::of(v, shuffle_xor(v, d));
    return v;
}

/* Where the warps of a block leave their parts. Reductions alternate between the two sets: a warp that is already in
 * the next one cannot overwrite what a slower one still reads. */
struct team_memory { double part[2][most_warps]; };

/* `size` threads; above 32 they are the whole block. */
template <int size> struct team {
    static constexpr int lanes = size < 32 ? size : 32, warps = size / lanes;
    team_memory* memory;
    int turn;

    FL_DEVICE int index() { return static_cast<int>(threadIdx.x) % size; }
    FL_DEVICE bool leads() { return index() == 0; }

    template <class Op, class V> __device__ V reduce(V v, V neutral) {
        v = reduce_lanes<lanes, Op>(v);
        if (warps == 1) return v;
        V* part = reinterpret_cast<V*>(memory->part[turn]);
        turn ^= 1;
        if (lane_index() == 0) part[warp_index()] = v;
        sync_block();
        v = lane_index() < warps ? part[lane_index()] : neutral;
        return reduce_lanes<32, Op>(v);
    }
    template <class V> __device__ V sum(V v) { return reduce<add_op>(v, V(0)); }

    /* What was read before is not read again after it: the row may be overwritten now. */
    __device__ void sync() const {
        if (warps == 1) sync_warp();
        else sync_block();
    }
};

}
#endif
