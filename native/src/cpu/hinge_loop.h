/* The loops of multi_margin, multilabel_margin and multilabel_soft_margin. */
#ifndef FL_HINGE_LOOP_H
#define FL_HINGE_LOOP_H
#include "cpu/label_scan.h"
#include "cpu/row_vectors.h"
#include "losses/hinges.h"

/* `terms` and `gradient` are constants at every call. */
FL_FN double fl_hinge_rows(const fl_row_call* call, int64_t begin, int64_t end, fl_element_fn terms,
                           fl_element_fn gradient) {
    const fl_use two = { 1, 2, 1 }, one = { 1, 1, 0 };
    const double margin = ((const fl_multi_margin_params*)call->params)->margin;
    fl_vectors v = fl_row_vectors_of(call, 1);
    fl_total total = { 0.0, 0.0 };
    for (int64_t r = begin; r < end; ++r) {
        const int64_t y = fl_label_of(call, r);
        fl_go_to(&v, call, r);
        const fl_real own = fl_read_one(call->input, v.in[0].first + y * v.in[0].step, call->type);
        const double weight = call->class_weight ? (double)((const fl_real*)call->class_weight)[y] : 1.0;
        fl_hinge_row row = { (fl_real)margin - own, FL_R(0.0) };
        const fl_given given = { NULL, &row, y };
        double sums[3];
        fl_sum_vectors(&v, two, terms, &given, sums);
        const double share = weight / (double)call->classes, pull = share * fl_row_pull(call, r);
        fl_take_row(call, r, share * sums[0], &total);
        if (!call->gradient) continue;
        row.pull = (fl_real)pull;
        fl_map_vectors(&v, one, gradient, &given);
        fl_write_one(call->gradient, v.out[0].first + y * v.out[0].step, call->type, (fl_real)(-pull * sums[1]));
    }
    fl_write_end(call->stream);
    return fl_total_of(total);
}

FL_FN double fl_multilabel_soft_rows(const fl_row_call* call, int64_t begin, int64_t end, int operands,
                                     fl_element_fn terms, fl_element_fn gradient) {
    const fl_use one = { operands, 1, 0 }, two = { operands, 2, 0 };
    const int32_t term = FL_PRECISION == 32 ? FL_FLOAT32 : FL_FLOAT64;
    fl_vectors v = fl_row_vectors_of(call, 2);
    fl_total total = { 0.0, 0.0 };
    v.in[2] = (fl_vector){ call->class_weight, 0, 1, term, 1 };
    for (int64_t r = begin; r < end; ++r) {
        const fl_real factor = (fl_real)(fl_row_pull(call, r) / (double)call->classes);
        const fl_given given = { &factor, NULL, -1 };
        double sums[3];
        fl_go_to(&v, call, r);
        fl_sum_vectors(&v, one, terms, &given, sums);
        fl_take_row(call, r, sums[0] / (double)call->classes, &total);
        if (call->gradient || call->target_gradient) fl_map_vectors(&v, two, gradient, &given);
    }
    fl_write_end(call->stream);
    return fl_total_of(total);
}

/* A row of multilabel_margin: its scores, those of the classes that are not positive (-inf elsewhere), and how often
 * each class is pulled. */
typedef struct fl_list_row {
    fl_real x[FL_MULTILABEL_CLASSES], others[FL_MULTILABEL_CLASSES], pulls[FL_MULTILABEL_CLASSES];
} fl_list_row;

FL_FN int64_t fl_list_label(const fl_row_call* call, int64_t row, int64_t i) {
    return i < call->classes ? fl_label_of(call, row * call->classes + i) : -1;
}

FL_FN void fl_list_load(const fl_row_call* call, int64_t row, fl_list_row* k) {
    for (int64_t c = 0; c < call->classes; c += FL_TILE) {
        const int64_t n = call->classes - c < FL_TILE ? call->classes - c : FL_TILE;
        const fl_real* x = fl_read_step(call->input, row * call->input_outer + c, 1, n, call->type, k->x + c);
        if (x != k->x + c) memcpy(k->x + c, x, sizeof(fl_real) * (size_t)n);
    }
    for (int64_t c = 0; c < call->classes; ++c) k->others[c] = k->x[c], k->pulls[c] = FL_R(0.0);
    for (int64_t i = 0, y; y = fl_list_label(call, row, i), y >= 0; ++i) k->others[y] = -FL_INFINITY;
}

/* One positive against all others: the sum of its hinges; how many there are is its own pull. */
FL_FN double fl_list_positive(const fl_row_call* call, int64_t y, fl_list_row* k) {
    fl_real above[FL_TILE] FL_ALIGNED, on[FL_TILE] FL_ALIGNED;
    double sum = 0.0, count = 0.0;
    for (int64_t c = 0; c < call->classes; c += FL_TILE) {
        const int64_t n = call->classes - c < FL_TILE ? call->classes - c : FL_TILE;
        for (int64_t i = 0; i < n; ++i) {
            const fl_trio h = fl_multilabel_margin_at(k->x[y], k->others[c + i]);
            above[i] = h.a, on[i] = h.b;
        }
        for (int64_t i = 0; i < n; ++i) k->pulls[c + i] += on[i];
        sum += fl_sum_double(above, n), count += fl_sum_double(on, n);
    }
    k->pulls[y] -= (fl_real)count;
    return sum;
}

FL_FN double fl_multilabel_margin_rows(const fl_row_call* call, int64_t begin, int64_t end) {
    fl_list_row k FL_ALIGNED;
    fl_total total = { 0.0, 0.0 };
    for (int64_t r = begin; r < end; ++r) {
        const fl_real pull = (fl_real)(fl_row_pull(call, r) / (double)call->classes);
        double sum = 0.0;
        fl_list_load(call, r, &k);
        for (int64_t i = 0, y; y = fl_list_label(call, r, i), y >= 0; ++i) sum += fl_list_positive(call, y, &k);
        fl_take_row(call, r, sum / (double)call->classes, &total);
        for (int64_t c = 0; c < call->classes && call->gradient; ++c) k.pulls[c] *= pull;
        for (int64_t c = 0; c < call->classes && call->gradient; c += FL_TILE)
            fl_write_step(call->gradient, r * call->gradient_outer + c, 1,
                          call->classes - c < FL_TILE ? call->classes - c : FL_TILE, call->type, k.pulls + c);
    }
    return fl_total_of(total);
}

FL_FN double fl_multi_margin_rows(const fl_row_call* call, int64_t begin, int64_t end) {
    return fl_hinge_rows(call, begin, end, fl_multi_margin_terms, fl_multi_margin_gradient);
}
FL_FN double fl_multi_margin_square_rows(const fl_row_call* call, int64_t begin, int64_t end) {
    return fl_hinge_rows(call, begin, end, fl_multi_margin_square_terms, fl_multi_margin_square_gradient);
}
FL_FN double fl_multilabel_soft_margin_rows(const fl_row_call* call, int64_t begin, int64_t end) {
    return fl_multilabel_soft_rows(call, begin, end, 2, fl_multilabel_soft_terms, fl_multilabel_soft_gradient);
}
FL_FN double fl_multilabel_soft_margin_weighted_rows(const fl_row_call* call, int64_t begin, int64_t end) {
    return fl_multilabel_soft_rows(call, begin, end, 3, fl_multilabel_soft_weighted_terms,
                                   fl_multilabel_soft_weighted_gradient);
}
#endif
