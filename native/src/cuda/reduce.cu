/* The last step of every call: one block adds up the parts and divides. */
#include "cuda/kernels.h"
#include "cuda/team.cuh"

namespace {
using namespace fl;

enum { finish_threads = 512 };

/* Each thread adds every 512th part. */
__global__ void __launch_bounds__(finish_threads) finish_kernel(fl_cuda_finish f) {
    double mine = 0.0;
    for (int64_t i = threadIdx.x; i < f.parts; i += finish_threads) mine += f.partial[i];
    team<finish_threads> all = { &shared<team_memory>(), 0 };
    const double sum = all.sum(mine), by = f.divisor ? *f.divisor : f.by;
    if (threadIdx.x != 0) return;
    if (f.result) *f.result = by == 0.0 && f.empty_is_zero ? 0.0 : sum / by;
    if (f.count) *f.count = by < 0.0 ? -1 : static_cast<int64_t>(sum);
}
}

extern "C" int32_t fl_cuda_finish_sum(const fl_cuda_finish* finish, void* stream) {
    return launch(static_cast<stream_t>(stream), shape{ 1, finish_threads, sizeof(team_memory) }, finish_kernel,
                  *finish);
}
