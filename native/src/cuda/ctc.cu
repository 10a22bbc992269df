/* CTC on a GPU: the frames' sums, the lattice, the gradient; compiled once per precision. */
#include "cuda/ctc_lattice.cuh"
#include "cuda/row_plan.cuh"

namespace {
using namespace fl;

enum { lattice_half = 128, lattice_threads = 2 * lattice_half };

/* A frame as a row of classes. */
template <class T, int size> FL_DEVICE team_row<T, size> open_frame(const ctc_work& w, int64_t f, bool live,
                                                                        team_memory* memory) {
    team_row<T, size> row;
    const int64_t t = live ? f / w.call.batch : 0, n = live ? f % w.call.batch : 0;
    row.together = { memory, 0 };
    row.classes = live ? static_cast<int>(w.call.classes) : 0;
    row.x = ctc_frame<T>(w, t, n);
    row.gradient = static_cast<T*>(w.call.gradient);
    if (row.gradient) row.gradient += t * w.call.gradient_time + n * w.call.gradient_batch;
    return row;
}

template <class T, int size, int threads>
__global__ void __launch_bounds__(threads, least_blocks(threads)) frames_kernel(ctc_work w) {
    const int64_t f = row_index<threads, size>();
    const bool live = f < w.call.times * w.call.batch;
    auto row = open_frame<T, size>(w, f, live, &shared<team_memory>());
    constexpr int n = per_pack<T>;
    fl_real top = -FL_INFINITY;
    double sum = 0.0;
    row.places([&](int first) FL_INLINED {
        fl_real x[n];
        row.get_dense(row.x, first, x);
#pragma unroll
        for (int k = 0; k < n; ++k)
            if (row.inside(first + k)) top = max_op::of(top, x[k]);
    });
    top = row.together.template reduce<max_op>(top, -FL_INFINITY);
    row.places([&](int first) FL_INLINED {
        fl_real x[n];
        row.get_dense(row.x, first, x);
#pragma unroll
        for (int k = 0; k < n; ++k) x[k] = row.inside(first + k) ? fl_exp_nonpos(x[k] - top) : FL_R(0.0);
        sum += static_cast<double>(sum_of(x));
    });
    sum = row.together.sum(sum);
    if (!live || team<size>::index() != 0) return;
    w.memory.tops[f] = w.call.log_probabilities ? FL_R(0.0) : top;
    w.memory.sums[f] = w.call.log_probabilities ? 1.0 : sum;
}

/* The columns follow the products in shared memory, or lie behind the kept ones. */
struct lattice_memory { team_memory reductions; ctc_products<lattice_threads> products; ctc_state columns[1]; };

FL_DEVICE double finish_sample(const ctc_work& w, int64_t n, const ctc_place& p, const ctc_state* last,
                               fl_denominator all, bool wrong, bool fits) {
    ctc_sample s = { fl_wide_zero(), p.frames, p.labels, ctc_fate::impossible, 0 };
    if (!wrong && fits) s.total = p.labels > 0 ? fl_wide_sum(last[p.labels - 1].label, last[p.labels].blank)
                                               : last[0].blank;
    if (!(s.total.v == FL_R(0.0))) s.fate = ctc_fate::possible;
    double loss = fl_ctc_loss_of(s.total, all);
    if (s.fate == ctc_fate::impossible && w.call.zero_infinity) loss = 0.0;
    if (wrong) s.fate = ctc_fate::wrong, loss = static_cast<double>(FL_NAN);
    w.memory.samples[n] = s;
    if (w.call.losses) static_cast<fl_real*>(w.call.losses)[n] = static_cast<fl_real>(loss);
    if (wrong && w.how.bad_index) atomic_min(w.how.bad_index, n);
    return loss / (w.call.by_length && p.labels > 1 ? static_cast<double>(p.labels) : 1.0);
}

template <class T> __global__ void __launch_bounds__(lattice_threads, 2) lattice_kernel(ctc_work w, int in_shared) {
    lattice_memory& memory = shared<lattice_memory>();
    const int64_t n = blockIdx.x;
    team<lattice_threads> all = { &memory.reductions, 0 };
    const ctc_place p = place_of(w, n, labels_before(w, n, all));
    const bool wrong = p.wrong || !read_labels(w, n, p, all), fits = p.labels < w.width;
    const bool forward = threadIdx.x < lattice_half;
    ctc_state* own = in_shared ? memory.columns : w.memory.backward + (w.call.times * w.call.batch + 4 * n) * w.width;
    const ctc_columns two = { own + (forward ? 0 : 2) * w.width, w.width };
    if (!wrong && fits) sweep<T, lattice_half>(w, n, p, forward, two);
    const fl_denominator sums = multiply_sums(w, n, wrong ? 0 : p.frames, memory.products);
    if (threadIdx.x != 0) return;
    const double loss = finish_sample(w, n, p, two.at(p.frames), sums, wrong, fits);
    if (w.how.partial) w.how.partial[n] = loss;
}

/* The gradient before the shares. */
FL_DEVICE fl_real ctc_base(const ctc_work& w, fl_real x, fl_real top, fl_real by) {
    if (w.call.true_gradient) return FL_R(0.0);
    return (w.call.log_probabilities ? fl_exp(x) : fl_exp_nonpos(x - top)) * by;
}

/* Labels of one class share one element: the first of them adds up all. */
template <class T, int size>
FL_DEVICE void share_out(const ctc_work& w, int64_t t, int64_t n, const ctc_sample& s, fl_real scale,
                         team_row<T, size>& row, fl_real top, fl_real by, fl_real* values, fl_real& blank) {
    const int64_t column = (n * w.call.times + t) * w.width;
    const ctc_state *a = w.memory.forward + column, *b = w.memory.backward + column;
    const int32_t *classes = w.memory.classes + n * w.width, *next = w.memory.next + n * w.width;
    const int32_t* first = w.memory.first + n * w.width;
    const fl_real inverse = FL_R(1.0) / s.total.v;
    fl_real blanks = FL_R(0.0);
    for (int64_t i = team<size>::index(); i <= s.labels; i += size) {
        blanks += fl_ctc_share(a[i].blank, b[i].blank, inverse, s.total.e);
        if (i == s.labels || first[i] != i) continue;
        fl_real share = FL_R(0.0);
        for (int32_t j = static_cast<int32_t>(i); j >= 0; j = next[j])
            share += fl_ctc_share(a[j].label, b[j].label, inverse, s.total.e);
        values[i] = ctc_base(w, row.at(classes[i]), top, by) - share * scale;
    }
    blanks = row.together.sum(blanks);
    if (s.labels >= 0) blank = ctc_base(w, row.at(w.call.blank), top, by) - blanks * scale;
    row.together.sync(); /* logits of labels were read: the frame may be overwritten */
}

template <class T, int size, int threads>
__global__ void __launch_bounds__(threads, least_blocks(threads)) ctc_gradient_kernel(ctc_work w) {
    constexpr int count = per_pack<T>;
    const int64_t f = row_index<threads, size>();
    const bool live = f < w.call.times * w.call.batch;
    auto row = open_frame<T, size>(w, f, live, &shared<team_memory>());
    fl_real* values = reinterpret_cast<fl_real*>(&shared<team_memory>() + 1) + threadIdx.x / size * w.width;
    const int64_t t = live ? f / w.call.batch : 0, n = live ? f % w.call.batch : 0;
    ctc_sample s = w.memory.samples[n];
    const bool computed = live && t < s.frames && s.fate == ctc_fate::possible;
    const bool lost = live && t < s.frames && s.fate == ctc_fate::impossible && !w.call.zero_infinity;
    const fl_real upstream = w.call.upstream ? static_cast<const fl_real*>(w.call.upstream)[n] : FL_R(1.0);
    const double length = w.call.by_length && s.labels > 1 ? static_cast<double>(s.labels) : 1.0;
    const fl_real scale = static_cast<fl_real>(scale_of(w.how.scale) / length * static_cast<double>(upstream));
    const fl_real top = w.memory.tops[live ? f : 0];
    const fl_real by = static_cast<fl_real>(1.0 / w.memory.sums[live ? f : 0]) * scale;
    fl_real blank = FL_R(0.0);
    if (!computed) s.labels = -1; /* nothing to share, but all threads take part */
    share_out(w, t, n, s, scale, row, top, by, values, blank);
    row.places([&](int at) FL_INLINED {
        fl_real g[count];
        row.get_dense(row.x, at, g);
#pragma unroll
        for (int k = 0; k < count; ++k)
            g[k] = computed ? ctc_base(w, g[k], top, by) : lost ? FL_NAN : FL_R(0.0);
        row.put_gradient(at, g);
    });
    row.together.sync();
    if (!computed) return;
    for (int64_t i = team<size>::index(); i < s.labels; i += size)
        if (w.memory.first[n * w.width + i] == i) write(row.gradient + w.memory.classes[n * w.width + i], values[i]);
    if (team<size>::index() == 0) write(row.gradient + w.call.blank, blank);
}

/* Cuts the workspace up; the bytes that all of it needs. */
int64_t cut(ctc_work& w, char* p) {
    const int64_t frames = w.call.times * w.call.batch, wide = w.call.batch * w.width, columns = frames * w.width;
    char* at = p;
    auto take = [&](int64_t bytes) { char* start = at; at += (bytes + 15) / 16 * 16; return start; };
    w.memory.sums = reinterpret_cast<double*>(take(frames * 8));
    w.how.partial = reinterpret_cast<double*>(take(w.call.batch * 8));
    w.memory.tops = reinterpret_cast<fl_real*>(take(frames * int64_t(sizeof(fl_real))));
    w.memory.forward = reinterpret_cast<ctc_state*>(take(columns * int64_t(sizeof(ctc_state))));
    w.memory.backward = reinterpret_cast<ctc_state*>(take((columns + 4 * wide) * int64_t(sizeof(ctc_state))));
    w.memory.samples = reinterpret_cast<ctc_sample*>(take(w.call.batch * int64_t(sizeof(ctc_sample))));
    w.memory.classes = reinterpret_cast<int32_t*>(take(wide * 4));
    w.memory.next = reinterpret_cast<int32_t*>(take(wide * 4));
    w.memory.first = reinterpret_cast<int32_t*>(take(wide * 4));
    return at - p;
}

template <class T, int size, int threads, class Kernel>
int launch_frames(const ctc_work& w, int64_t words, Kernel kernel, stream_t on) {
    const int64_t teams = threads / size, frames = w.call.times * w.call.batch;
    const size_t bytes = sizeof(team_memory) + size_t(teams * words) * sizeof(fl_real);
    return frames == 0 ? 0 : launch(on, shape{ (frames + teams - 1) / teams, threads, bytes }, kernel, w);
}

template <class T> int run(const ctc_work& w, stream_t on) {
    const size_t columns = 4 * size_t(w.width) * sizeof(ctc_state);
    const bool fits = columns <= 64u << 10, small = w.call.classes * int64_t(sizeof(T)) <= 4096;
    if (const int e = small ? launch_frames<T, 32, 128>(w, 0, frames_kernel<T, 32, 128>, on)
                            : launch_frames<T, 256, 256>(w, 0, frames_kernel<T, 256, 256>, on)) return e;
    if (const int e = launch(on, shape{ w.call.batch, lattice_threads, sizeof(lattice_memory) + (fits ? columns : 0) },
                             lattice_kernel<T>, w, int(fits))) return e;
    if (!w.call.gradient) return 0;
    return small ? launch_frames<T, 32, 128>(w, w.width, ctc_gradient_kernel<T, 32, 128>, on)
                 : launch_frames<T, 256, 256>(w, w.width, ctc_gradient_kernel<T, 256, 256>, on);
}

int64_t workspace(const fl_ctc_call* call) {
    ctc_work w = { *call, {}, {}, call->most_labels + 1 };
    return cut(w, nullptr);
}

int32_t ctc(const fl_ctc_call* call, fl_cuda_ctc_work* how, void* stream) {
    ctc_work w = { *call, *how, {}, call->most_labels + 1 };
    cut(w, static_cast<char*>(call->workspace));
    how->partial = w.how.partial;
    return with_type(call->type, [&](auto type) { return run<decltype(type)>(w, static_cast<stream_t>(stream)); });
}
}

#if FL_PRECISION == 32
const fl_cuda_ctc_kernels fl_cuda_ctc_f32 = { workspace, ctc };
#else
const fl_cuda_ctc_kernels fl_cuda_ctc_f64 = { workspace, ctc };
#endif
