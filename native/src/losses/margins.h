/* Losses that stop at a margin. */
#ifndef FL_MARGINS_H
#define FL_MARGINS_H
#include "losses/point.h"

/* y = 1: x. y = -1: max(0, margin - x), with gradient -1 also at the corner. Any other y: both. */
FL_FN fl_point fl_hinge_embedding_at(fl_real x, fl_real y, fl_real a, const fl_hinge_embedding_params* params) {
    const fl_real gap = (fl_real)params->margin - x, above = FL_R(0.0) > gap ? FL_R(0.0) : gap;
    const fl_real inside = gap >= FL_R(0.0) ? FL_R(-1.0) : FL_R(0.0);
    const fl_real apart = y == FL_R(1.0) ? FL_R(0.0) : above, apart_grad = y == FL_R(1.0) ? FL_R(0.0) : inside;
    const fl_real close = y == FL_R(-1.0) ? FL_R(0.0) : x, close_grad = y == FL_R(-1.0) ? FL_R(0.0) : FL_R(1.0);
    (void)a;
    return (fl_point){ apart + close, apart_grad + close_grad, FL_R(0.0) };
}

/* y = 1: x1 is to be ranked above x2; -1: below. The corner passes the gradient. */
FL_FN fl_triple fl_margin_ranking_at(fl_real x1, fl_real y, fl_real x2, const fl_margin_ranking_params* params) {
    const fl_real lead = x1 - x2, z = (fl_real)params->margin - y * lead;
    const int on = z >= FL_R(0.0);
    return (fl_triple){ FL_R(0.0) > z ? FL_R(0.0) : z, on ? -y : FL_R(0.0), on ? -lead : FL_R(0.0),
                        on ? y : FL_R(0.0) };
}
#endif
