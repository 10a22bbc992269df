/* The simulated GPU: clusters of blocks of threads, warps, their barriers and collectives, and the scheduler. Faithful in what
 * kernels can get wrong: shared memory starts as NaN, a barrier waits for every thread of its block that lives, lanes
 * of a warp have to meet in the same collective, and what never meets is a deadlock that is reported. Under
 * -fsanitize=thread only barriers order memory between threads, so that a missing one is a reported race; blocks of one
 * launch are ordered by nothing. */
#ifndef FL_TESTS_MACHINE_H
#define FL_TESTS_MACHINE_H
#include "fibers.hpp"
#include <algorithm>
#include <functional>
#include <random>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

namespace simulator {

enum class Order { forward, reverse, random };

struct Position { unsigned x; };

/* Two fences, in turns: a thread that is late to leave a barrier must not see who has already come to the next. */
struct Barrier { uint64_t generation = 0; unsigned arrived = 0; char fence[2] = {}; };

struct Warp {
    uint64_t generation = 0, slot[2][32];
    unsigned arrived = 0, lanes = 0; /* lanes: how many are in it */
    const void* site = nullptr;
    char fence[2] = {};
};

/* Of bulk copies (copies.hpp). */
struct Copy { void* to; const void* from; uint32_t bytes; void* word; };
struct Queue {
    Copy items[16];
    unsigned size = 0;
    SIM_UNSEEN void push(const Copy& c) {
        if (size == 16) abort();
        items[size++] = c;
    }
    SIM_UNSEEN Copy take(unsigned i) {
        const Copy c = items[i];
        for (--size; i < size; ++i) items[i] = items[i + 1];
        return c;
    }
};

struct Block {
    unsigned index = 0, alive = 0;
    int rank = 0;
    char* shared = nullptr;
    Barrier barrier;
    Queue loads, stores;
};

constexpr int most_blocks = 8;

struct Cluster {
    int blocks = 1;
    unsigned alive = 0;
    Barrier barrier;
};

struct Thread {
    Position index;
    int lane = 0;
    Warp* warp = nullptr;
    Block* block = nullptr;
    const uint64_t* waits_on = nullptr; /* can go on once *waits_on > waits_for */
    uint64_t waits_for = 0;
};

inline void release(void* fence) {
#if defined(__SANITIZE_THREAD__)
    __tsan_release(fence);
#else
    (void)fence;
#endif
}
inline void acquire(void* fence) {
#if defined(__SANITIZE_THREAD__)
    __tsan_acquire(fence);
#else
    (void)fence;
#endif
}

struct Machine {
    Fibers fibers;
    Thread threads[most_threads];
    Warp warps[most_threads / 32 + most_blocks];
    Block blocks[most_blocks]; /* of the cluster that runs */
    Cluster cluster;
    bool has_clusters = true;
    std::function<void()> kernel;
    size_t shared_bytes = 0;
    Position block_size{}, grid_size{};
    Order order = Order::forward;
    unsigned seed = 1;
    char begin_fence = 0, end_fence = 0; /* what the host wrote before a launch, and the launch before the host reads */
    SIM_UNSEEN Thread* self() { return &threads[fibers.running]; }
};
inline Machine machine;

SIM_UNSEEN inline Position thread_index() { return machine.self()->index; }
SIM_UNSEEN inline Position block_index() { return { machine.self()->block->index }; }

[[noreturn]] inline void fail(const char* what) {
    fprintf(stderr, "simulator: %s", what);
    if (machine.fibers.running >= 0)
        fprintf(stderr, " (block %u, thread %u)", machine.self()->block->index, machine.self()->index.x);
    fputc('\n', stderr);
    abort();
}

SIM_UNSEEN inline void wait_for(const uint64_t& generation, uint64_t seen) {
    Thread* self = machine.self();
    self->waits_on = &generation;
    self->waits_for = seen;
    machine.fibers.yield();
}

SIM_UNSEEN inline void arrive(Barrier& b, unsigned alive) {
    release(&b.fence[b.generation & 1]);
    if (++b.arrived >= alive) b.arrived = 0, ++b.generation;
}

/* A block-wide barrier. */
SIM_UNSEEN inline void sync_block() {
    Block& block = *machine.self()->block;
    const uint64_t generation = block.barrier.generation;
    arrive(block.barrier, block.alive);
    if (block.barrier.generation == generation) wait_for(block.barrier.generation, generation);
    acquire(&block.barrier.fence[generation & 1]);
}

/* All lanes of a warp meet here; each leaves a value and may read every other's. */
SIM_UNSEEN inline const uint64_t* meet(uint64_t mine, const void* site, bool orders_memory) {
    Thread& self = *machine.self();
    Warp& warp = *self.warp;
    if (!warp.arrived) warp.site = site;
    if (warp.site != site) fail("lanes of one warp in different collectives");
    const uint64_t generation = warp.generation;
    warp.slot[generation & 1][self.lane] = mine;
    if (orders_memory) release(&warp.fence[generation & 1]);
    if (++warp.arrived == warp.lanes) warp.arrived = 0, ++warp.generation;
    else wait_for(warp.generation, generation);
    if (orders_memory) acquire(&warp.fence[generation & 1]);
    return warp.slot[generation & 1];
}

/* A thread that ends while others wait at a barrier no longer counts there. */
SIM_UNSEEN inline void leave(Barrier& b, unsigned& alive) {
    --alive;
    if (alive && b.arrived == alive) b.arrived = 0, ++b.generation;
}

/* What thread i does. */
SIM_UNSEEN inline void run_thread(int) {
    acquire(&machine.begin_fence);
    machine.kernel();
    release(&machine.end_fence);
    Block& block = *machine.self()->block;
    leave(block.barrier, block.alive);
    leave(machine.cluster.barrier, machine.cluster.alive);
    if (!block.alive && block.loads.size) fail("a block ended while a bulk copy wrote its shared memory");
    if (!block.alive && block.stores.size) fail("a block ended while a bulk copy read its shared memory");
}

SIM_UNSEEN inline void run_cluster() {
    const int count = int(machine.block_size.x) * machine.cluster.blocks;
    std::vector<int> line(size_t(count), 0);
    for (int i = 0; i < count; ++i) line[size_t(i)] = machine.order == Order::reverse ? count - 1 - i : i;
    std::mt19937 random(machine.seed + machine.blocks[0].index);
    for (int left = count; left;) {
        bool moved = false;
        if (machine.order == Order::random) std::shuffle(line.begin(), line.end(), random);
        for (int i : line) {
            Thread& t = machine.threads[i];
            if (machine.fibers.done(i) || (t.waits_on && *t.waits_on <= t.waits_for)) continue;
            t.waits_on = nullptr;
            moved = true;
            machine.fibers.resume(i);
            left -= machine.fibers.done(i);
        }
        if (!moved) fail("deadlock: some threads wait where others never arrive");
    }
}

SIM_UNSEEN inline void prepare_block(int rank, unsigned index, int threads, char* shared) {
    Block& block = machine.blocks[rank];
    block = Block{};
    block.index = index, block.rank = rank, block.alive = unsigned(threads), block.shared = shared;
    for (int i = 0; i < threads; ++i) {
        Thread& t = machine.threads[rank * threads + i];
        Warp& warp = machine.warps[rank * ((threads + 31) / 32) + i / 32];
        if (i % 32 == 0) warp.generation = 0, warp.arrived = warp.lanes = 0;
        ++warp.lanes;
        t.index = { unsigned(i) }, t.lane = i % 32, t.warp = &warp, t.block = &block, t.waits_on = nullptr;
    }
}

/* All blocks of a cluster live at the same time. */
SIM_UNSEEN inline void prepare_cluster(unsigned first, int blocks, int threads, char* shared, size_t each) {
    for (int rank = 0; rank < blocks; ++rank)
        prepare_block(rank, first + unsigned(rank), threads, shared + size_t(rank) * each);
    machine.cluster = Cluster{};
    machine.cluster.blocks = blocks, machine.cluster.alive = unsigned(blocks * threads);
    machine.fibers.body = run_thread;
    machine.fibers.reset(size_t(blocks * threads));
}

/* Shared memory of all blocks at once: no two blocks see the same bytes, and all of them start as NaN. */
struct SharedMemory {
    size_t each, bytes;
    char* data;
    SharedMemory(size_t blocks, size_t wanted) : each((wanted + 255) / 128 * 128), bytes(each * blocks) {
        data = static_cast<char*>(aligned_alloc(128, bytes));
        memset(data, 0xFF, bytes);
    }
    ~SharedMemory() { free(data); }
};

}
#endif
