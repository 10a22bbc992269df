/* Rows of few classes for the losses whose rows are vectors: FL_WIDE of them side by side, [class][lane], because a row
 * by itself is too short to be worth the start of a loop. Rows that fill no tile are swept one by one. */
#ifndef FL_SIDE_ROWS_H
#define FL_SIDE_ROWS_H
#include "cpu/row_vectors.h"
#include "cpu/tile_rows.h"

enum { FL_SIDE_TILE = FL_SIDE_CLASSES * FL_WIDE };

/* Two operands, which become their gradients, and room for what is known of each element until then. */
typedef struct fl_abreast { fl_real a[FL_SIDE_TILE], b[FL_SIDE_TILE], known[4][FL_SIDE_TILE]; } fl_abreast;

/* The first row behind the whole tiles of rows [begin, end). */
FL_FN int64_t fl_side_end(const fl_row_call* call, int64_t begin, int64_t end) {
    return call->classes <= FL_SIDE_CLASSES ? begin + (end - begin) / FL_WIDE * FL_WIDE : begin;
}

FL_FN fl_layout3 fl_side_dense(const fl_row_call* call) {
    return (fl_layout3){ call->classes * call->inner, call->inner, call->inner };
}
FL_APART void fl_side_load_input(const fl_row_call* call, int64_t row, fl_real* tile, fl_real* spare) {
    const fl_layout3 at = { call->input_outer, call->input_class, call->inner };
    fl_tile_load(call->input, call->type, at, call->classes, row, FL_WIDE, tile, spare, FL_WIDE);
}
FL_APART void fl_side_load_target(const fl_row_call* call, int64_t row, fl_real* tile, fl_real* spare) {
    fl_tile_load(call->target, call->type, fl_side_dense(call), call->classes, row, FL_WIDE, tile, spare, FL_WIDE);
}
FL_APART void fl_side_store_input(const fl_row_call* call, int64_t row, const fl_real* tile, fl_real* spare) {
    const fl_layout3 at = { call->gradient_outer, call->gradient_class, call->inner };
    if (call->gradient)
        fl_tile_store(tile, FL_WIDE, at, call->classes, row, FL_WIDE, call->gradient, call->type, spare);
}
FL_APART void fl_side_store_target(const fl_row_call* call, int64_t row, const fl_real* tile, fl_real* spare) {
    if (call->target_gradient)
        fl_tile_store(tile, FL_WIDE, fl_side_dense(call), call->classes, row, FL_WIDE, call->target_gradient,
                      call->type, spare);
}

/* What a tile asks for meanwhile, a class at a time: the tile that comes next, and where its own gradient goes. */
typedef struct fl_side_ahead { const fl_real *input, *target, *gradient; } fl_side_ahead;
FL_FN fl_side_ahead fl_side_ahead_of(const fl_row_call* call, int64_t row) {
    return (fl_side_ahead){ fl_next_tile(call, call->input, row, FL_WIDE),
                            fl_next_tile(call, call->target, row, FL_WIDE),
                            fl_tile_place(call, row, FL_WIDE, FL_WIDE) };
}
FL_FN void fl_side_ask(const fl_real* ahead, int64_t c) {
    if (ahead) fl_prefetch(ahead + c * FL_WIDE, FL_WIDE);
}

/* `own`, which is 0 until then, becomes x where it is the label's. Of bits: clang makes branches of a choice between
 * two places in memory. */
FL_FN fl_real fl_side_pick(fl_real own, fl_real x, int is_label) {
    const fl_bits mask = is_label ? ~(fl_bits)0 : 0;
    return fl_real_of(fl_bits_of(own) | (fl_bits_of(x) & mask));
}

/* Sums over classes are taken in blocks, whose sums are summed: a long sum of doubles one by one loses digits. */
FL_FN void fl_side_sum(double* sum, double* part, int64_t c, int64_t classes) {
    if (!fl_block_ends(c, classes)) return;
    for (int l = 0; l < FL_WIDE; ++l) sum[l] += part[l], part[l] = 0.0;
}

/* Terms of rows [row, row + FL_WIDE): stored where wanted; returns their sum. */
FL_FN double fl_side_take(const fl_row_call* call, int64_t row, const double* term, double factor) {
    fl_real loss[FL_WIDE] FL_ALIGNED;
    for (int l = 0; l < FL_WIDE; ++l) loss[l] = (fl_real)(term[l] * factor);
    if (call->losses) memcpy((fl_real*)call->losses + row, loss, sizeof loss);
    return fl_sum_double(loss, FL_WIDE);
}
#endif
