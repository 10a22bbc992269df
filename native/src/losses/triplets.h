/* Losses of anchor, positive and negative. A triplet has three distances: anchor to positive, anchor to negative and,
 * with swap, positive to negative. */
#ifndef FL_TRIPLETS_H
#define FL_TRIPLETS_H
#include "losses/vectors.h"

typedef struct fl_three { double ap, an, pn; } fl_three;
/* A distance in the loop over its components u: the largest (p < 0: smallest) |u|, and what the slope is made with. */
typedef struct fl_side { fl_real top, first, second; } fl_side;
typedef struct fl_triplet_row {
    double   p;
    fl_real  eps, power, lower; /* p and p - 1 */
    fl_three sum, distance;
    fl_side  ap, an, pn;
    fl_trio  inverse, own;      /* cosine: 1 / |x|, and how much of itself the gradient of a vector has */
} fl_triplet_row;

/* Beyond 1e30, powers are those of infinity in either precision, and their products stay finite. */
FL_FN double fl_clamp_power(double power) { return power > 1e30 ? 1e30 : power < -1e30 ? -1e30 : power; }

FL_FN fl_triplet_row fl_triplet_row_of(const fl_triplet_margin_params* params) {
    const double p = fl_clamp_power(params->p);
    return (fl_triplet_row){ .p = p, .eps = (fl_real)params->eps, .power = (fl_real)p, .lower = (fl_real)(p - 1.0) };
}

/* The term, and by what the slope of each distance is multiplied. The hinge passes gradient at its corner; distances
 * that are equal share that of the smaller one. NaN wins everywhere. */
typedef struct fl_triplet { fl_real loss; fl_three pull; } fl_triplet;

FL_FN fl_triplet fl_triplet_at(fl_three d, int swap, double margin, double scale) {
    const int nearer = swap && !(d.pn >= d.an) && d.an == d.an;
    const double far = nearer ? d.pn : d.an, over = margin + d.ap - far;
    const double on = over >= 0.0 ? scale : over < 0.0 ? 0.0 : over;
    const double share = nearer ? 1.0 : swap && d.pn == d.an ? 0.5 : 0.0;
    return (fl_triplet){ (fl_real)(0.0 > over ? 0.0 : over), { on, on * (share - 1.0), -on * share } };
}

/* Differences, sign and eps and all. */
FL_FN fl_trio fl_differences(fl_trio x, const fl_triplet_row* k) {
    return (fl_trio){ (x.a - x.b) + k->eps, (x.a - x.c) + k->eps, (x.b - x.c) + k->eps };
}
FL_FN fl_trio fl_triplet_differences(fl_trio x, const fl_real* row, const void* params) {
    (void)row;
    return fl_differences(x, (const fl_triplet_row*)params);
}
FL_FN fl_trio fl_triplet_sizes(fl_trio x, const fl_real* row, const void* params) {
    const fl_trio d = fl_differences(x, (const fl_triplet_row*)params);
    (void)row;
    return (fl_trio){ fl_abs(d.a), fl_abs(d.b), fl_abs(d.c) };
}
FL_FN fl_trio fl_triplet_negated_sizes(fl_trio x, const fl_real* row, const void* params) {
    const fl_trio d = fl_triplet_sizes(x, row, params);
    return (fl_trio){ -d.a, -d.b, -d.c };
}

/* p = 0: components that are not 0. Everywhere below, NaN is found by the sum: a maximum may miss it. */
FL_FN fl_real fl_counts(fl_real u) {
    const fl_real known = u == u ? FL_R(1.0) : u;
    return u == FL_R(0.0) ? FL_R(0.0) : known;
}
FL_FN fl_trio fl_triplet_counts(fl_trio x, const fl_real* row, const void* params) {
    const fl_trio d = fl_differences(x, (const fl_triplet_row*)params);
    (void)row;
    return (fl_trio){ fl_counts(d.a), fl_counts(d.b), fl_counts(d.c) };
}

