/* Class weights of balanced_cross_entropy: counts are cleared, labels counted, and one block makes weights of them.
 * Counts are whole numbers, so that the order in which threads add does not show. */
#include "cuda/labels.cuh"
#include "cuda/team.cuh"
#include "losses/balance.h"

namespace {
using namespace fl;

enum { count_threads = 256, rows_per_block = 16384, rows_together = 8, most_counters = 8192, weigh_threads = 512 };

/* A block's own counters of a class: neighbours in a warp have one each while there is room, because what they have in
 * common is often the class. 0: not even one fits. */
int copies_of(int64_t classes) {
    int copies = 32;
    while (copies > 0 && classes * copies > most_counters) copies /= 2;
    return copies;
}

__global__ void __launch_bounds__(count_threads) clear_kernel(int64_t* counts, int64_t classes) {
    const int64_t c = static_cast<int64_t>(blockIdx.x) * count_threads + static_cast<int>(threadIdx.x);
    if (c < classes) counts[c] = 0;
}

/* Every label of this block's rows; all that a thread reads at a time is on its way before the first is counted. */
template <class F> FL_DEVICE void each_label(const fl_row_call& call, F f) {
    const int64_t rows = call.outer * call.inner, begin = static_cast<int64_t>(blockIdx.x) * rows_per_block;
    for (int at = static_cast<int>(threadIdx.x); at < rows_per_block; at += rows_together * count_threads) {
        int64_t y[rows_together];
#pragma unroll
        for (int k = 0; k < rows_together; ++k) {
            const int64_t r = begin + at + k * count_threads;
            y[k] = r < rows ? label_of(call, r).c : -1;
        }
#pragma unroll
        for (int k = 0; k < rows_together; ++k)
            if (y[k] >= 0) f(y[k]);
    }
}

__global__ void __launch_bounds__(count_threads) count_kernel(fl_row_call call, int64_t* counts, int copies) {
    uint32_t* mine = &shared<uint32_t>();
    const int thread = static_cast<int>(threadIdx.x), classes = static_cast<int>(call.classes);
    for (int i = thread; i < classes * copies; i += count_threads) mine[i] = 0;
    sync_block();
    each_label(call, [&](int64_t y) FL_INLINED { atomic_add(&mine[y * copies + thread % copies], uint32_t(1)); });
    sync_block();
    for (int c = thread; c < classes; c += count_threads) {
        int64_t sum = 0;
        for (int k = 0; k < copies; ++k) sum += mine[c * copies + (k + c) % copies]; /* turned: banks apart */
        if (sum) atomic_add(&counts[c], sum);
    }
}

__global__ void __launch_bounds__(count_threads) count_many_kernel(fl_row_call call, int64_t* counts) {
    each_label(call, [&](int64_t y) FL_INLINED { atomic_add(&counts[y], int64_t(1)); });
}

/* Stored as the term type has it, which is what is added up. */
FL_DEVICE double store_weight(void* weights, int64_t c, bool wide, double weight) {
    if (wide) return static_cast<double*>(weights)[c] = weight;
    return static_cast<double>(static_cast<float*>(weights)[c] = static_cast<float>(weight));
}

__global__ void __launch_bounds__(weigh_threads) weigh_kernel(fl_cuda_balance how, int64_t classes, int32_t wide) {
    team<weigh_threads> all = { &shared<team_memory>(), 0 };
    double kept = 0.0, mass = 0.0, of_rows = 0.0, of_classes = 0.0;
    for (int64_t c = threadIdx.x; c < classes; c += weigh_threads) {
        const double n = static_cast<double>(how.counts[c]);
        kept += n, mass += n * fl_balanced_value(how.beta, how.counts[c]);
    }
    kept = all.sum(kept), mass = all.sum(mass);
    for (int64_t c = threadIdx.x; c < classes; c += weigh_threads) {
        const double value = fl_balanced_value(how.beta, how.counts[c]);
        const double weight = store_weight(how.weights, c, wide != 0, fl_balanced_weight(value, kept, mass));
        of_rows += static_cast<double>(how.counts[c]) * weight, of_classes += weight;
    }
    of_rows = all.sum(of_rows), of_classes = all.sum(of_classes);
    if (threadIdx.x == 0) how.sums[0] = of_rows, how.sums[1] = of_classes;
}

int count_labels(const fl_row_call& call, int64_t* counts, stream_t stream) {
    const int64_t blocks = (call.outer * call.inner + rows_per_block - 1) / rows_per_block;
    const int copies = copies_of(call.classes);
    if (blocks == 0) return 0;
    if (copies == 0) return launch(stream, shape{ blocks, count_threads, 0 }, count_many_kernel, call, counts);
    const size_t bytes = sizeof(uint32_t) * static_cast<size_t>(call.classes) * static_cast<size_t>(copies);
    return launch(stream, shape{ blocks, count_threads, bytes }, count_kernel, call, counts, copies);
}
}

extern "C" int32_t fl_cuda_balance_classes(const fl_row_call* call, const fl_cuda_balance* how, void* stream) {
    const auto on = static_cast<stream_t>(stream);
    const int64_t blocks = (call->classes + count_threads - 1) / count_threads;
    if (const int error = launch(on, shape{ blocks, count_threads, 0 }, clear_kernel, how->counts, call->classes))
        return error;
    if (const int error = count_labels(*call, how->counts, on)) return error;
    return launch(on, shape{ 1, weigh_threads, sizeof(team_memory) }, weigh_kernel, *how, call->classes,
                  int32_t(call->type == FL_FLOAT64));
}
