/* The loop of every point-wise loss: block by block over elements that lie dense in the caller's memory, else over
 * tiles in L1 that are gathered before and scattered after. A tile of terms that is computed first and summed next
 * loses: the two wait for different things and would overlap. */
#ifndef FL_POINTWISE_LOOP_H
#define FL_POINTWISE_LOOP_H
#include "cpu/point_block.h"
#include "cpu/total.h"
#include "losses/binary.h"
#include "losses/likelihood.h"
#include "losses/margins.h"
#include "losses/regression.h"

enum { FL_SEGMENT = 16 * FL_TILE }; /* between two foldings of the lanes: no lane adds up more than 256 terms */

/* Block b of a run: one that is not whole, or of which more is wanted than loss and gradient. */
FL_FN void fl_point_any(const fl_point_run* run, int64_t b, int64_t n, int lead, const fl_point_kind* kind,
                        fl_sums* sums) {
    fl_point_block out;
    fl_point_part  part;
    const int partial = b < 0 || b + FL_BLOCK > n;
    if (partial) fl_part_begin(&part, run, b, b < 0 ? lead : 0, n - b < FL_BLOCK ? (int)(n - b) : FL_BLOCK);
    const fl_point_run* from = partial ? &part.run : run;
    const int64_t first = partial ? 0 : b;
    fl_block_compute(&out, from, first, kind);
    fl_block_weigh(&out, from, first, kind);
    if (partial) fl_part_end(&part, run, b, &out, kind);
    else fl_block_write(run, &out, b, kind);
    if (kind->want != FL_WANT_GRADIENT) fl_add_block(sums, out.loss);
}

/* Whole blocks from b on of which no more is wanted, in a loop of their own: where nobody else is shown where the
 * values are, they stay in registers. `stream` is constant at every call. Returns where the last of them begins. */
FL_FN int64_t fl_point_quick(const fl_point_run* run, int64_t b, int64_t n, int stream, const fl_point_kind* kind,
                             fl_sums* sums) {
    enum { EARLY = FL_BLOCK - FL_LATE };
    const int      grad = kind->want != FL_WANT_LOSS, late = grad && !stream && FL_LATE > 0;
    fl_point_block out;
    fl_part        last = { 0 }, none;
    void*          to = &none; /* where `last` belongs; before the first block, nowhere */
    fl_sums        local = *sums;
    for (; b + FL_BLOCK <= n; b += FL_BLOCK) {
        fl_block_compute(&out, run, b, kind);
        if (late) memcpy(to, &last, sizeof last), to = run->grad + b + EARLY;
        if (late) memcpy(&last, out.grad + EARLY, sizeof last);
        if (grad && stream) fl_stream_block(run->grad + b, out.grad, FL_BLOCK);
        else if (grad) fl_block_copy(run->grad + b, out.grad, EARLY);
        if (kind->want != FL_WANT_GRADIENT) fl_add_block(&local, out.loss);
    }
    if (late) memcpy(to, &last, sizeof last);
    *sums = local;
    return b - FL_BLOCK;
}

/* Is more wanted of a run than sum and gradient? */
FL_FN int fl_point_has_extras(const fl_point_run* run, const fl_point_kind* kind) {
    return run->weight || run->upstream || run->losses || run->target_grad || run->extra_grad
        || (kind->want != FL_WANT_LOSS && !run->grad);
}

/* The sum of fewer elements than a block has, of which no more is wanted: what surrounds it costs more than they. */
FL_FN double fl_point_few(const fl_point_run* run, int n, const fl_point_kind* kind) {
    fl_point_block out;
    fl_point_part  part;
    fl_sums sums = { { { 0 } } };
    fl_part_begin(&part, run, 0, 0, n);
    fl_block_compute(&out, &part.run, 0, kind);
    fl_part_end(&part, run, 0, &out, kind);
    fl_add_block(&sums, out.loss);
    return fl_sums_fold(&sums);
}

/* Elements [0, n) of a run. Blocks begin at -lead, where lines of the gradient do that goes past the cache. */
FL_FN void fl_point_blocks(const fl_point_run* run, int64_t n, int lead, int stream, const fl_point_kind* kind,
                           fl_sums* sums) {
    const int extras = fl_point_has_extras(run, kind);
    for (int64_t b = -lead; b < n; b += FL_BLOCK) {
        if (extras || b < 0 || b + FL_BLOCK > n) {
            fl_point_any(run, b, n, lead, kind, sums);
            continue;
        }
        b = stream ? fl_point_quick(run, b, n, 1, kind, sums) : fl_point_quick(run, b, n, 0, kind, sums);
    }
}

/* Tiles for what is not dense fl_real. */
typedef struct fl_point_tiles {
    fl_real x[FL_TILE], t[FL_TILE], a[FL_TILE], weight[FL_TILE], grad[FL_TILE], target_grad[FL_TILE],
        extra_grad[FL_TILE];
} fl_point_tiles;

FL_FN int fl_view_is_direct(const fl_view* view) { return !view->data || (view->dense && !fl_is_half(view->type)); }
FL_FN int fl_point_is_direct(const fl_point_call* call) {
    return fl_view_is_direct(&call->input) && fl_view_is_direct(&call->target) && fl_view_is_direct(&call->extra)
        && fl_view_is_direct(&call->weight) && fl_view_is_direct(&call->gradient)
        && fl_view_is_direct(&call->target_gradient) && fl_view_is_direct(&call->extra_gradient);
}

