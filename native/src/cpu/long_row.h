/* Rows with so many classes that their exponentials have no room but in the gradient: chunk by chunk in L1, each from
 * its own maximum, so that logits are read from memory once. What lies between that and the row's maximum is a factor
 * of the chunk's sum and of its gradient. */
#ifndef FL_LONG_ROW_H
#define FL_LONG_ROW_H
#include "cpu/row_pass.h"

enum { FL_LONG_CHUNKS = 64, FL_LONG_CHUNK = 16 * 1024 / (int)sizeof(fl_real) };
enum { FL_LONG_LEAD = FL_LONG_CHUNK / 4 }; /* how far ahead the gradient's place is asked for */

typedef struct fl_long_row {
    int64_t chunk, chunks;
    fl_real factor[FL_LONG_CHUNKS]; /* exp(maximum of the chunk - that of the row) */
} fl_long_row;

/* Smoothing needs the logits twice; doubles lose by it (128,256 classes, +6 %). */
FL_FN int fl_is_long_row(const fl_row_call* call, const fl_class_params* params) {
    return FL_PRECISION == 32 && call->classes > FL_ROW_SCRATCH && params->share == FL_R(0.0);
}

FL_FN void fl_long_begin(fl_long_row* row, int64_t classes) {
    const int64_t least = (classes + FL_LONG_CHUNKS - 1) / FL_LONG_CHUNKS;
    row->chunk = (least + FL_LONG_CHUNK - 1) / FL_LONG_CHUNK * FL_LONG_CHUNK, row->chunks = 0;
}

/* What follows chunk b is asked for, the row after `next` elements behind the last one; and the gradient's place. */
FL_FN void fl_long_ask(fl_row_pass* k, int64_t b, int64_t end, int64_t next) {
    const int last = end + (end - b) > k->classes;
    k->next = !last ? k->x + (end - b) : next ? k->x + next - b : k->x;
    k->also = k->o && !last ? k->o + FL_LONG_LEAD : NULL;
}

/* The class that has the maximum of all chunks up to this one; -1 where there is a NaN. */
FL_APART int64_t fl_long_prediction(const fl_row_pass* k, int64_t b, int64_t n, int64_t before, int more) {
    const fl_row_pass part = { .x = k->x + b, .classes = n, .top = k->top };
    const int64_t own = fl_row_prediction(&part);
    return before < 0 || own < 0 ? -1 : more ? b + own : before;
}

/* Fills lane 0. `next` elements from the row's first to that of the next one, 0 if there is none. */
FL_FN void fl_long_exp(fl_row_pass* k, fl_long_row* row, fl_lanes* lanes, int64_t next, int predicts) {
    const int64_t n = k->classes, whole = n & ~(int64_t)(FL_VEC - 1);
    const fl_real own = k->label >= 0 ? k->x[k->label] : FL_R(0.0);
    fl_real kept[FL_LONG_CHUNK + FL_VEC] FL_ALIGNED;
    double  sum[FL_LONG_CHUNKS], all = 0.0;
    int64_t predicted = 0;
    fl_real top = -FL_INFINITY;
    fl_long_begin(row, n);
    for (int64_t b = 0; b < whole; b += row->chunk) {
        const int64_t end = whole - b < row->chunk ? whole : b + row->chunk, length = end == whole ? n - b : end - b;
        const fl_real most = k->top = fl_max(k->x + b, length);
        if (predicts) predicted = fl_long_prediction(k, b, length, predicted, b == 0 || most > top);
        if (most == -FL_INFINITY) k->top = FL_R(0.0); /* all of them are, and e = 0 */
        fl_long_ask(k, b, end, next);
        sum[row->chunks] = fl_row_exp_of(k, b, end, FL_LONG_CHUNK, kept);
        row->factor[row->chunks++] = most;
        top = top < most ? most : top;
    }
    for (int64_t i = 0; i < row->chunks; ++i) {
        row->factor[i] = fl_exp_nonpos(row->factor[i] - top);
        all += sum[i] * (double)row->factor[i];
    }
    lanes->top[0] = top, lanes->rest[0] = (fl_real)all;
    if (k->label >= 0) lanes->gap[0] = own - top;
    if (predicts) lanes->predicted[0] = (fl_int)predicted;
}

/* Exponentials in g become the gradient. */
FL_FN void fl_long_scale(fl_real* g, const fl_long_row* row, int64_t classes, fl_real pull) {
    for (int64_t i = 0, b = 0; i < row->chunks; ++i, b += row->chunk) {
        const int64_t length = i + 1 == row->chunks ? classes - b : row->chunk;
        fl_row_scale(g + b, g + b, length, pull * row->factor[i], NULL, FL_R(0.0));
    }
}

/* Apart: inlined where short rows are swept, it would take registers from them. */
FL_APART double fl_long_label_row(const fl_row_call* call, const fl_class_params* params, fl_label_fn at, int64_t row,
                                  int64_t ahead, int64_t* correct) {
    fl_row_pass k = fl_row_at(call, row, ahead, NULL);
    fl_long_row chunks = { 0 };
    fl_lanes    lanes;
    fl_load_lanes(&lanes, call, row, 1, 1);
    lanes.gap[0] = -FL_INFINITY, lanes.rest[0] = lanes.centered[0] = lanes.top[0] = FL_R(0.0);
    k.label = lanes.label[0];
    if (k.label >= 0 || fl_wants_all_rows(call))
        fl_long_exp(&k, &chunks, &lanes, ahead * call->input_outer, fl_wants_predictions(call));
    fl_own_exponentials(&lanes, 1);
    fl_finish_lanes(&lanes, call, params, at, 1);
    if (k.o && k.label < 0) memset(k.o, 0, sizeof(fl_real) * (size_t)call->classes);
    else if (k.o) {
        fl_long_scale(k.o, &chunks, call->classes, lanes.pull[0]);
        k.o[k.label] = lanes.label_grad[0];
    }
    return fl_take_losses(&lanes, call, row, 1, 1, correct);
}
#endif
