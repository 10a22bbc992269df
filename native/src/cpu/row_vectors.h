/* fl_row_args' rows as vectors: a row may lie anywhere, its classes any distance apart. */
#ifndef FL_ROW_VECTORS_H
#define FL_ROW_VECTORS_H
#include "cpu/kernels.h"
#include "cpu/total.h"
#include "cpu/vector_loop.h"

/* input and, with two operands, target; their gradients. Swapped: the other way round. */
FL_FN fl_vectors fl_row_vectors_of(const fl_row_call* call, int operands, int swapped) {
    fl_vectors v = { .length = call->classes, .stream = call->stream };
    v.in[swapped] = (fl_vector){ call->input, 0, call->input_class, call->type, 0 };
    v.out[swapped] = (fl_vector){ call->gradient, 0, call->gradient_class, call->type, 0 };
    if (operands < 2) return v;
    v.in[!swapped] = (fl_vector){ call->target, 0, call->inner, call->type, 0 };
    v.out[!swapped] = (fl_vector){ call->target_gradient, 0, call->inner, call->type, 0 };
    return v;
}
FL_FN void fl_go_to(fl_vectors* v, const fl_row_call* call, int64_t row, int swapped) {
    const int64_t o = row / call->inner, i = row % call->inner;
    v->in[swapped].first = o * call->input_outer + i, v->out[swapped].first = o * call->gradient_outer + i;
    v->in[!swapped].first = v->out[!swapped].first = o * call->classes * call->inner + i;
}

/* What a row's gradients are multiplied by. */
FL_FN double fl_row_pull(const fl_row_call* call, int64_t row) {
    return call->upstream ? call->scale * (double)((const fl_real*)call->upstream)[row] : call->scale;
}
/* Of n rows. Not in the loop that uses them: a choice of pointers there becomes masked loads of both, which are slow
 * where one is NULL. */
FL_FN void fl_row_pulls(const fl_row_call* call, int64_t row, int n, double* pull) {
    const fl_real* upstream = call->upstream ? (const fl_real*)call->upstream + row : NULL;
    for (int l = 0; l < n; ++l) pull[l] = call->scale;
    for (int l = 0; l < n && upstream; ++l) pull[l] *= (double)upstream[l];
}
FL_FN void fl_take_row(const fl_row_call* call, int64_t row, double loss, fl_total* total) {
    if (call->losses) ((fl_real*)call->losses)[row] = (fl_real)loss;
    fl_total_add(total, (double)(fl_real)loss);
}
#endif
