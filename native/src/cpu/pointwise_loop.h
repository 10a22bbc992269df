/* The loop of every point-wise loss: a tile of terms and derivatives in L1, then weight and upstream where there are
 * any, then the terms are summed in double lanes and the gradient is written. The tile makes writing over the input
 * legal and quick, and keeps strides and broadcasts out of the arithmetic. */
#ifndef FL_POINTWISE_LOOP_H
#define FL_POINTWISE_LOOP_H
#include "cpu/tile.h"
#include "cpu/total.h"
#include "losses/binary.h"
#include "losses/likelihood.h"
#include "losses/margins.h"
#include "losses/regression.h"
#include "math/fl_reduce.h"

typedef fl_triple (*fl_point_fn)(fl_real x, fl_real t, fl_real a, const void* params);

/* Tiles in L1, for what is not dense in the caller's memory, and for terms. */
typedef struct fl_point_buffers {
    fl_real loss[FL_TILE], grad[FL_TILE], target_grad[FL_TILE], extra_grad[FL_TILE], x[FL_TILE], t[FL_TILE], a[FL_TILE];
} fl_point_buffers;
/* Where the outputs of the current tile are computed; extra_grad NULL: the loss has none. */
typedef struct fl_point_tile { fl_real *loss, *grad, *target_grad, *extra_grad; } fl_point_tile;

enum { FL_SUM_TILES = 16 }; /* tiles between two foldings of the lanes: no lane adds up more than 256 terms */

FL_FN void fl_multiply(fl_real* y, const fl_real* by, int64_t n) {
    for (int64_t i = 0; i < n; ++i) y[i] *= by[i];
}

/* Weights act on terms and gradients, the upstream gradient on gradients. */
FL_FN void fl_weigh_tile(const fl_point_call* call, const fl_point_tile* tile, int64_t i, int64_t n, int want) {
    fl_real buffer[FL_TILE] FL_ALIGNED;
    const fl_real* w = fl_read_tile(&call->weight, call->shape, i, n, buffer);
    const fl_real* u = call->upstream ? (const fl_real*)call->upstream + i : NULL;
    if (w && want != FL_WANT_GRADIENT) fl_multiply(tile->loss, w, n);
    if (w && want != FL_WANT_LOSS) fl_multiply(tile->grad, w, n);
    if (w && want == FL_WANT_ALL) fl_multiply(tile->target_grad, w, n);
    if (u && want != FL_WANT_LOSS) fl_multiply(tile->grad, u, n);
    if (u && want == FL_WANT_ALL) fl_multiply(tile->target_grad, u, n);
    if (u && want == FL_WANT_ALL && tile->extra_grad) fl_multiply(tile->extra_grad, u, n);
}

/* The outputs of a tile that were not computed at their place. */
FL_FN void fl_finish_tile(const fl_point_call* call, const fl_point_tile* tile, const fl_point_buffers* own, int64_t i,
                          int64_t n, int want) {
    if (want != FL_WANT_LOSS && call->gradient.data && tile->grad == own->grad)
        fl_write_tile(&call->gradient, call->shape, i, n, tile->grad, call->stream);
    if (want == FL_WANT_ALL && call->target_gradient.data && tile->target_grad == own->target_grad)
        fl_write_tile(&call->target_gradient, call->shape, i, n, tile->target_grad, call->stream);
    if (want == FL_WANT_ALL && call->extra_gradient.data && tile->extra_grad == own->extra_grad)
        fl_write_tile(&call->extra_gradient, call->shape, i, n, tile->extra_grad, call->stream);
    if (want != FL_WANT_GRADIENT && call->losses) fl_write((fl_real*)call->losses + i, tile->loss, n, 0);
}

/* `at`, `want` and `triple` are constants at every call: the function is inlined and what is not wanted disappears. */
FL_FN double fl_pointwise(const fl_point_call* call, int64_t begin, int64_t end, int want, int triple,
                          fl_point_fn at) {
    fl_point_buffers own FL_ALIGNED;
    const fl_real scale = (fl_real)call->scale;
    fl_sums  sums = { { { 0 } } };
    fl_total total = { 0.0, 0.0 };
    for (int64_t b = begin; b < end; b += FL_TILE) {
        const int64_t n = end - b < FL_TILE ? end - b : FL_TILE;
        const fl_real* x = fl_read_tile(&call->input, call->shape, b, n, own.x);
        const fl_real* t = fl_read_tile(&call->target, call->shape, b, n, own.t);
        const fl_real* a = call->extra.data ? fl_read_tile(&call->extra, call->shape, b, n, own.a) : x;
        const fl_point_tile tile = { own.loss, fl_output_tile(&call->gradient, b, call->stream, own.grad),
                                     fl_output_tile(&call->target_gradient, b, call->stream, own.target_grad),
                                     triple ? fl_output_tile(&call->extra_gradient, b, call->stream, own.extra_grad)
                                            : NULL };
        FL_INDEPENDENT
        for (int64_t i = 0; i < n; ++i) {
            const fl_triple r = at(x[i], t[i], a[i], call->params);
            if (want != FL_WANT_GRADIENT) tile.loss[i] = r.loss;
            if (want != FL_WANT_LOSS) tile.grad[i] = r.grad * scale;
            if (want == FL_WANT_ALL) tile.target_grad[i] = r.target_grad * scale;
            if (want == FL_WANT_ALL && triple) tile.extra_grad[i] = r.extra_grad * scale;
        }
        if (call->weight.data || call->upstream) fl_weigh_tile(call, &tile, b, n, want);
        fl_finish_tile(call, &tile, &own, b, n, want);
        if (want == FL_WANT_GRADIENT) continue;
        fl_sums_add(&sums, tile.loss, n);
        if ((b - begin) / FL_TILE % FL_SUM_TILES != FL_SUM_TILES - 1) continue;
        fl_total_add(&total, fl_sums_fold(&sums));
        sums = (fl_sums){ { { 0 } } };
    }
    fl_write_end(call->stream);
    fl_total_add(&total, fl_sums_fold(&sums));
    return fl_total_of(total);
}

static double fl_weight_sum_kernel(const fl_point_call* call, int64_t begin, int64_t end) {
    fl_real ws[FL_TILE] FL_ALIGNED;
    fl_total sum = { 0.0, 0.0 };
    for (int64_t b = begin; b < end; b += FL_TILE) {
        const int64_t n = end - b < FL_TILE ? end - b : FL_TILE;
        fl_total_add(&sum, fl_sum_double(fl_read_tile(&call->weight, call->shape, b, n, ws), n));
    }
    return fl_total_of(sum);
}
#endif
