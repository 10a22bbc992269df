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
    return fl_wide_sum(fl_wide_sum(stay, blank), skip);
}

/* Share of the paths that pass a state. */
FL_FN fl_real fl_ctc_share(fl_wide forward, fl_wide backward, fl_wide total) {
    return fl_wide_ratio(forward, backward, total);
}

/* The loss from the paths' total, to which the frames' softmax denominators are still to be added. */
FL_FN double fl_ctc_loss_of(fl_wide total) {
    if (total.v == FL_R(0.0)) return (double)FL_INFINITY;
    return -((double)fl_log(total.v) + (double)total.e * 0.69314718055994530941723212145818);
}
#endif
