/* Between rows in memory and a tile whose lane is a row: tile[class][lane]. Quads - four floats or two doubles of a
 * row - of as many rows as a register has lanes are turned at once, by shuffles within 16 bytes. Constant strides (2, 3
 * classes) become shuffles by themselves. */
#ifndef FL_TRANSPOSE_H
#define FL_TRANSPOSE_H
#include "math/fl_reduce.h"

typedef double fl_quad __attribute__((vector_size(16))); /* whatever it holds */
enum { FL_QUAD = 16 / sizeof(fl_real) };
FL_FN fl_quad fl_load_quad(const fl_real* p) { fl_quad v; memcpy(&v, p, 16); return v; }
FL_FN void    fl_store_quad(fl_real* p, fl_quad v) { memcpy(p, &v, 16); }

/* Low and high halves of the quads of two registers, by turns: numbers of lanes for lanes of 64 and of 32 bits. */
#if defined(__AVX512F__)
#  define FL_LOW_64  0, 8, 2, 10, 4, 12, 6, 14
#  define FL_HIGH_64 1, 9, 3, 11, 5, 13, 7, 15
#  define FL_LOW_32  0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29
#  define FL_HIGH_32 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31
#elif defined(__AVX__)
#  define FL_LOW_64  0, 4, 2, 6
#  define FL_HIGH_64 1, 5, 3, 7
#  define FL_LOW_32  0, 8, 1, 9, 4, 12, 5, 13
#  define FL_HIGH_32 2, 10, 3, 11, 6, 14, 7, 15
#else
#  define FL_LOW_64  0, 2
#  define FL_HIGH_64 1, 3
#  define FL_LOW_32  0, 4, 1, 5
#  define FL_HIGH_32 2, 6, 3, 7
#endif

/* The quads at p, p + step, ... in one register. */
FL_FN fl_part fl_load_quads(const fl_real* p, int64_t step) {
#if defined(__AVX512F__)
    return __builtin_shufflevector(
        __builtin_shufflevector(fl_load_quad(p), fl_load_quad(p + step), 0, 1, 2, 3),
        __builtin_shufflevector(fl_load_quad(p + 2 * step), fl_load_quad(p + 3 * step), 0, 1, 2, 3),
        0, 1, 2, 3, 4, 5, 6, 7);
#elif defined(__AVX__)
    return __builtin_shufflevector(fl_load_quad(p), fl_load_quad(p + step), 0, 1, 2, 3);
#else
    (void)step;
    return fl_load_quad(p);
#endif
}
FL_FN void fl_store_quads(fl_real* p, int64_t step, fl_part v) {
#if defined(__AVX512F__)
    fl_store_quad(p, __builtin_shufflevector(v, v, 0, 1)), fl_store_quad(p + step, __builtin_shufflevector(v, v, 2, 3));
    fl_store_quad(p + 2 * step, __builtin_shufflevector(v, v, 4, 5));
    fl_store_quad(p + 3 * step, __builtin_shufflevector(v, v, 6, 7));
#elif defined(__AVX__)
    fl_store_quad(p, __builtin_shufflevector(v, v, 0, 1)), fl_store_quad(p + step, __builtin_shufflevector(v, v, 2, 3));
#else
    (void)step;
    fl_store_quad(p, v);
#endif
}

/* FL_QUAD registers of FL_QUAD rows to those of FL_QUAD classes, and back. */
typedef struct fl_turned { fl_part of[FL_QUAD]; } fl_turned;
FL_FN fl_turned fl_turn(fl_turned x) {
#if FL_PRECISION == 32
    const fl_pack a = (fl_pack)x.of[0], b = (fl_pack)x.of[1], c = (fl_pack)x.of[2], d = (fl_pack)x.of[3];
    const fl_part ab = (fl_part)__builtin_shufflevector(a, b, FL_LOW_32);
    const fl_part AB = (fl_part)__builtin_shufflevector(a, b, FL_HIGH_32);
    const fl_part cd = (fl_part)__builtin_shufflevector(c, d, FL_LOW_32);
    const fl_part CD = (fl_part)__builtin_shufflevector(c, d, FL_HIGH_32);
    return (fl_turned){ { __builtin_shufflevector(ab, cd, FL_LOW_64), __builtin_shufflevector(ab, cd, FL_HIGH_64),
                          __builtin_shufflevector(AB, CD, FL_LOW_64), __builtin_shufflevector(AB, CD, FL_HIGH_64) } };
#else
    return (fl_turned){ { __builtin_shufflevector(x.of[0], x.of[1], FL_LOW_64),
                          __builtin_shufflevector(x.of[0], x.of[1], FL_HIGH_64) } };
#endif
}

