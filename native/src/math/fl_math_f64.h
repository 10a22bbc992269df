/* double: exp, log and log1p. Coefficients are minimax fits, rounded one at a time from the highest degree down. */
#ifndef FL_MATH_F64_H
#define FL_MATH_F64_H
typedef double   fl_real;
typedef uint64_t fl_bits;
typedef int64_t  fl_int;
typedef struct fl_two { fl_real high, low; } fl_two;

#define FL_R(x)      x
#define FL_SIGN_BIT  0x8000000000000000ull
#define FL_TINY      0x1p-1022
#define FL_BELOW_ONE 0x1.fffffffffffffp-1
#define FL_HUGE      0x1.fffffffffffffp+1023
#define FL_SPLITTER  134217729.0
#define FL_EXP_MAGIC 6755399441056767.0 /* 1.5 * 2^52 + 1023 */
#define FL_EXP_SHIFT 52
#define FL_EXP_LEAST -709.0
#define FL_LOW_BITS  0xFFFFull
#define FL_COLDEST   0x1p-900
#define FL_HOTTEST   0x1p+1000
#define FL_LN2_HIGH  0x1.62e42fefap-1 /* few bits: times an exponent it is exact, with and without FMA */
#define FL_LN2_LOW   0x1.cf79abc9e3b3ap-40
#define FL_LIFT      0x1p+54
#define FL_LIFT_LOG  0x1.2b708872320e2p+5 /* its logarithm */
#define FL_INFINITY  __builtin_inf()
#define FL_NAN       __builtin_nan("")
#if FL_HAS_FMA
#  define FL_FMA(a, b, c) __builtin_fma((a), (b), (c))
#else
#  define FL_FMA(a, b, c) ((a) * (b) + (c))
#endif

FL_FN double   fl_real_of(uint64_t bits) { double f;   memcpy(&f, &bits, 8); return f; }
FL_FN uint64_t fl_bits_of(double f)      { uint64_t b; memcpy(&b, &f, 8);    return b; }

/* (e^r - 1) / r and e^r for |r| <= ln 2 / 2. */
FL_FN double fl_exp_slope(double r) {
    double p = 0x1.b1fa191c0ec80p-26;
    p = FL_FMA(p, r, 0x1.28ca94d5543b6p-22);
    p = FL_FMA(p, r, 0x1.71dc7a01b6bc2p-19);
    p = FL_FMA(p, r, 0x1.a0197942cfbc5p-16);
    p = FL_FMA(p, r, 0x1.a01a02459d88ap-13);
    p = FL_FMA(p, r, 0x1.6c16c190ce0c1p-10);
    p = FL_FMA(p, r, 0x1.11111110f895dp-7);
    p = FL_FMA(p, r, 0x1.555555554cb6cp-5);
    p = FL_FMA(p, r, 0x1.555555555559dp-3);
    p = FL_FMA(p, r, 0x1.0000000000015p-1);
    return FL_FMA(p, r, 1.0);
}
FL_FN double fl_exp_core(double r) { return FL_FMA(fl_exp_slope(r), r, 1.0); }

/* e^(x + low) for x <= 0 and |low| <= ulp(x): as in float. 0.88 ulp; below -709 the result is 0. */
FL_FN double fl_exp_two_nonpos(double x, double low) {
    const double magic = FL_EXP_MAGIC;
    const double xc = -709.0 > x ? -709.0 : x;
    const double k = FL_FMA(xc, 0x1.71547652b82fep+0, magic);
    const double n = k - magic;
    const double r = FL_FMA(n, -FL_LN2_LOW, FL_FMA(n, -FL_LN2_HIGH, xc)) + low;
    return fl_exp_core(r) * fl_real_of(fl_bits_of(k) << 52);
}

/* e^x for any x, to infinity and gradually to 0: 2^n as a product of two normal numbers. */
FL_FN double fl_exp(double x) {
    const double magic = 6755399441055744.0; /* 1.5 * 2^52 */
    const double low = -746.0 > x ? -746.0 : x, xc = 710.0 < low ? 710.0 : low;
    const double k = FL_FMA(xc, 0x1.71547652b82fep+0, magic);
    const double n = k - magic;
    const double r = FL_FMA(n, -FL_LN2_LOW, FL_FMA(n, -FL_LN2_HIGH, xc));
    const double half_n = (0.5 * n + magic) - magic; /* an integer; shifting int64 lanes right needs AVX-512 */
    const double first = fl_real_of(fl_bits_of(half_n + 6755399441056767.0) << 52);
    const double second = fl_real_of(fl_bits_of((n - half_n) + 6755399441056767.0) << 52);
    return fl_exp_core(r) * first * second;
}

/* e^x - 1 for |x| <= FL_EXP_LIMIT or NaN, relative accuracy also for tiny x: the polynomial without its 1, and
 * 2^n - 1, which is 0 for those. */