/* p = +-inf: components that reach the top. */
FL_FN fl_real fl_reaches(fl_real u, fl_real top) {
    const fl_real known = u == u ? FL_R(0.0) : u;
    return fl_abs(u) == top ? FL_R(1.0) : known;
}
FL_FN fl_trio fl_triplet_reaches(fl_trio x, const fl_real* row, const void* params) {
    const fl_triplet_row* k = (const fl_triplet_row*)params;
    const fl_trio d = fl_differences(x, k);
    (void)row;
    return (fl_trio){ fl_reaches(d.a, k->ap.top), fl_reaches(d.b, k->an.top), fl_reaches(d.c, k->pn.top) };
}
FL_FN double fl_extreme_distance(fl_real top, double count) { return count > 0.0 ? (double)top : count; }

/* Any other p: powers of |u| against the top, which are at most 1: they neither overflow nor all vanish. */
FL_FN fl_real fl_ratio(fl_real u, fl_real top) {
    const fl_real size = fl_abs(u), ratio = size / top, bounded = FL_HUGE < ratio ? FL_HUGE : ratio;
    return size == top ? FL_R(1.0) : bounded;
}
FL_FN fl_trio fl_triplet_powers(fl_trio x, const fl_real* row, const void* params) {
    const fl_triplet_row* k = (const fl_triplet_row*)params;
    const fl_trio d = fl_differences(x, k);
    (void)row;
    return (fl_trio){ fl_pow_unit(fl_ratio(d.a, k->ap.top), k->power), fl_pow_unit(fl_ratio(d.b, k->an.top), k->power),
                      fl_pow_unit(fl_ratio(d.c, k->pn.top), k->power) };
}
/* What rounding the sum to fl_real loses is put back: else distances a little apart would count as equal. */
FL_FN double fl_power_distance(fl_real top, double sum, double p) {
    const fl_real rounded = (fl_real)sum, root = fl_pow(rounded, (fl_real)fl_clamp_power(1.0 / p));
    const double lost = (sum / (double)rounded - 1.0) / p;
    const double back = lost > -0.5 && lost < 0.5 ? 1.0 + lost : 1.0;
    return sum == 0.0 ? 0.0 : (double)top * ((double)root * back);
}

/* Sides of the slopes d||u||/du times `pull`. */
FL_FN fl_side fl_square_side(double distance, double pull) {
    const fl_real d = (fl_real)distance;
    const fl_inverse inverse = fl_inverse_of(d);
    const int ranged = d > FL_R(0.0) && d <= FL_HUGE;
    return (fl_side){ FL_R(0.0), ranged ? inverse.first : FL_R(0.0),
                      (fl_real)pull * (ranged ? inverse.second : FL_R(0.0)) };
}
FL_FN fl_side fl_absolute_side(double pull) { return (fl_side){ FL_R(0.0), FL_R(0.0), (fl_real)pull }; }
FL_FN fl_side fl_extreme_side(fl_real top, double count, double pull) {
    return (fl_side){ top, FL_R(0.0), (fl_real)(count == 0.0 ? 0.0 : pull / count) };
}
FL_FN fl_side fl_power_side(fl_real top, double sum, double p, double pull) {
    const fl_real rest = fl_pow((fl_real)sum, (fl_real)fl_clamp_power((1.0 - p) / p));
    return (fl_side){ top, FL_R(0.0), (fl_real)(pull * (top > FL_R(0.0) ? (double)rest : 0.0)) };
}

/* The sign as two independent selects, as in fl_l1_at. */
FL_FN fl_real fl_sign(fl_real u) {
    return (u > FL_R(0.0) ? FL_R(1.0) : FL_R(0.0)) - (u < FL_R(0.0) ? FL_R(1.0) : FL_R(0.0));
}
FL_FN fl_real fl_square_slope(fl_real u, const fl_side* s, const fl_triplet_row* k) {
    (void)k;
    return u * s->first * s->second;
}
FL_FN fl_real fl_absolute_slope(fl_real u, const fl_side* s, const fl_triplet_row* k) {
    (void)k;
    return fl_sign(u) * s->second;
}
FL_FN fl_real fl_extreme_slope(fl_real u, const fl_side* s, const fl_triplet_row* k) {
    (void)k;
    return (fl_abs(u) == s->top ? fl_sign(u) : FL_R(0.0)) * s->second;
}
FL_FN fl_real fl_power_slope(fl_real u, const fl_side* s, const fl_triplet_row* k) {
    const fl_real ratio = fl_ratio(u, s->top), power = fl_pow(FL_TINY > ratio ? FL_TINY : ratio, k->lower);
    return (u == FL_R(0.0) ? FL_R(0.0) : fl_with_sign(power, u)) * s->second;
}