/* FL_PACK rows, `stride` apart, to or from FL_QUAD classes of a tile. Written out: in a loop gcc keeps registers in
 * memory. */
#if FL_PRECISION == 32
#  define FL_EACH_QUAD(X) X(0) X(1) X(2) X(3)
#else
#  define FL_EACH_QUAD(X) X(0) X(1)
#endif
FL_FN void fl_turn_in(const fl_real* x, int64_t stride, fl_real* tile, int64_t lanes) {
    fl_turned quads;
#define FL_LOAD(i)  quads.of[i] = fl_load_quads(x + i * stride, FL_QUAD * stride);
#define FL_STORE(i) memcpy(tile + i * lanes, &quads.of[i], sizeof(fl_part));
    FL_EACH_QUAD(FL_LOAD)
    quads = fl_turn(quads);
    FL_EACH_QUAD(FL_STORE)
#undef FL_LOAD
#undef FL_STORE
}
FL_FN void fl_turn_out(const fl_real* tile, int64_t lanes, fl_real* g, int64_t stride) {
    fl_turned quads;
#define FL_LOAD(i)  memcpy(&quads.of[i], tile + i * lanes, sizeof(fl_part));
#define FL_STORE(i) fl_store_quads(g + i * stride, FL_QUAD * stride, quads.of[i]);
    FL_EACH_QUAD(FL_LOAD)
    quads = fl_turn(quads);
    FL_EACH_QUAD(FL_STORE)
#undef FL_LOAD
#undef FL_STORE
}

/* All of `rows` x `classes`; the last quads of a row overlap those before. */
FL_FN int64_t fl_next_quads(int64_t c, int64_t classes) {
    return c + 2 * FL_QUAD <= classes ? c + FL_QUAD : classes - FL_QUAD;
}
FL_FN void fl_quads_in(const fl_real* x, int64_t stride, fl_real* tile, int64_t classes, int rows) {
    for (int r = 0; r < rows; r += FL_PACK)
        for (int64_t c = 0;; c = fl_next_quads(c, classes)) {
            fl_turn_in(x + r * stride + c, stride, tile + c * rows + r, rows);
            if (c + FL_QUAD >= classes) break;
        }
}
FL_FN void fl_quads_out(const fl_real* tile, fl_real* g, int64_t stride, int64_t classes, int rows) {
    for (int r = 0; r < rows; r += FL_PACK)
        for (int64_t c = 0;; c = fl_next_quads(c, classes)) {
            fl_turn_out(tile + c * rows + r, rows, g + r * stride + c, stride);
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
    if (classes >= 4) fl_quads_in(x, stride, tile, classes, rows);
    else if (classes == 3 && stride == 3) fl_dense_in(x, tile, 3, rows);
    else if (classes == 2 && stride == 2) fl_dense_in(x, tile, 2, rows);
    else fl_strided_in(x, stride, tile, classes, rows);
}
FL_FN void fl_tile_out(const fl_real* tile, fl_real* g, int64_t stride, int64_t classes, int rows) {
    if (classes >= 4) fl_quads_out(tile, g, stride, classes, rows);
    else if (classes == 3 && stride == 3) fl_dense_out(tile, g, 3, rows);
    else if (classes == 2 && stride == 2) fl_dense_out(tile, g, 2, rows);
    else fl_strided_out(tile, g, stride, classes, rows);
}
#endif