#define FL_EXP_LIMIT 708.0
FL_FN double fl_expm1_within(double x) {
    const double k = FL_FMA(x, 0x1.71547652b82fep+0, FL_EXP_MAGIC);
    const double n = k - FL_EXP_MAGIC, power = fl_real_of(fl_bits_of(k) << 52);
    const double r = FL_FMA(n, -FL_LN2_LOW, FL_FMA(n, -FL_LN2_HIGH, x));
    return FL_FMA(power, r * fl_exp_slope(r), power - 1.0);
}

/* -0 is the neutral element of +: the compiler drops it. */
FL_FN double fl_exp_nonpos(double x) { return fl_exp_two_nonpos(x, -0.0); }

/* ln(1 + u) for u in [0, 1] as 2 atanh(u / (2 + u)). 1.96 ulp. */
FL_FN double fl_log1p_unit(double u) {
    const double s = u / (2.0 + u), z = s * s;
    double p = 0x1.798a2d6505b30p-3;
    p = FL_FMA(p, z, 0x1.3610b262adf7ep-4);
    p = FL_FMA(p, z, 0x1.f722c63820349p-4);
    p = FL_FMA(p, z, 0x1.0ff11a56e38fbp-3);
    p = FL_FMA(p, z, 0x1.3b26ee38e3072p-3);
    p = FL_FMA(p, z, 0x1.745c46d835487p-3);
    p = FL_FMA(p, z, 0x1.c71c77337324fp-3);
    p = FL_FMA(p, z, 0x1.2492491a3c0f0p-2);
    p = FL_FMA(p, z, 0x1.99999999ad0fbp-2);
    p = FL_FMA(p, z, 0x1.55555555554f0p-1);
    return FL_FMA(p * z, s, 2.0 * s);
}

/* a = 2^e (1 + f), f in [sqrt(1/2) - 1, sqrt(2) - 1), for normal a > 0. The exponent goes through the 2^52 trick: no
 * int64-to-double conversion, which only AVX-512 has. */
typedef struct fl_log_parts { double e, f, tail; } fl_log_parts;
FL_FN double fl_log_tail(double f) { /* f - ln(1 + f) */
    const double s = f / (2.0 + f), z = s * s, h = 0.5 * f * f;
    double p = 0x1.3096f68ae9a94p-3;
    p = FL_FMA(p, z, 0x1.397adeab198aep-3);
    p = FL_FMA(p, z, 0x1.7467b5299d858p-3);
    p = FL_FMA(p, z, 0x1.c71c4b283b1e0p-3);
    p = FL_FMA(p, z, 0x1.2492494a0f2c7p-2);
    p = FL_FMA(p, z, 0x1.9999999977231p-2);
    p = FL_FMA(p, z, 0x1.55555555555abp-1);
    return FL_FMA(-s, FL_FMA(p, z, h), h);
}
FL_FN double fl_log_exponent(uint64_t d) {
    return fl_real_of(((d + 0x4000000000000000ull) >> 52) | 0x4330000000000000ull) - 4503599627371520.0;
}
FL_FN fl_log_parts fl_log_split(double a) {
    const uint64_t d = fl_bits_of(a) - 0x3FE6A09E667F3BCDull;
    const double   f = fl_real_of(fl_bits_of(a) - (d & 0xFFF0000000000000ull)) - 1.0;
    return (fl_log_parts){ fl_log_exponent(d), f, fl_log_tail(f) };
}

/* ln a for normal a > 0; infinity and NaN return themselves. */
FL_FN double fl_log(double a) {
    const fl_log_parts l = fl_log_split(a);
    const double low = FL_FMA(l.e, -FL_LN2_LOW, l.tail);
    return a <= FL_HUGE ? FL_FMA(l.e, FL_LN2_HIGH, l.f - low) : a;
}

/* ln(1 + r) for finite r >= -FL_BELOW_ONE or NaN, relative accuracy also for tiny r: as in float. */
FL_FN double fl_log1p_any(double r) {
    const uint64_t d = fl_bits_of(1.0 + r) - 0x3FE6A09E667F3BCDull;
    const double step = fl_real_of(0x3FF0000000000000ull - (d & 0xFFF0000000000000ull)), e = fl_log_exponent(d);
    const double f = FL_FMA(r, step, step - 1.0);
    return FL_FMA(e, FL_LN2_HIGH, f - FL_FMA(e, -FL_LN2_LOW, fl_log_tail(f)));
}

/* ln a as high + low, for normal a > 0 or NaN. */
FL_FN fl_two fl_log_two(double a) {
    const fl_log_parts l = fl_log_split(a);
    const double scaled = l.e * FL_LN2_HIGH, high = scaled + l.f;
    const double low = FL_FMA(l.e, FL_LN2_LOW, -l.tail) + (l.f - (high - scaled));
    return (fl_two){ a <= FL_HUGE ? high : a, low };
}
#endif
