/* The lattice of one sample, vectorised across labels. A column holds the states of a frame: A_i and B_i in arrays of
 * their own, each with a vector of zeros on either side, so that neighbours are plain loads. */
#ifndef FL_CTC_LATTICE_H
#define FL_CTC_LATTICE_H
#include "cpu/ctc_sizes.h"
#include "cpu/elements.h"
#include "losses/ctc.h"
#include "math/fl_reduce.h"

typedef struct fl_column { fl_real *av, *bv; fl_int *ae, *be; } fl_column;

FL_FN fl_column fl_column_at(void* memory, int64_t width) {
    const int64_t padded = width + 2 * FL_VEC;
    fl_real* v = (fl_real*)memory + FL_VEC;
    fl_int*  e = (fl_int*)memory + 2 * padded + FL_VEC;
    return (fl_column){ v, v + padded, e, e + padded };
}
FL_FN void fl_column_clear(fl_column k, int64_t width) {
    for (int64_t i = -FL_VEC; i < width + FL_VEC; ++i) {
        k.av[i] = k.bv[i] = FL_R(0.0);
        k.ae[i] = k.be[i] = FL_WIDE_ZERO;
    }
}
FL_FN fl_wide fl_label_state(const fl_column* k, int64_t i) { return (fl_wide){ k->av[i], k->ae[i] }; }
FL_FN fl_wide fl_blank_state(const fl_column* k, int64_t i) { return (fl_wide){ k->bv[i], k->be[i] }; }
FL_FN void fl_set_label(const fl_column* k, int64_t i, fl_wide x) { k->av[i] = x.v, k->ae[i] = x.e; }
FL_FN void fl_set_blank(const fl_column* k, int64_t i, fl_wide x) { k->bv[i] = x.v, k->be[i] = x.e; }

/* The frame's probabilities, up to a common factor: of each label in A's arrays, of the blank. */
typedef struct fl_frame { fl_column labels; fl_wide blank; } fl_frame;

/* A transition that is not there has no weight. */
FL_FN fl_wide fl_if(fl_real open, fl_wide x) { return (fl_wide){ x.v * open, open != FL_R(0.0) ? x.e : FL_WIDE_ZERO }; }

/* From the column before to the one of a frame; open[i]: may A_(i-1) go to A_i? */
FL_FN void fl_ctc_forward(const fl_column* from, const fl_column* to, const fl_frame* frame, const fl_real* open,
                          int64_t width) {
    FL_INDEPENDENT
    for (int64_t i = 0; i < width; ++i) {
        const fl_wide before = fl_label_state(from, i - 1), blank = fl_blank_state(from, i);
        fl_set_label(to, i, fl_ctc_label_at(fl_label_state(from, i), blank, fl_if(open[i], before),
                                            fl_label_state(&frame->labels, i)));
        fl_set_blank(to, i, fl_ctc_blank_at(blank, before, frame->blank));
    }
}

/* `ahead` = states of the next frame times its probabilities. */
FL_FN void fl_ctc_ahead(const fl_column* next, const fl_frame* frame, const fl_column* ahead, int64_t width) {
    FL_INDEPENDENT
    for (int64_t i = 0; i < width; ++i) {
        fl_set_label(ahead, i, fl_wide_times(fl_label_state(next, i), fl_label_state(&frame->labels, i)));
        fl_set_blank(ahead, i, fl_wide_times(fl_blank_state(next, i), frame->blank));
    }
}
FL_FN void fl_ctc_backward(const fl_column* ahead, const fl_column* to, const fl_real* open, int64_t width) {
    FL_INDEPENDENT
    for (int64_t i = 0; i < width; ++i) {
        const fl_wide label = fl_label_state(ahead, i);
        const fl_wide next = fl_if(open[i + 1], fl_label_state(ahead, i + 1));
        fl_set_label(to, i, fl_ctc_label_back(label, fl_blank_state(ahead, i + 1), next));
        fl_set_blank(to, i, fl_wide_sum(fl_blank_state(ahead, i), label));
    }
}

/* Shares of the labels' states in `labels`; returns that of all blanks. */
FL_FN fl_real fl_ctc_shares(const fl_column* forward, const fl_column* backward, fl_wide total, fl_real* labels,
                            fl_real* blanks, int64_t width) {
    for (int64_t i = 0; i < width; ++i) {
        labels[i] = fl_ctc_share(fl_label_state(forward, i), fl_label_state(backward, i), total);
        blanks[i] = fl_ctc_share(fl_blank_state(forward, i), fl_blank_state(backward, i), total);
    }
    return (fl_real)fl_sum_double(blanks, width);
}
#endif
