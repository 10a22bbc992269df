/* Rows with many classes, contiguous in memory: three passes over a row that stays in cache. Maximum; e = exp(x - m)
 * stored in the gradient, and its sum; scale. One exponential per element, and the gradient may be the input. Losing
 * forms: the exponential recomputed (+40 %), a lane sum inside the exponential's loop (+15 %, scalar when in place), 16
 * lanes (+30 %), all passes over a short row before the next one begins (+30 %, 100 classes). */
#ifndef FL_ROW_PASS_H
#define FL_ROW_PASS_H
#include "cpu/mixture_loop.h"
#include "cpu/total.h"

enum { FL_ROW_BLOCK = 1024, FL_ROW_CHUNK = 256, FL_ROW_BATCH = 16, FL_BATCH_BYTES = 16 * 1024 };
/* Asked for at once, while as many are computed: of many lines a processor waits for some. Doubles compute longer. */
enum { FL_ASK_CHUNK = FL_PRECISION == 32 ? FL_WIDE : FL_ROW_CHUNK };
enum { FL_ROW_SCRATCH = 128 * 1024 / (int)sizeof(fl_real) }; /* for exponentials, where gradients go past the cache */

/* One row as its passes see it. `o` NULL: no gradient, the exponentials are not kept. */
typedef struct fl_row_pass {
    const fl_real *x, *next, *also; /* next and also are asked for meanwhile, from class 0 on; also may be NULL */
    fl_real*       o;
    int64_t        classes, label; /* label -1: nothing is left out of the sum */
    fl_real        top;
} fl_row_pass;

