/* A sum of partial sums that loses nothing worth speaking of (Neumaier): a fixed order, any length. */
#ifndef FL_TOTAL_H
#define FL_TOTAL_H
#include "math/fl_fn.h"

typedef struct fl_total { double sum, lost; } fl_total;

FL_FN void fl_total_add(fl_total* total, double value) {
    const double sum = total->sum + value, part = sum - total->sum;
    total->lost += (total->sum - (sum - part)) + (value - part);
    total->sum = sum;
}

/* Once an infinity was added the lost part is NaN and means nothing. */
FL_FN double fl_total_of(fl_total total) {
    return total.lost == total.lost ? total.sum + total.lost : total.sum;
}
#endif
