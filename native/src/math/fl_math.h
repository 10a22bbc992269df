/* The only exp, log and pow of the library. A translation unit is compiled for one precision (FL_PRECISION 32 or 64),
 * in which fl_real is that type and the functions below have one name. They are branch-free, made of IEEE + - * / FMA
 * and integer shifts: every loop over them vectorises and every instruction set with FMA returns the same bits. */
#ifndef FL_MATH_H
#define FL_MATH_H
#include "math/fl_fn.h"
#include <stdint.h>
#include <string.h>

/* "Iterations do not depend on each other": true when the gradient is the input itself, which `restrict` would deny and
 * which the compilers' own overlap check would send to a scalar loop. */
#if defined(__clang__)
#  define FL_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#  define FL_INDEPENDENT _Pragma("GCC ivdep")
#endif

/* FL_CUDA: kernels for GPUs, which have it; where such a kernel is compiled for a CPU, a library function is it. */
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA) || defined(FL_CUDA)
#  define FL_HAS_FMA 1
#else
#  define FL_HAS_FMA 0
#endif

#if FL_PRECISION == 32
#  include "math/fl_math_f32.h"
#elif FL_PRECISION == 64
#  include "math/fl_math_f64.h"
#else
#  error "FL_PRECISION must be 32 or 64"
#endif

FL_FN fl_real fl_abs(fl_real x) { return fl_real_of(fl_bits_of(x) & ~FL_SIGN_BIT); }

/* |magnitude| with the sign of `sign`, for magnitude >= 0 or NaN. */
FL_FN fl_real fl_with_sign(fl_real magnitude, fl_real sign) {
    return fl_real_of(fl_bits_of(magnitude) | (fl_bits_of(sign) & FL_SIGN_BIT));
}

/* e^(x - top) for x <= top; what rounding the difference lost is put back: 8 ulp of e^-20. Far below 0 it is cut off,
 * where it would be large itself. */
FL_FN fl_real fl_exp_difference(fl_real x, fl_real top) {
    const fl_real d = x - top, back = d - x, low = (x - (d - back)) - (top + back);
    return fl_exp_two_nonpos(d, d < FL_R(-700.0) ? FL_R(0.0) : low);
}

/* ln(1 + r) for r >= 0, relative accuracy also for tiny r: the rounding of 1 + r is put back. */
FL_FN fl_real fl_log1p(fl_real r) {
    const fl_real u = FL_R(1.0) + r;
    const fl_real small = r - (u - FL_R(1.0)), large = FL_R(1.0) - (u - r);
    return fl_log(u) + (r < FL_R(1.0) ? small : large) / u;
}

/* ln a for any a: subnormal numbers too, -inf at 0, NaN below. */
FL_FN fl_real fl_log_any(fl_real a) {
    const fl_real lifted = a < FL_TINY ? a * FL_LIFT : a, shift = a < FL_TINY ? FL_LIFT_LOG : FL_R(0.0);
    const fl_real outside = a == FL_R(0.0) ? -FL_INFINITY : FL_NAN;
    return a > FL_R(0.0) ? fl_log(lifted) - shift : outside;
}

/* ln(1 - p) for p in [0, 1], relative accuracy also for tiny p; NaN beyond 1. */
FL_FN fl_real fl_log1m(fl_real p) {
    const fl_real u = FL_R(1.0) - p, lost = (FL_R(1.0) - u) - p;
    return fl_log_any(u) + lost / (FL_TINY > u ? FL_TINY : u);
}

/* 1 - e^-a for a >= 0, relative accuracy also for tiny a. */
FL_FN fl_real fl_one_minus_exp(fl_real a) {
    const fl_real r = a < FL_R(0.34) ? -a : FL_R(-0.34);
    return a < FL_R(0.34) ? -(fl_exp_slope(r) * r) : FL_R(1.0) - fl_exp_nonpos(-a);
}

/* tanh y and its derivative, both with relative accuracy: e^2y - 1 near 0, where 1 - e^-2|y| would cancel. */
typedef struct fl_tanh_parts { fl_real value, slope; } fl_tanh_parts;
FL_FN fl_tanh_parts fl_tanh(fl_real y) {
    const fl_real a = fl_abs(y), u = fl_exp_nonpos(FL_R(-2.0) * a), sum = FL_R(1.0) + u;
    const fl_real r = FL_R(2.0) * (a < FL_R(0.17) ? a : FL_R(0.17)), m = fl_exp_slope(r) * r;
    const fl_real near = m / (m + FL_R(2.0)), far = (FL_R(1.0) - u) / sum;
    return (fl_tanh_parts){ fl_with_sign(a < FL_R(0.17) ? near : far, y), FL_R(4.0) * u / (sum * sum) };
}

