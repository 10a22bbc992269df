/* Which rows make a tile of the column loop: transposed (few classes), gathered (images a few pixels wide) or as they
 * lie in memory (images). `at` and `mix` are constants, one of them NULL: labels or class probabilities. */
#ifndef FL_TILE_ROWS_H
#define FL_TILE_ROWS_H
#include "cpu/row_chunks.h"
#include "cpu/transpose.h"

enum {
    FL_FEW_CLASSES = FL_PRECISION == 32 ? FL_MOST_FEW : 72, /* rows with more are faster one by one... */
    FL_FEW_LABELLED = FL_PRECISION == 32 ? 64 : 72, /* ...with labels, where several of them are swept in turn */
    FL_MIDDLE_CLASSES = 32,                       /* gradients of fewer lose by going past the cache */
    FL_FEW_TILE = FL_FEW_CLASSES * FL_WIDE,
    FL_NARROW = 64,                               /* images with fewer pixels a row are gathered */
    FL_SCRATCH = 64 * 1024 / (int)sizeof(fl_real) /* exponentials of a tile of pixels; the gradient holds longer ones */
};

/* A dense or strided [outer, classes, inner] buffer. */
typedef struct fl_layout3 { int64_t outer_stride, class_stride, inner; } fl_layout3;

/* Pixels [row, row + n) between memory and tile[class][lane], run by run; lanes beyond n are 0. */
static void fl_gather_pixels(const void* x, int32_t type, fl_layout3 at, int64_t classes, int64_t row, int n,
                             fl_real* tile, int lanes) {
    fl_real read[FL_TILE] FL_ALIGNED;
    for (int l = 0; l < n;) {
        const int64_t o = (row + l) / at.inner, i = (row + l) % at.inner, first = o * at.outer_stride + i;
        const int run = at.inner - i < n - l ? (int)(at.inner - i) : n - l;
        for (int64_t c = 0; c < classes; ++c) {
            const fl_real* from = fl_read_step(x, first + c * at.class_stride, 1, run, type, read);
            for (int j = 0; j < run; ++j) tile[c * lanes + l + j] = from[j];
        }
        l += run;
    }
    for (int64_t c = 0; c < classes && n < lanes; ++c)
        memset(tile + c * lanes + n, 0, sizeof(fl_real) * (size_t)(lanes - n));
}
static void fl_scatter_pixels(const fl_real* tile, int lanes, fl_layout3 at, int64_t classes, int64_t row, int n,
                              void* g, int32_t type) {
    for (int l = 0; l < n;) {
        const int64_t o = (row + l) / at.inner, i = (row + l) % at.inner, first = o * at.outer_stride + i;
        const int run = at.inner - i < n - l ? (int)(at.inner - i) : n - l;
        for (int64_t c = 0; c < classes; ++c)
            fl_write_step(g, first + c * at.class_stride, 1, run, type, tile + c * lanes + l);
        l += run;
    }
}

/* Rows [row, row + n) of any type and distance, and their copy in `spare`, one after the other; zeros up to `lanes`. */
FL_APART void fl_rows_in(const void* x, int32_t type, int64_t stride, int64_t classes, int64_t row, int n,
                         fl_real* spare, int lanes) {
    const int64_t times = stride == classes ? 1 : n, length = stride == classes ? n * classes : classes;
    for (int64_t l = 0; l < times; ++l) {
        const fl_real* from = fl_read_step(x, (row + l) * stride, 1, length, type, spare + l * classes);
        if (from != spare + l * classes) memcpy(spare + l * classes, from, sizeof(fl_real) * (size_t)length);
    }
    memset(spare + n * classes, 0, sizeof(fl_real) * (size_t)((lanes - n) * classes));
}
FL_APART void fl_rows_out(const fl_real* spare, int64_t classes, int64_t row, int n, void* g, int32_t type,
                          int64_t stride) {
    const int64_t times = stride == classes ? 1 : n, length = stride == classes ? n * classes : classes;
    for (int64_t l = 0; l < times; ++l) fl_write_step(g, (row + l) * stride, 1, length, type, spare + l * classes);
}

/* Rows are transposed: where they lie, or, of 16 bits or fewer than lanes, in `spare`. */
FL_FN void fl_tile_load(const void* x, int32_t type, fl_layout3 at, int64_t classes, int64_t row, int n, fl_real* tile,
                        fl_real* spare, int lanes) {
    const int direct = n == lanes && !fl_is_half(type);
    if (at.inner != 1) { fl_gather_pixels(x, type, at, classes, row, n, tile, lanes); return; }
    if (!direct) fl_rows_in(x, type, at.outer_stride, classes, row, n, spare, lanes);
    fl_tile_in(direct ? (const fl_real*)x + row * at.outer_stride : spare, direct ? at.outer_stride : classes, tile,
               classes, lanes);
}
FL_FN void fl_tile_store(const fl_real* tile, int lanes, fl_layout3 at, int64_t classes, int64_t row, int n,
                         void* g, int32_t type, fl_real* spare) {
    const int direct = n == lanes && !fl_is_half(type);
    if (at.inner != 1) { fl_scatter_pixels(tile, lanes, at, classes, row, n, g, type); return; }
    fl_tile_out(tile, direct ? (fl_real*)g + row * at.outer_stride : spare, direct ? at.outer_stride : classes,
                classes, lanes);
    if (!direct) fl_rows_out(spare, classes, row, n, g, type, at.outer_stride);
}

