/* Losses of rows that are swept as vectors; compiled once per precision. They compute more per byte than the softmax
 * family, and read rows from the caches again for each pass. */
#include "cuda/label_lists.cuh"
#include "cuda/row_plan.cuh"

namespace {
using namespace fl;

template <class Row, class Loss, int threads>
__global__ void __launch_bounds__(threads, least_blocks(threads))
vector_kernel(fl_row_call call, typename Loss::params params, fl_cuda_rows how) {
    team_memory& memory = shared<team_memory[2]>()[0];
    const int64_t r = row_index<threads, Row::team_size>();
    Row row;
    Loss loss;
    row.open(call, r, &memory);
    const bool live = row.classes > 0;
    const fl_real upstream = call.upstream && live ? static_cast<const fl_real*>(call.upstream)[r] : FL_R(1.0);
    const double term = loss.prepare(row, call, params, r, scale_of(how.scale) * static_cast<double>(upstream));
    row.together.sync();
    if (row.gradient || call.target_gradient) vector_gradients(row, call, loss, r);
    if (live && team<Row::team_size>::index() == 0) {
        leave_row(call, r, static_cast<fl_real>(term), FL_R(0.0), -1);
        const int64_t mistake = how.bad_index ? loss.mistake(call, r) : -1;
        if (mistake >= 0) atomic_min(how.bad_index, mistake);
    }
    leave_part<threads, Row::team_size>(how.partial, shared<team_memory[2]>()[1], live ? term : 0.0);
}

template <class T> row_plan plan_vectors(const fl_row_call& call) {
    const int64_t packs = (call.classes + 2 * per_pack<T> - 2) / per_pack<T>;
    if (call.inner != 1) return { 1, 0 };
    return { packs <= 256 ? 32 : 512, 0 };
}

int64_t vector_parts(const fl_row_call* call) {
    return with_type(call->type, [&](auto type) { return blocks_of(*call, plan_vectors<decltype(type)>(*call)); });
}

template <class Row, class Loss, int threads>
int launch_vectors(const fl_row_call& call, const fl_cuda_rows& how, row_plan plan, stream_t stream) {
    typename Loss::params params = {};
    if (call.params) params = *static_cast<const typename Loss::params*>(call.params);
    const size_t rooms = Loss::room(call.classes) * static_cast<size_t>(threads / plan.team);
    const shape s = { blocks_of(call, plan), threads, 2 * sizeof(team_memory) + rooms };
    return launch(stream, s, vector_kernel<Row, Loss, threads>, call, params, how);
}

template <class Loss, bool images = true>
int32_t vectors(const fl_row_call* call, const fl_cuda_rows* how, void* stream) {
    const auto on = static_cast<stream_t>(stream);
    return with_type(call->type, [&](auto type) -> int {
        typedef decltype(type) T;
        const row_plan plan = plan_vectors<T>(*call);
        if constexpr (images)
            if (plan.team == 1) return launch_vectors<column_row<T>, Loss, row_threads>(*call, *how, plan, on);
        if (plan.team == 32) return launch_vectors<memory_row<T, 32>, Loss, row_threads>(*call, *how, plan, on);
        return launch_vectors<memory_row<T, 512>, Loss, long_row_threads>(*call, *how, plan, on);
    });
}

template <fl_divergence_fn at, bool swapped>
int32_t divergence(const fl_row_call* call, const fl_cuda_rows* how, void* stream) {
    return static_cast<const fl_jsd_params*>(call->params)->log_probabilities
        ? vectors<divergence_loss<at, swapped, true>>(call, how, stream)
        : vectors<divergence_loss<at, swapped, false>>(call, how, stream);
}

constexpr auto multi_margin = vectors<hinge_loss<1>>, multi_margin_square = vectors<hinge_loss<2>>;
constexpr auto multilabel_margin = vectors<label_list_loss, false>;
constexpr auto multilabel_soft_margin = vectors<soft_margin_loss>;
constexpr auto multilabel_soft_margin_weighted = vectors<soft_margin_loss>;
constexpr auto jsd = divergence<fl_jsd_at, false>, tvd = divergence<fl_tvd_at, false>;
constexpr auto jsd_forward = divergence<fl_jsd_forward_at, false>, jsd_reverse = divergence<fl_jsd_forward_at, true>;
}

#define FL_VECTOR_ENTRY(name) name,
#if FL_PRECISION == 32
const fl_cuda_vector_kernels fl_cuda_vectors_f32 = {
#else
const fl_cuda_vector_kernels fl_cuda_vectors_f64 = {
#endif
    vector_parts, { FL_VECTOR_LOSSES(FL_VECTOR_ENTRY) },
};
