/* Which rows make a tile of the column loop: transposed (few classes), gathered (images a few pixels wide) or as they
 * lie in memory (images). `at` and `mix` are constants, one of them NULL: labels or class probabilities. */
#ifndef FL_TILE_ROWS_H
#define FL_TILE_ROWS_H
#include "cpu/mixture_loop.h"
#include "cpu/transpose.h"

enum {
    FL_FEW_CLASSES = FL_PRECISION == 32 ? 192 : 72, /* rows with more are faster one by one */
    FL_FEW_TILE = FL_FEW_CLASSES * FL_WIDE,
    FL_NARROW = 64,                               /* images with fewer pixels a row are gathered */
    FL_SCRATCH = 64 * 1024 / (int)sizeof(fl_real) /* exponentials of a tile of pixels; the gradient holds longer ones */
};

/* A dense or strided [outer, classes, inner] buffer. */
typedef struct fl_layout3 { int64_t outer_stride, class_stride, inner; } fl_layout3;

/* Rows [row, row + n) between memory and tile[class][lane], segment by segment; lanes beyond n become 0. */
static void fl_gather_rows(const fl_real* x, fl_layout3 at, int64_t classes, int64_t row, int n, fl_real* tile,
                           int lanes) {
    for (int l = 0; l < n;) {
        const int64_t o = (row + l) / at.inner, i = (row + l) % at.inner;
        const int run = at.inner - i < n - l ? (int)(at.inner - i) : n - l;
        const fl_real* from = x + o * at.outer_stride + i;
        for (int64_t c = 0; c < classes; ++c)
            for (int j = 0; j < run; ++j) tile[c * lanes + l + j] = from[c * at.class_stride + j];
        l += run;
    }
    for (int64_t c = 0; c < classes && n < lanes; ++c)
        memset(tile + c * lanes + n, 0, sizeof(fl_real) * (size_t)(lanes - n));
}
static void fl_scatter_rows(const fl_real* tile, int lanes, fl_layout3 at, int64_t classes, int64_t row, int n,
                            fl_real* g) {
    for (int l = 0; l < n;) {
        const int64_t o = (row + l) / at.inner, i = (row + l) % at.inner;
        const int run = at.inner - i < n - l ? (int)(at.inner - i) : n - l;
        fl_real* to = g + o * at.outer_stride + i;
        for (int64_t c = 0; c < classes; ++c)
            for (int j = 0; j < run; ++j) to[c * at.class_stride + j] = tile[c * lanes + l + j];
        l += run;
    }
}

FL_FN void fl_tile_load(const fl_real* x, fl_layout3 at, int64_t classes, int64_t row, int n, fl_real* tile,
                        int lanes) {
    if (at.inner == 1 && n == lanes) fl_tile_in(x + row * at.outer_stride, at.outer_stride, tile, classes, lanes);
    else fl_gather_rows(x, at, classes, row, n, tile, lanes);
}
FL_FN void fl_tile_store(const fl_real* tile, int lanes, fl_layout3 at, int64_t classes, int64_t row, int n,
                         fl_real* g) {
    if (at.inner == 1 && n == lanes) fl_tile_out(tile, g + row * at.outer_stride, at.outer_stride, classes, lanes);
    else fl_scatter_rows(tile, lanes, at, classes, row, n, g);
}

FL_FN void fl_sweep_tile(const fl_columns* k, fl_lanes* lanes, const fl_row_call* call, const fl_class_params* params,
                         fl_label_fn at, fl_mixture_fn mix, int n) {
    if (mix) fl_mixture_columns(k, lanes, call, params, mix, n);
    else fl_label_columns(k, lanes, call, params, at, n);
}

FL_FN void fl_prepare_lanes(fl_lanes* lanes, const fl_row_call* call, fl_mixture_fn mix, int64_t row, int n, int used) {
    if (!mix) { fl_load_lanes(lanes, call, row, n, used); return; }
    fl_load_scales(lanes, call, row, n);
    for (int l = n; l < used; ++l) lanes->scale[l] = FL_R(0.0);
    lanes->ignored = 0;
}

typedef struct fl_few_buffers { fl_real x[FL_FEW_TILE], t[FL_FEW_TILE], tg[FL_FEW_TILE]; } fl_few_buffers;

