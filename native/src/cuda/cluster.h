/* Clusters of blocks and bulk copies, which GPUs have from compute capability 9.0 on. Kernels that use them have an
 * empty body for older ones, and are not launched there. */
#ifndef FL_CUDA_CLUSTER_H
#define FL_CUDA_CLUSTER_H
#include "cuda/team.cuh"

#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 900
#  define FL_CLUSTERS 1
#else
#  define FL_CLUSTERS 0
#endif

namespace fl {

enum { most_blocks = 8 }; /* of a cluster, on every GPU that has them */

#if defined(__CUDACC__)
FL_DEVICE int cluster_rank() {
    uint32_t rank;
    asm volatile("mov.u32 %0, %%cluster_ctarank;" : "=r"(rank));
    return static_cast<int>(rank);
}
FL_DEVICE int cluster_blocks() {
    uint32_t count;
    asm volatile("mov.u32 %0, %%cluster_nctarank;" : "=r"(count));
    return static_cast<int>(count);
}
FL_DEVICE void sync_cluster() {
    asm volatile("barrier.cluster.arrive.release.aligned;\n\tbarrier.cluster.wait.acquire.aligned;" ::: "memory");
}
/* The same variable in another block's shared memory. */
template <class T> FL_DEVICE T* peer(T* p, int rank) {
    uint64_t there;
    asm("mapa.u64 %0, %1, %2;" : "=l"(there) : "l"(p), "r"(rank));
    return reinterpret_cast<T*>(there);
}

FL_DEVICE uint32_t in_shared(const void* p) { return static_cast<uint32_t>(__cvta_generic_to_shared(p)); }

/* A word of shared memory by which threads wait for copies: once one thread has said how many bytes are to come. */
FL_DEVICE void start_arrivals(uint64_t* word) {
    asm volatile("mbarrier.init.shared::cta.b64 [%0], 1;\n\tfence.mbarrier_init.release.cluster;\n\t"
                 "fence.proxy.async.shared::cta;" :: "r"(in_shared(word)) : "memory");
}
FL_DEVICE void expect_bytes(uint64_t* word, uint32_t bytes) {
    asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;"
                 :: "r"(in_shared(word)), "r"(bytes) : "memory");
}
/* Waits until phase `parity` (0, 1, 0, ...) has its bytes. */
FL_DEVICE void wait_for_bytes(uint64_t* word, uint32_t parity) {
    asm volatile("{\n\t.reg .pred done;\nagain:\n\t"
                 "mbarrier.try_wait.parity.shared::cta.b64 done, [%0], %1;\n\t@!done bra again;\n\t}"
                 :: "r"(in_shared(word)), "r"(parity) : "memory");
}

/* Copies of multiples of 16 bytes between 16-byte boundaries, which run beside the threads. */
FL_DEVICE void bulk_load(void* to, const void* from, uint32_t bytes, uint64_t* word) {
    asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];"
                 :: "r"(in_shared(to)), "l"(from), "r"(bytes), "r"(in_shared(word)) : "memory");
}
FL_DEVICE void bulk_store(void* to, const void* from, uint32_t bytes) {
    asm volatile("cp.async.bulk.global.shared::cta.bulk_group [%0], [%1], %2;"
                 :: "l"(to), "r"(in_shared(from)), "r"(bytes) : "memory");
}
/* The stores since the last end are a group. */
FL_DEVICE void end_stores() { asm volatile("cp.async.bulk.commit_group;" ::: "memory"); }
/* Until all groups of this thread but the last `left` have read what they store. */
template <int left> FL_DEVICE void wait_for_stores() {
    asm volatile("cp.async.bulk.wait_group.read %0;" :: "n"(left) : "memory");
}
/* What the block has written to its shared memory may be copied from now on. */
FL_DEVICE void sync_for_copies() {
    asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
    sync_block();
}
#else
using simulator::cluster_rank, simulator::cluster_blocks, simulator::sync_cluster, simulator::peer;
using simulator::start_arrivals, simulator::expect_bytes, simulator::wait_for_bytes, simulator::bulk_load;
using simulator::bulk_store, simulator::end_stores, simulator::wait_for_stores, simulator::sync_for_copies;
#endif

/* The threads of a cluster. Every warp leaves its part with every block, so that a reduction takes one barrier. */
template <int threads> struct cluster_memory { double part[2][most_blocks * threads / 32]; };

template <int threads> struct cluster_team {
    static constexpr int warps = threads / 32;
    cluster_memory<threads>* memory;
    int rank, blocks, turn;

    __device__ void start(cluster_memory<threads>* where) {
        memory = where, rank = cluster_rank(), blocks = cluster_blocks(), turn = 0;
    }
    __device__ bool leads() const { return rank == 0 && threadIdx.x == 0; }

    template <class Op, class V> __device__ V reduce(V v, V neutral) {
        v = reduce_lanes<32, Op>(v);
        V* part = reinterpret_cast<V*>(memory->part[turn]);
        turn ^= 1;
        if (blocks > 1) {
            if (lane_index() < blocks) *peer(&part[rank * warps + warp_index()], lane_index()) = v;
            sync_cluster();
        } else {
            if (lane_index() == 0) part[warp_index()] = v;
            sync_block();
        }
        v = neutral;
        for (int p = lane_index(); p < warps * blocks; p += 32) v = Op::of(v, part[p]);
        return reduce_lanes<32, Op>(v);
    }
    template <class V> __device__ V sum(V v) { return reduce<add_op>(v, V(0)); }

    /* Whoever has passed a reduction knows that all threads have read what they read before it. */
    __device__ void sync() const {}
};

}
#endif
