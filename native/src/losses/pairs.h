/* Losses of two vectors: what the sums over a pair make of its term and its gradients. Sums are doubles; they are
 * few. */
#ifndef FL_PAIRS_H
#define FL_PAIRS_H
#include "losses/vectors.h"

/* The gradient of a cosine in terms of unit vectors: ds/da = (b / |b| - s a / |a|) / |a|, which no magnitude of a and b
 * drives out of range. */
typedef struct fl_cosine_row { fl_real loss, inverse1, inverse2, cosine, pull1, pull2; } fl_cosine_row;

FL_FN fl_cosine_row fl_cosine_embedding_at(fl_products sum, fl_real y, double margin, double scale) {
    const double inverse1 = 1.0 / fl_sqrt(sum.aa + 1e-12), inverse2 = 1.0 / fl_sqrt(sum.bb + 1e-12);
    const double cosine = sum.ab * inverse1 * inverse2, over = cosine - margin;
    const double apart = 0.0 > over ? 0.0 : over, on = over >= 0.0 ? 1.0 : over < 0.0 ? 0.0 : over; /* NaN stays */
    const double loss = y == FL_R(1.0) ? 1.0 - cosine : y == FL_R(-1.0) ? apart : 0.0;
    const double slope = y == FL_R(1.0) ? -scale : y == FL_R(-1.0) ? on * scale : 0.0;
    return (fl_cosine_row){ (fl_real)loss, (fl_real)inverse1, (fl_real)inverse2, (fl_real)cosine,
                            (fl_real)(slope * inverse1), (fl_real)(slope * inverse2) };
}

FL_FN fl_trio fl_cosine_gradient(fl_trio x, const fl_real* row, const void* params) {
    const fl_cosine_row* k = (const fl_cosine_row*)params;
    const fl_real a = x.a * k->inverse1, b = x.b * k->inverse2;
    (void)row;
    return (fl_trio){ k->pull1 * FL_FMA(-k->cosine, a, b), k->pull2 * FL_FMA(-k->cosine, b, a), FL_R(0.0) };
}
#endif
