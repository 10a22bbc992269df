/* Blocks of the point-wise loop: FL_BLOCK elements that are computed, weighed, summed and written at once. Elements at
 * the ends of a run that fill no block are brought into one, so that there is no scalar tail. */
#ifndef FL_POINT_BLOCK_H
#define FL_POINT_BLOCK_H
#include "cpu/tile.h"
#include "losses/point.h"
#include "math/fl_reduce.h"

typedef fl_triple (*fl_point_fn)(fl_real x, fl_real t, fl_real a, const void* params);

/* The last FL_LATE elements of a block's gradient are written after the next block was read, where there are registers
 * to keep them in: a load waits for an earlier store whose address ends in the same 12 bits, and arrays that were
 * allocated one after the other, a power of two long, lie like that, a few bytes apart. */
enum { FL_BLOCK = FL_SUM_LANES, FL_LATE = FL_REGISTER == 64 ? (int)(sizeof(fl_part) / sizeof(fl_real)) : 0 };

/* Operands and outputs of a run of elements, dense fl_real; NULL where there is none. */
typedef struct fl_point_run {
    const fl_real *x, *t, *a, *weight, *upstream;
    fl_real *      losses, *grad, *target_grad, *extra_grad;
} fl_point_run;

/* What is constant in each kernel: everything here is inlined, and what is not wanted disappears. */
typedef struct fl_point_kind {
    fl_point_fn at;
    size_t      params_size;
    int         want, triple;
    const void* params;
    fl_real     scale;
} fl_point_kind;
typedef union fl_point_params { double number[8]; int64_t integer[8]; } fl_point_params; /* room for any loss's */

typedef struct fl_point_block {
    fl_real loss[FL_BLOCK] FL_ALIGNED, grad[FL_BLOCK], target_grad[FL_BLOCK], extra_grad[FL_BLOCK];
} fl_point_block;

FL_FN void fl_block_compute(fl_point_block* out, const fl_point_run* run, int64_t b, const fl_point_kind* kind) {
    const fl_real *x = run->x + b, *t = run->t + b, *a = run->a + b;
    for (int i = 0; i < FL_BLOCK; ++i) {
        const fl_triple r = kind->at(x[i], t[i], a[i], kind->params);
        if (kind->want != FL_WANT_GRADIENT) out->loss[i] = r.loss;
        if (kind->want != FL_WANT_LOSS) out->grad[i] = r.grad * kind->scale;
        if (kind->want == FL_WANT_ALL) out->target_grad[i] = r.target_grad * kind->scale;
        if (kind->want == FL_WANT_ALL && kind->triple) out->extra_grad[i] = r.extra_grad * kind->scale;
    }
}

FL_FN void fl_block_multiply(fl_real* y, const fl_real* by) {
    for (int i = 0; i < FL_BLOCK; ++i) y[i] *= by[i];
}

/* Weights act on terms and gradients, the upstream gradient on gradients. */
FL_FN void fl_block_weigh(fl_point_block* out, const fl_point_run* run, int64_t b, const fl_point_kind* kind) {
    const int want = kind->want;
    if (run->weight) {
        if (want != FL_WANT_GRADIENT) fl_block_multiply(out->loss, run->weight + b);
        if (want != FL_WANT_LOSS) fl_block_multiply(out->grad, run->weight + b);
        if (want == FL_WANT_ALL) fl_block_multiply(out->target_grad, run->weight + b);
    }
    if (!run->upstream) return;
    if (want != FL_WANT_LOSS) fl_block_multiply(out->grad, run->upstream + b);
    if (want == FL_WANT_ALL) fl_block_multiply(out->target_grad, run->upstream + b);
    if (want == FL_WANT_ALL && kind->triple) fl_block_multiply(out->extra_grad, run->upstream + b);
}

/* Register by register: of anything wider gcc makes a detour through memory. */
FL_FN void fl_block_copy(fl_real* to, const fl_real* from, int n) {
    enum { STEP = (int)(sizeof(fl_part) / sizeof(fl_real)) };
    for (int i = 0; i < n; i += STEP) memcpy(to + i, from + i, sizeof(fl_part));
}

FL_FN void fl_block_write(const fl_point_run* run, const fl_point_block* out, int64_t b, const fl_point_kind* kind) {
    if (kind->want != FL_WANT_LOSS && run->grad) fl_block_copy(run->grad + b, out->grad, FL_BLOCK);
    if (kind->want != FL_WANT_GRADIENT && run->losses) fl_block_copy(run->losses + b, out->loss, FL_BLOCK);
    if (kind->want == FL_WANT_ALL && run->target_grad) fl_block_copy(run->target_grad + b, out->target_grad, FL_BLOCK);
    if (kind->want == FL_WANT_ALL && kind->triple && run->extra_grad)
        fl_block_copy(run->extra_grad + b, out->extra_grad, FL_BLOCK);
}

/* Buffers of a block that is not whole. */
typedef struct fl_point_part {
    fl_real      x[FL_BLOCK] FL_ALIGNED, t[FL_BLOCK], a[FL_BLOCK], weight[FL_BLOCK], upstream[FL_BLOCK];
    fl_point_run run;
    int          begin, end; /* lanes that are elements */
} fl_point_part;

FL_FN const fl_real* fl_part_read(const fl_real* from, int64_t b, const fl_point_part* part, fl_real* to) {
    if (from) fl_read_lanes(to, from + b, part->begin, part->end, FL_R(0.5)); /* inside the domain of every loss */
    return from ? to : NULL;
}
FL_FN void fl_part_write(fl_real* to, int64_t b, const fl_point_part* part, const fl_real* from) {
    if (to) fl_write_lanes(to + b, from, part->begin, part->end);
}

/* Lanes [begin, end) of the block at b. */
FL_FN void fl_part_begin(fl_point_part* part, const fl_point_run* run, int64_t b, int begin, int end) {
    part->begin = begin, part->end = end;
    part->run = (fl_point_run){ .x = fl_part_read(run->x, b, part, part->x),
                                .t = fl_part_read(run->t, b, part, part->t),
                                .a = run->a == run->x ? part->x : fl_part_read(run->a, b, part, part->a),
                                .weight = fl_part_read(run->weight, b, part, part->weight),
                                .upstream = fl_part_read(run->upstream, b, part, part->upstream) };
}
FL_FN void fl_part_end(const fl_point_part* part, const fl_point_run* run, int64_t b, fl_point_block* out,
                       const fl_point_kind* kind) {
    const int want = kind->want;
    if (want != FL_WANT_GRADIENT) {
        fl_part_write(run->losses, b, part, out->loss);
        fl_keep_lanes(out->loss, part->begin, part->end); /* the others are summed, too */
    }
    if (want != FL_WANT_LOSS) fl_part_write(run->grad, b, part, out->grad);
    if (want == FL_WANT_ALL) fl_part_write(run->target_grad, b, part, out->target_grad);
    if (want == FL_WANT_ALL && kind->triple) fl_part_write(run->extra_grad, b, part, out->extra_grad);
}
#endif