/* From the slopes of the distances to the gradients of the vectors. */
typedef fl_real (*fl_slope_fn)(fl_real u, const fl_side* side, const fl_triplet_row* k);
FL_FN fl_trio fl_pull_apart(fl_trio x, const fl_triplet_row* k, fl_slope_fn slope, int swap) {
    const fl_trio d = fl_differences(x, k);
    const fl_real ap = slope(d.a, &k->ap, k), an = slope(d.b, &k->an, k);
    if (!swap) return (fl_trio){ ap + an, -ap, -an };
    const fl_real pn = slope(d.c, &k->pn, k);
    return (fl_trio){ ap + an, pn - ap, -(an + pn) };
}
#define FL_TRIPLET_GRADIENT(name, slope, swap) \
    FL_FN fl_trio name(fl_trio x, const fl_real* row, const void* params) \
    { (void)row; return fl_pull_apart(x, (const fl_triplet_row*)params, slope, swap); }
FL_TRIPLET_GRADIENT(fl_square_gradient, fl_square_slope, 0)
FL_TRIPLET_GRADIENT(fl_square_swapped_gradient, fl_square_slope, 1)
FL_TRIPLET_GRADIENT(fl_absolute_gradient, fl_absolute_slope, 0)
FL_TRIPLET_GRADIENT(fl_absolute_swapped_gradient, fl_absolute_slope, 1)
FL_TRIPLET_GRADIENT(fl_extreme_gradient, fl_extreme_slope, 0)
FL_TRIPLET_GRADIENT(fl_extreme_swapped_gradient, fl_extreme_slope, 1)
FL_TRIPLET_GRADIENT(fl_power_gradient, fl_power_slope, 0)
FL_TRIPLET_GRADIENT(fl_power_swapped_gradient, fl_power_slope, 1)

/* Distances 1 - cosine. A norm that is held at 1e-8 does not depend on its vector: nothing of itself is in its
 * gradient. */
FL_FN double fl_inverse_norm(double square) { return 1.0 / (square > 1e-16 ? fl_sqrt(square) : 1e-8); }

FL_FN void fl_cosine_distances(fl_triplet_row* k, fl_products sum) { /* k->sum: cosines */
    const double a = fl_inverse_norm(sum.aa), p = fl_inverse_norm(sum.bb), n = fl_inverse_norm(sum.cc);
    k->inverse = (fl_trio){ (fl_real)a, (fl_real)p, (fl_real)n };
    k->own = (fl_trio){ (fl_real)(sum.aa > 1e-16), (fl_real)(sum.bb > 1e-16), (fl_real)(sum.cc > 1e-16) };
    k->sum = (fl_three){ sum.ab * a * p, sum.ac * a * n, sum.bc * p * n };
    k->distance = (fl_three){ 1.0 - k->sum.ap, 1.0 - k->sum.an, 1.0 - k->sum.pn };
}

FL_FN void fl_cosine_sides(fl_triplet_row* k, fl_three pull) {
    const double ap = -pull.ap, an = -pull.an, pn = -pull.pn;
    k->ap.second = (fl_real)ap, k->an.second = (fl_real)an, k->pn.second = (fl_real)pn;
    k->own.a *= (fl_real)(ap * k->sum.ap + an * k->sum.an);
    k->own.b *= (fl_real)(ap * k->sum.ap + pn * k->sum.pn);
    k->own.c *= (fl_real)(an * k->sum.an + pn * k->sum.pn);
}

FL_FN fl_trio fl_cosine_triplet_gradient(fl_trio x, const fl_real* row, const void* params) {
    const fl_triplet_row* k = (const fl_triplet_row*)params;
    const fl_real a = x.a * k->inverse.a, p = x.b * k->inverse.b, n = x.c * k->inverse.c;
    const fl_real ap = k->ap.second, an = k->an.second, pn = k->pn.second;
    (void)row;
    return (fl_trio){ k->inverse.a * FL_FMA(ap, p, FL_FMA(an, n, -(k->own.a * a))),
                      k->inverse.b * FL_FMA(ap, a, FL_FMA(pn, n, -(k->own.b * p))),
                      k->inverse.c * FL_FMA(an, a, FL_FMA(pn, p, -(k->own.c * n))) };
}
#endif
