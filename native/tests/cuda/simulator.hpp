/* The words of native/src/cuda/device.h as a CPU speaks them, for tests. */
#ifndef FL_TESTS_SIMULATOR_H
#define FL_TESTS_SIMULATOR_H
#include "copies.hpp"
#include <math.h>

#define __global__ static
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __restrict__
#define threadIdx (simulator::thread_index())
#define blockIdx (simulator::block_index())
#define blockDim (simulator::machine.block_size)
#define gridDim (simulator::machine.grid_size)

struct alignas(8) uint2 { uint32_t x, y; };
struct alignas(16) uint4 { uint32_t x, y, z, w; };

namespace simulator {

template <class T> uint64_t pack(T v) {
    static_assert(sizeof(T) <= 8, "one word per lane");
    uint64_t u = 0;
    memcpy(&u, &v, sizeof v);
    return u;
}
template <class T> T unpack(uint64_t u) {
    T v;
    memcpy(&v, &u, sizeof v);
    return v;
}

inline float as_float(uint32_t u) { return unpack<float>(u); }
inline uint32_t as_bits(float f) { return uint32_t(pack(f)); }
inline double as_double(uint32_t low, uint32_t high) { return unpack<double>(uint64_t(high) << 32 | low); }
inline uint2 as_bits(double d) { return { uint32_t(pack(d)), uint32_t(pack(d) >> 32) }; }

inline void check_alignment(const void* p, size_t bytes) {
    if (reinterpret_cast<uintptr_t>(p) % bytes) fail("misaligned vector access");
}
inline uint4 load_16(const void* p) {
    check_alignment(p, 16);
    return *static_cast<const uint4*>(p);
}
inline void store_16(void* p, uint4 v) {
    check_alignment(p, 16);
    *static_cast<uint4*>(p) = v;
}

inline float exp2_fast(float x) {
    const float y = exp2f(x);
    return y < 1.17549435e-38f ? 0.0f : y;
}

/* Independent of math/fl_convert.h, because kernels are tested with them: by way of double arithmetic. */
inline float widen_f16(uint16_t h) {
    const int exponent = h >> 10 & 31, mantissa = h & 1023;
    const double size = exponent == 31 ? (mantissa ? NAN : INFINITY)
                                       : ldexp(exponent ? 1024 + mantissa : mantissa, (exponent ? exponent : 1) - 25);
    return float(h & 0x8000 ? -size : size);
}
inline uint16_t narrow_f16(float f) {
    const uint16_t sign = signbit(f) ? 0x8000 : 0;
    if (f != f) return 0x7FFF;
    if (f == 0.0f) return sign;
    int exponent = 0;
    frexp(double(f), &exponent);
    const int least = exponent - 11 < -24 ? -24 : exponent - 11;
    const double units = nearbyint(ldexp(fabs(double(f)), -least)), size = ldexp(units, least);
    if (!(size < 65536.0)) return uint16_t(sign | 0x7C00);
    return uint16_t(sign | (unsigned(least + 24) * 1024u + unsigned(units)));
}
inline uint16_t narrow_bf16(float f) {
    if (f != f) return 0x7FFF;
    const uint32_t u = as_bits(f), kept = u >> 16, rest = u & 0xFFFFu;
    return uint16_t(kept + (rest > 0x8000u || (rest == 0x8000u && kept & 1u)));
}

template <class T> SIM_UNSEEN T shuffle_xor(T v, int lane_mask) {
    static char site;
    return unpack<T>(meet(pack(v), &site, false)[machine.self()->lane ^ lane_mask]);
}
SIM_UNSEEN inline void sync_warp() {
    static char site;
    meet(0, &site, true);
}

inline void atomic_min(int64_t* word, int64_t value) {
    int64_t seen = __atomic_load_n(word, __ATOMIC_RELAXED);
    const int order = __ATOMIC_RELAXED;
    while (value < seen && !__atomic_compare_exchange_n(word, &seen, value, true, order, order)) {}
}

template <class T> void atomic_add(T* word, T value) { __atomic_fetch_add(word, value, __ATOMIC_RELAXED); }

template <class T> SIM_UNSEEN T& shared() {
    if (sizeof(T) > machine.shared_bytes) fail("more shared memory used than launched with");
    return *reinterpret_cast<T*>(machine.self()->block->shared);
}

struct shape { int64_t blocks; int threads; size_t shared_bytes; int cluster = 0; };

inline bool has_clusters(int) { return machine.has_clusters; }
/* Few, so that each of them has several rows. */
template <class... P> int64_t resident_clusters(const shape&, void (*)(P...)) { return 2; }

template <class... P, class... A> int launch(void*, const shape& s, void (*kernel)(P...), const A&... args) {
    if (s.blocks < 1 || s.blocks > INT32_MAX || s.threads < 1 || s.threads > 1024 || s.shared_bytes > 227u << 10)
        fail("a launch shape that a GPU refuses");
    const int together = s.cluster > 0 ? s.cluster : 1;
    if (together > most_blocks || s.blocks % together || size_t(together * s.threads) > most_threads)
        fail("a cluster that a GPU refuses");
    SharedMemory memory(size_t(s.blocks), s.shared_bytes);
    machine.kernel = [=] { kernel(static_cast<P>(args)...); };
    machine.shared_bytes = s.shared_bytes;
    machine.block_size = { unsigned(s.threads) }, machine.grid_size = { unsigned(s.blocks) };
    release(&machine.begin_fence);
    for (int64_t b = 0; b < s.blocks; b += together) {
        prepare_cluster(unsigned(b), together, s.threads, memory.data + size_t(b) * memory.each, memory.each);
        run_cluster();
    }
    acquire(&machine.end_fence);
    return 0;
}

}
#endif
