/* nll: one element of every row is read; the gradient is that element's, among zeros. */
#ifndef FL_NLL_LOOP_H
#define FL_NLL_LOOP_H
#include "cpu/label_scan.h"
#include "losses/classes.h"

/* A batch of rows: all of them are read before anything is written, because the gradient may be the input. */
typedef struct fl_nll_batch {
    fl_real loss[FL_TILE], grad[FL_TILE];
    int64_t label[FL_TILE]; /* -1: ignored */
} fl_nll_batch;

FL_FN int64_t fl_nll_place(const fl_row_call* call, int64_t row, int64_t outer_stride, int64_t class_stride,
                           int64_t c) {
    return row / call->inner * outer_stride + c * class_stride + row % call->inner;
}

FL_FN void fl_nll_read(const fl_row_call* call, int64_t row, int64_t n, fl_nll_batch* batch) {
    const fl_real *weight = (const fl_real*)call->class_weight, *upstream = (const fl_real*)call->upstream;
    for (int64_t l = 0; l < n; ++l) {
        const int64_t y = fl_label_of(call, row + l);
        batch->loss[l] = batch->grad[l] = FL_R(0.0);
        batch->label[l] = fl_is_ignored(call, y) ? -1 : y;
        if (batch->label[l] < 0) continue;
        const int64_t at = fl_nll_place(call, row + l, call->input_outer, call->input_class, y);
        const fl_nll_result r = fl_nll_at(fl_read_one(call->input, at, call->type), weight ? weight[y] : FL_R(1.0));
        batch->loss[l] = r.loss;
        batch->grad[l] = r.grad * (upstream ? (fl_real)call->scale * upstream[row + l] : (fl_real)call->scale);
    }
}

/* Zero bits are 0 in every type. Classes of a row lie together when inner is 1, pixels of a class otherwise. */
FL_FN void fl_nll_zero(const fl_row_call* call, int64_t row, int64_t n) {
    const size_t size = fl_is_half(call->type) ? 2 : sizeof(fl_real);
    const int64_t times = call->inner == 1 ? n : call->classes, length = call->inner == 1 ? call->classes : n;
    const int64_t step = call->inner == 1 ? call->gradient_outer : call->gradient_class;
    const int64_t first = fl_nll_place(call, row, call->gradient_outer, call->gradient_class, 0);
    for (int64_t k = 0; k < times; ++k)
        memset(fl_at_out(call->gradient, first + k * step, call->type), 0, size * (size_t)length);
}

FL_FN void fl_nll_write(const fl_row_call* call, int64_t row, int64_t n, const fl_nll_batch* batch) {
    fl_nll_zero(call, row, n);
    for (int64_t l = 0; l < n; ++l)
        if (batch->label[l] >= 0)
            fl_write_one(call->gradient,
                         fl_nll_place(call, row + l, call->gradient_outer, call->gradient_class, batch->label[l]),
                         call->type, batch->grad[l]);
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
    return fl_total_of(sum);
}
#endif
