/* The device vocabulary: every special instruction of a kernel behind one function. Under nvcc these are the GPU's own;
 * under a plain C++ compiler they come from native/tests/cuda/simulator.hpp, so that tests run the same kernel source
 * on any machine. Kernels therefore use no static __shared__, no <<<>>> and no header of NVIDIA's for 16-bit types. */
#ifndef FL_CUDA_DEVICE_H
#define FL_CUDA_DEVICE_H
#include <stdint.h>
#if defined(__CUDACC__)
#  include <cuda_runtime.h>
#  define FL_DEVICE static __device__ __forceinline__
#else
#  include "simulator.hpp"
#  define FL_DEVICE static inline
#endif

/* Each precision has a namespace of its own: what is compiled for both shares its names, not its layouts, and linkers
 * take functions of one name for one function. */
#if FL_PRECISION == 64
#  define fl fl_f64
#endif

/* For lambdas, which nothing else makes the compiler inline: what they capture would live in local memory. */
#define FL_INLINED __attribute__((always_inline))

namespace fl {

enum : unsigned { all_lanes = 0xFFFFFFFFu };

/* float16 and bfloat16 as memory holds them. */
struct f16 { uint16_t bits; };
struct bf16 { uint16_t bits; };

#if defined(__CUDACC__)
using stream_t = cudaStream_t;

/* Dynamic shared memory, the only kind. */
template <class T> FL_DEVICE T& shared() {
    extern __shared__ __align__(128) char fl_shared_memory[];
    return *reinterpret_cast<T*>(fl_shared_memory);
}

/* 16 bytes that leave the caches first: streamed data is read once. Not the read-only path, because a gradient may
 * overwrite what is read. */
FL_DEVICE uint4 load_16(const void* p) {
    uint4 v;
    asm volatile("ld.global.L1::no_allocate.v4.u32 {%0,%1,%2,%3}, [%4];"
                 : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w) : "l"(p) : "memory");
    return v;
}
FL_DEVICE void store_16(void* p, uint4 v) {
    asm volatile("st.global.cs.v4.u32 [%0], {%1,%2,%3,%4};"
                 :: "l"(p), "r"(v.x), "r"(v.y), "r"(v.z), "r"(v.w) : "memory");
}

/* Makes the compiler unpack v again rather than keep its elements in registers from an earlier pass. */
FL_DEVICE void forget(uint4& v) { asm volatile("" : "+r"(v.x), "+r"(v.y), "+r"(v.z), "+r"(v.w)); }

FL_DEVICE float as_float(uint32_t u) { return __uint_as_float(u); }
FL_DEVICE uint32_t as_bits(float f) { return __float_as_uint(f); }
FL_DEVICE double as_double(uint32_t low, uint32_t high) { return __hiloint2double(int(high), int(low)); }
FL_DEVICE uint2 as_bits(double d) {
    return make_uint2(uint32_t(__double2loint(d)), uint32_t(__double2hiint(d)));
}

FL_DEVICE float widen(f16 h) {
    float f;
    asm("cvt.f32.f16 %0, %1;" : "=f"(f) : "h"(h.bits));
    return f;
}
FL_DEVICE f16 narrow_f16(float f) {
    f16 h;
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(h.bits) : "f"(f));
    return h;
}
/* The half in the low bits is that of `low`. */
FL_DEVICE uint32_t narrow_two_bf16(float low, float high) {
#  if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
    uint32_t two;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(two) : "f"(high), "f"(low));
    return two;
#  else
    const uint32_t a = as_bits(low), b = as_bits(high);
    const uint32_t low_half = low != low ? 0x7FFFu : (a + 0x7FFFu + (a >> 16 & 1u)) >> 16;
    const uint32_t high_half = high != high ? 0x7FFFu : (b + 0x7FFFu + (b >> 16 & 1u)) >> 16;
    return low_half | high_half << 16;
#  endif
}

/* 2^x within 2 ulp, 0 below the normal numbers. */
FL_DEVICE float exp2_fast(float x) {
    float y;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}

template <class T> FL_DEVICE T shuffle_xor(T v, int lane_mask) { return __shfl_xor_sync(all_lanes, v, lane_mask); }
FL_DEVICE void sync_block() { __syncthreads(); }
FL_DEVICE void sync_warp() { __syncwarp(); }

