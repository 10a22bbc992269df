/* Rows with many classes, contiguous in memory: three passes over a row that stays in cache. Maximum; e = exp(x - m)
 * stored in the gradient, and its sum; scale. One exponential per element, and the gradient may be the input. Losing
 * forms: the exponential recomputed (+40 %), a lane sum inside the exponential's loop (+15 %, scalar when in place), 16
 * lanes (+30 %). */
#ifndef FL_ROW_LOOP_H
#define FL_ROW_LOOP_H
#include "cpu/mixture_loop.h"

enum { FL_ROW_BLOCK = 1024, FL_ROW_CHUNK = 256, FL_ROW_BATCH = 16, FL_BATCH_BYTES = 32 * 1024 };

/* Asks for the row that comes next while this one is computed: gains out of cache, loses nothing in it. */
FL_FN void fl_prefetch(const fl_real* p, int64_t n) {
    for (int64_t i = 0; i < n; i += FL_VEC) __builtin_prefetch(p + i, 0, 2);
}

/* One row as its passes see it. `o` NULL: no gradient, the exponentials are not kept. */
typedef struct fl_row_pass {
    const fl_real *x, *next;
    fl_real*       o;
    int64_t        classes, label; /* label -1: nothing is left out of the sum */
    fl_real        top;
} fl_row_pass;

/* o = exp(x - m); returns its sum without the label's. The ragged end is the last FL_VEC elements again, taken before
 * `o` may overwrite them, with the lanes that were already counted masked out of the sum. */
FL_FN fl_real fl_row_exp(const fl_row_pass* k) {
    const int64_t n = k->classes, whole = n & ~(int64_t)(FL_VEC - 1);
    const int again = (int)(whole + FL_VEC - n);
    fl_real tail[FL_VEC], kept[FL_ROW_CHUNK] FL_ALIGNED;
    double sum = 0.0;
    for (int l = 0; l < FL_VEC; ++l) tail[l] = fl_exp_nonpos(k->x[n - FL_VEC + l] - k->top);
    for (int64_t b = 0; b < whole; b += FL_ROW_BLOCK) {
        const int64_t end = whole - b < FL_ROW_BLOCK ? whole : b + FL_ROW_BLOCK;
        fl_real lanes[FL_WIDE] = { 0 };
        for (int64_t c = b; c < end; c += FL_ROW_CHUNK) {
            const int64_t length = end - c < FL_ROW_CHUNK ? end - c : FL_ROW_CHUNK;
            const fl_real* x = k->x + c;
            fl_real* o = k->o ? k->o + c : kept;
            const fl_real top = k->top;
            fl_prefetch(k->next + c, length);
            FL_INDEPENDENT
            for (int64_t i = 0; i < length; ++i) o[i] = fl_exp_nonpos(x[i] - top);
            if (k->label >= c && k->label < c + length) o[k->label - c] = FL_R(0.0);
            fl_add_lanes(lanes, o, length);
        }
        if (end == whole && n > whole)
            for (int l = 0; l < FL_VEC; ++l)
                lanes[l] += l < again || n - FL_VEC + l == k->label ? FL_R(0.0) : tail[l];
        sum += (double)fl_fold_lanes(lanes);
    }
    if (n > whole && k->o) memcpy(k->o + n - FL_VEC, tail, sizeof tail);
    return (fl_real)sum;
}

/* sum_c a_c (x_c - m) and sum_c a_c, with a_c = w_c (keep t_c + share), or w_c without t: a chunk at a time. */
FL_FN fl_row_sums fl_row_center(const fl_row_pass* k, const fl_real* w, const fl_real* t,
                                const fl_class_params* params) {
    fl_real a[FL_ROW_CHUNK] FL_ALIGNED, ad[FL_ROW_CHUNK] FL_ALIGNED;
    double centered = 0.0, mass = 0.0;
    for (int64_t c = 0; c < k->classes; c += FL_ROW_CHUNK) {
        const int64_t n = k->classes - c < FL_ROW_CHUNK ? k->classes - c : FL_ROW_CHUNK;
        const fl_real *x = k->x + c, top = k->top;
        for (int64_t i = 0; i < n; ++i) a[i] = t ? FL_FMA(params->keep, t[c + i], params->share) : FL_R(1.0);
        if (w) for (int64_t i = 0; i < n; ++i) a[i] *= w[c + i];
        for (int64_t i = 0; i < n; ++i) ad[i] = a[i] * (x[i] - top);
        centered += fl_sum_double(ad, n);
        mass += fl_sum_double(a, n);
    }
    return (fl_row_sums){ (fl_real)centered, (fl_real)mass };
}

