/* float: exp, log and log1p. Coefficients are minimax fits, rounded one at a time from the highest degree down. */
#ifndef FL_MATH_F32_H
#define FL_MATH_F32_H
typedef float    fl_real;
typedef uint32_t fl_bits;
typedef int32_t  fl_int; /* as wide as fl_real: a wider or narrower integer costs a conversion per lane */
typedef struct fl_two { fl_real high, low; } fl_two;

#define FL_R(x)      x##f
#define FL_SIGN_BIT  0x80000000u
#define FL_TINY      0x1p-126f
#define FL_BELOW_ONE 0x1.fffffep-1f
#define FL_HUGE      0x1.fffffep+127f
#define FL_SPLITTER  4097.0f
#define FL_EXP_MAGIC 12583039.0f /* 1.5 * 2^23 + 127 */
#define FL_EXP_SHIFT 23
#define FL_EXP_LEAST -88.0
#define FL_LOW_BITS  0x1FFu
#define FL_COLDEST   0x1p-96
#define FL_HOTTEST   0x1p+110
#define FL_LN2_HIGH  0x1.62e4p-1f /* few bits: times an exponent it is exact, with and without FMA */
#define FL_LN2_LOW   0x1.7f7d1cp-20f
#define FL_LIFT      0x1p+24f
#define FL_LIFT_LOG  0x1.0a2b24p+4f /* its logarithm */
#define FL_INFINITY  __builtin_inff()
#define FL_NAN       __builtin_nanf("")
#if FL_HAS_FMA
#  define FL_FMA(a, b, c) __builtin_fmaf((a), (b), (c))
#else
#  define FL_FMA(a, b, c) ((a) * (b) + (c))
#endif

FL_FN float    fl_real_of(uint32_t bits) { float f;    memcpy(&f, &bits, 4); return f; }
FL_FN uint32_t fl_bits_of(float f)       { uint32_t b; memcpy(&b, &f, 4);    return b; }

/* (e^r - 1) / r and e^r for |r| <= ln 2 / 2. */
FL_FN float fl_exp_slope(float r) {
    float p = 0x1.6a4d60p-10f;
    p = FL_FMA(p, r, 0x1.12398ep-7f);
    p = FL_FMA(p, r, 0x1.5558b0p-5f);
    p = FL_FMA(p, r, 0x1.555492p-3f);
    p = FL_FMA(p, r, 0x1.fffffcp-2f);
    return FL_FMA(p, r, 1.0f);
}
FL_FN float fl_exp_core(float r) { return FL_FMA(fl_exp_slope(r), r, 1.0f); }

/* e^(x + low) for x <= 0 and |low| <= ulp(x). 0.88 ulp; results below 2^-126.5 are 0. `k` carries round(x / ln 2) + 127
 * in its low mantissa bits, so one shift makes 2^n; the clamp at -88 drives that exponent to 0, so the result is
 * exactly 0 there without a select. NaN stays NaN (x is the second operand). */
FL_FN float fl_exp_two_nonpos(float x, float low) {
    const float magic = FL_EXP_MAGIC;
    const float xc = -88.0f > x ? -88.0f : x;
    const float k = FL_FMA(xc, 0x1.715476p+0f, magic);
    const float n = k - magic;
    const float r = FL_FMA(n, -FL_LN2_LOW, FL_FMA(n, -FL_LN2_HIGH, xc)) + low;
    return fl_exp_core(r) * fl_real_of(fl_bits_of(k) << 23);
}

/* e^x for any x, to infinity and gradually to 0: 2^n as a product of two normal numbers. 1.4 ulp. */
FL_FN float fl_exp(float x) {
    const float magic = 12582912.0f; /* 1.5 * 2^23 */
    const float low = -104.0f > x ? -104.0f : x, xc = 89.0f < low ? 89.0f : low;
    const float k = FL_FMA(xc, 0x1.715476p+0f, magic);
    const float n = k - magic;
    const float r = FL_FMA(n, -FL_LN2_LOW, FL_FMA(n, -FL_LN2_HIGH, xc));
    const int32_t e = (int32_t)(fl_bits_of(k) - fl_bits_of(magic)), half = e >> 1;
    const float first = fl_real_of((uint32_t)(half + 127) << 23), second = fl_real_of((uint32_t)(e - half + 127) << 23);
    return fl_exp_core(r) * first * second;
}

/* e^x - 1 for |x| <= FL_EXP_LIMIT or NaN, relative accuracy also for tiny x: the polynomial without its 1, and
 * 2^n - 1, which is 0 for those. */