/* Whole tiles of dense rows, past the cache. */
FL_FN int fl_tile_may_stream(const fl_row_call* call, int n, int lanes) {
    return call->stream && call->classes >= FL_MIDDLE_CLASSES && n == lanes && call->inner == 1
        && call->gradient_outer == call->classes;
}
FL_FN void fl_tile_stream(const fl_real* tile, int lanes, int64_t classes, fl_real* spare, const fl_row_call* call,
                          int64_t row) {
    fl_tile_out(tile, spare, classes, classes, lanes);
    fl_write((fl_real*)call->gradient + row * classes, spare, lanes * classes, 1);
}

/* The place of a tile's gradient, where nothing was read. */
FL_FN const fl_real* fl_tile_place(const fl_row_call* call, int64_t row, int n, int lanes) {
    return call->gradient && call->gradient != call->input && n == lanes && fl_tile_asks(call, call->gradient_outer)
         ? (const fl_real*)call->gradient + row * call->classes : NULL;
}

FL_FN void fl_sweep_tile(const fl_columns* k, fl_lanes* lanes, const fl_row_call* call, const fl_class_params* params,
                         fl_label_fn at, fl_mixture_fn mix, int n) {
    if (mix) fl_mixture_columns(k, lanes, call, params, mix, n);
    else fl_label_columns(k, lanes, call, params, at, n);
}

FL_FN void fl_prepare_lanes(fl_lanes* lanes, const fl_row_call* call, fl_mixture_fn mix, int64_t row, int n, int used) {
    if (!mix) { fl_load_lanes(lanes, call, row, n, used); return; }
    fl_load_scales(lanes, call, row, n, used);
    for (int l = n; l < used; ++l) lanes->scale[l] = FL_R(0.0);
    lanes->ignored = 0;
}

/* t and tg serve as spare room as well while they hold nothing. */
typedef struct fl_few_buffers {
    fl_real x[FL_FEW_TILE], t[FL_FEW_TILE], tg[FL_FEW_TILE], slope[FL_FEW_TILE];
    fl_real origin[FL_WIDE]; /* the largest logit of each lane, where logits are divided */
} fl_few_buffers;

/* Logits are divided from their largest on: a difference loses no digits, where a quotient of large logits would. */
FL_FN void fl_divide_tile(fl_few_buffers* buffers, int64_t classes, int width, fl_real temperature) {
    fl_real *x = buffers->x, *origin = buffers->origin;
    for (int l = 0; l < width; ++l) origin[l] = x[l];
    for (int64_t i = width; i < classes * width; i += width)
        for (int l = 0; l < width; ++l) origin[l] = origin[l] > x[i + l] ? origin[l] : x[i + l];
    for (int64_t i = 0; i < classes * width; i += width)
        for (int l = 0; l < width; ++l) x[i + l] = (x[i + l] - origin[l]) / temperature;
}

/* What a call does to the logits of a tile, and to their gradient at the end. */
FL_APART void fl_transform_tile(const fl_row_call* call, const fl_class_params* params,
                                              fl_few_buffers* buffers, int64_t row, int n, int width) {
    fl_transform(buffers->x, buffers->slope, call->classes * width, params);
    for (int l = 0; l < n && call->excludes; ++l)
        buffers->x[(row + l) % call->classes * width + l] = -FL_INFINITY;
    if (params->temperature != FL_R(1.0)) fl_divide_tile(buffers, call->classes, width, params->temperature);
}

