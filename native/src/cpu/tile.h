/* Tiles: the point-wise loop works on FL_TILE elements that lie dense in L1 or in the caller's memory. Reading a view
 * gives such a pointer, gathering only when the view is strided or repeats; writing goes through or past the cache. */
#ifndef FL_TILE_H
#define FL_TILE_H
#include "cpu/elements.h"
#include "cpu/kernels.h"
#include "math/fl_reduce.h"
#if defined(__SSE2__)
#  include <immintrin.h>
#endif

/* Asks for what comes next while something else is computed: gains out of cache, loses nothing in it. */
FL_FN void fl_prefetch(const fl_real* p, int64_t n) {
    for (int64_t i = 0; i < n; i += 64 / (int64_t)sizeof(fl_real)) __builtin_prefetch(p + i, 0, 2);
}

/* Rows that are worth asking for while others are computed; NULL where nothing is. A tile of fewer classes is few pages
 * in a row: there the processor asks by itself, and asking twice costs. */
enum { FL_ASK_FROM = 4 };
FL_FN int fl_tile_asks(const fl_row_call* call, int64_t stride) {
    return call->large && call->classes >= FL_ASK_FROM && call->inner == 1 && stride == call->classes
        && !fl_is_half(call->type);
}
FL_FN const fl_real* fl_next_tile(const fl_row_call* call, const void* rows, int64_t row, int64_t width) {
    return rows && fl_tile_asks(call, call->input_outer) && row + 2 * width <= call->outer
         ? (const fl_real*)rows + (row + width) * call->classes : NULL;
}

/* Intrinsics, because a C loop cannot ask gcc for it, and clang's __builtin_nontemporal_store goes scalar in a
 * vectorised loop. */
#if defined(__AVX512F__)
enum { FL_STREAM_BYTES = 64 };
FL_FN void fl_stream(float* to, const float* from) { _mm512_stream_ps(to, _mm512_loadu_ps(from)); }
#elif defined(__AVX2__)
enum { FL_STREAM_BYTES = 32 };
FL_FN void fl_stream(float* to, const float* from) { _mm256_stream_ps(to, _mm256_loadu_ps(from)); }
#elif defined(__SSE2__)
enum { FL_STREAM_BYTES = 16 };
FL_FN void fl_stream(float* to, const float* from) { _mm_stream_ps(to, _mm_loadu_ps(from)); }
#endif

/* Only whole lines go past the cache: where the rest of one is stored in the cache, the store waits for memory. */
FL_FN void fl_write(fl_real* to, const fl_real* from, int64_t n, int stream) {
    int64_t i = 0;
#if defined(__SSE2__)
    if (stream) {
        const int64_t step = FL_STREAM_BYTES / (int64_t)sizeof(fl_real);
        for (; i < n && ((uintptr_t)(to + i) & 63); ++i) to[i] = from[i];
        for (const int64_t end = i + ((n - i) & -(int64_t)FL_VEC); i < end; i += step)
            fl_stream((float*)(to + i), (const float*)(from + i));
    }
#else
    (void)stream;
#endif
    if (i < n) memcpy(to + i, from + i, sizeof(fl_real) * (size_t)(n - i));
}
/* `to` is aligned to 64 bytes. */
FL_FN void fl_stream_block(fl_real* to, const fl_real* from, int64_t n) {
#if defined(__SSE2__)
    const int64_t step = FL_STREAM_BYTES / (int64_t)sizeof(fl_real);
    for (int64_t i = 0; i < n; i += step) fl_stream((float*)(to + i), (const float*)(from + i));
#else
    memcpy(to, from, sizeof(fl_real) * (size_t)n);
#endif
}
FL_FN void fl_write_end(int stream) {
#if defined(__SSE2__)
    if (stream) _mm_sfence();
#else
    (void)stream;
#endif
}

/* Lanes [begin, end) of FL_SUM_LANES elements; others are not touched, read as `other`, or not kept but 0. Masked: a
 * wide load of what was just stored element by element would wait for it. */