#define FL_EXP_LIMIT 87.0f
FL_FN float fl_expm1_within(float x) {
    const float k = FL_FMA(x, 0x1.715476p+0f, FL_EXP_MAGIC);
    const float n = k - FL_EXP_MAGIC, power = fl_real_of(fl_bits_of(k) << 23);
    const float r = FL_FMA(n, -FL_LN2_LOW, FL_FMA(n, -FL_LN2_HIGH, x));
    return FL_FMA(power, r * fl_exp_slope(r), power - 1.0f);
}

/* -0 is the neutral element of +: the compiler drops it. */
FL_FN float fl_exp_nonpos(float x) { return fl_exp_two_nonpos(x, -0.0f); }

/* ln(1 + u) for u in [0, 1]: u times a polynomial, no division. 1.54 ulp. */
FL_FN float fl_log1p_unit(float u) {
    float p = -0x1.b164fep-9f;
    p = FL_FMA(p, u, 0x1.4a249ep-6f);
    p = FL_FMA(p, u, -0x1.d78b46p-5f);
    p = FL_FMA(p, u, 0x1.b50b32p-4f);
    p = FL_FMA(p, u, -0x1.3a597ap-3f);
    p = FL_FMA(p, u, 0x1.93510cp-3f);
    p = FL_FMA(p, u, -0x1.ff249ep-3f);
    p = FL_FMA(p, u, 0x1.554dd4p-2f);
    p = FL_FMA(p, u, -0x1.ffffd2p-2f);
    p = FL_FMA(p, u, 1.0f);
    return u * p;
}

/* a = 2^e (1 + f), f in [sqrt(1/2) - 1, sqrt(2) - 1), for normal a > 0. */
typedef struct fl_log_parts { float e, f, tail; } fl_log_parts;
FL_FN float fl_log_tail(float f) { /* ln(1 + f) - f */
    const float s = f * f;
    float p = 0x1.6459ccp-4f;
    p = FL_FMA(p, f, -0x1.2438ecp-3f);
    p = FL_FMA(p, f, 0x1.317816p-3f);
    p = FL_FMA(p, f, -0x1.5381cap-3f);
    p = FL_FMA(p, f, 0x1.98d790p-3f);
    p = FL_FMA(p, f, -0x1.000382p-2f);
    p = FL_FMA(p, f, 0x1.5556dap-2f);
    return FL_FMA(p * f, s, -0.5f * s);
}
FL_FN fl_log_parts fl_log_split(float a) {
    const int32_t d = (int32_t)(fl_bits_of(a) - 0x3F3504F3u);
    const float   f = fl_real_of(fl_bits_of(a) - ((uint32_t)d & 0xFF800000u)) - 1.0f;
    return (fl_log_parts){ (float)(d >> 23), f, fl_log_tail(f) };
}

/* ln a for normal a > 0, 1.14 ulp. Infinity and NaN return themselves: without that select a NaN row would report a
 * finite loss. */
FL_FN float fl_log(float a) {
    const fl_log_parts l = fl_log_split(a);
    const float low = FL_FMA(l.e, FL_LN2_LOW, l.tail);
    return a <= FL_HUGE ? FL_FMA(l.e, FL_LN2_HIGH, l.f + low) : a;
}

/* ln(1 + r) for finite r >= -FL_BELOW_ONE or NaN, relative accuracy also for tiny r: the exponent is that of 1 + r,
 * what is left of r is exact. No division. */
FL_FN float fl_log1p_any(float r) {
    const int32_t d = (int32_t)(fl_bits_of(1.0f + r) - 0x3F3504F3u);
    const float step = fl_real_of(0x3F800000u - ((uint32_t)d & 0xFF800000u)), e = (float)(d >> 23);
    const float f = FL_FMA(r, step, step - 1.0f);
    return FL_FMA(e, FL_LN2_HIGH, f + FL_FMA(e, FL_LN2_LOW, fl_log_tail(f)));
}

/* ln a as high + low, for normal a > 0 or NaN: about 2^-28 absolute. */
FL_FN fl_two fl_log_two(float a) {
    const fl_log_parts l = fl_log_split(a);
    const float scaled = l.e * FL_LN2_HIGH, high = scaled + l.f;
    const float low = FL_FMA(l.e, FL_LN2_LOW, l.tail) + (l.f - (high - scaled));
    return (fl_two){ a <= FL_HUGE ? high : a, low };
}
#endif