/* o = o * pull - w * spread. */
FL_FN void fl_row_scale(fl_real* o, int64_t n, fl_real pull, const fl_real* w, fl_real spread) {
    if (spread == FL_R(0.0)) {
        FL_INDEPENDENT
        for (int64_t i = 0; i < n; ++i) o[i] *= pull;
    } else if (!w) {
        FL_INDEPENDENT
        for (int64_t i = 0; i < n; ++i) o[i] = o[i] * pull - spread;
    } else {
        FL_INDEPENDENT
        for (int64_t i = 0; i < n; ++i) o[i] = o[i] * pull - w[i] * spread;
    }
}

FL_FN fl_row_pass fl_row_at(const fl_row_call* call, int64_t row, int64_t ahead) {
    const fl_real* x = (const fl_real*)call->input + row * call->input_outer;
    return (fl_row_pass){ x, x + ahead * call->input_outer,
                          call->gradient ? (fl_real*)call->gradient + row * call->gradient_outer : NULL,
                          call->classes, -1, FL_R(0.0) };
}

/* The first class that has the maximum; -1 where there is a NaN, which the maximum may have missed. */
FL_APART int64_t fl_row_prediction(const fl_row_pass* k) {
    fl_int missing = 0;
    for (int64_t c = 0; c < k->classes; ++c) missing |= k->x[c] != k->x[c];
    for (int64_t c = 0; c < k->classes && !missing; ++c)
        if (k->x[c] == k->top) return c;
    return -1;
}

/* Pass by pass over a batch, so that the end of one row's reduction overlaps the start of the next row's. */
FL_FN double fl_label_batch(const fl_row_call* call, const fl_class_params* params, fl_label_fn at, int64_t row, int n,
                            int64_t ahead, int64_t* correct) {
    const fl_real* w = (const fl_real*)call->class_weight;
    fl_row_pass k[FL_ROW_BATCH];
    fl_lanes lanes;
    const int all = fl_wants_all_rows(call);
    fl_load_lanes(&lanes, call, row, n, FL_ROW_BATCH);
    for (int r = 0; r < FL_ROW_BATCH; ++r) lanes.rest[r] = lanes.centered[r] = lanes.top[r] = FL_R(0.0);
    for (int r = 0; r < FL_ROW_BATCH; ++r) lanes.gap[r] = -FL_INFINITY;
    for (int r = 0; r < n; ++r) {
        k[r] = fl_row_at(call, row + r, ahead);
        k[r].label = lanes.label[r];
        if (k[r].label < 0 && !all) continue;
        k[r].top = lanes.top[r] = fl_max(k[r].x, call->classes);
        if (all && fl_wants_predictions(call)) lanes.predicted[r] = (fl_int)fl_row_prediction(&k[r]);
        if (k[r].label >= 0) lanes.gap[r] = k[r].x[k[r].label] - k[r].top;
        if (params->share != FL_R(0.0)) lanes.centered[r] = fl_row_center(&k[r], w, NULL, params).centered;
    }
    for (int r = 0; r < n; ++r)
        if (lanes.label[r] >= 0 || all) lanes.rest[r] = fl_row_exp(&k[r]);
    fl_finish_lanes(&lanes, call, params, at, FL_ROW_BATCH);
    for (int r = 0; r < n && call->gradient; ++r)
        if (lanes.label[r] < 0) memset(k[r].o, 0, sizeof(fl_real) * (size_t)call->classes);
        else {
            fl_row_scale(k[r].o, call->classes, lanes.pull[r], w, params->share * lanes.scale[r]);
            k[r].o[k[r].label] = lanes.label_grad[r];
        }
    return fl_take_losses(&lanes, call, row, n, correct);
}

