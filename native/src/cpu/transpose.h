/* Between rows in memory and a tile whose lane is a row: tile[class][lane]. Blocks of 4 x 4 floats (2 x 2 doubles) by
 * shuffles beat strided loops by a third, and constant strides (2, 3 classes) become shuffles by themselves. */
#ifndef FL_TRANSPOSE_H
#define FL_TRANSPOSE_H
#include "math/fl_reduce.h"

typedef fl_real fl_quad __attribute__((vector_size(16)));
enum { FL_QUAD = 16 / sizeof(fl_real) };
FL_FN fl_quad fl_load_quad(const fl_real* p) { fl_quad v; memcpy(&v, p, 16); return v; }
FL_FN void    fl_store_quad(fl_real* p, fl_quad v) { memcpy(p, &v, 16); }

/* A block from rows `from` apart to rows `to` apart. */
FL_FN void fl_transpose_quad(const fl_real* x, int64_t from, fl_real* y, int64_t to) {
#if FL_PRECISION == 32
    const fl_quad a = fl_load_quad(x), b = fl_load_quad(x + from);
    const fl_quad c = fl_load_quad(x + 2 * from), d = fl_load_quad(x + 3 * from);
    const fl_quad ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), AB = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    const fl_quad cd = __builtin_shufflevector(c, d, 0, 4, 1, 5), CD = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    fl_store_quad(y,          __builtin_shufflevector(ab, cd, 0, 1, 4, 5));
    fl_store_quad(y + to,     __builtin_shufflevector(ab, cd, 2, 3, 6, 7));
    fl_store_quad(y + 2 * to, __builtin_shufflevector(AB, CD, 0, 1, 4, 5));
    fl_store_quad(y + 3 * to, __builtin_shufflevector(AB, CD, 2, 3, 6, 7));
#else
    const fl_quad a = fl_load_quad(x), b = fl_load_quad(x + from);
    fl_store_quad(y,      __builtin_shufflevector(a, b, 0, 2));
    fl_store_quad(y + to, __builtin_shufflevector(a, b, 1, 3));
#endif
}

/* All blocks of `rows` x `classes`; the last block of classes overlaps the one before. */
FL_FN void fl_transpose_blocks(const fl_real* rows_in, fl_real* tile, fl_real* rows_out, int64_t stride,
                               int64_t classes, int rows) {
    for (int r = 0; r < rows; r += FL_QUAD)
        for (int64_t c = 0;; c = c + 2 * FL_QUAD <= classes ? c + FL_QUAD : classes - FL_QUAD) {
            if (rows_in) fl_transpose_quad(rows_in + r * stride + c, stride, tile + c * rows + r, rows);
            else fl_transpose_quad(tile + c * rows + r, rows, rows_out + r * stride + c, stride);
            if (c + FL_QUAD >= classes) break;
        }
}
FL_FN void fl_strided_in(const fl_real* x, int64_t stride, fl_real* tile, int64_t classes, int rows) {
    for (int64_t c = 0; c < classes; ++c)
        for (int l = 0; l < rows; ++l) tile[c * rows + l] = x[l * stride + c];
}
FL_FN void fl_strided_out(const fl_real* tile, fl_real* g, int64_t stride, int64_t classes, int rows) {
    for (int l = 0; l < rows; ++l)
        for (int64_t c = 0; c < classes; ++c) g[l * stride + c] = tile[c * rows + l];
}
/* `classes` is a constant: one row after the other is what becomes shuffles. */
FL_FN void fl_dense_in(const fl_real* x, fl_real* tile, int classes, int rows) {
    FL_INDEPENDENT
    for (int l = 0; l < rows; ++l)
        for (int c = 0; c < classes; ++c) tile[c * rows + l] = x[l * classes + c];
}
FL_FN void fl_dense_out(const fl_real* tile, fl_real* g, int classes, int rows) {
    FL_INDEPENDENT
    for (int l = 0; l < rows; ++l)
        for (int c = 0; c < classes; ++c) g[l * classes + c] = tile[c * rows + l];
}

/* tile[class][lane] from rows `stride` apart; `rows` is a constant at every call. */
FL_FN void fl_tile_in(const fl_real* x, int64_t stride, fl_real* tile, int64_t classes, int rows) {
    if (classes >= 4) fl_transpose_blocks(x, tile, NULL, stride, classes, rows);
    else if (classes == 3 && stride == 3) fl_dense_in(x, tile, 3, rows);
    else if (classes == 2 && stride == 2) fl_dense_in(x, tile, 2, rows);
    else fl_strided_in(x, stride, tile, classes, rows);
}
FL_FN void fl_tile_out(const fl_real* tile, fl_real* g, int64_t stride, int64_t classes, int rows) {
    if (classes >= 4) fl_transpose_blocks(NULL, (fl_real*)(uintptr_t)tile, g, stride, classes, rows);
    else if (classes == 3 && stride == 3) fl_dense_out(tile, g, 3, rows);
    else if (classes == 2 && stride == 2) fl_dense_out(tile, g, 2, rows);
    else fl_strided_out(tile, g, stride, classes, rows);
}
#endif
