/* nll: one element of every row is read; the gradient is that element's, among zeros. */
#ifndef FL_NLL_LOOP_H
#define FL_NLL_LOOP_H
#include "cpu/label_scan.h"
#include "cpu/tile.h"
#include "losses/classes.h"

/* A batch of rows: all of them are read before anything is written, because the gradient may be the input. */
typedef struct fl_nll_batch {
    fl_real loss[FL_TILE] FL_ALIGNED, grad[FL_TILE]; /* 0 of ignored rows */
    int64_t label[FL_TILE]; /* -1: ignored */
} fl_nll_batch;

/* Element (l, c) of a batch is at first + l * lane + c * class_step. */
typedef struct fl_nll_place { int64_t first, lane, class_step; } fl_nll_place;
FL_FN fl_nll_place fl_nll_place_of(const fl_row_call* call, int64_t row, int64_t outer, int64_t class_step) {
    if (call->inner == 1) return (fl_nll_place){ row * outer, outer, class_step };
    return (fl_nll_place){ row / call->inner * outer + row % call->inner, 1, class_step };
}

/* Of two classes, all of a row is read, and written. */
FL_FN int fl_nll_is_pair(const fl_row_call* call, fl_nll_place at) {
    return call->classes == 2 && at.lane == 2 && at.class_step == 1 && !fl_is_half(call->type);
}
FL_FN void fl_nll_seconds(const int64_t* label, int64_t n, fl_bits* second) {
    for (int64_t l = 0; l < n; ++l) second[l] = label[l] == 1 ? ~(fl_bits)0 : 0;
}
FL_FN void fl_nll_pick(const fl_real* from, int64_t n, const int64_t* label, fl_real* x) {
    fl_bits second[FL_TILE] FL_ALIGNED;
    fl_nll_seconds(label, n, second);
    FL_INDEPENDENT
    for (int64_t l = 0; l < n; ++l)
        x[l] = fl_real_of((fl_bits_of(from[2 * l + 1]) & second[l]) | (fl_bits_of(from[2 * l]) & ~second[l]));
}
FL_FN void fl_nll_put(const fl_nll_batch* batch, int64_t n, fl_real* to) {
    fl_bits second[FL_TILE] FL_ALIGNED;
    fl_nll_seconds(batch->label, n, second);
    FL_INDEPENDENT
    for (int64_t l = 0; l < n; ++l) { /* an ignored row's are 0 */
        to[2 * l] = fl_real_of(fl_bits_of(batch->grad[l]) & ~second[l]);
        to[2 * l + 1] = fl_real_of(fl_bits_of(batch->grad[l]) & second[l]);
    }
}

/* The labels' elements of a batch. */
FL_FN void fl_nll_gather(const fl_row_call* call, fl_nll_place at, int64_t n, const int64_t* label, fl_real* x) {
    const fl_real* direct = (const fl_real*)call->input + at.first;
    if (fl_nll_is_pair(call, at)) { fl_nll_pick(direct, n, label, x); return; }
    for (int64_t l = 0; l < n && !fl_is_half(call->type); ++l)
        x[l] = direct[l * at.lane + (label[l] < 0 ? 0 : label[l]) * at.class_step];
    for (int64_t l = 0; l < n && fl_is_half(call->type); ++l)
        x[l] = fl_read_one(call->input, at.first + l * at.lane + (label[l] < 0 ? 0 : label[l]) * at.class_step,
                           call->type);
}

/* Operands that may be missing have loops of their own: a choice in a loop becomes a masked load, which is slow where
 * there is nothing. */
FL_FN void fl_nll_read(const fl_row_call* call, int64_t row, int64_t n, fl_nll_batch* batch) {
    const fl_real *weight = (const fl_real*)call->class_weight, scale = (fl_real)call->scale;
    const fl_real* upstream = call->upstream ? (const fl_real*)call->upstream + row : NULL;
    fl_real x[FL_TILE] FL_ALIGNED, w[FL_TILE] FL_ALIGNED, factor[FL_TILE] FL_ALIGNED;
    const fl_real* next = fl_next_tile(call, call->input, row, n);
    fl_read_labels(call, row, n, batch->label);
    if (next && call->classes <= FL_VEC) fl_prefetch(next, n * call->classes); /* no line is without one of them */
    fl_nll_gather(call, fl_nll_place_of(call, row, call->input_outer, call->input_class), n, batch->label, x);
    for (int64_t l = 0; l < n; ++l) w[l] = FL_R(1.0), factor[l] = scale;
    for (int64_t l = 0; l < n && weight; ++l) w[l] = weight[batch->label[l] < 0 ? 0 : batch->label[l]];
    for (int64_t l = 0; l < n && upstream; ++l) factor[l] *= upstream[l];
    for (int64_t l = 0; l < n; ++l) {
        const fl_nll_result r = fl_nll_at(x[l], w[l]);
        batch->loss[l] = batch->label[l] < 0 ? FL_R(0.0) : r.loss;
        batch->grad[l] = batch->label[l] < 0 ? FL_R(0.0) : r.grad * factor[l];
    }
}

