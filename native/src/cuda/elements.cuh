/* Elements of a caller's buffer as fl_real, one by one or 16 bytes at a time. */
#ifndef FL_CUDA_ELEMENTS_H
#define FL_CUDA_ELEMENTS_H
#include "cuda/device.h"
#include "math/fl_math.h"

namespace fl {

/* How many elements 16 bytes hold. */
template <class T> constexpr int per_pack = 16 / int(sizeof(T));

#if FL_PRECISION == 32
FL_DEVICE fl_real read(const float* p) { return *p; }
FL_DEVICE fl_real read(const f16* p) { return widen(*p); }
FL_DEVICE fl_real read(const bf16* p) { return widen(*p); }
FL_DEVICE void write(float* p, fl_real v) { *p = v; }
FL_DEVICE void write(f16* p, fl_real v) { *p = narrow_f16(v); }
FL_DEVICE void write(bf16* p, fl_real v) { *p = narrow_bf16(v); }

FL_DEVICE void unpack(uint4 v, fl_real (&f)[4], float) {
    f[0] = as_float(v.x), f[1] = as_float(v.y), f[2] = as_float(v.z), f[3] = as_float(v.w);
}
FL_DEVICE uint4 pack(const fl_real (&f)[4], float) {
    return { as_bits(f[0]), as_bits(f[1]), as_bits(f[2]), as_bits(f[3]) };
}
FL_DEVICE void unpack_two(uint32_t two, fl_real* f, bf16) {
    f[0] = as_float(two << 16), f[1] = as_float(two & 0xFFFF0000u);
}
FL_DEVICE void unpack_two(uint32_t two, fl_real* f, f16) {
    f[0] = widen(f16{ static_cast<uint16_t>(two & 0xFFFFu) }), f[1] = widen(f16{ static_cast<uint16_t>(two >> 16) });
}
FL_DEVICE uint32_t pack_two(const fl_real* f, bf16) { return narrow_two_bf16(f[0], f[1]); }
FL_DEVICE uint32_t pack_two(const fl_real* f, f16) {
    return narrow_f16(f[0]).bits | static_cast<uint32_t>(narrow_f16(f[1]).bits) << 16;
}
template <class T> FL_DEVICE void unpack(uint4 v, fl_real (&f)[8], T type) {
    unpack_two(v.x, f, type), unpack_two(v.y, f + 2, type), unpack_two(v.z, f + 4, type), unpack_two(v.w, f + 6, type);
}
template <class T> FL_DEVICE uint4 pack(const fl_real (&f)[8], T type) {
    return { pack_two(f, type), pack_two(f + 2, type), pack_two(f + 4, type), pack_two(f + 6, type) };
}
#else
FL_DEVICE fl_real read(const double* p) { return *p; }
FL_DEVICE void write(double* p, fl_real v) { *p = v; }
FL_DEVICE void unpack(uint4 v, fl_real (&f)[2], double) { f[0] = as_double(v.x, v.y), f[1] = as_double(v.z, v.w); }
FL_DEVICE uint4 pack(const fl_real (&f)[2], double) {
    const uint2 a = as_bits(f[0]), b = as_bits(f[1]);
    return { a.x, a.y, b.x, b.y };
}
#endif

/* Elements between the 16-byte boundary before p and p itself. Buffers of the same phase share their windows. */
template <class T> FL_DEVICE int phase_of(const T* p) {
    return static_cast<int>(reinterpret_cast<uintptr_t>(p) % 16 / sizeof(T));
}

/* Sixteen bytes of a buffer of `count` elements, starting at element i, which may be up to a pack before the first or
 * behind the last: elements outside are `other`. p + i is a 16-byte boundary. */
template <class T> FL_DEVICE uint4 load_pack(const T* p, int64_t i, int64_t count, fl_real other) {
    constexpr int n = per_pack<T>;
    if (i >= 0 && i + n <= count) return load_16(p + i);
    fl_real f[n];
#pragma unroll
    for (int k = 0; k < n; ++k) f[k] = i + k >= 0 && i + k < count ? read(p + (i + k)) : other;
    return pack(f, T{});
}
template <class T> FL_DEVICE void store_pack(T* p, int64_t i, int64_t count, const fl_real (&f)[per_pack<T>]) {
    constexpr int n = per_pack<T>;
    if (i >= 0 && i + n <= count) {
        store_16(p + i, pack(f, T{}));
        return;
    }
#pragma unroll
    for (int k = 0; k < n; ++k)
        if (i + k >= 0 && i + k < count) write(p + (i + k), f[k]);
}

}
#endif
