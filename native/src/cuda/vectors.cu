/* Losses of rows that are swept as vectors; compiled once per precision. They compute more per byte than the softmax
 * family, and read rows from the caches again for each pass. */
#include "cuda/label_lists.cuh"
#include "cuda/row_kernel.cuh"
#include "cuda/stream_rows.cuh"

namespace {
using namespace fl;

template <class Loss> struct vector_work {
    typename Loss::params params;

    template <class Row>
    __device__ row_result operator()(Row& row, const fl_row_call& call, const fl_cuda_rows& how, int64_t r) const {
        Loss loss;
        const bool live = row.classes > 0;
        const fl_real upstream = call.upstream && live ? static_cast<const fl_real*>(call.upstream)[r] : FL_R(1.0);
        const double scale = scale_of(how.scale) * static_cast<double>(upstream);
        const double term = loss.prepare(row, call, params, r, scale);
        row.together.sync();
        if (row.gradient || call.target_gradient) vector_gradients(row, call, loss, r);
        if (live && row.leads()) {
            leave_row(call, r, static_cast<fl_real>(term), FL_R(0.0), -1);
            const int64_t mistake = how.bad_index ? loss.mistake(call, r) : -1;
            if (mistake >= 0) atomic_min(how.bad_index, mistake);
        }
        return { term, false };
    }
};

template <class T> row_plan plan_vectors(const fl_row_call& call) {
    const int64_t packs = (call.classes + 2 * per_pack<T> - 2) / per_pack<T>;
    if (call.inner != 1) return { 1, 0 };
    return { packs <= 256 ? 32 : 512, 0 };
}

int64_t vector_parts(const fl_row_call* call) {
    return with_type(call->type, [&](auto type) { return blocks_of(*call, plan_vectors<decltype(type)>(*call)); });
}

/* Lists of labels are not for streams: a row's needs the whole of it. */
template <class Loss, bool lists = false>
int32_t vectors(const fl_row_call* call, const fl_cuda_rows* how, void* stream) {
    const auto on = static_cast<stream_t>(stream);
    vector_work<Loss> work = {};
    if (call->params) work.params = *static_cast<const typename Loss::params*>(call->params);
    return with_type(call->type, [&](auto type) -> int {
        typedef decltype(type) T;
        const row_plan plan = plan_vectors<T>(*call);
        const size_t room = Loss::room(call->classes);
        if constexpr (!lists) {
            if (plan.team == 1)
                return launch_rows<column_row<T>, row_threads>(*call, work, *how, plan, room, on);
            if (const int blocks = stream_blocks<T>(*call)) return launch_stream<T>(*call, work, *how, blocks, on);
        }
        if (plan.team == 32)
            return launch_rows<memory_row<T, 32>, row_threads>(*call, work, *how, plan, room, on);
        return launch_rows<memory_row<T, 512>, long_row_threads>(*call, work, *how, plan, room, on);
    });
}

template <fl_divergence_step step, fl_divergence_fn at, bool swapped>
int32_t divergence(const fl_row_call* call, const fl_cuda_rows* how, void* stream) {
    return static_cast<const fl_jsd_params*>(call->params)->log_probabilities
        ? vectors<divergence_loss<step, at, swapped, true>>(call, how, stream)
        : vectors<divergence_loss<step, at, swapped, false>>(call, how, stream);
}

constexpr auto multi_margin = vectors<hinge_loss<1>>, multi_margin_square = vectors<hinge_loss<2>>;
constexpr auto multilabel_margin = vectors<label_list_loss, true>;
constexpr auto multilabel_soft_margin = vectors<soft_margin_loss>;
constexpr auto multilabel_soft_margin_weighted = vectors<soft_margin_loss>;
constexpr auto jsd = divergence<fl_jsd_step, fl_jsd_at, false>, tvd = divergence<fl_no_step, fl_tvd_at, false>;
constexpr auto jsd_forward = divergence<fl_no_step, fl_jsd_forward_at, false>;
constexpr auto jsd_reverse = divergence<fl_no_step, fl_jsd_forward_at, true>;
}

#define FL_VECTOR_ENTRY(name) name,
#if FL_PRECISION == 32
const fl_cuda_vector_kernels fl_cuda_vectors_f32 = {
#else
const fl_cuda_vector_kernels fl_cuda_vectors_f64 = {
#endif
    vector_parts, { FL_VECTOR_LOSSES(FL_VECTOR_ENTRY) },
};