/* Elements from i on as a run: where they lie, or... */
FL_FN fl_real* fl_view_at(const fl_view* view, int64_t i) {
    return view->data ? (fl_real*)(uintptr_t)view->data + i : NULL;
}
FL_FN void fl_point_direct(const fl_point_call* call, int64_t i, fl_point_run* run) {
    run->x = fl_view_at(&call->input, i), run->t = fl_view_at(&call->target, i);
    run->a = call->extra.data ? fl_view_at(&call->extra, i) : run->x;
    run->weight = fl_view_at(&call->weight, i);
    run->upstream = call->upstream ? (const fl_real*)call->upstream + i : NULL;
    run->losses = call->losses ? (fl_real*)call->losses + i : NULL;
    run->grad = fl_view_at(&call->gradient, i), run->target_grad = fl_view_at(&call->target_gradient, i);
    run->extra_grad = fl_view_at(&call->extra_gradient, i);
}

/* ...n <= FL_TILE of them in tiles. */
FL_APART void fl_point_open(const fl_point_call* call, int64_t i, int64_t n, fl_point_tiles* own, fl_point_run* run) {
    const int64_t* shape = call->shape;
    run->x = fl_read_tile(&call->input, shape, i, n, own->x);
    run->t = fl_read_tile(&call->target, shape, i, n, own->t);
    run->a = call->extra.data ? fl_read_tile(&call->extra, shape, i, n, own->a) : run->x;
    run->weight = fl_read_tile(&call->weight, shape, i, n, own->weight);
    run->upstream = call->upstream ? (const fl_real*)call->upstream + i : NULL;
    run->losses = call->losses ? (fl_real*)call->losses + i : NULL;
    run->grad = fl_output_tile(&call->gradient, i, own->grad);
    run->target_grad = fl_output_tile(&call->target_gradient, i, own->target_grad);
    run->extra_grad = fl_output_tile(&call->extra_gradient, i, own->extra_grad);
}
FL_APART void fl_point_close(const fl_point_call* call, int64_t i, int64_t n, const fl_point_tiles* own,
                             const fl_point_run* run) {
    if (run->grad == own->grad) fl_write_tile(&call->gradient, call->shape, i, n, own->grad);
    if (run->target_grad == own->target_grad)
        fl_write_tile(&call->target_gradient, call->shape, i, n, own->target_grad);
    if (run->extra_grad == own->extra_grad)
        fl_write_tile(&call->extra_gradient, call->shape, i, n, own->extra_grad);
}

/* A lane of the sums is that of the element's index, wherever blocks began. */
FL_APART double fl_point_fold_turned(const fl_sums* sums, int lead) {
    double from[FL_SUM_LANES];
    fl_sums turned;
    memcpy(from, sums->lane, sizeof from);
    for (int l = 0; l < FL_SUM_LANES; ++l)
        memcpy((char*)turned.lane + l * sizeof(double), from + (l + lead) % FL_SUM_LANES, sizeof(double));
    return fl_sums_fold(&turned);
}
FL_FN double fl_point_fold(const fl_sums* sums, int lead) {
    return lead ? fl_point_fold_turned(sums, lead) : fl_sums_fold(sums);
}

/* `kind` is constant at every call, but for the caller's numbers. They are copied, so that no store can be to them and
 * what follows from them is computed once. */
FL_FN double fl_pointwise(const fl_point_call* call, int64_t begin, int64_t end, fl_point_kind kind) {
    fl_point_params own_params = { { 0 } };
    const int direct = fl_point_is_direct(call), stream = direct && call->stream && call->gradient.data;
    const int lead = stream ? (int)(((uintptr_t)call->gradient.data & 63) / sizeof(fl_real)) : 0;
    const int64_t step = direct ? FL_SEGMENT : FL_TILE;
    fl_point_tiles own FL_ALIGNED;
    fl_total total = { 0.0, 0.0 };
    fl_sums  sums = { { { 0 } } };
    if (call->params) memcpy(&own_params, call->params, kind.params_size);
    kind.params = &own_params, kind.scale = (fl_real)call->scale;
    if (direct && begin < end && end - begin < FL_BLOCK && (kind.want == FL_WANT_LOSS || kind.want == FL_WANT_BOTH)) {
        fl_point_run run;
        fl_point_direct(call, begin, &run);
        if (!fl_point_has_extras(&run, &kind)) {
            /* They are NULL: the compiler may know it, too. */
            run.weight = run.upstream = NULL, run.losses = run.target_grad = run.extra_grad = NULL;
            return fl_point_few(&run, (int)(end - begin), &kind);
        }
    }
    for (int64_t i = begin; i < end; i += step) {
        const int64_t n = end - i < step ? end - i : step;
        fl_point_run run;
        if (direct) fl_point_direct(call, i, &run);
        else fl_point_open(call, i, n, &own, &run);
        fl_point_blocks(&run, n, lead, stream, &kind, &sums);
        if (!direct) fl_point_close(call, i, n, &own, &run);
        if (kind.want == FL_WANT_GRADIENT || (i + n - begin) % FL_SEGMENT) continue;
        fl_total_add(&total, fl_point_fold(&sums, lead));
        sums = (fl_sums){ { { 0 } } };
    }
    fl_write_end(stream);
    fl_total_add(&total, fl_point_fold(&sums, lead));
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