#if defined(__AVX512F__) && FL_PRECISION == 32
FL_FN uint32_t fl_lane_mask(int begin, int end) {
    return (uint32_t)((((uint64_t)1 << end) - 1) & ~(((uint64_t)1 << begin) - 1));
}
FL_FN void fl_read_lanes(float* to, const float* from, int begin, int end, float other) {
    const uint32_t mask = fl_lane_mask(begin, end);
    const __m512 rest = _mm512_set1_ps(other);
    _mm512_storeu_ps(to, _mm512_mask_loadu_ps(rest, (__mmask16)mask, from));
    _mm512_storeu_ps(to + 16, _mm512_mask_loadu_ps(rest, (__mmask16)(mask >> 16), from + 16));
}
FL_FN void fl_write_lanes(float* to, const float* from, int begin, int end) {
    const uint32_t mask = fl_lane_mask(begin, end);
    _mm512_mask_storeu_ps(to, (__mmask16)mask, _mm512_loadu_ps(from));
    _mm512_mask_storeu_ps(to + 16, (__mmask16)(mask >> 16), _mm512_loadu_ps(from + 16));
}
FL_FN void fl_keep_lanes(float* x, int begin, int end) { fl_read_lanes(x, x, begin, end, 0.0f); }
#else
FL_FN void fl_read_lanes(fl_real* to, const fl_real* from, int begin, int end, fl_real other) {
    for (int i = 0; i < FL_SUM_LANES; ++i) to[i] = other;
    for (int i = begin; i < end; ++i) to[i] = from[i];
}
FL_FN void fl_write_lanes(fl_real* to, const fl_real* from, int begin, int end) {
    for (int i = begin; i < end; ++i) to[i] = from[i];
}
FL_FN void fl_keep_lanes(fl_real* x, int begin, int end) {
    for (int i = 0; i < FL_SUM_LANES; ++i) x[i] = i >= begin && i < end ? x[i] : FL_R(0.0);
}
#endif

/* Where a run along the last axis starts, and how long it is, for element i of a strided view. */
typedef struct fl_run { int64_t offset, length; } fl_run;
FL_FN fl_run fl_run_at(const fl_view* view, const int64_t* shape, int64_t i, int64_t left) {
    const int64_t column = i % shape[2], row = i / shape[2], rest = shape[2] - column;
    return (fl_run){ row / shape[1] * view->stride[0] + row % shape[1] * view->stride[1] + column * view->stride[2],
                     rest < left ? rest : left };
}

static void fl_gather(const fl_view* view, const int64_t* shape, int64_t i, int64_t n, fl_real* to) {
    while (n > 0) {
        const fl_run run = fl_run_at(view, shape, i, n);
        fl_gather_step(view->data, run.offset, view->stride[2], run.length, view->type, to);
        to += run.length, i += run.length, n -= run.length;
    }
}

static void fl_scatter(const fl_view* view, const int64_t* shape, int64_t i, int64_t n, const fl_real* from) {
    while (n > 0) {
        const fl_run run = fl_run_at(view, shape, i, n);
        fl_scatter_step((void*)(uintptr_t)view->data, run.offset, view->stride[2], run.length, view->type, from);
        from += run.length, i += run.length, n -= run.length;
    }
}

/* Elements [i, i + n) of a view, n <= FL_TILE: where they lie, or in `tile`. NULL for an absent view. */
FL_FN const fl_real* fl_read_tile(const fl_view* view, const int64_t* shape, int64_t i, int64_t n, fl_real* tile) {
    if (!view->data) return NULL;
    if (view->dense) return fl_read_step(view->data, i, 1, n, view->type, tile);
    fl_gather(view, shape, i, n, tile);
    return tile;
}

/* Where a tile of an output is computed: at its place, unless it is strided or of another type. */
FL_FN fl_real* fl_output_tile(const fl_view* view, int64_t i, fl_real* tile) {
    if (!view->data) return NULL;
    return view->dense && !fl_is_half(view->type) ? (fl_real*)(uintptr_t)view->data + i : tile;
}

FL_FN void fl_write_tile(const fl_view* view, const int64_t* shape, int64_t i, int64_t n, const fl_real* tile) {
    void* data = (void*)(uintptr_t)view->data;
    if (!view->dense) fl_scatter(view, shape, i, n, tile);
    else if (fl_is_half(view->type)) fl_narrow(fl_at_out(data, i, view->type), tile, n, view->type);
    else memcpy((fl_real*)data + i, tile, sizeof(fl_real) * (size_t)n);
}
#endif
