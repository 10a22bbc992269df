/* Hinges between the scores of a row, and the binary cross-entropies of its classes. */
#ifndef FL_HINGES_H
#define FL_HINGES_H
#include "losses/binary.h"
#include "losses/vectors.h"

/* A row of multi_margin: base = margin - x_y; what its gradient is multiplied by. */
typedef struct fl_hinge_row { fl_real base, pull; } fl_hinge_row;

/* Strictly above the corner (PyTorch); NaN is neither below nor above. */
FL_FN fl_trio fl_hinge(fl_real z) {
    return (fl_trio){ FL_R(0.0) > z ? FL_R(0.0) : z, z > FL_R(0.0) ? FL_R(1.0) : FL_R(0.0), FL_R(0.0) };
}
FL_FN fl_trio fl_multi_margin_terms(fl_trio x, const fl_real* row, const void* params) {
    (void)row;
    return fl_hinge(((const fl_hinge_row*)params)->base + x.a);
}
FL_FN fl_trio fl_multi_margin_square_terms(fl_trio x, const fl_real* row, const void* params) {
    const fl_trio h = fl_hinge(((const fl_hinge_row*)params)->base + x.a);
    (void)row;
    return (fl_trio){ h.a * h.a, FL_R(2.0) * h.a, FL_R(0.0) };
}
/* Of every class but the label. */
FL_FN fl_trio fl_multi_margin_gradient(fl_trio x, const fl_real* row, const void* params) {
    return (fl_trio){ fl_multi_margin_terms(x, row, params).b * ((const fl_hinge_row*)params)->pull, FL_R(0.0),
                      FL_R(0.0) };
}
FL_FN fl_trio fl_multi_margin_square_gradient(fl_trio x, const fl_real* row, const void* params) {
    return (fl_trio){ fl_multi_margin_square_terms(x, row, params).b * ((const fl_hinge_row*)params)->pull, FL_R(0.0),
                      FL_R(0.0) };
}

/* 1 - (x_j - x_c) of multilabel_margin, positive j against another class c. */
FL_FN fl_trio fl_multilabel_margin_at(fl_real positive, fl_real other) {
    return fl_hinge(FL_R(1.0) - (positive - other));
}

/* multilabel_soft_margin: x, t and, with weights, w. `row` is the factor of the row's gradients. */
FL_FN fl_trio fl_multilabel_soft_terms(fl_trio x, const fl_real* row, const void* params) {
    const fl_no_params none = { 0 };
    (void)row, (void)params;
    return (fl_trio){ fl_bce_with_logits_at(x.a, x.b, x.a, &none).loss, FL_R(0.0), FL_R(0.0) };
}
FL_FN fl_trio fl_multilabel_soft_gradient(fl_trio x, const fl_real* row, const void* params) {
    const fl_no_params none = { 0 };
    const fl_point p = fl_bce_with_logits_at(x.a, x.b, x.a, &none);
    (void)params;
    return (fl_trio){ p.grad * *row, p.target_grad * *row, FL_R(0.0) };
}
FL_FN fl_trio fl_multilabel_soft_weighted_terms(fl_trio x, const fl_real* row, const void* params) {
    return (fl_trio){ x.c * fl_multilabel_soft_terms(x, row, params).a, FL_R(0.0), FL_R(0.0) };
}
FL_FN fl_trio fl_multilabel_soft_weighted_gradient(fl_trio x, const fl_real* row, const void* params) {
    const fl_trio g = fl_multilabel_soft_gradient(x, row, params);
    return (fl_trio){ x.c * g.a, x.c * g.b, FL_R(0.0) };
}
#endif
