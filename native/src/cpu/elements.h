/* Elements of a caller's buffer, whatever their type, as fl_real: where they lie when they are dense and of that type,
 * else copied into a tile. `type` is the buffer's fl_dtype; a double kernel only ever sees FL_FLOAT64. */
#ifndef FL_ELEMENTS_H
#define FL_ELEMENTS_H
#include "fusedloss/fusedloss.h"
#include "math/fl_math.h"
#if FL_PRECISION == 32
#  include "math/fl_convert.h"
#endif

enum { FL_TILE = 512 };
/* To a line of memory: gcc aligns what it vectorises, clang does not, and half of its loads would cross lines. */
#define FL_ALIGNED __attribute__((aligned(64)))

/* A function of its own, because it is called from everywhere and seldom. */
#define FL_APART static __attribute__((noinline, unused))

FL_FN int fl_is_half(int32_t type) { return FL_PRECISION == 32 && type >= FL_FLOAT16; }
FL_FN const void* fl_at(const void* data, int64_t i, int32_t type) {
    return (const char*)data + i * (fl_is_half(type) ? 2 : (int64_t)sizeof(fl_real));
}
FL_FN void* fl_at_out(void* data, int64_t i, int32_t type) { return (void*)(uintptr_t)fl_at(data, i, type); }

#if FL_PRECISION == 32
FL_APART void fl_widen(float* to, const void* from, int64_t n, int32_t type) {
    if (type == FL_FLOAT16) fl_widen_f16(to, (const uint16_t*)from, n);
    else fl_widen_bf16(to, (const uint16_t*)from, n);
}
FL_APART void fl_narrow(void* to, const float* from, int64_t n, int32_t type) {
    if (type == FL_FLOAT16) fl_narrow_f16((uint16_t*)to, from, n);
    else fl_narrow_bf16((uint16_t*)to, from, n);
}
#else
FL_FN void fl_widen(fl_real* to, const void* from, int64_t n, int32_t type) {
    (void)to, (void)from, (void)n, (void)type;
}
FL_FN void fl_narrow(void* to, const fl_real* from, int64_t n, int32_t type) {
    (void)to, (void)from, (void)n, (void)type;
}
#endif

/* Elements first, first + step, ... copied, n of them; n <= FL_TILE for 16-bit types. */
FL_APART void fl_gather_step(const void* data, int64_t first, int64_t step, int64_t n, int32_t type,
                                           fl_real* to) {
    if (!fl_is_half(type)) {
        const fl_real* from = (const fl_real*)data + first;
        for (int64_t i = 0; i < n; ++i) to[i] = from[i * step];
        return;
    }
    const uint16_t* from = (const uint16_t*)data + first;
    uint16_t packed[FL_TILE] FL_ALIGNED;
    for (int64_t i = 0; i < n; ++i) packed[i] = from[i * step];
    fl_widen(to, packed, n, type);
}
FL_APART void fl_scatter_step(void* data, int64_t first, int64_t step, int64_t n, int32_t type,
                                            const fl_real* from) {
    if (!fl_is_half(type)) {
        fl_real* to = (fl_real*)data + first;
        for (int64_t i = 0; i < n; ++i) to[i * step] = from[i];
        return;
    }
    uint16_t packed[FL_TILE] FL_ALIGNED, *to = (uint16_t*)data + first;
    fl_narrow(packed, from, n, type);
    for (int64_t i = 0; i < n; ++i) to[i * step] = packed[i];
}

/* Elements as above, to be read: in place when they are dense fl_real, else in `tile`. */
FL_FN const fl_real* fl_read_step(const void* data, int64_t first, int64_t step, int64_t n, int32_t type,
                                  fl_real* tile) {
    if (step == 1 && !fl_is_half(type)) return (const fl_real*)data + first;
    if (step == 1) fl_widen(tile, fl_at(data, first, type), n, type);
    else fl_gather_step(data, first, step, n, type, tile);
    return tile;
}
FL_FN void fl_write_step(void* data, int64_t first, int64_t step, int64_t n, int32_t type, const fl_real* from) {
    if (step != 1) fl_scatter_step(data, first, step, n, type, from);
    else if (fl_is_half(type)) fl_narrow(fl_at_out(data, first, type), from, n, type);
    else memcpy((fl_real*)data + first, from, sizeof(fl_real) * (size_t)n);
}
FL_FN fl_real fl_read_one(const void* data, int64_t i, int32_t type) {
    fl_real x;
    if (!fl_is_half(type)) return ((const fl_real*)data)[i];
    fl_widen(&x, fl_at(data, i, type), 1, type);
    return x;
}
FL_FN void fl_write_one(void* data, int64_t i, int32_t type, fl_real x) {
    if (fl_is_half(type)) fl_narrow(fl_at_out(data, i, type), &x, 1, type);
    else ((fl_real*)data)[i] = x;
}
#endif
