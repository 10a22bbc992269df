/* Class weights from how often each class occurs; in double whatever the precision, for there are few of them. */
#ifndef FL_BALANCE_H
#define FL_BALANCE_H
#include "math/fl_one_minus_power.h"

/* What a class of n labels weighs, up to a factor that all classes share. */
FL_FN double fl_balanced_value(double beta, int64_t n) {
    if (n == 0) return 0.0;
    return beta == 1.0 ? 1.0 / (double)n : (1.0 - beta) / fl_one_minus_power(beta, n);
}

/* With the factor: `kept` is the sum of all n, `mass` that of all n times their values. */
FL_FN double fl_balanced_weight(double value, double kept, double mass) {
    return kept > 0.0 ? value * kept / mass : 0.0;
}
#endif
