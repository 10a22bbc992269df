/* Losses of whole regions: from the sums over the rows of a region to its term and that term's slopes. */
#ifndef FL_REGIONS_H
#define FL_REGIONS_H
#include "losses/binary.h"

/* A probability and 1 - p, neither by cancellation. */
typedef struct fl_unit { fl_real p, q; } fl_unit;

/* Softmax of one class: e = exp(x_c - m); `rest` is the sum of the exponentials without one that is 1, so that 1 - p
 * keeps its digits where e is that one. */
FL_FN fl_unit fl_softmax_unit(fl_real e, fl_real rest, fl_real inverse) {
    return (fl_unit){ e * inverse, (rest + (FL_R(1.0) - e)) * inverse };
}

/* Where p is a function of its own x alone: sigmoid, or x itself. */
FL_FN fl_unit fl_direct_unit(fl_real x, int sigmoid) {
    const fl_sigmoid s = fl_sigmoid_of(x);
    return sigmoid ? (fl_unit){ s.p, s.q } : (fl_unit){ x, FL_R(1.0) - x };
}
/* d/dx of what has the slope h to p. */
FL_FN fl_real fl_direct_slope(fl_real x, fl_real h, int sigmoid) {
    const fl_sigmoid s = fl_sigmoid_of(x);
    return sigmoid ? s.p * s.q * h : h;
}

/* Softmax: d/dx_c = p_c (h_c - sum_k p_k h_k), h the slopes to p, as p_c ((h_c - shift) - mean). Any number may be
 * subtracted from all h of a row: that of the largest class is, where it has more than half of the probability, so that
 * nothing cancels there. `rest` and `pull` are the sums of e and e h without that class, whose slope is `head`. */
typedef struct fl_softmax_flow { fl_real inverse, shift, mean; } fl_softmax_flow;
FL_FN fl_softmax_flow fl_softmax_flow_of(fl_real rest, fl_real pull, fl_real head) {
    const fl_real all = FL_R(1.0) + rest, inverse = FL_R(1.0) / all;
    const fl_real shifted = pull - head * rest, plain = pull + head;
    return (fl_softmax_flow){ inverse, all < FL_R(2.0) ? head : FL_R(0.0),
                              (all < FL_R(2.0) ? shifted : plain) * inverse };
}
FL_FN fl_real fl_softmax_slope(fl_real e, fl_real h, fl_softmax_flow flow) {
    return e * flow.inverse * ((h - flow.shift) - flow.mean);
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

/* What gradients are made of: with targets h = outside + other t; with labels `other` where the class is the label,
 * else `outside`. `common`: one region over the classes of a softmax, where `outside` may be subtracted from all. */
typedef struct fl_region_slopes { double outside, other; } fl_region_slopes;
FL_FN fl_region_slopes fl_region_slopes_of(fl_region region, double scale, int soft, int common) {
    return (fl_region_slopes){ common ? 0.0 : region.outside * scale,
                               (soft || common ? region.slope : region.inside) * scale };
}
FL_FN fl_real fl_slope_to(fl_real outside, fl_real other, fl_real t, int is_label, int soft) {
    return soft ? FL_FMA(other, t, outside) : is_label ? other : outside;
}
#endif
