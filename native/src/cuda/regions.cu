/* Losses of whole regions, in three launches: the sums of every region over chunks of rows; its term and slopes from
 * the sums of all chunks; the gradient, for which p is computed again rather than kept. Compiled once per precision.
 * Which rows a chunk and a tile have follows from sizes alone, and so does the order of every sum. */
#include "cuda/region_chunks.cuh"
#include "cuda/row_plan.cuh"

namespace {
using namespace fl;

enum { most_chunks = 4096, few_sums = 4, many_sums = 64, term_threads = 512 };

template <class T, bool softmax, bool soft>
__global__ void __launch_bounds__(region_threads, 2)
overlap_kernel(fl_row_call call, fl_cuda_regions how, tile_plan plan) {
    region_chunk k(call, how.cut, plan);
    region_sums* to = reinterpret_cast<region_sums*>(how.cut.sums) + static_cast<int64_t>(blockIdx.x) * call.classes;
    const int thread = static_cast<int>(threadIdx.x), sigmoid = !how.cut.hyper.probabilities;
    const bool few = call.classes <= region_threads;
    const int groups = few ? region_threads / static_cast<int>(call.classes) : 1;
    region_sums mine;
    int64_t wrong = 0;
    mine.clear();
    for (bool fresh = true; k.more() || fresh; k.go_on(), fresh = false) {
        if (k.many()) sync_block(); /* the rows of the tile before are still looked at */
        else k.load<T, soft>(0);
        region_row row = {};
        for (int turn = 0; turn < k.turns(); ++turn) {
            row.start(call, plan, k.block, turn);
            prepare_row<T, softmax, soft>(k, row);
            if (!row.y.bad || row.lane != 0) continue;
            wrong = 1;
            if (how.bad_index) atomic_min(how.bad_index, k.block.row + row.l);
        }
        k.each_block<T, soft>([&]() FL_INLINED {
            if (softmax && k.many()) row.make_exponentials<T>(plan, k.block, k.x);
            sync_block();
            if (few && thread / groups < k.block.classes)
                add_class<softmax, soft>(k, thread / groups, thread % groups, groups, sigmoid, mine);
            for (int c = thread; c < k.block.classes && !few; c += region_threads) {
                region_sums& sums = to[k.block.first + c];
                if (fresh) sums.clear();
                add_class<softmax, soft>(k, c, 0, 1, sigmoid, sums);
            }
        });
    }
    if (few) leave_sums(k, groups, mine, to);
    team<region_threads> all = { &k.memory.team, 0 };
    wrong = all.reduce<max_op>(wrong, int64_t(0));
    if (thread == 0) how.wrong[blockIdx.x] = wrong;
}

template <class T, bool softmax, bool soft>
__global__ void __launch_bounds__(region_threads, 2)
gradient_kernel(fl_row_call call, fl_cuda_regions how, tile_plan plan) {
    region_chunk k(call, how.cut, plan);
    const fl_real* slopes = static_cast<const fl_real*>(how.slopes) + 2 * k.slab * how.cut.regions;
    const int sigmoid = !how.cut.hyper.probabilities;
    for (; k.more(); k.go_on()) {
        if (!k.many()) k.load<T, soft>(0);
        region_row row = {};
        fl_softmax_flow flow = { FL_R(0.0), FL_R(0.0), FL_R(0.0) };
        const auto slope = [&]() FL_INLINED {
            const bool common = how.cut.regions == 1;
            return region_slope<soft>{ slopes, k.t, common, k.block.first, static_cast<int>(row.y.c),
                                       call.classes == 1 };
        };
        const auto finish = [&]() FL_INLINED {
            const region_slope<soft> h = slope();
            row.each(plan, k.block, [&](int c, int at) FL_INLINED {
                const fl_real grad = softmax ? fl_softmax_slope(k.x[at], h(c, at), flow)
                                             : fl_direct_slope(k.x[at], h(c, at), sigmoid);
                k.x[at] = row.y.c < 0 ? FL_R(0.0) : grad;
            });
        };
        for (int turn = 0; turn < k.turns(); ++turn) {
            row.start(call, plan, k.block, turn);
            if (softmax) {
                k.each_block<T, soft>([&]() FL_INLINED { row.see_tops(plan, k.block, k.x); });
                row.know_top();
                row.out = row.best;
                k.each_block<T, soft>([&]() FL_INLINED {
                    row.make_exponentials<T>(plan, k.block, k.x);
                    row.add(plan, k.block, k.x, slope());
                });
                row.know_sums();
                flow = fl_softmax_flow_of(static_cast<fl_real>(row.rest), static_cast<fl_real>(row.pull), row.own);
            }
            if (!k.many()) finish();
        }
        k.each_block<T, soft>([&]() FL_INLINED {
            if (softmax && k.many()) row.make_exponentials<T>(plan, k.block, k.x);
            if (k.many()) finish();
            sync_block();
            const tile_walk out = { call, plan, k.block, call.gradient_outer, call.gradient_class, 0, 0, 0 };
            store_tile(out, k.x, static_cast<T*>(call.gradient));
        });
    }
}

/* The sums of a region over all chunks; its term and slopes. */
template <int size>
__global__ void __launch_bounds__(term_threads, least_blocks(term_threads))
terms_kernel(fl_row_call call, fl_cuda_regions how) {
    const fl_region_call& cut = how.cut;
    team<size> together = { &shared<team_memory>(), 0 };
    const int64_t i = row_index<term_threads, size>(), slab = i / cut.regions, region = i % cut.regions;
    const bool live = slab < cut.slabs;
    const int64_t classes = call.classes / cut.regions, parts = live ? cut.chunks * classes : 0;
    region_sums sums;
    int64_t wrong = 0;
    sums.clear();
    for (int64_t p = team<size>::index(); p < parts; p += size) {
        const int64_t chunk = slab * cut.chunks + p / classes;
        sums.add(reinterpret_cast<const region_sums*>(cut.sums)[chunk * call.classes + region + p % classes]);
        wrong = max_op::of(wrong, how.wrong[chunk]);
    }
    double total[FL_REGION_SUMS];
#pragma unroll
    for (int s = 0; s < FL_REGION_SUMS; ++s)
        total[s] = fl_total_of(fl_total{ together.sum(sums.sum[s].sum), together.sum(sums.sum[s].lost) });
    wrong = together.template reduce<max_op>(wrong, int64_t(0));
    const fl_overlap overlap = { total[0], total[1], total[2] };
    const fl_region result = fl_tversky_at(&overlap, &cut.hyper);
    const double term = wrong ? static_cast<double>(FL_NAN) : result.term;
    if (live && team<size>::index() == 0) {
        const double flow = call.upstream ? static_cast<double>(static_cast<const fl_real*>(call.upstream)[i]) : 1.0;
        const bool common = classes > 1 && !cut.hyper.probabilities;
        const fl_region_slopes slopes = fl_region_slopes_of(result, scale_of(how.scale) * flow, call.target != nullptr,
                                                            common);
        fl_real* to = static_cast<fl_real*>(how.slopes) + 2 * i;
        to[0] = static_cast<fl_real>(slopes.outside), to[1] = static_cast<fl_real>(slopes.other);
        if (call.losses) static_cast<fl_real*>(call.losses)[i] = static_cast<fl_real>(term);
    }
    leave_part<term_threads, size>(how.partial, shared<team_memory>(), live ? term : 0.0);
}

void plan(const fl_row_call* call, fl_region_call* cut) {
    const int64_t rows = plan_tile(*call).rows, least = rows < least_chunk_rows ? +least_chunk_rows : rows;
    const int64_t most = cut->slabs < 1 ? 1 : cut->slabs > most_chunks ? 1 : most_chunks / cut->slabs;
    const int64_t share = (cut->rows + most - 1) / most, wanted = share > least ? share : least;
    cut->length = (wanted + rows - 1) / rows * rows;
    cut->chunks = cut->rows > cut->length ? (cut->rows + cut->length - 1) / cut->length : 1;
}

/* Threads of a region in the step between the passes. */
int team_of_terms(const fl_row_call& call, const fl_region_call& cut) {
    const int64_t count = cut.chunks * (call.classes / cut.regions);
    return count > many_sums ? +term_threads : count > few_sums ? 32 : 1;
}

int64_t parts(const fl_row_call* call, const fl_region_call* cut) {
    const int64_t each = term_threads / team_of_terms(*call, *cut);
    return (cut->slabs * cut->regions + each - 1) / each;
}

int32_t terms(const fl_row_call* call, const fl_cuda_regions* how, void* stream) {
    const shape s = { parts(call, &how->cut), term_threads, sizeof(team_memory) };
    const auto on = static_cast<stream_t>(stream);
    if (s.blocks == 0) return 0;
    switch (team_of_terms(*call, how->cut)) {
    case 1:  return launch(on, s, terms_kernel<1>, *call, *how);
    case 32: return launch(on, s, terms_kernel<32>, *call, *how);
    default: return launch(on, s, terms_kernel<term_threads>, *call, *how);
    }
}

/* f(element, is it softmax, is there a target) */
template <class F> int with_kind(const fl_row_call& call, const fl_region_call& cut, F f) {
    const bool softmax = call.classes > 1 && !cut.hyper.probabilities;
    return with_type(call.type, [&](auto type) -> int {
        if (softmax && call.target) return f(type, std::true_type{}, std::true_type{});
        if (softmax) return f(type, std::true_type{}, std::false_type{});
        if (call.target) return f(type, std::false_type{}, std::true_type{});
        return f(type, std::false_type{}, std::false_type{});
    });
}

int32_t overlap(const fl_row_call* call, const fl_cuda_regions* how, void* stream) {
    const tile_plan tile = plan_tile(*call);
    const shape s = { how->cut.slabs * how->cut.chunks, region_threads, region_bytes(*call, tile) };
    return with_kind(*call, how->cut, [&](auto type, auto softmax, auto soft) {
        const auto kernel = overlap_kernel<decltype(type), decltype(softmax)::value, decltype(soft)::value>;
        return launch(static_cast<stream_t>(stream), s, kernel, *call, *how, tile);
    });
}

int32_t gradient(const fl_row_call* call, const fl_cuda_regions* how, void* stream) {
    const tile_plan tile = plan_tile(*call);
    const shape s = { how->cut.slabs * how->cut.chunks, region_threads, region_bytes(*call, tile) };
    return with_kind(*call, how->cut, [&](auto type, auto softmax, auto soft) {
        const auto kernel = gradient_kernel<decltype(type), decltype(softmax)::value, decltype(soft)::value>;
        return launch(static_cast<stream_t>(stream), s, kernel, *call, *how, tile);
    });
}
}

#if FL_PRECISION == 32
const fl_cuda_region_kernels fl_cuda_regions_f32 = {
#else
const fl_cuda_region_kernels fl_cuda_regions_f64 = {
#endif
    plan, parts, overlap, terms, gradient,
};