/* to = x - m: waits until ln S is known, because x may be overwritten before. */
FL_FN void fl_row_shift(const fl_row_pass* k, fl_real* to) {
    const fl_real *x = k->x, top = k->top;
    for (int64_t c = 0; c < k->classes; ++c) to[c] = x[c] - top;
}

/* o = o * pull - w (keep t + share) * scale. */
FL_FN void fl_row_mix(fl_real* o, int64_t n, fl_real pull, const fl_real* w, const fl_real* t,
                      const fl_class_params* params, fl_real scale) {
    const fl_real keep = params->keep, share = params->share;
    if (w) {
        FL_INDEPENDENT
        for (int64_t c = 0; c < n; ++c) o[c] = o[c] * pull - w[c] * FL_FMA(keep, t[c], share) * scale;
    } else {
        FL_INDEPENDENT
        for (int64_t c = 0; c < n; ++c) o[c] = o[c] * pull - FL_FMA(keep, t[c], share) * scale;
    }
}

/* tg = factor * w * (tg - log_sum). */
FL_FN void fl_row_target_gradient(fl_real* tg, int64_t n, const fl_real* w, fl_real factor, fl_real log_sum) {
    if (w) for (int64_t c = 0; c < n; ++c) tg[c] = factor * w[c] * (tg[c] - log_sum);
    else for (int64_t c = 0; c < n; ++c) tg[c] = factor * (tg[c] - log_sum);
}

/* One row with class probabilities. */
FL_FN double fl_mixture_row(const fl_row_call* call, const fl_class_params* params, fl_mixture_fn mix, int64_t row,
                            int64_t ahead, int64_t* correct) {
    const fl_real* w = (const fl_real*)call->class_weight;
    const fl_real* t = (const fl_real*)call->target + row * call->classes;
    fl_real* tg = call->target_gradient ? (fl_real*)call->target_gradient + row * call->classes : NULL;
    fl_row_pass k = fl_row_at(call, row, ahead);
    fl_lanes lanes;
    fl_mixture_lanes out;
    k.top = lanes.top[0] = fl_max(k.x, call->classes);
    if (fl_wants_predictions(call)) lanes.predicted[0] = (fl_int)fl_row_prediction(&k);
    if (tg) fl_row_shift(&k, tg);
    const fl_row_sums sums = fl_row_center(&k, w, t, params);
    fl_load_scales(&lanes, call, row, 1);
    out.sum[0] = fl_row_exp(&k), out.mass[0] = sums.mass, lanes.centered[0] = sums.centered;
    fl_finish_mixture(&lanes, &out, call, params, mix, 1);
    if (k.o) fl_row_mix(k.o, call->classes, lanes.pull[0], w, t, params, lanes.scale[0]);
    if (tg) fl_row_target_gradient(tg, call->classes, w, -params->keep * lanes.scale[0], lanes.log_sum[0]);
    return fl_take_losses(&lanes, call, row, 1, correct);
}

FL_FN double fl_long_rows(const fl_row_call* call, fl_label_fn at, fl_mixture_fn mix, int64_t row, int64_t end,
                          int64_t* correct) {
    const fl_class_params params = fl_class_params_of(call);
    const int64_t fit = FL_BATCH_BYTES / (int64_t)sizeof(fl_real) / call->classes; /* a batch stays in L1 */
    const int batch = mix || fit < 1 ? 1 : fit < FL_ROW_BATCH ? (int)fit : FL_ROW_BATCH;
    fl_total sum = { 0.0, 0.0 };
    for (; row < end; row += batch) {
        const int n = end - row < batch ? (int)(end - row) : batch;
        const int64_t ahead = row + 2 * batch <= end ? batch : 0;
        fl_total_add(&sum, mix ? fl_mixture_row(call, &params, mix, row, ahead, correct)
                               : fl_label_batch(call, &params, at, row, n, ahead, correct));
    }
    return fl_total_of(sum);
}
#endif
