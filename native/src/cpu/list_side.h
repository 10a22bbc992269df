/* multilabel_margin of few classes: rows side by side, [class][lane], because a row by itself is too short to be worth
 * the start of a loop. */
#ifndef FL_LIST_SIDE_H
#define FL_LIST_SIDE_H
#include "cpu/side_rows.h"
#include "losses/hinges.h"

/* Instruction sets without FMA have no blends either, and lose from a few classes on. */
enum { FL_LIST_SIDE_CLASSES = FL_HAS_FMA ? 32 : 3, FL_LIST_SIDE_TILE = FL_LIST_SIDE_CLASSES * FL_WIDE };

/* Labels are numbers here: they are transposed like scores. An ended list goes on with -1. */
typedef struct fl_list_tile {
    fl_real x[FL_LIST_SIDE_TILE], list[FL_LIST_SIDE_TILE], spare[FL_LIST_SIDE_TILE];
    fl_real other[FL_LIST_SIDE_TILE]; /* 0 for classes that are positives */
    fl_real pulls[FL_LIST_SIDE_TILE]; /* how many positives pull at a class, less the classes that it pulls at */
    double  term[FL_WIDE], part[FL_WIDE];
} fl_list_tile;

/* n lists of `classes` labels, and as many that are empty as complete `width`. */
FL_FN void fl_list_load(const fl_row_call* call, int64_t row, int n, fl_list_tile* tile, int width) {
    const int count = n * (int)call->classes, all = width * (int)call->classes;
    const int32_t* narrow = (const int32_t*)call->labels + row * call->classes;
    const int64_t* wide = (const int64_t*)call->labels + row * call->classes;
    if (call->label_type == FL_INT32)
        for (int i = 0; i < count; ++i) tile->spare[i] = (fl_real)narrow[i];
    else for (int i = 0; i < count; ++i) tile->spare[i] = (fl_real)(int32_t)wide[i];
    for (int i = count; i < all; ++i) tile->spare[i] = FL_R(-1.0);
    fl_tile_in(tile->spare, call->classes, tile->list, call->classes, width);
}

/* Marks the positives; returns how many labels the longest list has. */
FL_FN int fl_list_mark(fl_list_tile* tile, int classes, int width) {
    for (int i = 0; i < classes * width; ++i) tile->other[i] = FL_R(1.0), tile->pulls[i] = FL_R(0.0);
    for (int k = 0; k < classes; ++k) {
        fl_real* y = tile->list + k * width;
        const fl_real* before = k ? y - width : y;
        fl_int any = 0;
        for (int l = 0; l < width; ++l) { /* arithmetic: clang makes branches of a choice between constant and memory */
            const fl_real goes_on = before[l] < FL_R(0.0) ? FL_R(0.0) : FL_R(1.0);
            y[l] = (y[l] + FL_R(1.0)) * goes_on - FL_R(1.0);
        }
        for (int l = 0; l < width; ++l) any |= y[l] < FL_R(0.0) ? 0 : 1;
        if (!any) return k;
        for (int c = 0; c < classes; ++c) {
            fl_real* other = tile->other + c * width;
            for (int l = 0; l < width; ++l) other[l] *= y[l] == (fl_real)c ? FL_R(0.0) : FL_R(1.0);
        }
    }
    return classes;
}

/* The positives at one place of the lists against every class. */
FL_FN void fl_list_against(fl_list_tile* tile, const fl_real* y, int classes, int width) {
    fl_real own[FL_WIDE] FL_ALIGNED, count[FL_WIDE] FL_ALIGNED, above[FL_WIDE] FL_ALIGNED;
    for (int l = 0; l < width; ++l) own[l] = count[l] = FL_R(0.0), tile->part[l] = 0.0;
    for (int c = 0; c < classes; ++c) {
        const fl_real* x = tile->x + c * width;
        for (int l = 0; l < width; ++l) own[l] = fl_side_pick(own[l], x[l], y[l] == (fl_real)c);
    }
    for (int c = 0; c < classes; ++c) {
        const fl_real *x = tile->x + c * width, *other = tile->other + c * width;
        fl_real* pulls = tile->pulls + c * width;
        for (int l = 0; l < width; ++l) {
            const fl_hinged h = fl_multilabel_margin_at(x[l], own[l], y[l] < FL_R(0.0) ? FL_R(0.0) : other[l]);
            pulls[l] += h.z, count[l] += h.z, above[l] = h.above;
        }
        for (int l = 0; l < width; ++l) tile->part[l] += (double)above[l];
    }
    for (int c = 0; c < classes; ++c) {
        fl_real* pulls = tile->pulls + c * width;
        for (int l = 0; l < width; ++l) pulls[l] -= y[l] == (fl_real)c ? count[l] : FL_R(0.0);
    }
    for (int l = 0; l < width; ++l) tile->term[l] += tile->part[l];
}

/* Rows [row, row + n), n <= width, which is a constant at every call. */
FL_FN double fl_list_side(const fl_row_call* call, int64_t row, int n, fl_list_tile* tile, int width) {
    const int classes = (int)call->classes;
    const fl_layout3 in = { call->input_outer, call->input_class, 1 };
    const fl_layout3 out = { call->gradient_outer, call->gradient_class, 1 };
    fl_real loss[FL_WIDE] FL_ALIGNED;
    fl_list_load(call, row, n, tile, width);
    const int longest = fl_list_mark(tile, classes, width);
    fl_tile_load(call->input, call->type, in, classes, row, n, tile->x, tile->spare, width);
    for (int l = 0; l < width; ++l) tile->term[l] = 0.0;
    for (int k = 0; k < longest; ++k) fl_list_against(tile, tile->list + k * width, classes, width);
    for (int l = 0; l < width; ++l) loss[l] = (fl_real)(tile->term[l] / (double)classes);
    if (call->losses) memcpy((fl_real*)call->losses + row, loss, sizeof(fl_real) * (size_t)n);
    if (!call->gradient) return fl_sum_double(loss, width);
    fl_row_pulls(call, row, n, tile->part);
    for (int l = 0; l < width; ++l) tile->spare[l] = l < n ? (fl_real)(tile->part[l] / (double)classes) : FL_R(0.0);
    for (int c = 0; c < classes; ++c)
        for (int l = 0; l < width; ++l) tile->x[c * width + l] = tile->pulls[c * width + l] * tile->spare[l];
    fl_tile_store(tile->x, width, out, classes, row, n, call->gradient, call->type, tile->list);
    return fl_sum_double(loss, width);
}

FL_FN double fl_list_side_rows(const fl_row_call* call, int64_t begin, int64_t end) {
    fl_list_tile tile FL_ALIGNED;
    fl_total total = { 0.0, 0.0 };
    int64_t row = begin;
    for (; row + FL_WIDE <= end; row += FL_WIDE)
        fl_total_add(&total, fl_list_side(call, row, FL_WIDE, &tile, FL_WIDE));
    for (; row < end; row += FL_VEC) {
        const int n = end - row < FL_VEC ? (int)(end - row) : FL_VEC;
        fl_total_add(&total, fl_list_side(call, row, n, &tile, FL_VEC));
    }
    return fl_total_of(total);
}
#endif