/* `width` is a constant at every call, n <= width lanes of it count. */
FL_FN double fl_few_tile(const fl_row_call* call, const fl_class_params* params, fl_label_fn at, fl_mixture_fn mix,
                         fl_few_buffers* buffers, int64_t row, int n, int width, int64_t* correct) {
    const int64_t classes = call->classes;
    const fl_layout3 dense = { classes * call->inner, call->inner, call->inner };
    const fl_layout3 in = { call->input_outer, call->input_class, call->inner };
    const fl_layout3 out = { call->gradient_outer, call->gradient_class, call->inner };
    fl_real *x = buffers->x, *tg = mix && call->target_gradient ? buffers->tg : NULL;
    const fl_columns k = { x, x, call->gradient ? x : NULL, width, width, width, buffers->t, tg, width, width, 0,
                           fl_next_tile(call, call->input, row, width), fl_next_tile(call, call->target, row, width),
                           fl_tile_may_stream(call, n, width) ? NULL : fl_tile_place(call, row, n, width) };
    fl_lanes lanes;
    fl_prepare_lanes(&lanes, call, mix, row, n, width);
    fl_tile_load(call->input, call->type, in, classes, row, n, x, buffers->tg, width);
    if (!fl_is_plain(call)) fl_transform_tile(call, params, buffers, row, n, width);
    if (mix) fl_tile_load(call->target, call->type, dense, classes, row, n, buffers->t, buffers->tg, width);
    fl_sweep_tile(&k, &lanes, call, params, at, mix, width);
    for (int l = 0; l < n && params->temperature != FL_R(1.0); ++l)
        lanes.top[l] += buffers->origin[l] / params->temperature;
    if (k.g && params->cap != FL_R(0.0))
        for (int64_t i = 0; i < classes * width; ++i) x[i] *= buffers->slope[i];
    if (tg) fl_tile_store(tg, width, dense, classes, row, n, call->target_gradient, call->type, buffers->t);
    if (k.g && fl_tile_may_stream(call, n, width)) fl_tile_stream(x, width, classes, buffers->tg, call, row);
    else if (k.g) fl_tile_store(x, width, out, classes, row, n, call->gradient, call->type, buffers->tg);
    for (int l = n; l < width; ++l) lanes.loss[l] = FL_R(0.0);
    return fl_take_losses(&lanes, call, row, n, width, correct);
}

/* Rows [row, end), transposed or gathered. */
FL_FN double fl_few_rows(const fl_row_call* call, fl_label_fn at, fl_mixture_fn mix, int64_t row, int64_t end,
                         int64_t* correct) {
    fl_few_buffers buffers FL_ALIGNED;
    const fl_class_params params = fl_class_params_of(call);
    fl_total sum = { 0.0, 0.0 };
    for (; row + FL_WIDE <= end; row += FL_WIDE)
        fl_total_add(&sum, fl_few_tile(call, &params, at, mix, &buffers, row, FL_WIDE, FL_WIDE, correct));
    for (; row < end; row += FL_VEC) {
        const int n = end - row < FL_VEC ? (int)(end - row) : FL_VEC;
        fl_total_add(&sum, fl_few_tile(call, &params, at, mix, &buffers, row, n, FL_VEC, correct));
    }
    fl_write_end(call->stream);
    return fl_total_of(sum);
}

/* One tile of an image: `n` is a constant for whole tiles. */
FL_FN double fl_image_tile(const fl_row_call* call, const fl_class_params* params, fl_label_fn at, fl_mixture_fn mix,
                           fl_real* scratch, int64_t o, int64_t p, int n, int64_t* correct) {
    const int64_t row = o * call->inner + p, dense = o * call->classes * call->inner + p;
    const int fits = call->classes * FL_TILE_ROWS <= FL_SCRATCH;
    const fl_real* x = (const fl_real*)call->input + o * call->input_outer + p;
    fl_real* g = call->gradient ? (fl_real*)call->gradient + o * call->gradient_outer + p : NULL;
    fl_real* tg = mix && call->target_gradient ? (fl_real*)call->target_gradient + dense : NULL;
    const fl_real* t = mix ? (const fl_real*)call->target + dense : NULL;
    const int more = call->large && p + 2 * n <= call->inner;
    const fl_columns k = { x, g && !fits ? g : scratch, g, call->input_class,
                           !g ? 0 : fits ? FL_TILE_ROWS : call->gradient_class, call->gradient_class,
                           t, tg, call->inner, call->inner, fits && call->stream,
                           more ? x + n : NULL, more && mix ? t + n : NULL, NULL };
    fl_lanes lanes;
    fl_prepare_lanes(&lanes, call, mix, row, n, n);
    fl_sweep_tile(&k, &lanes, call, params, at, mix, n);
    return fl_take_losses(&lanes, call, row, n, n, correct);
}

FL_FN double fl_image_rows(const fl_row_call* call, fl_label_fn at, fl_mixture_fn mix, int64_t begin, int64_t end,
                           int64_t* correct) {
    fl_real scratch[FL_SCRATCH] FL_ALIGNED;
    const int64_t tiles = (call->inner + FL_TILE_ROWS - 1) / FL_TILE_ROWS;
    const fl_class_params params = fl_class_params_of(call);
    fl_total sum = { 0.0, 0.0 };
    for (int64_t u = begin; u < end; ++u) {
        const int64_t o = u / tiles, p = u % tiles * FL_TILE_ROWS, left = call->inner - p;
        if (left >= FL_TILE_ROWS)
            fl_total_add(&sum, fl_image_tile(call, &params, at, mix, scratch, o, p, FL_TILE_ROWS, correct));
        else fl_total_add(&sum, fl_image_tile(call, &params, at, mix, scratch, o, p, (int)left, correct));
    }
    fl_write_end(call->stream);
    return fl_total_of(sum);
}
#endif