/* Zero bits are 0 in every type. Classes of a row lie together when inner is 1, pixels of a class otherwise. */
FL_FN void fl_nll_zero(const fl_row_call* call, int64_t n, fl_nll_place at) {
    const size_t size = fl_is_half(call->type) ? 2 : sizeof(fl_real);
    const int together = call->inner == 1 && at.lane == call->classes;
    const int64_t times = together ? 1 : call->inner == 1 ? n : call->classes;
    const int64_t length = together ? n * call->classes : call->inner == 1 ? call->classes : n;
    const int64_t step = call->inner == 1 ? at.lane : at.class_step;
    for (int64_t k = 0; k < times; ++k)
        memset(fl_at_out(call->gradient, at.first + k * step, call->type), 0, size * (size_t)length);
}

/* Gradients past the cache are composed line by line. Rows that lie together are one run of zeros with a number in each
 * row... */
FL_FN void fl_nll_stream_rows(const fl_row_call* call, int64_t n, const fl_nll_batch* batch, fl_real* to) {
    fl_real out[FL_TILE] FL_ALIGNED = { 0 };
    const int64_t all = n * call->classes, lead = (int64_t)(((uintptr_t)to & 63) / sizeof(fl_real));
    int64_t l = 0;
    for (int64_t b = -lead; b < all; b += FL_TILE) {
        const int64_t first = b < 0 ? 0 : b, end = b + FL_TILE < all ? b + FL_TILE : all;
        for (int64_t at; l < n && (at = l * call->classes + (batch->label[l] < 0 ? 0 : batch->label[l])) < end; ++l)
            out[at - first] = batch->grad[l];
        fl_write(to + first, out, end - first, 1);
        memset(out, 0, sizeof out);
    }
}
/* ...and of an image, every class is written whole. */
FL_FN void fl_nll_stream_pixels(const fl_row_call* call, int64_t n, const fl_nll_batch* batch, fl_real* to,
                                int64_t step) {
    fl_real out[FL_TILE] FL_ALIGNED;
    fl_int label[FL_TILE] FL_ALIGNED;
    for (int64_t l = 0; l < n; ++l) label[l] = (fl_int)batch->label[l];
    for (int64_t c = 0; c < call->classes; ++c) {
        for (int64_t l = 0; l < n; ++l) out[l] = label[l] == (fl_int)c ? batch->grad[l] : FL_R(0.0);
        fl_write(to + c * step, out, n, 1);
    }
}

FL_FN void fl_nll_write(const fl_row_call* call, int64_t row, int64_t n, const fl_nll_batch* batch) {
    const fl_nll_place at = fl_nll_place_of(call, row, call->gradient_outer, call->gradient_class);
    fl_real* direct = (fl_real*)call->gradient + at.first;
    if (fl_nll_is_pair(call, at)) { fl_nll_put(batch, n, direct); return; }
    if (call->stream && call->inner > 1) { fl_nll_stream_pixels(call, n, batch, direct, at.class_step); return; }
    if (call->stream && at.lane == call->classes) { fl_nll_stream_rows(call, n, batch, direct); return; }
    fl_nll_zero(call, n, at);
    for (int64_t l = 0; l < n && !fl_is_half(call->type); ++l)
        direct[l * at.lane + (batch->label[l] < 0 ? 0 : batch->label[l]) * at.class_step] = batch->grad[l];
    for (int64_t l = 0; l < n && fl_is_half(call->type); ++l)
        if (batch->label[l] >= 0)
            fl_write_one(call->gradient, at.first + l * at.lane + batch->label[l] * at.class_step, call->type,
                         batch->grad[l]);
}

static double fl_nll_rows(const fl_row_call* call, int64_t begin, int64_t end) {
    fl_nll_batch batch;
    fl_total sum = { 0.0, 0.0 };
    for (int64_t row = begin; row < end;) {
        const int64_t left = call->inner == 1 ? end - row : call->inner - row % call->inner; /* one outer index */
        const int64_t most = left < end - row ? left : end - row, n = most < FL_TILE ? most : FL_TILE;
        fl_nll_read(call, row, n, &batch);
        if (call->gradient) fl_nll_write(call, row, n, &batch);
        if (call->losses) memcpy((fl_real*)call->losses + row, batch.loss, sizeof(fl_real) * (size_t)n);
        fl_total_add(&sum, fl_sum_double(batch.loss, n));
        row += n;
    }
    fl_write_end(call->stream);
    return fl_total_of(sum);
}
#endif