FL_DEVICE void atomic_min(int64_t* word, int64_t value) {
    atomicMin(reinterpret_cast<long long*>(word), static_cast<long long>(value));
}
/* Of whole numbers only: their sums do not depend on the order. */
FL_DEVICE void atomic_add(uint32_t* word, uint32_t value) { atomicAdd(word, value); }
FL_DEVICE void atomic_add(int64_t* word, int64_t value) {
    atomicAdd(reinterpret_cast<unsigned long long*>(word), static_cast<unsigned long long>(value));
}

/* cluster: how many neighbouring blocks are a cluster; 0: there are none. */
struct shape { int64_t blocks; int threads; size_t shared_bytes; int cluster = 0; };

/* What CUDA's calls take; attributes has room for one. */
inline cudaLaunchConfig_t config_of(const shape& s, stream_t stream, cudaLaunchAttribute* attributes) {
    cudaLaunchConfig_t config{};
    config.gridDim = dim3(static_cast<unsigned>(s.blocks));
    config.blockDim = dim3(static_cast<unsigned>(s.threads));
    config.dynamicSmemBytes = s.shared_bytes;
    config.stream = stream;
    if (s.cluster > 0) {
        attributes->id = cudaLaunchAttributeClusterDimension;
        attributes->val.clusterDim = { static_cast<unsigned>(s.cluster), 1, 1 };
        config.attrs = attributes, config.numAttrs = 1;
    }
    return config;
}
inline cudaError_t allow_memory(const shape& s, const void* kernel) {
    if (s.shared_bytes <= 48u << 10) return cudaSuccess;
    const int bytes = static_cast<int>(s.shared_bytes);
    return cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes);
}

template <class... P, class... A> int launch(stream_t stream, const shape& s, void (*kernel)(P...), const A&... args) {
    if (const auto e = allow_memory(s, reinterpret_cast<const void*>(kernel))) return e;
    cudaLaunchAttribute attribute{};
    const cudaLaunchConfig_t config = config_of(s, stream, &attribute);
    return cudaLaunchKernelEx(&config, kernel, args...);
}

/* Whether blocks have clusters, bulk copies and so much shared memory: from compute capability 9.0 on, but not on every
 * newer chip. */
inline bool has_clusters(int shared_bytes) {
    int device = 0, major = 0, most = 0;
    const bool known = cudaGetDevice(&device) == cudaSuccess
        && cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device) == cudaSuccess
        && cudaDeviceGetAttribute(&most, cudaDevAttrMaxSharedMemoryPerBlockOptin, device) == cudaSuccess;
    return known && major >= 9 && most >= shared_bytes;
}

/* How many clusters of this shape the device runs at a time; at least 1. */
template <class... P> int64_t resident_clusters(const shape& s, void (*kernel)(P...)) {
    int count = 0;
    cudaLaunchAttribute attribute{};
    const cudaLaunchConfig_t config = config_of(s, nullptr, &attribute);
    if (allow_memory(s, reinterpret_cast<const void*>(kernel)) != cudaSuccess
        || cudaOccupancyMaxActiveClusters(&count, kernel, &config) != cudaSuccess || count < 1) return 1;
    return count;
}
#else
using stream_t = void*;
using simulator::shape, simulator::launch, simulator::has_clusters, simulator::resident_clusters;
using simulator::shared, simulator::load_16, simulator::store_16;
using simulator::as_float, simulator::as_bits, simulator::as_double, simulator::exp2_fast;
using simulator::shuffle_xor, simulator::sync_block, simulator::sync_warp, simulator::atomic_min;
using simulator::atomic_add;
FL_DEVICE void forget(uint4&) {}
FL_DEVICE float widen(f16 h) { return simulator::widen_f16(h.bits); }
FL_DEVICE f16 narrow_f16(float f) { return { simulator::narrow_f16(f) }; }
FL_DEVICE uint32_t narrow_two_bf16(float low, float high) {
    return simulator::narrow_bf16(low) | uint32_t(simulator::narrow_bf16(high)) << 16;
}
#endif

FL_DEVICE float widen(bf16 h) { return as_float(uint32_t(h.bits) << 16); }
FL_DEVICE bf16 narrow_bf16(float f) { return { static_cast<uint16_t>(narrow_two_bf16(f, 0.0f)) }; }

FL_DEVICE int lane_index() { return static_cast<int>(threadIdx.x) % 32; }
FL_DEVICE int warp_index() { return static_cast<int>(threadIdx.x) / 32; }

}
#endif