/* a * b - product, exactly: what rounding the product lost. */
FL_FN fl_real fl_product_error(fl_real a, fl_real b, fl_real product) {
#if FL_HAS_FMA
    return FL_FMA(a, b, -product);
#else /* Dekker's product; Veltkamp's split */
    const fl_real ca = a * FL_SPLITTER, cb = b * FL_SPLITTER;
    const fl_real ah = ca - (ca - a), al = a - ah, bh = cb - (cb - b), bl = b - bh;
    return ((ah * bh - product) + ah * bl + al * bh) + al * bl;
#endif
}

/* a + b - sum, exactly: what rounding the sum lost. */
FL_FN fl_real fl_sum_error(fl_real a, fl_real b, fl_real sum) {
    const fl_real of_b = sum - a, of_a = sum - of_b;
    return (a - of_a) + (b - of_b);
}

/* e^((h + low) / T) for h <= 0 and |low| <= ulp(h): steps of T ln 2 are taken off, so that no quotient is rounded. T is
 * moved into a range that leaves its factors normal numbers. */
typedef struct fl_exp_over { fl_real steps, high, low, inverse, least; } fl_exp_over;
FL_FN fl_exp_over fl_exp_over_of(double temperature) {
    const double warm = temperature > FL_COLDEST ? temperature : FL_COLDEST, t = warm < FL_HOTTEST ? warm : FL_HOTTEST;
    const double whole = t * 0x1.62e42fefa39efp-1;
    const fl_real own = (fl_real)t, product = own * FL_LN2_HIGH;
    const fl_real step = FL_PRECISION == 32 ? (fl_real)whole : product;
    const fl_real high = fl_real_of(fl_bits_of(step) & ~FL_LOW_BITS); /* times an exponent it is exact */
    const fl_real low = (product - high) + (fl_product_error(own, FL_LN2_HIGH, product) + own * FL_LN2_LOW);
    return (fl_exp_over){ (fl_real)(1.44269504088896340736 / t), high,
                          FL_PRECISION == 32 ? (fl_real)(whole - (double)high) : low, (fl_real)(1.0 / t),
                          (fl_real)(FL_EXP_LEAST * t) };
}
FL_FN fl_real fl_exp_over_at(fl_real h, fl_real low, const fl_exp_over* k) {
    const fl_real hc = k->least > h ? k->least : h;
    const fl_real steps = FL_FMA(hc, k->steps, FL_EXP_MAGIC), n = steps - FL_EXP_MAGIC;
    const fl_real r = (FL_FMA(n, -k->low, FL_FMA(n, -k->high, hc)) + low) * k->inverse;
    return fl_exp_core(r) * fl_real_of(fl_bits_of(steps) << FL_EXP_SHIFT);
}

/* w^power for w in [0, 1] and power in [0, 1e30], or for w >= 1 and power in [-1e30, 0]; 0^0 = 1. Between 0 and the
 * smallest normal number w counts as that number. The logarithm is carried in two parts, else its rounding times
 * |power ln w| would show. */
FL_FN fl_real fl_pow_unit(fl_real w, fl_real power) {
    const fl_two log = fl_log_two(FL_TINY > w ? FL_TINY : w);
    const fl_real high = power * log.high;
    const fl_real low = fl_product_error(power, log.high, high) + power * log.low;
    const fl_real sum = high + low, rest = sum < FL_R(-1000.0) ? FL_R(0.0) : low - (sum - high); /* else it grows */
    const fl_real at_zero = power == FL_R(0.0) ? FL_R(1.0) : FL_R(0.0);
    return w == FL_R(0.0) ? at_zero : fl_exp_two_nonpos(sum, rest);
}

/* a^power for normal, finite a > 0 and a power whose magnitude is at most 1e30. */
FL_FN fl_real fl_pow(fl_real a, fl_real power) {
    const fl_two log = fl_log_two(a);
    const fl_real high = power * log.high;
    const fl_real low = fl_product_error(power, log.high, high) + power * log.low;
    const fl_real sum = high + low, value = fl_exp(sum);
    return value > FL_R(0.0) && value <= FL_HUGE ? FL_FMA(value, low - (sum - high), value) : value;
}

/* Two factors whose product is 1 / size, for size > 0: x * first stays finite and exact where |x| <= size, however
 * large or small both are. */
typedef struct fl_inverse { fl_real first, second; } fl_inverse;
FL_FN fl_inverse fl_inverse_of(fl_real size) {
    const fl_bits top = fl_bits_of(FL_INFINITY), exponent = fl_bits_of(size) & top;
    const fl_real first = fl_real_of(top - (exponent < fl_bits_of(FL_TINY) ? fl_bits_of(FL_TINY) : exponent));
    return (fl_inverse){ first, FL_R(1.0) / (size * first) };
}

/* An instruction everywhere, correctly rounded. */
FL_FN double fl_sqrt(double x) { return __builtin_sqrt(x); }
#endif
