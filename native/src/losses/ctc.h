/* Connectionist temporal classification, as one step of its lattice (Graves et al. 2006). State A_i is label i, B_i the
 * blank before it; B_L is the blank after the last label. */
#ifndef FL_CTC_LOSS_H
#define FL_CTC_LOSS_H
#include "fusedloss/fusedloss.h"
#include "math/fl_wide.h"

/* A_i at a frame whose label i has probability `label`: stay, leave the blank, or skip it where the labels differ. */
FL_FN fl_wide fl_ctc_label_at(fl_wide stay, fl_wide blank, fl_wide skip, fl_wide label) {
    return fl_wide_sum_times(stay, blank, skip, label);
}
/* B_i: stay, or leave the label before. */
FL_FN fl_wide fl_ctc_blank_at(fl_wide stay, fl_wide label, fl_wide blank) {
    return fl_wide_times(fl_wide_sum(stay, label), blank);
}

/* Backwards, from values that already hold the next frame's probability. */
FL_FN fl_wide fl_ctc_label_back(fl_wide stay, fl_wide blank, fl_wide skip) {
    return fl_wide_sum_of(stay, blank, skip);
}

/* Share of the paths that pass a state; all of them are 2^exponent / inverse. */
FL_FN fl_real fl_ctc_share(fl_wide forward, fl_wide backward, fl_real inverse, fl_int exponent) {
    return forward.v * backward.v * inverse * fl_wide_power(forward.e + backward.e - exponent);
}

/* The product of the frames' softmax denominators: v 2^e as in fl_wide, but with the digits of many factors. */
typedef struct fl_denominator { double v; int64_t e; } fl_denominator;

FL_FN fl_denominator fl_denominator_times(fl_denominator x, double by) {
    const union { double d; uint64_t u; } y = { .d = x.v * by };
    if (!(y.d >= 1.0 && y.d <= 1e308)) return (fl_denominator){ y.d, x.e }; /* NaN or infinity */
    const union { uint64_t u; double d; } unit = { .u = (y.u & 0xFFFFFFFFFFFFFu) | 0x3FF0000000000000u };
    return (fl_denominator){ unit.d, x.e + (int64_t)(y.u >> 52) - 1023 };
}

/* The loss from the paths' total before any softmax, and its denominator. */
FL_FN double fl_ctc_loss_of(fl_wide total, fl_denominator all) {
    if (total.v == FL_R(0.0) && all.v == all.v) return (double)FL_INFINITY;
    const double part = (double)fl_log((fl_real)all.v) - (double)fl_log(total.v);
    return part + (double)(all.e - total.e) * 0.69314718055994530941723212145818;
}
#endif
