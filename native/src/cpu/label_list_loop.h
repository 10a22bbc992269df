/* The loop of multilabel_margin: every positive of a row against every class that is none, a chunk of classes at a
 * time. */
#ifndef FL_LABEL_LIST_LOOP_H
#define FL_LABEL_LIST_LOOP_H
#include "cpu/label_scan.h"
#include "cpu/list_side.h"
#include "cpu/row_vectors.h"
#include "losses/hinges.h"

/* Scores in the order of the list, kept because the gradient may be written over them; how many classes pull at a
 * class. */
typedef struct fl_list {
    int64_t count;
    fl_real score[FL_MULTILABEL_CLASSES], pulls[FL_MULTILABEL_CLASSES];
} fl_list;

FL_FN int64_t fl_list_label(const fl_row_call* call, int64_t row, int64_t i) {
    return fl_label_of(call, row * call->classes + i);
}

FL_FN void fl_load_list(const fl_row_call* call, int64_t row, fl_list* list) {
    list->count = 0;
    for (int64_t i = 0; i < call->classes; ++i) {
        const int64_t y = fl_list_label(call, row, i);
        if (y < 0) return;
        list->score[i] = fl_read_one(call->input, row * call->input_outer + y, call->type);
        list->pulls[y] = FL_R(0.0);
        list->count = i + 1;
    }
}

/* One positive against a chunk: the hinges are added to *sum; returns how many there are, which any order counts
 * exactly. */
FL_FN fl_real fl_list_pull(const fl_chunk* chunk, fl_real positive, const fl_real* others, fl_real* pulled,
                           fl_sums* sum) {
    fl_real above[FL_TILE] FL_ALIGNED, count[FL_VEC] = { 0 };
    const fl_real* x = chunk->a;
    for (int i = 0; i < (chunk->lanes & -FL_VEC); i += FL_VEC)
        for (int l = 0; l < FL_VEC; ++l) {
            const fl_hinged h = fl_multilabel_margin_at(x[i + l], positive, others[i + l]);
            above[i + l] = h.above, count[l] += h.z, pulled[i + l] += h.z;
        }
    fl_add(sum, above, chunk->lanes);
    for (int k = FL_VEC / 2; k; k /= 2)
        for (int l = 0; l < k; ++l) count[l] += count[l + k];
    return count[0];
}

/* A chunk of classes; its gradient is complete but for the positives. */
FL_FN void fl_list_chunk(const fl_row_call* call, const fl_vectors* v, const fl_chunk* chunk, int64_t row,
                         fl_list* list, fl_real pull, fl_sums* sum) {
    fl_real others[FL_TILE] FL_ALIGNED, pulled[FL_TILE] FL_ALIGNED;
    for (int i = 0; i < chunk->lanes; ++i) others[i] = i < chunk->n ? FL_R(1.0) : FL_R(0.0), pulled[i] = FL_R(0.0);
    for (int64_t i = 0; i < list->count; ++i) {
        const int64_t at = fl_list_label(call, row, i) - chunk->first;
        if (at >= 0 && at < chunk->n) others[at] = FL_R(0.0);
    }
    for (int64_t i = 0; i < list->count; ++i)
        list->pulls[fl_list_label(call, row, i)] += fl_list_pull(chunk, list->score[i], others, pulled, sum);
    if (!call->gradient) return;
    for (int i = 0; i < chunk->lanes; ++i) pulled[i] *= pull;
    fl_store(v, &v->out[0], chunk, pulled, pulled);
}

FL_FN double fl_multilabel_margin_rows(const fl_row_call* call, int64_t begin, int64_t end) {
    fl_tiles own FL_ALIGNED;
    fl_list  list;
    fl_vectors v = fl_row_vectors_of(call, 1, 0);
    fl_total total = { 0.0, 0.0 };
    if (call->classes <= FL_LIST_SIDE_CLASSES) return fl_list_side_rows(call, begin, end);
    v.stream = 0; /* positives are written last: they would wait for lines that went past the cache */
    for (int64_t r = begin; r < end; ++r) {
        const fl_real pull = (fl_real)(fl_row_pull(call, r) / (double)call->classes);
        fl_sums sum = { { { 0 } } };
        fl_go_to(&v, call, r, 0);
        fl_load_list(call, r, &list);
        for (int64_t c = 0; c < call->classes;) {
            const fl_chunk chunk = fl_chunk_at(&v, c, 1, &own);
            fl_list_chunk(call, &v, &chunk, r, &list, pull, &sum);
            c += chunk.n;
        }
        fl_take_row(call, r, fl_fold(&sum) / (double)call->classes, &total);
        for (int64_t i = 0; i < list.count && call->gradient; ++i) {
            const int64_t y = fl_list_label(call, r, i);
            fl_write_one(call->gradient, v.out[0].first + y, call->type, -(pull * list.pulls[y]));
        }
    }
    return fl_total_of(total);
}
#endif
