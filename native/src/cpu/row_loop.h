/* Rows with many classes, contiguous in memory: three passes over a row that stays in cache. Maximum; e = exp(x - m)
 * stored in the gradient, and its sum; scale. One exponential per element, and the gradient may be the input. Losing
 * forms: the exponential recomputed (+40 %), a lane sum inside the exponential's loop (+15 %, scalar when in place), 16
 * lanes (+30 %), all passes over a short row before the next one begins (+30 %, 100 classes). */
#ifndef FL_ROW_LOOP_H
#define FL_ROW_LOOP_H
#include "cpu/mixture_loop.h"

enum { FL_ROW_BLOCK = 1024, FL_ROW_CHUNK = 256, FL_ROW_BATCH = 16, FL_BATCH_BYTES = 32 * 1024 };
enum { FL_ROW_SCRATCH = 128 * 1024 / (int)sizeof(fl_real) }; /* for exponentials, where gradients go past the cache */

/* One row as its passes see it. `o` NULL: no gradient, the exponentials are not kept. */
typedef struct fl_row_pass {
    const fl_real *x, *next;
    fl_real*       o;
    int64_t        classes, label; /* label -1: nothing is left out of the sum */
    fl_real        top;
} fl_row_pass;

/* n is a multiple of FL_VEC: loops of their own for those that are no multiple of FL_WIDE, which clang unrolls to. */
FL_FN void fl_row_exponentials(const fl_real* x, fl_real top, fl_real* o, int64_t n) {
    const int64_t wide = n & ~(int64_t)(FL_WIDE - 1);
    FL_INDEPENDENT
    for (int64_t i = 0; i < wide; ++i) o[i] = fl_exp_nonpos(x[i] - top);
    for (int64_t i = wide; i < n; i += FL_VEC) {
        FL_INDEPENDENT
        for (int l = 0; l < FL_VEC; ++l) o[i + l] = fl_exp_nonpos(x[i + l] - top);
    }
}

/* Block [b, end) of e = exp(x - m), 0 at the label; the last block has whole vectors and the ragged end, which is the
 * last FL_VEC elements again, taken before they may be overwritten. */
FL_APART void fl_row_map(const fl_row_pass* k, int64_t b, int64_t end, fl_real* e) {
    const int64_t n = k->classes, whole = n & ~(int64_t)(FL_VEC - 1);
    const int     ragged = end == whole && n > whole;
    const fl_real top = k->top;
    fl_real tail[FL_VEC];
    if (ragged)
        for (int l = 0; l < FL_VEC; ++l) tail[l] = fl_exp_nonpos(k->x[n - FL_VEC + l] - top);
    for (int64_t c = b; c < end; c += FL_ROW_CHUNK) {
        const int64_t length = end - c < FL_ROW_CHUNK ? end - c : FL_ROW_CHUNK;
        const fl_real* x = k->x + c;
        fl_real* o = e + (c - b);
        fl_prefetch(k->next + c, length);
        fl_row_exponentials(x, top, o, length);
    }
    if (ragged) memcpy(e + (n - FL_VEC - b), tail, sizeof tail);
    if (k->label >= b && k->label < (ragged ? n : end)) e[k->label - b] = FL_R(0.0);
}

/* Its sum: lanes that the ragged end has counted before are masked out. */
FL_APART fl_real fl_row_sum(const fl_row_pass* k, int64_t b, int64_t end, const fl_real* e) {
    const int64_t n = k->classes, whole = n & ~(int64_t)(FL_VEC - 1);
    fl_lines lanes = fl_no_lines();
    fl_add_lines(&lanes, e, end - b);
    if (end == whole && n > whole) {
        const fl_int again = (fl_int)(whole + FL_VEC - n);
        fl_real rest[FL_VEC];
        for (fl_int l = 0; l < FL_VEC; ++l) rest[l] = l < again ? FL_R(0.0) : e[n - FL_VEC - b + l];
        lanes.a = fl_line_sum(lanes.a, fl_load_line(rest));
    }
    return fl_fold_lines(&lanes);
}