/* n is a multiple of FL_VEC; as many at a time as clang unrolls to. */
FL_FN void fl_row_exponentials(const fl_real* x, fl_real top, fl_real* o, int64_t n) {
    int64_t i = 0;
    for (; i + FL_WIDE <= n; i += FL_WIDE) {
        FL_INDEPENDENT
        for (int l = 0; l < FL_WIDE; ++l) o[i + l] = fl_exp_nonpos(x[i + l] - top);
    }
    for (; i < n; i += FL_VEC) {
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
    fl_real tail[FL_VEC] FL_ALIGNED;
    if (ragged) { /* the end of what comes next may begin a line */
        __builtin_prefetch(k->next + whole, 0, 2);
        if (k->also) __builtin_prefetch(k->also + whole, 0, 2);
        for (int l = 0; l < FL_VEC; ++l) tail[l] = fl_exp_nonpos(k->x[n - FL_VEC + l] - top);
    }
    for (int64_t c = b; c < end; c += FL_ASK_CHUNK) {
        const int64_t length = end - c < FL_ASK_CHUNK ? end - c : FL_ASK_CHUNK;
        fl_prefetch(k->next + c, length);
        if (k->also) fl_prefetch(k->also + c, length);
        fl_row_exponentials(k->x + c, top, e + (c - b), length);
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
        fl_real rest[FL_VEC] FL_ALIGNED;
        for (fl_int l = 0; l < FL_VEC; ++l) rest[l] = l < again ? FL_R(0.0) : e[n - FL_VEC - b + l];
        lanes.a = fl_line_sum(lanes.a, fl_load_line(rest));
    }
    return fl_fold_lines(&lanes);
}

/* o = exp(x - m) in [begin, end), 0 at the label; returns its sum. Without `o`, blocks are kept in `kept`. */
FL_FN double fl_row_exp_of(const fl_row_pass* k, int64_t begin, int64_t end, int64_t block, fl_real* kept) {
    fl_total sum = { 0.0, 0.0 };
    for (int64_t b = begin; b < end; b += block) {
        const int64_t to = end - b < block ? end : b + block;
        fl_real* e = k->o ? k->o + b : kept;
        fl_row_map(k, b, to, e);
        const double part = (double)fl_row_sum(k, b, to, e);
        if (b > begin) fl_total_add(&sum, part);
        else sum.sum = part;
    }
    return fl_total_of(sum);
}
FL_FN fl_real fl_row_exp(const fl_row_pass* k) {
    fl_real kept[FL_ROW_BLOCK + FL_VEC] FL_ALIGNED;
    return (fl_real)fl_row_exp_of(k, 0, k->classes & ~(int64_t)(FL_VEC - 1), FL_ROW_BLOCK, kept);
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

/* FL_VEC classes, of which the first n count. n, `weighs` and `targets` are constants for whole vectors. */
typedef struct fl_center { fl_lines centered, mass; } fl_center;
typedef struct fl_center_of { const fl_real *x, *w, *t; fl_real top, keep, share; } fl_center_of;
FL_FN void fl_center_add(const fl_center_of* k, int64_t c, fl_line* centered, fl_line* mass, int weighs, int targets,
                         fl_int n) {
    const fl_real *x = k->x + c, *w = k->w + c, *t = k->t + c;
    fl_real a[FL_VEC] FL_ALIGNED, ad[FL_VEC] FL_ALIGNED;
    for (int i = 0; i < FL_VEC; ++i) {
        a[i] = targets ? FL_FMA(k->keep, t[i], k->share) : FL_R(1.0);
        if (weighs) a[i] *= w[i];
        ad[i] = a[i] * (x[i] - k->top);
    }
    for (fl_int i = 0; i < FL_VEC && n < FL_VEC; ++i)
        a[i] = i < n ? a[i] : FL_R(0.0), ad[i] = i < n ? ad[i] : FL_R(0.0);
    *centered = fl_line_sum(*centered, fl_load_line(ad)), *mass = fl_line_sum(*mass, fl_load_line(a));
}
FL_FN void fl_center_block(const fl_center_of* k, int64_t n, fl_center* sums, int weighs, int targets) {
    const fl_center_of own = *k;
    fl_center s = *sums;
    int64_t c = 0;
    for (; c + FL_WIDE <= n; c += FL_WIDE) {
        fl_center_add(&own, c, &s.centered.a, &s.mass.a, weighs, targets, FL_VEC);
        fl_center_add(&own, c + FL_VEC, &s.centered.b, &s.mass.b, weighs, targets, FL_VEC);
        fl_center_add(&own, c + 2 * FL_VEC, &s.centered.c, &s.mass.c, weighs, targets, FL_VEC);
        fl_center_add(&own, c + 3 * FL_VEC, &s.centered.d, &s.mass.d, weighs, targets, FL_VEC);
    }
    for (; c + FL_VEC <= n; c += FL_VEC)
        fl_center_add(&own, c, &s.centered.a, &s.mass.a, weighs, targets, FL_VEC);
    *sums = s;
}
FL_FN fl_row_sums fl_center_blocks(const fl_row_pass* k, const fl_real* w, const fl_real* t,
                                   const fl_class_params* params, int weighs, int targets) {
    const int64_t n = k->classes, whole = n & ~(int64_t)(FL_VEC - 1);
    fl_total centered = { 0.0, 0.0 }, mass = { 0.0, 0.0 };
    for (int64_t b = 0; b < n; b += FL_ROW_BLOCK) {
        const int64_t length = whole - b < FL_ROW_BLOCK ? whole - b : FL_ROW_BLOCK;
        const fl_center_of block = { k->x + b, w + b, t + b, k->top, params->keep, params->share };
        fl_center sums = { fl_no_lines(), fl_no_lines() };
        fl_center_block(&block, length, &sums, weighs, targets);
        if (length < FL_ROW_BLOCK && n > whole) {
            const size_t rest = sizeof(fl_real) * (size_t)(n - whole);
            fl_real xs[FL_VEC] FL_ALIGNED = { 0 }, ws[FL_VEC] FL_ALIGNED = { 0 }, ts[FL_VEC] FL_ALIGNED = { 0 };
            const fl_center_of end = { xs, ws, ts, k->top, params->keep, params->share };
            memcpy(xs, k->x + whole, rest), memcpy(ws, w + whole, rest), memcpy(ts, t + whole, rest);
            fl_center_add(&end, 0, &sums.centered.a, &sums.mass.a, weighs, targets, (fl_int)(n - whole));
        }
        fl_total_add(&centered, (double)fl_fold_lines(&sums.centered));
        fl_total_add(&mass, (double)fl_fold_lines(&sums.mass));
    }
    return (fl_row_sums){ (fl_real)fl_total_of(centered), (fl_real)fl_total_of(mass) };
}

/* sum_c a_c (x_c - m) and sum_c a_c, with a_c = w_c (keep t_c + share), or w_c without t. */
FL_FN fl_row_sums fl_row_center(const fl_row_pass* k, const fl_real* w, const fl_real* t,
                                const fl_class_params* params) {
    if (t) return w ? fl_center_blocks(k, w, t, params, 1, 1) : fl_center_blocks(k, k->x, t, params, 0, 1);
    return w ? fl_center_blocks(k, w, k->x, params, 1, 0) : fl_center_blocks(k, k->x, k->x, params, 0, 0);
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

/* Can 16-bit rows be widened, to be swept as floats? Of fewer classes that costs more than it gains. */
enum { FL_WIDENED_CLASSES = 128 };
FL_FN int fl_is_widened(const fl_row_call* call) {
    return fl_is_half(call->type) && call->inner == 1 && call->soft_cap == 0.0 && call->temperature == 1.0
        && !call->excludes && call->classes >= FL_WIDENED_CLASSES
        && call->classes <= FL_ROW_SCRATCH / (call->target ? 2 : 1);
}

/* Elements of a row up to where a chunk's worth ends with a line of memory: chunks between two ends are whole lines. */
FL_FN int64_t fl_stream_first(const void* g, int64_t n) {
    const int64_t first = FL_ROW_CHUNK - (int64_t)(((uintptr_t)g & 63) / sizeof(fl_real));
    return first < n ? first : n;
}

/* Elements [c, c + n) of a gradient that nobody has written to: past the cache, where no line is read; or narrowed. */
FL_FN void fl_row_put(void* g, int32_t type, int64_t c, const fl_real* out, int64_t n) {
    if (fl_is_half(type)) fl_narrow(fl_at_out(g, c, type), out, n, type);
    else fl_write((fl_real*)g + c, out, n, 1);
}

/* The gradient of a row whose exponentials were kept apart. */
FL_FN void fl_row_stream(void* g, int32_t type, const fl_row_pass* k, fl_real pull, const fl_real* w, fl_real spread,
                         fl_real label_grad) {
    fl_real out[FL_ROW_CHUNK] FL_ALIGNED;
    for (int64_t c = 0, n = fl_stream_first(g, k->classes); c < k->classes; c += n) {
        if (c > 0) n = k->classes - c < FL_ROW_CHUNK ? k->classes - c : FL_ROW_CHUNK;
        fl_row_scale(out, k->o + c, n, pull, w ? w + c : w, spread);
        if (k->label >= c && k->label < c + n) out[k->label - c] = label_grad;
        fl_row_put(g, type, c, out, n);
    }
}

/* `scratch` NULL: exponentials are kept in the gradient. 16-bit rows are widened into it. */
FL_FN fl_row_pass fl_row_at(const fl_row_call* call, int64_t row, int64_t ahead, fl_real* scratch) {
    void* g = call->gradient ? fl_at_out(call->gradient, row * call->gradient_outer, call->type) : NULL;
    if (fl_is_half(call->type)) {
        fl_widen(scratch, fl_at(call->input, row * call->input_outer, call->type), call->classes, call->type);
        return (fl_row_pass){ scratch, scratch, NULL, g ? scratch : NULL, call->classes, -1, FL_R(0.0) };
    }
    const fl_real* x = (const fl_real*)call->input + row * call->input_outer;
    /* Lines that are not written as a whole: all stores past the cache would wait for them. */
    if (g && scratch) __builtin_prefetch(g), __builtin_prefetch((fl_real*)g + call->classes - 1);
    return (fl_row_pass){ x, x + ahead * call->input_outer, NULL, scratch ? scratch : (fl_real*)g, call->classes, -1,
                          FL_R(0.0) };
}

/* The first class that has the maximum; -1 where there is a NaN, which the maximum may have missed. */
FL_APART int64_t fl_row_prediction(const fl_row_pass* k) {
    fl_int missing = 0;
    for (int64_t c = 0; c < k->classes; ++c) missing |= k->x[c] != k->x[c];
    for (int64_t c = 0; c < k->classes && !missing; ++c)
        if (k->x[c] == k->top) return c;
    return -1;
}
#endif
