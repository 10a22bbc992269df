/* Which holder a row gets, where it is not streamed: it depends on the type and the shape alone, so that results do not
 * depend on the device. */
#ifndef FL_CUDA_ROW_PLAN_H
#define FL_CUDA_ROW_PLAN_H
#include "cuda/row_holders.cuh"

namespace fl {

enum { row_threads = 128, long_row_threads = 512 };

/* Of registers: the team and its packs; 0 packs: a block reads from memory; team 1: a column. */
struct row_plan { int team, packs; };

template <class T> row_plan plan_rows(const fl_row_call& call) {
    const int64_t packs = (call.classes + 2 * per_pack<T> - 2) / per_pack<T>; /* wherever a row may start */
    if (call.inner != 1) return { 1, 0 };
    if (packs <= 4) return { 4, 1 };
    if (packs <= 16) return { 8, 2 };
    if (packs <= 64) return { 32, 2 };
    if (packs <= 128) return { 32, 4 };
    if (packs <= 512) return { 128, 4 };
    if (packs <= 2048) return { 512, 4 };
    return { 512, 0 };
}

/* Resident blocks that the compiler has to leave room for: 128 registers per thread. Told nothing, it spills a few. */
constexpr int least_blocks(int threads) { return 512 / threads; }

inline int threads_of(row_plan plan) { return plan.team > row_threads ? long_row_threads : row_threads; }

inline int64_t blocks_of(const fl_row_call& call, row_plan plan) {
    const int64_t rows = call.outer * call.inner, each = threads_of(plan) / plan.team;
    return (rows + each - 1) / each;
}

/* f(holder, threads as a constant) for the plan's holder. */
template <class T, class F> int with_holder(row_plan plan, F f) {
    switch (plan.team * 8 + plan.packs) {
    case 4 * 8 + 1:   return f(register_row<T, 4, 1>{}, std::integral_constant<int, row_threads>{});
    case 8 * 8 + 2:   return f(register_row<T, 8, 2>{}, std::integral_constant<int, row_threads>{});
    case 32 * 8 + 2:  return f(register_row<T, 32, 2>{}, std::integral_constant<int, row_threads>{});
    case 32 * 8 + 4:  return f(register_row<T, 32, 4>{}, std::integral_constant<int, row_threads>{});
    case 128 * 8 + 4: return f(register_row<T, 128, 4>{}, std::integral_constant<int, row_threads>{});
    case 512 * 8 + 4: return f(register_row<T, 512, 4>{}, std::integral_constant<int, long_row_threads>{});
    case 512 * 8:     return f(memory_row<T, 512>{}, std::integral_constant<int, long_row_threads>{});
    default:          return f(column_row<T>{}, std::integral_constant<int, row_threads>{});
    }
}

/* The same team, rows in memory. */
template <class T, class F> int with_memory_holder(row_plan plan, F f) {
    switch (plan.team) {
    case 4:   return f(memory_row<T, 4>{}, std::integral_constant<int, row_threads>{});
    case 8:   return f(memory_row<T, 8>{}, std::integral_constant<int, row_threads>{});
    case 32:  return f(memory_row<T, 32>{}, std::integral_constant<int, row_threads>{});
    case 128: return f(memory_row<T, 128>{}, std::integral_constant<int, row_threads>{});
    case 512: return f(memory_row<T, 512>{}, std::integral_constant<int, long_row_threads>{});
    default:  return f(column_row<T>{}, std::integral_constant<int, row_threads>{});
    }
}

/* f(element) for the call's type. */
template <class F> auto with_type(int32_t type, F f) -> decltype(f(fl_real{})) {
#if FL_PRECISION == 32
    if (type == FL_FLOAT16) return f(f16{});
    if (type == FL_BFLOAT16) return f(bf16{});
#endif
    (void)type;
    return f(fl_real{});
}

/* The part of a sum that is this block's. Of teams, the first thread brings the value. */
template <int threads, int team_size> FL_DEVICE void leave_part(double* parts, team_memory& memory, double value) {
    if (!parts) return;
    if (team<team_size>::index() != 0) value = 0.0;
    if (team_size < threads) {
        team<threads> all = { &memory, 0 };
        value = all.sum(value);
    }
    if (threadIdx.x == 0) parts[blockIdx.x] = value;
}

template <int threads, int team_size> FL_DEVICE int64_t row_index() {
    return static_cast<int64_t>(blockIdx.x) * (threads / team_size) + static_cast<int>(threadIdx.x) / team_size;
}

}
#endif
