/* Rows side by side, [class][lane]: images as they lie in memory (a lane is a pixel), and rows with few classes after a
 * transposition. Nothing is horizontal and the classes have no ragged end. */
#ifndef FL_COLUMN_LOOP_H
#define FL_COLUMN_LOOP_H
#include "cpu/lanes.h"

/* One tile. Strides between classes are in elements. e may be x, g may be e or x; g NULL: no gradient. */
typedef struct fl_columns {
    const fl_real* x;
    fl_real *e, *g;
    int64_t x_class, e_class, g_class;
    const fl_real* t; /* class probabilities and the gradient to them; NULL with labels */
    fl_real* tg;
    int64_t t_class, tg_class;
    int stream;
    /* To ask for meanwhile: the rows that come next, and where the gradient goes; NULL: not worth it. */
    const fl_real *next, *next_t, *to;
} fl_columns;

/* Sums over classes are taken in blocks, whose sums are summed: half the digits that a long float sum would lose. */
enum { FL_CLASS_BLOCK = 16 };
FL_FN int fl_block_ends(int64_t c, int64_t classes) {
    return (c & (FL_CLASS_BLOCK - 1)) == FL_CLASS_BLOCK - 1 || c + 1 == classes;
}
FL_FN void fl_take_part(fl_real* sum, fl_real* part, int n) {
    for (int l = 0; l < n; ++l) sum[l] += part[l];
    for (int l = 0; l < n; ++l) part[l] = FL_R(0.0);
}

FL_FN void fl_column_tops(const fl_columns* k, fl_lanes* lanes, int64_t classes, int n) {
    fl_real* top = lanes->top;
    for (int l = 0; l < n; ++l) top[l] = k->x[l];
    for (int64_t c = 1; c < classes; ++c) {
        const fl_real* x = k->x + c * k->x_class;
        for (int l = 0; l < n; ++l) top[l] = top[l] > x[l] ? top[l] : x[l];
    }
}

/* The label's logit below the maximum, and its exponential; an ignored row has none of either. */
FL_FN void fl_column_gaps(const fl_columns* k, fl_lanes* lanes, int n) {
    fl_real* gap = lanes->gap;
    for (int l = 0; l < n; ++l) {
        const fl_int y = lanes->label[l] < 0 ? 0 : lanes->label[l];
        gap[l] = k->x[y * k->x_class + l] - lanes->top[l];
    }
    if (lanes->ignored)
        for (int l = 0; l < n; ++l) gap[l] = lanes->label[l] < 0 ? -FL_INFINITY : gap[l];
    fl_own_exponentials(lanes, n);
}

/* The first class that has the maximum; -1 where there is a NaN, which the maximum may have missed. */
FL_APART void fl_column_predictions(const fl_columns* k, fl_lanes* lanes, int64_t classes, int n) {
    fl_int missing[FL_TILE_ROWS] = { 0 };
    for (int l = 0; l < n; ++l) lanes->predicted[l] = -1;
    for (int64_t c = classes - 1; c >= 0; --c) {
        const fl_real* x = k->x + c * k->x_class;
        for (int l = 0; l < n; ++l) lanes->predicted[l] = x[l] == lanes->top[l] ? (fl_int)c : lanes->predicted[l];
        for (int l = 0; l < n; ++l) missing[l] |= x[l] != x[l];
    }
    for (int l = 0; l < n; ++l) lanes->predicted[l] = missing[l] ? -1 : lanes->predicted[l];
}

/* centered = sum_c w_c (x_c - top): what label smoothing adds. */
FL_FN void fl_column_centers(const fl_columns* k, fl_lanes* lanes, const fl_row_call* call, int smooth, int n) {
    fl_real part[FL_TILE_ROWS] FL_ALIGNED;
    for (int l = 0; l < n; ++l) lanes->centered[l] = part[l] = FL_R(0.0);
    for (int64_t c = 0; smooth && c < call->classes; ++c) {
        const fl_real* x = k->x + c * k->x_class;
        const fl_real w = call->class_weight ? ((const fl_real*)call->class_weight)[c] : FL_R(1.0);
        for (int l = 0; l < n; ++l) part[l] = FL_FMA(w, x[l] - lanes->top[l], part[l]);
        if (fl_block_ends(c, call->classes)) fl_take_part(lanes->centered, part, n);
    }
}

/* e = exp(x - top), and its sum over the classes that are not the label. Of few classes, which is a constant at every
 * call, the label's gap and exponential are met on the way. */