/* `lanes` is a constant at every call, n <= lanes of them count. */
FL_FN double fl_few_tile(const fl_row_call* call, const fl_class_params* params, fl_label_fn at, fl_mixture_fn mix,
                         fl_few_buffers* buffers, int64_t row, int n, int width) {
    const fl_layout3 dense = { call->classes * call->inner, call->inner, call->inner };
    const fl_layout3 in = { call->input_outer, call->input_class, call->inner };
    const fl_layout3 out = { call->gradient_outer, call->gradient_class, call->inner };
    fl_real* tg = mix && call->target_gradient ? buffers->tg : NULL;
    const fl_columns k = { buffers->x, buffers->x, call->gradient ? buffers->x : NULL, width, width, width,
                           buffers->t, tg, width, width, 0 };
    fl_lanes lanes;
    fl_prepare_lanes(&lanes, call, mix, row, n, width);
    fl_tile_load((const fl_real*)call->input, in, call->classes, row, n, buffers->x, width);
    if (mix) fl_tile_load((const fl_real*)call->probabilities, dense, call->classes, row, n, buffers->t, width);
    fl_sweep_tile(&k, &lanes, call, params, at, mix, width);
    if (k.g) fl_tile_store(k.g, width, out, call->classes, row, n, (fl_real*)call->gradient);
    if (tg) fl_tile_store(tg, width, dense, call->classes, row, n, (fl_real*)call->target_gradient);
    return fl_take_losses(&lanes, call, row, n);
}

/* Rows [row, end), transposed or gathered. */
FL_FN double fl_few_rows(const fl_row_call* call, fl_label_fn at, fl_mixture_fn mix, int64_t row, int64_t end) {
    fl_few_buffers buffers FL_ALIGNED;
    const fl_class_params params = fl_class_params_of(call);
    fl_total sum = { 0.0, 0.0 };
    for (; row + FL_WIDE <= end; row += FL_WIDE)
        fl_total_add(&sum, fl_few_tile(call, &params, at, mix, &buffers, row, FL_WIDE, FL_WIDE));
    for (; row < end; row += FL_VEC) {
        const int n = end - row < FL_VEC ? (int)(end - row) : FL_VEC;
        fl_total_add(&sum, fl_few_tile(call, &params, at, mix, &buffers, row, n, FL_VEC));
    }
    return fl_total_of(sum);
}

/* One tile of an image: `n` is a constant for whole tiles. */
FL_FN double fl_image_tile(const fl_row_call* call, const fl_class_params* params, fl_label_fn at, fl_mixture_fn mix,
                           fl_real* scratch, int64_t o, int64_t p, int n) {
    const int64_t row = o * call->inner + p, dense = o * call->classes * call->inner + p;
    const int fits = call->classes * FL_TILE_ROWS <= FL_SCRATCH;
    const fl_real* x = (const fl_real*)call->input + o * call->input_outer + p;
    fl_real* g = call->gradient ? (fl_real*)call->gradient + o * call->gradient_outer + p : NULL;
    fl_real* tg = mix && call->target_gradient ? (fl_real*)call->target_gradient + dense : NULL;
    const fl_real* t = mix ? (const fl_real*)call->probabilities + dense : NULL;
    const fl_columns k = { x, g && !fits ? g : scratch, g, call->input_class,
                           !g ? 0 : fits ? FL_TILE_ROWS : call->gradient_class, call->gradient_class,
                           t, tg, call->inner, call->inner, fits && call->stream };
    fl_lanes lanes;
    fl_prepare_lanes(&lanes, call, mix, row, n, n);
    fl_sweep_tile(&k, &lanes, call, params, at, mix, n);
    return fl_take_losses(&lanes, call, row, n);
}

FL_FN double fl_image_rows(const fl_row_call* call, fl_label_fn at, fl_mixture_fn mix, int64_t begin, int64_t end) {
    fl_real scratch[FL_SCRATCH] FL_ALIGNED;
    const int64_t tiles = (call->inner + FL_TILE_ROWS - 1) / FL_TILE_ROWS;
    const fl_class_params params = fl_class_params_of(call);
    fl_total sum = { 0.0, 0.0 };
    for (int64_t u = begin; u < end; ++u) {
        const int64_t o = u / tiles, p = u % tiles * FL_TILE_ROWS, left = call->inner - p;
        if (left >= FL_TILE_ROWS)
            fl_total_add(&sum, fl_image_tile(call, &params, at, mix, scratch, o, p, FL_TILE_ROWS));
        else fl_total_add(&sum, fl_image_tile(call, &params, at, mix, scratch, o, p, (int)left));
    }
    fl_write_end(call->stream);
    return fl_total_of(sum);
}
#endif
