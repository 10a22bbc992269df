/* Hinges between the scores of a row, and the binary cross-entropies of its classes. */
#ifndef FL_HINGES_H
#define FL_HINGES_H
#include "losses/binary.h"
#include "losses/vectors.h"

/* A row of multi_margin: the label's score; once the sums are known, what the other classes are pulled by. */
typedef struct fl_hinge_row { fl_real own, margin, pull; } fl_hinge_row;

/* How far z = margin + x - own is above 0, and z. The difference comes first: scores far from 0 would swallow the
 * margin. NaN stays in `above` and has no slope (PyTorch). */
typedef struct fl_hinged { fl_real above, z; } fl_hinged;
FL_FN fl_hinged fl_hinge_at(fl_real x, fl_real own, fl_real margin) {
    const fl_real z = (x - own) + margin;
    return (fl_hinged){ FL_R(0.0) > z ? FL_R(0.0) : z, z };
}

/* The hinge to the power p, and its slope, which is 0 at the corner (PyTorch). The label's own is left out by the
 * loop. */
FL_FN fl_trio fl_multi_margin_terms(fl_trio x, const fl_real* row, const void* params) {
    const fl_hinge_row* k = (const fl_hinge_row*)params;
    const fl_hinged h = fl_hinge_at(x.a, k->own, k->margin);
    (void)row;
    return (fl_trio){ h.above, h.z > FL_R(0.0) ? FL_R(1.0) : FL_R(0.0), FL_R(0.0) };
}
FL_FN fl_trio fl_multi_margin_square_terms(fl_trio x, const fl_real* row, const void* params) {
    const fl_hinge_row* k = (const fl_hinge_row*)params;
    const fl_hinged h = fl_hinge_at(x.a, k->own, k->margin);
    (void)row;
    return (fl_trio){ h.above * h.above, h.z > FL_R(0.0) ? FL_R(2.0) * h.z : FL_R(0.0), FL_R(0.0) };
}
FL_FN fl_trio fl_multi_margin_gradient(fl_trio x, const fl_real* row, const void* params) {
    const fl_hinge_row* k = (const fl_hinge_row*)params;
    return (fl_trio){ fl_multi_margin_terms(x, row, params).b * k->pull, FL_R(0.0), FL_R(0.0) };
}
FL_FN fl_trio fl_multi_margin_square_gradient(fl_trio x, const fl_real* row, const void* params) {
    const fl_hinge_row* k = (const fl_hinge_row*)params;
    return (fl_trio){ fl_multi_margin_square_terms(x, row, params).b * k->pull, FL_R(0.0), FL_R(0.0) };
}

/* multilabel_margin: class x against a positive; `other` is 0 for classes that are positives, too. */
FL_FN fl_hinged fl_multilabel_margin_at(fl_real x, fl_real positive, fl_real other) {
    const fl_hinged h = fl_hinge_at(x, positive, FL_R(1.0));
    const fl_real on = h.z > FL_R(0.0) ? FL_R(1.0) : FL_R(0.0);
    return (fl_hinged){ other == FL_R(0.0) ? FL_R(0.0) : h.above, other == FL_R(0.0) ? FL_R(0.0) : on };
}

/* multilabel_soft_margin: x, t and, with weights, w; the gradients, times the row's factor, and the summand. */
FL_FN fl_trio fl_multilabel_soft_at(fl_trio x, const fl_real* row, const void* params) {
    const fl_no_params none = { 0 };
    const fl_point p = fl_bce_with_logits_at(x.a, x.b, x.a, &none);
    (void)params;
    return (fl_trio){ p.grad * *row, p.target_grad * *row, p.loss };
}
FL_FN fl_trio fl_multilabel_soft_weighted_at(fl_trio x, const fl_real* row, const void* params) {
    const fl_trio p = fl_multilabel_soft_at(x, row, params);
    return (fl_trio){ x.c * p.a, x.c * p.b, x.c * p.c };
}
#endif
