/* Clusters and bulk copies as a CPU has them. A copy runs at the latest moment that is allowed, at the earliest, or at
 * one by chance, as the schedule says: whoever reads too early or writes too early is found either way. */
#ifndef FL_TESTS_COPIES_H
#define FL_TESTS_COPIES_H
#include "machine.hpp"

namespace simulator {

SIM_UNSEEN inline int cluster_rank() { return machine.self()->block->rank; }
SIM_UNSEEN inline int cluster_blocks() { return machine.cluster.blocks; }

SIM_UNSEEN inline void sync_cluster() {
    Cluster& cluster = machine.cluster;
    const uint64_t generation = cluster.barrier.generation;
    arrive(cluster.barrier, cluster.alive);
    if (cluster.barrier.generation == generation) wait_for(cluster.barrier.generation, generation);
    acquire(&cluster.barrier.fence[generation & 1]);
}

template <class T> SIM_UNSEEN T* peer(T* p, int rank) {
    const Cluster& cluster = machine.cluster;
    if (rank < 0 || rank >= cluster.blocks) fail("no such block in the cluster");
    if (!cluster.barrier.generation) fail("a peer's shared memory used before a barrier says that it runs");
    if (!machine.blocks[rank].alive) fail("a peer's shared memory used after the peer has ended");
    const ptrdiff_t offset = reinterpret_cast<char*>(p) - machine.self()->block->shared;
    return reinterpret_cast<T*>(machine.blocks[rank].shared + offset);
}

/* The word of shared memory by which copies are waited for. */
struct Arrivals { uint32_t phase : 8, count : 12, arrived : 12; int32_t bytes; };
static_assert(sizeof(Arrivals) == sizeof(uint64_t), "kernels give it one word");

SIM_UNSEEN inline void settle(Arrivals& a) {
    if (a.arrived == a.count && a.bytes == 0) a.arrived = 0, ++a.phase;
}
SIM_UNSEEN inline void start_arrivals(uint64_t* word) { *reinterpret_cast<Arrivals*>(word) = { 0, 1, 0, 0 }; }
SIM_UNSEEN inline void expect_bytes(uint64_t* word, uint32_t bytes) {
    Arrivals& a = *reinterpret_cast<Arrivals*>(word);
    a.bytes += int32_t(bytes), ++a.arrived;
    settle(a);
}

inline void run_copy(const Copy& c) { memcpy(c.to, c.from, c.bytes); }
SIM_UNSEEN inline void finish_load(const Copy& c) {
    run_copy(c);
    release(c.word);
    Arrivals& a = *static_cast<Arrivals*>(c.word);
    a.bytes -= int32_t(c.bytes);
    settle(a);
}
SIM_UNSEEN inline bool runs_now() {
    return machine.order == Order::reverse || (machine.order == Order::random && (machine.seed = machine.seed * 48271u
        % 2147483647u) & 1u);
}
SIM_UNSEEN inline void check_copy(const void* a, const void* b, uint32_t bytes) {
    if ((reinterpret_cast<uintptr_t>(a) | reinterpret_cast<uintptr_t>(b) | bytes) % 16 || !bytes)
        fail("a bulk copy that is empty or not of whole 16 bytes");
}

SIM_UNSEEN inline void bulk_load(void* to, const void* from, uint32_t bytes, uint64_t* word) {
    check_copy(to, from, bytes);
    const Copy c = { to, from, bytes, word };
    if (runs_now()) finish_load(c);
    else machine.self()->block->loads.push(c);
}
SIM_UNSEEN inline void wait_for_bytes(uint64_t* word, uint32_t parity) {
    static const uint64_t always = 1;
    Queue& loads = machine.self()->block->loads;
    for (int spins = 0; (reinterpret_cast<Arrivals*>(word)->phase & 1u) == parity; ++spins) {
        unsigned i = 0;
        while (i < loads.size && loads.items[i].word != word) ++i;
        if (i < loads.size) finish_load(loads.take(i));
        else if (spins > 100000) fail("a wait for a copy that nobody has started");
        else wait_for(always, 0);
    }
    acquire(word);
}

SIM_UNSEEN inline void bulk_store(void* to, const void* from, uint32_t bytes) {
    check_copy(to, from, bytes);
    const Copy c = { to, from, bytes, nullptr };
    if (runs_now()) run_copy(c);
    else machine.self()->block->stores.push(c);
}
/* An empty copy stands for the end of a group. */
SIM_UNSEEN inline void end_stores() { machine.self()->block->stores.push({ nullptr, nullptr, 0, nullptr }); }
template <int left> SIM_UNSEEN void wait_for_stores() {
    Queue& stores = machine.self()->block->stores;
    unsigned groups = 0;
    for (unsigned i = 0; i < stores.size; ++i) groups += !stores.items[i].to;
    while (groups > unsigned(left)) {
        const Copy c = stores.take(0);
        if (c.to) run_copy(c);
        else --groups;
    }
}
SIM_UNSEEN inline void sync_for_copies() { sync_block(); }

}
#endif
