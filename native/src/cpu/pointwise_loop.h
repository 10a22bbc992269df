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

typedef fl_point (*fl_point_fn)(fl_real x, fl_real t, fl_real a, const void* params);

typedef struct fl_point_tile { fl_real loss[FL_TILE], grad[FL_TILE], target_grad[FL_TILE]; } fl_point_tile;

FL_FN void fl_multiply(fl_real* y, const fl_real* by, int64_t n) {
    for (int64_t i = 0; i < n; ++i) y[i] *= by[i];
}

/* Weights act on terms and gradients, the upstream gradient on gradients. */
FL_FN void fl_weigh_tile(const fl_point_call* call, fl_point_tile* tile, int64_t i, int64_t n, int want) {
    fl_real buffer[FL_TILE] FL_ALIGNED;
    const fl_real* w = fl_read_tile(&call->weight, call->shape, i, n, buffer);
    const fl_real* u = call->upstream ? (const fl_real*)call->upstream + i : NULL;
    if (w && want != FL_WANT_GRADIENT) fl_multiply(tile->loss, w, n);
    if (w && want != FL_WANT_LOSS) fl_multiply(tile->grad, w, n);
    if (w && want == FL_WANT_ALL) fl_multiply(tile->target_grad, w, n);
    if (u && want != FL_WANT_LOSS) fl_multiply(tile->grad, u, n);
    if (u && want == FL_WANT_ALL) fl_multiply(tile->target_grad, u, n);
}

/* `at` and `want` are constants at every call: the function is inlined and what is not wanted disappears. */
FL_FN double fl_pointwise(const fl_point_call* call, int64_t begin, int64_t end, int want, fl_point_fn at) {
    fl_point_tile tile FL_ALIGNED;
    fl_real xs[FL_TILE] FL_ALIGNED, ts[FL_TILE] FL_ALIGNED, as[FL_TILE] FL_ALIGNED;
    const fl_real scale = (fl_real)call->scale;
    fl_total sum = { 0.0, 0.0 };
    for (int64_t b = begin; b < end; b += FL_TILE) {
        const int64_t n = end - b < FL_TILE ? end - b : FL_TILE;
        const fl_real* x = fl_read_tile(&call->input, call->shape, b, n, xs);
        const fl_real* t = fl_read_tile(&call->target, call->shape, b, n, ts);
        const fl_real* a = call->extra.data ? fl_read_tile(&call->extra, call->shape, b, n, as) : x;
        for (int64_t i = 0; i < n; ++i) {
            const fl_point r = at(x[i], t[i], a[i], call->params);
            if (want != FL_WANT_GRADIENT) tile.loss[i] = r.loss;
            if (want != FL_WANT_LOSS) tile.grad[i] = r.grad * scale;
            if (want == FL_WANT_ALL) tile.target_grad[i] = r.target_grad * scale;
        }
        if (call->weight.data || call->upstream) fl_weigh_tile(call, &tile, b, n, want);
        if (want != FL_WANT_LOSS && call->gradient.data)
            fl_write_tile(&call->gradient, call->shape, b, n, tile.grad, call->stream);
        if (want == FL_WANT_ALL)
            fl_write_tile(&call->target_gradient, call->shape, b, n, tile.target_grad, call->stream);
        if (want != FL_WANT_GRADIENT) fl_total_add(&sum, fl_sum_double(tile.loss, n));
        if (want != FL_WANT_GRADIENT && call->losses) fl_write((fl_real*)call->losses + b, tile.loss, n, 0);
    }
    fl_write_end(call->stream);
    return fl_total_of(sum);
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
