/* Numbers with an exponent of their own, v 2^e with v in [1, 2): products of thousands of probabilities neither
 * underflow nor need logarithms. Zero is v = 0 with the smallest exponent; NaN and infinity stay in v. */
#ifndef FL_WIDE_NUMBER_H
#define FL_WIDE_NUMBER_H
#include "math/fl_math.h"

typedef struct fl_wide { fl_real v; fl_int e; } fl_wide;

#if FL_PRECISION == 32
#  define FL_MANTISSA 23
#  define FL_BIAS     127
#  define FL_ROUNDER  12582912.0f /* 1.5 * 2^23: adding it rounds to an integer */
#else
#  define FL_MANTISSA 52
#  define FL_BIAS     1023
#  define FL_ROUNDER  6755399441055744.0
#endif
#define FL_WIDE_ZERO ((fl_int)-268435456) /* sums of a few of them do not overflow */

FL_FN fl_wide fl_wide_zero(void) { return (fl_wide){ FL_R(0.0), FL_WIDE_ZERO }; }

/* 2^d, 0 below the normal numbers; d at most FL_BIAS. */
FL_FN fl_real fl_wide_power(fl_int d) {
    const fl_int low = d > -FL_BIAS ? d : -FL_BIAS;
    return fl_real_of((fl_bits)(low + FL_BIAS) << FL_MANTISSA);
}

/* v 2^e for v >= 0, or NaN. */
FL_FN fl_wide fl_wide_of(fl_real v, fl_int e) {
    const fl_bits bits = fl_bits_of(v), one = (fl_bits)FL_BIAS << FL_MANTISSA;
    const fl_real unit = fl_real_of((bits & (((fl_bits)1 << FL_MANTISSA) - 1)) | one);
    const fl_int  sum = e + ((fl_int)(bits >> FL_MANTISSA) - FL_BIAS);
    const int     normal = v <= FL_HUGE, none = (v < FL_TINY) | (sum <= FL_WIDE_ZERO);
    const fl_real kept = none ? FL_R(0.0) : unit;
    return (fl_wide){ normal ? kept : v, !normal ? 0 : none ? FL_WIDE_ZERO : sum };
}

/* e^d; 0 below about -1.4 million, NaN stays NaN. */
FL_FN fl_wide fl_wide_exp(fl_real d) {
    const fl_real low = d > FL_R(-1.4e6) ? d : FL_R(-1.4e6), dc = low < FL_R(5000.0) ? low : FL_R(5000.0);
    const fl_real k = FL_FMA(dc, FL_R(1.44269504088896340735992468100189), FL_ROUNDER), n = k - FL_ROUNDER;
    const fl_real r = FL_FMA(n, -FL_LN2_LOW, FL_FMA(n, -FL_LN2_HIGH, dc));
    const fl_int  e = (fl_int)(fl_bits_of(k) - fl_bits_of(FL_ROUNDER));
    const fl_real known = d > FL_R(-1.4e6) ? fl_exp_core(r) : FL_R(0.0);
    return fl_wide_of(d == d ? known : d, e);
}

FL_FN fl_wide fl_wide_times(fl_wide a, fl_wide b) { return fl_wide_of(a.v * b.v, a.e + b.e); }

FL_FN fl_wide fl_wide_sum(fl_wide a, fl_wide b) {
    const fl_int e = a.e > b.e ? a.e : b.e;
    return fl_wide_of(a.v * fl_wide_power(a.e - e) + b.v * fl_wide_power(b.e - e), e);
}

/* Three values brought to the exponent e of the largest. */
typedef struct fl_wide_three { fl_real sum; fl_int e; } fl_wide_three;

FL_FN fl_wide_three fl_wide_add(fl_wide a, fl_wide b, fl_wide c) {
    const fl_int ab = a.e > b.e ? a.e : b.e, e = ab > c.e ? ab : c.e;
    return (fl_wide_three){
        a.v * fl_wide_power(a.e - e) + b.v * fl_wide_power(b.e - e) + c.v * fl_wide_power(c.e - e), e };
}
FL_FN fl_wide fl_wide_sum_of(fl_wide a, fl_wide b, fl_wide c) {
    const fl_wide_three s = fl_wide_add(a, b, c);
    return fl_wide_of(s.sum, s.e);
}
/* (a + b + c) * by, normalised once. */
FL_FN fl_wide fl_wide_sum_times(fl_wide a, fl_wide b, fl_wide c, fl_wide by) {
    const fl_wide_three s = fl_wide_add(a, b, c);
    return fl_wide_of(s.sum * by.v, s.e + by.e);
}
#endif
