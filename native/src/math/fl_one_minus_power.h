/* In double whatever the precision. */
#ifndef FL_ONE_MINUS_POWER_H
#define FL_ONE_MINUS_POWER_H
#include "math/fl_fn.h"
#include <stdint.h>

/* 1 - b^n for b in [0, 1] and n >= 0 without cancellation: s_n = 1 - b^n has s_2n = s_n (2 - s_n) and
 * s_(n+1) = s_n + (1 - s_n)(1 - b). */
FL_FN double fl_one_minus_power(double b, int64_t n) {
    double s = 0.0;
    int bit = 62;
    while (bit > 0 && !(n >> bit & 1)) --bit; /* so far s would stay 0 */
    for (; bit >= 0; --bit) {
        s = s * (2.0 - s);
        if (n >> bit & 1) s += (1.0 - s) * (1.0 - b);
    }
    return s;
}
#endif