FL_FN void fl_column_exp(const fl_columns* k, fl_lanes* lanes, int64_t classes, int few, int n) {
    fl_real part[FL_TILE_ROWS] FL_ALIGNED, *gap = lanes->gap, *own = lanes->own;
    const fl_real* top = lanes->top;
    const fl_int* label = lanes->label;
    for (int l = 0; l < n; ++l) lanes->rest[l] = part[l] = FL_R(0.0);
    for (int l = 0; l < n && few; ++l) gap[l] = -FL_INFINITY, own[l] = FL_R(0.0);
    for (int64_t c = 0; c < classes; ++c) {
        const fl_real* x = k->x + c * k->x_class;
        fl_real* e = k->e + c * k->e_class;
        if (k->next) fl_prefetch(k->next + c * k->x_class, n);
        if (k->to) fl_prefetch(k->to + c * k->g_class, n);
        FL_INDEPENDENT
        for (int l = 0; l < n; ++l) {
            const fl_real d = x[l] - top[l], v = fl_exp_nonpos(d);
            e[l] = v;
            if (few) gap[l] = label[l] == (fl_int)c ? d : gap[l];
            if (few) own[l] = label[l] == (fl_int)c ? v : own[l];
            part[l] += label[l] == (fl_int)c ? FL_R(0.0) : v;
        }
        if (fl_block_ends(c, classes)) fl_take_part(lanes->rest, part, n);
    }
}

/* Of two classes one has the maximum and e = 1: one exponential. */
FL_FN void fl_column_exp_two(const fl_columns* k, fl_lanes* lanes, int n) {
    const fl_real *x = k->x, *y = k->x + k->x_class, *top = lanes->top;
    fl_real *ex = k->e, *ey = k->e + k->e_class;
    FL_INDEPENDENT
    for (int l = 0; l < n; ++l) {
        const fl_real dx = x[l] - top[l], dy = y[l] - top[l], v = fl_exp_nonpos(dx + dy);
        const fl_real a = dx == FL_R(0.0) ? FL_R(1.0) : v, b = dy == FL_R(0.0) ? FL_R(1.0) : v;
        const fl_real gap = lanes->label[l] == 1 ? dy : -FL_INFINITY, own = lanes->label[l] == 1 ? b : FL_R(0.0);
        const fl_real not_y = lanes->label[l] == 1 ? a : a + b;
        ex[l] = a, ey[l] = b;
        lanes->gap[l] = lanes->label[l] == 0 ? dx : gap;
        lanes->own[l] = lanes->label[l] == 0 ? a : own;
        lanes->rest[l] = lanes->label[l] == 0 ? b : not_y;
    }
}

FL_FN void fl_column_gradient(const fl_columns* k, const fl_lanes* lanes, const fl_row_call* call, fl_real share,
                              int n) {
    fl_real out[FL_TILE_ROWS] FL_ALIGNED;
    const fl_int* label = lanes->label;
    for (int64_t c = 0; c < call->classes; ++c) {
        const fl_real* e = k->e + c * k->e_class;
        fl_real* g = k->stream ? out : k->g + c * k->g_class;
        const fl_real w = call->class_weight ? ((const fl_real*)call->class_weight)[c] : FL_R(1.0), spread = share * w;
        if (share == FL_R(0.0)) {
            FL_INDEPENDENT
            for (int l = 0; l < n; ++l) {
                const fl_real v = e[l] * lanes->pull[l];
                g[l] = label[l] == (fl_int)c ? lanes->label_grad[l] : v;
            }
        } else {
            FL_INDEPENDENT
            for (int l = 0; l < n; ++l) {
                const fl_real v = e[l] * lanes->pull[l] - spread * lanes->scale[l];
                g[l] = label[l] == (fl_int)c ? lanes->label_grad[l] : v;
            }
        }
        if (lanes->ignored) {
            FL_INDEPENDENT
            for (int l = 0; l < n; ++l) g[l] = label[l] < 0 ? FL_R(0.0) : g[l];
        }
        if (k->stream) fl_write(k->g + c * k->g_class, out, n, 1);
    }
}

/* All sweeps over one tile; `n` is a constant for whole tiles. */
FL_FN void fl_label_columns(const fl_columns* k, fl_lanes* lanes, const fl_row_call* call,
                            const fl_class_params* params, fl_label_fn at, int n) {
    fl_column_tops(k, lanes, call->classes, n);
    if (fl_wants_predictions(call)) fl_column_predictions(k, lanes, call->classes, n);
    fl_column_centers(k, lanes, call, params->share != FL_R(0.0), n);
    if (call->classes == 2) fl_column_exp_two(k, lanes, n);
    else if (call->classes <= FL_CLASS_BLOCK) fl_column_exp(k, lanes, call->classes, 1, n);
    else {
        fl_column_gaps(k, lanes, n);
        fl_column_exp(k, lanes, call->classes, 0, n);
    }
    fl_finish_lanes(lanes, call, params, at, n);
    if (k->g) fl_column_gradient(k, lanes, call, params->share, n);
}
#endif
