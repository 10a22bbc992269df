/* float16 and bfloat16 to float and back: round to nearest even, NaN kept and made quiet. Integer arithmetic and
 * selects with no subnormal operand anywhere (one costs an assist of 150 cycles); intrinsics with the same bits where
 * the hardware converts float16 (gcc does not vectorise the plain form well). */
#ifndef FL_CONVERT_H
#define FL_CONVERT_H
#include "math/fl_math.h"
#if defined(__F16C__)
#  include <immintrin.h>
#elif defined(__aarch64__)
#  include <arm_neon.h>
#endif

FL_FN float fl_from_bf16(uint16_t h) {
    const uint32_t u = (uint32_t)h << 16;
    return fl_real_of((u & 0x7FFFFFFFu) > 0x7F800000u ? u | 0x00400000u : u);
}
FL_FN uint16_t fl_to_bf16(float f) {
    const uint32_t u = fl_bits_of(f);
    const uint32_t rounded = (u + 0x7FFFu + ((u >> 16) & 1u)) >> 16;
    return (uint16_t)((u & 0x7FFFFFFFu) > 0x7F800000u ? (u >> 16) | 0x40u : rounded);
}
FL_FN float fl_from_f16(uint16_t h) {
    const uint32_t sign = (uint32_t)(h & 0x8000u) << 16, em = (uint32_t)(h & 0x7FFFu) << 13;
    const uint32_t rebias = em >= 0x0F800000u ? 0x70000000u : 0x38000000u; /* infinity and NaN: twice */
    const uint32_t quiet = em > 0x0F800000u ? 0x00400000u : 0u;
    const uint32_t small = fl_bits_of(fl_real_of(em + 0x38800000u) - 0x1p-14f);
    return fl_real_of((em < 0x00800000u ? small : (em + rebias) | quiet) | sign);
}
FL_FN uint16_t fl_to_f16(float f) {
    const uint32_t u = fl_bits_of(f), sign = (u >> 16) & 0x8000u, a = u & 0x7FFFFFFFu;
    const uint32_t normal = (a + 0xC8000FFFu + ((a >> 13) & 1u)) >> 13;     /* exponent less 112, round to even */
    const uint32_t small = fl_bits_of(fl_real_of(a) + 0.5f) - 0x3F000000u; /* the adder rounds to 2^-24 */
    const uint32_t finite = a < 0x38800000u ? small : normal;
    const uint32_t large = a > 0x7F800000u ? 0x7E00u | ((a >> 13) & 0x3FFu) : 0x7C00u;
    return (uint16_t)((a >= 0x47800000u ? large : finite) | sign);
}

/* FL_CONVERTED elements of float16 at once. */
#if defined(__AVX512F__)
enum { FL_CONVERTED = 16 };
FL_FN void fl_widen_some_f16(float* to, const uint16_t* from) {
    _mm512_storeu_ps(to, _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i*)(const void*)from)));
}
FL_FN void fl_narrow_some_f16(uint16_t* to, const float* from) {
    _mm256_storeu_si256((__m256i*)(void*)to, _mm512_cvtps_ph(_mm512_loadu_ps(from), 0));
}
#elif defined(__F16C__)
enum { FL_CONVERTED = 8 };
FL_FN void fl_widen_some_f16(float* to, const uint16_t* from) {
    _mm256_storeu_ps(to, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i*)(const void*)from)));
}
FL_FN void fl_narrow_some_f16(uint16_t* to, const float* from) {
    _mm_storeu_si128((__m128i*)(void*)to, _mm256_cvtps_ph(_mm256_loadu_ps(from), 0));
}
#elif defined(__aarch64__)
enum { FL_CONVERTED = 4 };
FL_FN void fl_widen_some_f16(float* to, const uint16_t* from) {
    vst1q_f32(to, vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(from))));
}
FL_FN void fl_narrow_some_f16(uint16_t* to, const float* from) {
    vst1_u16(to, vreinterpret_u16_f16(vcvt_f16_f32(vld1q_f32(from))));
}
#else
enum { FL_CONVERTED = 8 };
FL_FN void fl_widen_some_f16(float* to, const uint16_t* from) {
    for (int l = 0; l < FL_CONVERTED; ++l) to[l] = fl_from_f16(from[l]);
}
FL_FN void fl_narrow_some_f16(uint16_t* to, const float* from) {
    for (int l = 0; l < FL_CONVERTED; ++l) to[l] = fl_to_f16(from[l]);
}
#endif
/* n elements. Where they fill no registers the last of them are converted twice: `to` and `from` do not overlap. */
FL_FN void fl_widen_bf16(float* to, const uint16_t* from, int64_t n) {
    const int64_t whole = n & ~(int64_t)(FL_CONVERTED - 1), last = whole ? n - FL_CONVERTED : 0;
    for (int64_t i = 0; i < whole; ++i) to[i] = fl_from_bf16(from[i]);
    for (int64_t i = last; i < n && n > whole; ++i) to[i] = fl_from_bf16(from[i]);
}
FL_FN void fl_narrow_bf16(uint16_t* to, const float* from, int64_t n) {
    const int64_t whole = n & ~(int64_t)(FL_CONVERTED - 1), last = whole ? n - FL_CONVERTED : 0;
    for (int64_t i = 0; i < whole; ++i) to[i] = fl_to_bf16(from[i]);
    for (int64_t i = last; i < n && n > whole; ++i) to[i] = fl_to_bf16(from[i]);
}
FL_FN void fl_widen_f16(float* to, const uint16_t* from, int64_t n) {
    int64_t i = 0;
    for (; i + FL_CONVERTED <= n; i += FL_CONVERTED) fl_widen_some_f16(to + i, from + i);
    if (i < n && i > 0) fl_widen_some_f16(to + (n - FL_CONVERTED), from + (n - FL_CONVERTED));
    else for (; i < n; ++i) to[i] = fl_from_f16(from[i]);
}
FL_FN void fl_narrow_f16(uint16_t* to, const float* from, int64_t n) {
    int64_t i = 0;
    for (; i + FL_CONVERTED <= n; i += FL_CONVERTED) fl_narrow_some_f16(to + i, from + i);
    if (i < n && i > 0) fl_narrow_some_f16(to + (n - FL_CONVERTED), from + (n - FL_CONVERTED));
    else for (; i < n; ++i) to[i] = fl_to_f16(from[i]);
}
#endif
