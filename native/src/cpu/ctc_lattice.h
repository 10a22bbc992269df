/* The lattice of one sample, vectorised across labels. A column holds the states of a frame and the frame's
 * probabilities, up to a common factor: A_i, B_i and label i, each in arrays of its own with a vector more on either
 * side, so that neighbours are plain loads. Label -1 is the blank. */
#ifndef FL_CTC_LATTICE_H
#define FL_CTC_LATTICE_H
#include "cpu/ctc_sizes.h"
#include "cpu/elements.h"
#include "losses/ctc.h"
#include "math/fl_reduce.h"

typedef struct fl_column { fl_real *av, *bv, *lv; fl_int *ae, *be, *le; } fl_column;

FL_FN fl_column fl_column_at(void* memory, int64_t width) {
    const int64_t padded = width + 2 * FL_VEC;
    fl_real* v = (fl_real*)memory + FL_VEC;
    fl_int*  e = (fl_int*)memory + 3 * padded + FL_VEC;
    return (fl_column){ v, v + padded, v + 2 * padded, e, e + padded, e + 2 * padded };
}
FL_FN fl_wide fl_label_state(const fl_column* k, int64_t i) { return (fl_wide){ k->av[i], k->ae[i] }; }
FL_FN fl_wide fl_blank_state(const fl_column* k, int64_t i) { return (fl_wide){ k->bv[i], k->be[i] }; }
FL_FN fl_wide fl_emission(const fl_column* k, int64_t i) { return (fl_wide){ k->lv[i], k->le[i] }; }
FL_FN void fl_set_label(const fl_column* k, int64_t i, fl_wide x) { k->av[i] = x.v, k->ae[i] = x.e; }
FL_FN void fl_set_blank(const fl_column* k, int64_t i, fl_wide x) { k->bv[i] = x.v, k->be[i] = x.e; }
FL_FN void fl_set_emission(const fl_column* k, int64_t i, fl_wide x) { k->lv[i] = x.v, k->le[i] = x.e; }

/* All states empty but one blank's. */
FL_FN void fl_column_start(const fl_column* k, int64_t width, int64_t blank) {
    for (int64_t i = -FL_VEC; i < width + FL_VEC; ++i) {
        k->av[i] = k->bv[i] = FL_R(0.0);
        k->ae[i] = k->be[i] = FL_WIDE_ZERO;
    }
    fl_set_blank(k, blank, (fl_wide){ FL_R(1.0), 0 });
}

/* A transition that is not there has no weight. */
FL_FN fl_wide fl_if(fl_real open, fl_wide x) { return (fl_wide){ x.v * open, open != FL_R(0.0) ? x.e : FL_WIDE_ZERO }; }

/* From the column before to one whose probabilities are known; open[i]: may A_(i-1) go to A_i? */
FL_FN void fl_ctc_forward(const fl_column* from, const fl_column* to, const fl_real* open, int64_t width) {
    const fl_wide blank = fl_emission(to, -1);
    fl_set_label(to, -1, fl_wide_zero());
    FL_INDEPENDENT
    for (int64_t i = 0; i < width; ++i) {
        const fl_wide before = fl_label_state(from, i - 1), stay = fl_blank_state(from, i);
        fl_set_label(to, i, fl_ctc_label_at(fl_label_state(from, i), stay, fl_if(open[i], before),
                                            fl_emission(to, i)));
        fl_set_blank(to, i, fl_ctc_blank_at(stay, before, blank));
    }
}

/* The shares of a frame's states, given `next`, what follows them: the next frame's states going backward, times its
 * probabilities. `ahead` becomes the same for this frame. */
FL_FN void fl_ctc_backward(const fl_column* next, const fl_column* forward, const fl_column* ahead,
                           const fl_real* open, fl_wide total, fl_real* labels, fl_real* blanks, int64_t width) {
    const fl_wide blank = fl_emission(forward, -1);
    const fl_real inverse = FL_R(1.0) / total.v;
    FL_INDEPENDENT
    for (int64_t i = 0; i < width; ++i) {
        const fl_wide label = fl_label_state(next, i), skip = fl_if(open[i + 1], fl_label_state(next, i + 1));
        const fl_wide a = fl_ctc_label_back(label, fl_blank_state(next, i + 1), skip);
        const fl_wide b = fl_wide_sum(fl_blank_state(next, i), label);
        labels[i] = fl_ctc_share(fl_label_state(forward, i), a, inverse, total.e);
        blanks[i] = fl_ctc_share(fl_blank_state(forward, i), b, inverse, total.e);
        fl_set_label(ahead, i, fl_wide_times(a, fl_emission(forward, i)));
        fl_set_blank(ahead, i, fl_wide_times(b, blank));
    }
}
#endif
