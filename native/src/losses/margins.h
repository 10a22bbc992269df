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
#endif
