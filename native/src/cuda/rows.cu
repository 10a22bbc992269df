/* The softmax family on a GPU; compiled once per precision. */
#include "cuda/mixture_rows.cuh"
#include "cuda/row_kernel.cuh"
#include "cuda/stream_rows.cuh"

namespace {
using namespace fl;

/* What the softmax family does with a row. */
template <logits as, bool probabilities> struct softmax_work {
    static constexpr logits kind = as;

    template <class Row>
    __device__ row_result operator()(Row& row, const fl_row_call& call, const fl_cuda_rows& how, int64_t r) const {
        return probabilities ? mixture_row<as>(row, call, how, r) : label_row<as>(row, call, how, r);
    }
};

logits kind_of(const fl_row_call& call) {
    if (call.soft_cap != 0.0) return logits::capped;
    return call.temperature == 1.0 && !call.excludes ? logits::plain : logits::scaled;
}

/* f(work). Only info_nce, which has labels, scales its logits. */
template <bool probabilities, class F> int with_work(const fl_row_call& call, F f) {
    const logits kind = kind_of(call);
    if (kind == logits::capped) return f(softmax_work<logits::capped, probabilities>{});
    if constexpr (!probabilities)
        if (kind == logits::scaled) return f(softmax_work<logits::scaled, false>{});
    return f(softmax_work<logits::plain, probabilities>{});
}

/* Capped logits are so much work that rows of them gain nothing from registers. */
template <bool probabilities> int32_t softmax(const fl_row_call* call, const fl_cuda_rows* how, void* stream) {
    const auto on = static_cast<stream_t>(stream);
    return with_type(call->type, [&](auto type) {
        typedef decltype(type) T;
        return with_work<probabilities>(*call, [&](auto work) {
            const row_plan plan = plan_rows<T>(*call);
            const auto run = [&](auto holder, auto threads) {
                return launch_rows<decltype(holder), decltype(threads)::value>(*call, work, *how, plan, 0, on);
            };
            if (const int blocks = stream_blocks<T>(*call)) return launch_stream<T>(*call, work, *how, blocks, on);
            if constexpr (decltype(work)::kind == logits::capped) return with_memory_holder<T>(plan, run);
            else return with_holder<T>(plan, run);
        });
    });
}

int64_t parts(const fl_row_call* call) {
    return with_type(call->type, [&](auto type) { return blocks_of(*call, plan_rows<decltype(type)>(*call)); });
}

/* nll: one element of every row is read; the gradient is that element's, among zeros. */
template <class Row, int threads>
__global__ void __launch_bounds__(threads, least_blocks(threads)) nll_kernel(fl_row_call call, fl_cuda_rows how) {
    team_memory& memory = shared<team_memory>();
    const int64_t r = row_index<threads, Row::team_size>();
    Row row;
    row.open_blind(call, r, &memory);
    const bool live = row.classes > 0;
    const row_label y = live ? label_of(call, r) : row_label{ -1, false };
    const fl_real weight = y.c >= 0 ? weight_of(call, y.c) : FL_R(0.0);
    fl_nll_result result = fl_nll_at(y.c >= 0 ? row.at(y.c) : FL_R(0.0), weight);
    if (y.c < 0) result.loss = y.bad ? FL_NAN : FL_R(0.0);
    row.together.sync();
    if (row.gradient && live) {
        const fl_real grad = result.grad * row_scale(call, how, r);
        row.places([&](int first) FL_INLINED {
            fl_real g[Row::n];
#pragma unroll
            for (int k = 0; k < Row::n; ++k) g[k] = y.c >= 0 && y.c - first == k ? grad : FL_R(0.0);
            row.put_gradient(first, g);
        });
    }
    if (live && row.leads()) {
        leave_row(call, r, result.loss, FL_R(0.0), -1);
        if (y.bad && how.bad_index) atomic_min(how.bad_index, r);
    }
    leave_part<threads, Row::team_size>(how.partial, memory, live ? static_cast<double>(result.loss) : 0.0);
}

int32_t nll(const fl_row_call* call, const fl_cuda_rows* how, void* stream) {
    return with_type(call->type, [&](auto type) {
        typedef decltype(type) T;
        const row_plan plan = plan_rows<T>(*call);
        return with_holder<T>(plan, [&](auto holder, auto threads) {
            constexpr int count = decltype(threads)::value;
            const shape s = { blocks_of(*call, plan), count, sizeof(team_memory) };
            return launch(static_cast<stream_t>(stream), s, nll_kernel<decltype(holder), count>, *call, *how);
        });
    });
}

enum { scan_threads = 256 };

__global__ void __launch_bounds__(scan_threads) scan_kernel(fl_row_call call, int32_t by_count, double* partial) {
    const int64_t rows = call.outer * call.inner, first = static_cast<int64_t>(blockIdx.x) * FL_CUDA_SCAN_ROWS;
    double sum = 0.0;
    for (int64_t r = first + threadIdx.x; r < first + FL_CUDA_SCAN_ROWS && r < rows; r += scan_threads) {
        const row_label y = call.target ? row_label{ 0, false } : label_of(call, r);
        if (y.c < 0) continue;
        double value = by_count || call.target ? 1.0 : static_cast<double>(weight_of(call, y.c));
        if (call.sample_weight && !by_count)
            value *= static_cast<double>(static_cast<const fl_real*>(call.sample_weight)[r]);
        sum += value;
    }
    team<scan_threads> all = { &shared<team_memory>(), 0 };
    sum = all.sum(sum);
    if (threadIdx.x == 0) partial[blockIdx.x] = sum;
}

int32_t scan(const fl_row_call* call, int32_t by_count, double* partial, void* stream) {
    const int64_t blocks = (call->outer * call->inner + FL_CUDA_SCAN_ROWS - 1) / FL_CUDA_SCAN_ROWS;
    return launch(static_cast<stream_t>(stream), shape{ blocks, scan_threads, sizeof(team_memory) }, scan_kernel,
                  *call, by_count, partial);
}

__global__ void __launch_bounds__(long_row_threads) class_weight_kernel(fl_row_call call, double* result) {
    double sum = 0.0;
    for (int64_t c = threadIdx.x; c < call.classes; c += long_row_threads)
        sum += static_cast<double>(weight_of(call, c));
    team<long_row_threads> all = { &shared<team_memory>(), 0 };
    sum = all.sum(sum);
    if (threadIdx.x == 0) *result = sum;
}

int32_t class_weights(const fl_row_call* call, double* sum, void* stream) {
    return launch(static_cast<stream_t>(stream), shape{ 1, long_row_threads, sizeof(team_memory) },
                  class_weight_kernel, *call, sum);
}
}

#if FL_PRECISION == 32
const fl_cuda_row_kernels fl_cuda_rows_f32 = {
#else
const fl_cuda_row_kernels fl_cuda_rows_f64 = {
#endif
    parts, softmax<false>, softmax<true>, nll, scan, class_weights,
};
