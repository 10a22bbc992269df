/* Losses of whole regions: from the sums over the rows of a region to its term and that term's slopes. */
#ifndef FL_REGIONS_H
#define FL_REGIONS_H
#include "losses/point.h"

/* A probability and 1 - p, neither by cancellation. */
typedef struct fl_unit { fl_real p, q; } fl_unit;

/* Softmax of one class: e = exp(x_c - m); `rest` is the sum of the exponentials without one that is 1, so that 1 - p
 * keeps its digits where e is that one. */
FL_FN fl_unit fl_softmax_unit(fl_real e, fl_real rest, fl_real inverse) {
    return (fl_unit){ e * inverse, (rest + (FL_R(1.0) - e)) * inverse };
}

/* What one row brings to a region: p t, p (1 - t), (1 - p) t; t is 0 or 1 with labels. */
typedef struct fl_share { fl_real both, extra, missed; } fl_share;
FL_FN fl_share fl_share_of(fl_unit u, fl_real t) { return (fl_share){ u.p * t, u.p * (FL_R(1.0) - t), u.q * t }; }

/* Sums of p t, p (1 - t) and (1 - p) t. The last two are not taken from sums of p and t: a small term is made of them
 * alone and keeps its digits. */
typedef struct fl_overlap { double both, extra, missed; } fl_overlap;

/* d term / dp = outside where t is 0, inside where t is 1, outside + slope t in general. */
typedef struct fl_region { double term, outside, inside, slope; } fl_region;

/* 1 - (both + smooth) / all as wrong / all. Divided by `all` twice, because its square may underflow. */
FL_FN fl_region fl_tversky_at(const fl_overlap* sums, const fl_tversky_params* params) {
    const double wrong = params->alpha * sums->extra + params->beta * sums->missed;
    const double right = sums->both + params->smooth, all = right + wrong;
    const double term = wrong / all, share = right / all;
    if (all == 0.0) return (fl_region){ term, 0.0, 0.0, 0.0 };
    return (fl_region){ term, params->alpha * share / all, -(params->beta * share + term) / all,
                        -((params->alpha + params->beta) * share + term) / all };
}
#endif
