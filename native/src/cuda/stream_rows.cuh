/* Rows too long for registers, on GPUs with clusters: each cluster of blocks that fits on the device takes one row
 * after the other, each of its blocks a slice. Bulk copies bring the rows to come into a ring of shared memory and take
 * the gradients away, while the threads work on the row in between, in place: the row is read once from memory and
 * written once, however many passes there are.
 *
 * Slices are seen through the windows of 16 bytes of row_holders.cuh. Windows that a row shares with its neighbours are
 * read and written by the threads that own them, element by element. */
#ifndef FL_CUDA_STREAM_ROWS_H
#define FL_CUDA_STREAM_ROWS_H
#include "cuda/cluster.h"
#include "cuda/row_plan.cuh"
#include "cuda/softmax_rows.cuh"

namespace fl {

enum { stream_threads = 512, stream_stages = 3, most_slice_bytes = 72 << 10, least_stream_bytes = 32 << 10 };

struct alignas(128) stream_memory {
    cluster_memory<stream_threads> parts;
    uint64_t arrived[stream_stages]; /* the ring follows */
};

/* Packs of a row that are a block's; of these, the ones with all of their elements in the row are copied. */
struct slice { int first, count, whole_first, whole_count; };

template <class T> FL_DEVICE slice slice_of(int classes, int phase, int rank, int blocks) {
    constexpr int n = per_pack<T>;
    const int all = (classes + phase + n - 1) / n, first = all * rank / blocks, end = all * (rank + 1) / blocks;
    const int whole = phase > 0 && first == 0 ? 1 : first, behind = (classes + phase) / n;
    return { first, end - first, whole, (end < behind ? end : behind) - whole };
}

/* The most bytes that a slice of a row can have, wherever the row begins. */
template <class T> int64_t slice_bytes(int64_t classes, int blocks) {
    const int64_t packs = (classes + 2 * per_pack<T> - 2) / per_pack<T>;
    return (packs + blocks - 1) / blocks * 16;
}

/* How many blocks stream a row; 0: rows are not streamed. */
template <class T> int stream_blocks(const fl_row_call& call) {
    const bool longer = call.classes * static_cast<int64_t>(sizeof(T)) > least_stream_bytes;
    if (call.inner != 1 || !longer) return 0;
    if (!has_clusters(static_cast<int>(sizeof(stream_memory)) + stream_stages * most_slice_bytes)) return 0;
    for (int blocks = 1; blocks <= most_blocks; blocks *= 2)
        if (slice_bytes<T>(call.classes, blocks) <= most_slice_bytes) return blocks;
    return 0;
}

/* A row whose slices lie in shared memory. */
template <class T> struct streamed_row : contiguous_row<T, cluster_team<stream_threads>> {
    typedef T element;
    typedef double sum_type;
    static constexpr int n = per_pack<T>;
    slice mine;
    uint4* packs;
    bool same_windows;

    __device__ void go_to(const fl_row_call& call, int64_t r, char* room) {
        this->classes = static_cast<int>(call.classes);
        this->x = static_cast<const T*>(call.input) + r * call.input_outer;
        this->gradient = call.gradient ? static_cast<T*>(call.gradient) + r * call.gradient_outer : nullptr;
        same_windows = this->gradient && phase_of(this->gradient) == phase_of(this->x);
        mine = slice_of<T>(this->classes, phase_of(this->x), this->together.rank, this->together.blocks);
        packs = reinterpret_cast<uint4*>(room);
        own([&](int v) FL_INLINED {
            if (!is_whole(v)) packs[v] = load_pack(this->x, first_of(v), this->classes, -FL_INFINITY);
        });
    }
    __device__ int first_of(int v) const { return (mine.first + v) * n - phase_of(this->x); }
    __device__ bool is_whole(int v) const {
        const int at = mine.first + v - mine.whole_first;
        return at >= 0 && at < mine.whole_count;
    }
    /* f(v) for each pack of this thread: the same packs in every pass, so that passes need no barriers. */
    template <class F> __device__ void own(F f) const {
        for (int v = static_cast<int>(threadIdx.x); v < mine.count; v += stream_threads) f(v);
    }
    template <class F> __device__ void each(F f) {
        own([&](int v) FL_INLINED {
            fl_real e[n];
            unpack(packs[v], e, T{});
            f(first_of(v), e);
        });
    }
    __device__ void put_gradient(int first, const fl_real (&from)[n]) {
        const int v = (first + phase_of(this->x)) / n - mine.first;
        if (same_windows && is_whole(v)) packs[v] = pack(from, T{});
        else this->put_dense(this->gradient, first, from);
    }
    /* One thread does it, once the block is through with the row. */
    __device__ void send_gradient() const {
        if (!same_windows) return;
        const int v = mine.whole_first - mine.first;
        bulk_store(this->gradient + first_of(v), packs + v, static_cast<uint32_t>(mine.whole_count) * 16);
    }
};

/* Starts to bring a block's slice of row r. */
template <class T> FL_DEVICE void fetch_slice(const fl_row_call& call, int64_t r, char* room, uint64_t* arrived) {
    const T* x = static_cast<const T*>(call.input) + r * call.input_outer;
    const int phase = phase_of(x);
    const slice s = slice_of<T>(static_cast<int>(call.classes), phase, cluster_rank(), cluster_blocks());
    const uint32_t bytes = static_cast<uint32_t>(s.whole_count) * 16;
    expect_bytes(arrived, bytes);
    bulk_load(room + (s.whole_first - s.first) * 16, x + (s.whole_first * per_pack<T> - phase), bytes, arrived);
}

/* Work: what a row comes to. `room`: bytes of each stage of the ring. */
template <class T, class Work>
__global__ void __launch_bounds__(stream_threads, 1)
stream_kernel(fl_row_call call, Work work, fl_cuda_rows how, int room) {
#if FL_CLUSTERS
    stream_memory& memory = shared<stream_memory>();
    char* ring = reinterpret_cast<char*>(&memory + 1);
    streamed_row<T> row;
    row.together.start(&memory.parts);
    const int64_t step = gridDim.x / static_cast<unsigned>(row.together.blocks);
    const int64_t start = blockIdx.x / static_cast<unsigned>(row.together.blocks);
    const bool copies = threadIdx.x == 0;
    if (copies) {
        for (int s = 0; s < stream_stages; ++s) start_arrivals(&memory.arrived[s]);
        for (int s = 0; s < stream_stages - 1; ++s)
            if (start + s * step < call.outer)
                fetch_slice<T>(call, start + s * step, ring + s * room, &memory.arrived[s]);
    }
    sync_cluster(); /* every block has begun: its memory can be written, its words can be waited for */
    int stage = 0;
    uint32_t parity = 0;
    for (int64_t r = start; r < call.outer; r += step) {
        wait_for_bytes(&memory.arrived[stage], parity);
        row.go_to(call, r, ring + stage * room);
        const row_result result = work(row, call, how, r);
        if (row.leads() && how.partial) how.partial[r] = result.loss;
        if (row.leads() && how.correct) how.correct[r] = result.correct ? 1.0 : 0.0;
        sync_for_copies();
        if (copies) {
            const int64_t next = r + (stream_stages - 1) * step;
            const int freed = (stage + stream_stages - 1) % stream_stages; /* the last row's: its gradient has to go */
            row.send_gradient();
            end_stores();
            if (next < call.outer) {
                wait_for_stores<1>();
                fetch_slice<T>(call, next, ring + freed * room, &memory.arrived[freed]);
            }
        }
        if (++stage == stream_stages) stage = 0, parity ^= 1;
    }
    if (copies) wait_for_stores<0>();
#endif
}

template <class T, class Work>
int launch_stream(const fl_row_call& call, const Work& work, const fl_cuda_rows& how, int blocks, stream_t stream) {
    const int room = static_cast<int>((slice_bytes<T>(call.classes, blocks) + 127) / 128 * 128);
    shape s = { blocks, stream_threads, sizeof(stream_memory) + static_cast<size_t>(stream_stages * room), blocks };
    const int64_t fit = resident_clusters(s, stream_kernel<T, Work>);
    s.blocks *= call.outer < fit ? call.outer : fit;
    return launch(stream, s, stream_kernel<T, Work>, call, work, how, room);
}

}
#endif
