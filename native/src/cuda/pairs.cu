/* Losses of pairs and triples of vectors on a GPU; compiled once per precision. */
#include "cuda/pair_rows.cuh"
#include "cuda/row_plan.cuh"

namespace {
using namespace fl;

template <class Row, class Loss, int threads>
__global__ void __launch_bounds__(threads, least_blocks(threads))
pair_kernel(fl_pair_call call, typename Loss::params params, fl_cuda_scale how, double* partial) {
    const int64_t r = row_index<threads, Row::team_size>();
    const bool live = r < call.rows;
    Row row;
    row.open(call, r, &shared<team_memory[2]>()[0]);
    const fl_real upstream = call.upstream && live ? static_cast<const fl_real*>(call.upstream)[r] : FL_R(1.0);
    const double term = Loss::run(row, call, params, r, scale_of(how) * static_cast<double>(upstream));
    if (live && call.losses && team<Row::team_size>::index() == 0)
        static_cast<fl_real*>(call.losses)[r] = static_cast<fl_real>(term);
    leave_part<threads, Row::team_size>(partial, shared<team_memory[2]>()[1], live ? term : 0.0);
}

/* A warp for vectors of up to 4 KiB, a block for longer ones. */
template <class T> bool is_short(const fl_pair_call& call) {
    return call.dimensions * static_cast<int64_t>(sizeof(T)) <= 4096;
}
template <class T> int64_t blocks_for(const fl_pair_call& call) {
    return is_short<T>(call) ? (call.rows + row_threads / 32 - 1) / (row_threads / 32) : call.rows;
}

int64_t pair_parts(const fl_pair_call* call) {
    return with_type(call->type, [&](auto type) { return blocks_for<decltype(type)>(*call); });
}

template <class Loss>
int32_t pairs(const fl_pair_call* call, const fl_cuda_scale* how, double* partial, void* stream) {
    const auto params = *static_cast<const typename Loss::params*>(call->params);
    const auto on = static_cast<stream_t>(stream);
    return with_type(call->type, [&](auto type) -> int {
        typedef decltype(type) T;
        constexpr int longest = long_row_threads;
        const int64_t blocks = blocks_for<T>(*call);
        const size_t bytes = 2 * sizeof(team_memory);
        if (is_short<T>(*call))
            return launch(on, shape{ blocks, row_threads, bytes },
                          pair_kernel<pair_row<T, 32, Loss::inputs>, Loss, row_threads>, *call, params, *how, partial);
        return launch(on, shape{ blocks, longest, bytes },
                      pair_kernel<pair_row<T, longest, Loss::inputs>, Loss, longest>, *call, params, *how, partial);
    });
}

constexpr auto cosine_embedding = pairs<cosine_pair>;
constexpr auto triplet_margin = pairs<triplet<measure::square>>;
constexpr auto triplet_margin_absolute = pairs<triplet<measure::absolute>>;
constexpr auto triplet_margin_extreme = pairs<triplet<measure::extreme>>;
constexpr auto triplet_margin_power = pairs<triplet<measure::power>>;
constexpr auto triplet_margin_count = pairs<triplet<measure::count>>;
constexpr auto triplet_margin_cosine = pairs<triplet<measure::cosine>>;
}

#define FL_PAIR_ENTRY(name) name,
#if FL_PRECISION == 32
const fl_cuda_pair_kernels fl_cuda_pairs_f32 = {
#else
const fl_cuda_pair_kernels fl_cuda_pairs_f64 = {
#endif
    pair_parts, { FL_PAIR_LOSSES(FL_PAIR_ENTRY) },
};