/* o = exp(x - m), 0 at the label; returns its sum. */
FL_FN fl_real fl_row_exp(const fl_row_pass* k) {
    const int64_t whole = k->classes & ~(int64_t)(FL_VEC - 1);
    fl_real kept[FL_ROW_BLOCK + FL_VEC] FL_ALIGNED;
    double sum = 0.0;
    for (int64_t b = 0; b < whole; b += FL_ROW_BLOCK) {
        const int64_t end = whole - b < FL_ROW_BLOCK ? whole : b + FL_ROW_BLOCK;
        fl_real* e = k->o ? k->o + b : kept;
        fl_row_map(k, b, end, e);
        sum += (double)fl_row_sum(k, b, end, e);
    }
    return (fl_real)sum;
}

/* The same of a batch. Of rows of one block all exponentials come before all sums: a sum waits for its label's 0, and a
 * short row has nothing to do meanwhile. */
FL_FN void fl_rows_exp(const fl_row_pass* k, fl_lanes* lanes, int n, int all) {
    const int64_t whole = k->classes & ~(int64_t)(FL_VEC - 1);
    const int     apart = k->o && k->classes <= FL_ROW_BLOCK;
    for (int r = 0; r < n; ++r) {
        if (lanes->label[r] < 0 && !all) continue;
        if (apart) fl_row_map(&k[r], 0, whole, k[r].o);
        else lanes->rest[r] = fl_row_exp(&k[r]);
    }
    for (int r = 0; r < n && apart; ++r)
        if (lanes->label[r] >= 0 || all) lanes->rest[r] = fl_row_sum(&k[r], 0, whole, k[r].o);
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

/* out = e * pull - w * spread; out may be e. */
FL_FN void fl_row_scale(fl_real* out, const fl_real* e, int64_t n, fl_real pull, const fl_real* w, fl_real spread) {
    if (spread == FL_R(0.0)) {
        FL_INDEPENDENT
        for (int64_t i = 0; i < n; ++i) out[i] = e[i] * pull;
    } else if (!w) {
        FL_INDEPENDENT
        for (int64_t i = 0; i < n; ++i) out[i] = e[i] * pull - spread;
    } else {
        FL_INDEPENDENT
        for (int64_t i = 0; i < n; ++i) out[i] = e[i] * pull - w[i] * spread;
    }
}

/* Elements of a row up to where a chunk's worth ends with a line of memory: chunks between two ends are whole lines. */
FL_FN int64_t fl_stream_first(const fl_real* g, int64_t n) {
    const int64_t first = FL_ROW_CHUNK - (int64_t)(((uintptr_t)g & 63) / sizeof(fl_real));
    return first < n ? first : n;
}

/* The gradient of a row whose exponentials were kept apart, past the cache: none of its lines is read. */
FL_FN void fl_row_stream(fl_real* g, const fl_row_pass* k, fl_real pull, const fl_real* w, fl_real spread,
                         fl_real label_grad) {
    fl_real out[FL_ROW_CHUNK] FL_ALIGNED;
    for (int64_t c = 0, n = fl_stream_first(g, k->classes); c < k->classes; c += n) {
        if (c > 0) n = k->classes - c < FL_ROW_CHUNK ? k->classes - c : FL_ROW_CHUNK;
        fl_row_scale(out, k->o + c, n, pull, w ? w + c : w, spread);
        if (k->label >= c && k->label < c + n) out[k->label - c] = label_grad;
        fl_write(g + c, out, n, 1);
    }
}

/* `scratch` NULL: exponentials are kept in the gradient. */
FL_FN fl_row_pass fl_row_at(const fl_row_call* call, int64_t row, int64_t ahead, fl_real* scratch) {
    const fl_real* x = (const fl_real*)call->input + row * call->input_outer;
    fl_real* g = call->gradient ? (fl_real*)call->gradient + row * call->gradient_outer : NULL;
    return (fl_row_pass){ x, x + ahead * call->input_outer, scratch ? scratch : g, call->classes, -1, FL_R(0.0) };
}

/* The first class that has the maximum; -1 where there is a NaN, which the maximum may have missed. */
FL_APART int64_t fl_row_prediction(const fl_row_pass* k) {
    fl_int missing = 0;
    for (int64_t c = 0; c < k->classes; ++c) missing |= k->x[c] != k->x[c];
    for (int64_t c = 0; c < k->classes && !missing; ++c)
        if (k->x[c] == k->top) return c;
    return -1;
}

/* Rows [row, row + n), the ones that come `ahead` rows later, and room for their exponentials where the gradient is not
 * to hold them. */
typedef struct fl_row_batch { int64_t row, ahead; fl_real* scratch; int n; } fl_row_batch;

/* Pass by pass over a batch, so that the end of one row's reduction overlaps the start of the next row's. */
FL_FN double fl_label_batch(const fl_row_call* call, const fl_class_params* params, fl_label_fn at,
                            const fl_row_batch* batch, int64_t* correct) {
    const fl_real* w = (const fl_real*)call->class_weight;
    const int64_t row = batch->row, room = (call->classes + FL_VEC - 1) / FL_VEC * FL_VEC;
    const int all = fl_wants_all_rows(call), n = batch->n;
    fl_row_pass k[FL_ROW_BATCH];
    fl_lanes lanes;
    fl_load_lanes(&lanes, call, row, n, FL_ROW_BATCH);
    for (int r = 0; r < FL_ROW_BATCH; ++r) lanes.rest[r] = lanes.centered[r] = lanes.top[r] = FL_R(0.0);
    for (int r = 0; r < FL_ROW_BATCH; ++r) lanes.gap[r] = -FL_INFINITY;
    for (int r = 0; r < n; ++r) {
        k[r] = fl_row_at(call, row + r, batch->ahead, batch->scratch ? batch->scratch + r * room : NULL);
        k[r].label = lanes.label[r];
        if (k[r].label < 0 && !all) continue;
        k[r].top = lanes.top[r] = fl_max(k[r].x, call->classes);
        if (all && fl_wants_predictions(call)) lanes.predicted[r] = (fl_int)fl_row_prediction(&k[r]);
        if (k[r].label >= 0) lanes.gap[r] = k[r].x[k[r].label] - k[r].top;
        if (params->share != FL_R(0.0)) lanes.centered[r] = fl_row_center(&k[r], w, NULL, params).centered;
    }
    fl_rows_exp(k, &lanes, n, all);
    fl_own_exponentials(&lanes, FL_ROW_BATCH);
    fl_finish_lanes(&lanes, call, params, at, FL_ROW_BATCH);
    for (int r = 0; r < n && call->gradient; ++r) {
        fl_real* g = (fl_real*)call->gradient + (row + r) * call->gradient_outer;
        const fl_real pull = lanes.pull[r], spread = params->share * lanes.scale[r];
        if (lanes.label[r] < 0) memset(g, 0, sizeof(fl_real) * (size_t)call->classes);
        else if (batch->scratch) fl_row_stream(g, &k[r], pull, w, spread, lanes.label_grad[r]);
        else {
            fl_row_scale(g, g, call->classes, pull, w, spread);
            g[k[r].label] = lanes.label_grad[r];
        }
    }
    return fl_take_losses(&lanes, call, row, n, FL_ROW_BATCH, correct);
}

/* to = x - m: waits until ln S is known, because x may be overwritten before. */
FL_FN void fl_row_shift(const fl_row_pass* k, fl_real* to) {
    const fl_real *x = k->x, top = k->top;
    for (int64_t c = 0; c < k->classes; ++c) to[c] = x[c] - top;
}

/* out = e * pull - w (keep t + share) * scale for n classes; out may be e. */
typedef struct fl_row_blend { const fl_real *w, *t; fl_real pull, keep, share, scale; } fl_row_blend;
FL_FN void fl_row_mix(fl_real* out, const fl_real* e, const fl_row_blend* blend, int64_t n) {
    const fl_real *w = blend->w, *t = blend->t, keep = blend->keep, share = blend->share, scale = blend->scale;
    const fl_real pull = blend->pull;
    if (w) {
        FL_INDEPENDENT
        for (int64_t c = 0; c < n; ++c) out[c] = e[c] * pull - w[c] * FL_FMA(keep, t[c], share) * scale;
    } else {
        FL_INDEPENDENT
        for (int64_t c = 0; c < n; ++c) out[c] = e[c] * pull - FL_FMA(keep, t[c], share) * scale;
    }
}
FL_FN void fl_row_mix_stream(fl_real* g, const fl_real* e, const fl_row_blend* blend, int64_t classes) {
    fl_real out[FL_ROW_CHUNK] FL_ALIGNED;
    for (int64_t c = 0, n = fl_stream_first(g, classes); c < classes; c += n) {
        if (c > 0) n = classes - c < FL_ROW_CHUNK ? classes - c : FL_ROW_CHUNK;
        fl_row_blend part = *blend;
        part.t += c;
        if (part.w) part.w += c;
        fl_row_mix(out, e + c, &part, n);
        fl_write(g + c, out, n, 1);
    }
}
/* tg = factor * w * (tg - log_sum). */
FL_FN void fl_row_target_gradient(fl_real* tg, int64_t n, const fl_real* w, fl_real factor, fl_real log_sum) {
    if (w) for (int64_t c = 0; c < n; ++c) tg[c] = factor * w[c] * (tg[c] - log_sum);
    else for (int64_t c = 0; c < n; ++c) tg[c] = factor * (tg[c] - log_sum);
}

/* One row with class probabilities. */
FL_FN double fl_mixture_row(const fl_row_call* call, const fl_class_params* params, fl_mixture_fn mix,
                            const fl_row_batch* batch, int64_t* correct) {
    const fl_real* w = (const fl_real*)call->class_weight;
    const int64_t row = batch->row;
    const fl_real* t = (const fl_real*)call->target + row * call->classes;
    fl_real* tg = call->target_gradient ? (fl_real*)call->target_gradient + row * call->classes : NULL;
    fl_row_pass k = fl_row_at(call, row, batch->ahead, batch->scratch);
    fl_lanes lanes;
    fl_mixture_lanes out;
    k.top = lanes.top[0] = fl_max(k.x, call->classes);
    if (fl_wants_predictions(call)) lanes.predicted[0] = (fl_int)fl_row_prediction(&k);
    if (tg) fl_row_shift(&k, tg);
    if (call->large) fl_prefetch(t + batch->ahead * call->classes, call->classes);
    const fl_row_sums sums = fl_row_center(&k, w, t, params);
    fl_load_scales(&lanes, call, row, 1, 1);
    out.sum[0] = fl_row_exp(&k), out.mass[0] = sums.mass, lanes.centered[0] = sums.centered;
    fl_finish_mixture(&lanes, &out, call, params, mix, 1);
    const fl_row_blend blend = { w, t, lanes.pull[0], params->keep, params->share, lanes.scale[0] };
    fl_real* g = (fl_real*)call->gradient + (call->gradient ? row * call->gradient_outer : 0);
    if (g && batch->scratch) fl_row_mix_stream(g, k.o, &blend, call->classes);
    else if (g) fl_row_mix(g, g, &blend, call->classes);
    if (tg) fl_row_target_gradient(tg, call->classes, w, -params->keep * lanes.scale[0], lanes.log_sum[0]);
    return fl_take_losses(&lanes, call, row, 1, 1, correct);
}

FL_FN double fl_long_rows(const fl_row_call* call, fl_label_fn at, fl_mixture_fn mix, int64_t row, int64_t end,
                          int64_t* correct) {
    const fl_class_params params = fl_class_params_of(call);
    const int64_t fit = FL_BATCH_BYTES / (int64_t)sizeof(fl_real) / call->classes; /* a batch stays in L1 */
    const int size = mix || fit < 1 ? 1 : fit < FL_ROW_BATCH ? (int)fit : FL_ROW_BATCH;
    const int stream = call->stream && call->classes <= FL_ROW_SCRATCH;
    fl_real scratch[FL_ROW_SCRATCH] FL_ALIGNED;
    fl_total sum = { 0.0, 0.0 };
    for (; row < end; row += size) {
        const fl_row_batch batch = { row, row + 2 * size <= end ? size : 0, stream ? scratch : NULL,
                                     end - row < size ? (int)(end - row) : size };
        fl_total_add(&sum, mix ? fl_mixture_row(call, &params, mix, &batch, correct)
                               : fl_label_batch(call, &params, at, &batch, correct));
    }
    fl_write_end(stream);
    return fl_total_of(sum);
}
#endif
