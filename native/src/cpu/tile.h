/* Tiles: the point-wise loop works on FL_TILE elements that lie dense in L1 or in the caller's memory. Reading a view
 * gives such a pointer, gathering only when the view is strided or repeats; writing goes through or past the cache. */
#ifndef FL_TILE_H
#define FL_TILE_H
#include "cpu/kernels.h"
#include "math/fl_math.h"
#if defined(__SSE2__)
#  include <emmintrin.h>
#endif

enum { FL_TILE = 512 };
#define FL_ALIGNED __attribute__((aligned(64)))

/* SSE2 intrinsics are in every x86-64 build and write whole lines as fast as wider ones. A C loop cannot ask gcc for
 * it; clang's __builtin_nontemporal_store goes scalar in a vectorised loop. */
FL_FN void fl_write(fl_real* to, const fl_real* from, int64_t n, int stream) {
    int64_t i = 0;
#if defined(__SSE2__)
    if (stream) {
        const int64_t quad = 16 / (int64_t)sizeof(fl_real), line = 4 * quad;
        for (; i < n && ((uintptr_t)(to + i) & 63); ++i) to[i] = from[i];
        for (; i + line <= n; i += line)
            for (int64_t l = 0; l < line; l += quad)
                _mm_stream_ps((float*)(to + i + l), _mm_loadu_ps((const float*)(from + i + l)));
    }
#else
    (void)stream;
#endif
    if (i < n) memcpy(to + i, from + i, sizeof(fl_real) * (size_t)(n - i));
}
FL_FN void fl_write_end(int stream) {
#if defined(__SSE2__)
    if (stream) _mm_sfence();
#else
    (void)stream;
#endif
}

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
        const fl_real* from = (const fl_real*)view->data + run.offset;
        const int64_t step = view->stride[2];
        for (int64_t k = 0; k < run.length; ++k) to[k] = from[k * step];
        to += run.length, i += run.length, n -= run.length;
    }
}

static void fl_scatter(const fl_view* view, const int64_t* shape, int64_t i, int64_t n, const fl_real* from) {
    while (n > 0) {
        const fl_run run = fl_run_at(view, shape, i, n);
        fl_real* to = (fl_real*)(uintptr_t)view->data + run.offset;
        const int64_t step = view->stride[2];
        for (int64_t k = 0; k < run.length; ++k) to[k * step] = from[k];
        from += run.length, i += run.length, n -= run.length;
    }
}

/* Elements [i, i + n) of a view, n <= FL_TILE: where they lie, or gathered into `tile`. NULL for an absent view. */
FL_FN const fl_real* fl_read_tile(const fl_view* view, const int64_t* shape, int64_t i, int64_t n, fl_real* tile) {
    if (view->dense || !view->data) return view->data ? (const fl_real*)view->data + i : NULL;
    fl_gather(view, shape, i, n, tile);
    return tile;
}

FL_FN void fl_write_tile(const fl_view* view, const int64_t* shape, int64_t i, int64_t n, const fl_real* tile,
                         int stream) {
    if (view->dense) fl_write((fl_real*)(uintptr_t)view->data + i, tile, n, stream);
    else fl_scatter(view, shape, i, n, tile);
}
#endif
