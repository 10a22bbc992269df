/* What a point-wise loss is made of: `x` the input, `t` the target, `a` a further array that some losses read. */
#ifndef FL_POINT_H
#define FL_POINT_H
#include "fusedloss/fusedloss.h"
#include "losses/losses.h"
#include "math/fl_math.h"

typedef struct fl_point { fl_real loss, grad, target_grad; } fl_point;
typedef struct fl_triple { fl_real loss, grad, target_grad, extra_grad; } fl_triple; /* with a gradient to `a` */
#endif
