/* The loops of multi_margin and multilabel_soft_margin. */
#ifndef FL_HINGE_LOOP_H
#define FL_HINGE_LOOP_H
#include "cpu/label_scan.h"
#include "cpu/row_vectors.h"
#include "losses/hinges.h"

/* `terms` and `gradient` are constants at every call. */
FL_FN double fl_hinge_rows(const fl_row_call* call, int64_t begin, int64_t end, fl_element_fn terms,
                           fl_element_fn gradient) {
    const fl_use two = { 1, 2, 1 }, one = { 1, 1, 0 };
    fl_vectors v = fl_row_vectors_of(call, 1, 0);
    fl_hinge_row row = { .margin = (fl_real)((const fl_multi_margin_params*)call->params)->margin };
    fl_total total = { 0.0, 0.0 };
    for (int64_t r = begin; r < end; ++r) {
        const int64_t y = fl_label_of(call, r);
        const fl_given given = { NULL, &row, y };
        const double weight = call->class_weight ? (double)((const fl_real*)call->class_weight)[y] : 1.0;
        const double share = weight / (double)call->classes;
        double sums[3];
        fl_go_to(&v, call, r, 0);
        row.own = fl_read_one(call->input, v.in[0].first + y * v.in[0].step, call->type);
        fl_sum_vectors(&v, two, terms, &given, sums);
        fl_take_row(call, r, share * sums[0], &total);
        if (!call->gradient) continue;
        const double pull = share * fl_row_pull(call, r);
        row.pull = (fl_real)pull;
        fl_map_vectors(&v, one, gradient, &given);
        fl_write_one(call->gradient, v.out[0].first + y * v.out[0].step, call->type, (fl_real)(-pull * sums[1]));
    }
    fl_write_end(call->stream);
    return fl_total_of(total);
}
FL_FN double fl_multi_margin_rows(const fl_row_call* call, int64_t begin, int64_t end) {
    return fl_hinge_rows(call, begin, end, fl_multi_margin_terms, fl_multi_margin_gradient);
}
FL_FN double fl_multi_margin_square_rows(const fl_row_call* call, int64_t begin, int64_t end) {
    return fl_hinge_rows(call, begin, end, fl_multi_margin_square_terms, fl_multi_margin_square_gradient);
}

/* No sum is needed for the gradients: one pass. */
FL_FN double fl_multilabel_soft_rows(const fl_row_call* call, int64_t begin, int64_t end, int operands,
                                     fl_element_fn at) {
    const fl_use use = { operands, 2, 0 };
    const int32_t term = FL_PRECISION == 32 ? FL_FLOAT32 : FL_FLOAT64;
    fl_vectors v = fl_row_vectors_of(call, 2, 0);
    fl_total total = { 0.0, 0.0 };
    v.in[2] = (fl_vector){ call->class_weight, 0, 1, term, 1 };
    for (int64_t r = begin; r < end; ++r) {
        const fl_real factor = (fl_real)(fl_row_pull(call, r) / (double)call->classes);
        const fl_given given = { &factor, NULL, -1 };
        fl_go_to(&v, call, r, 0);
        fl_take_row(call, r, fl_map_sum_vectors(&v, use, at, &given) / (double)call->classes, &total);
    }
    fl_write_end(call->stream);
    return fl_total_of(total);
}
FL_FN double fl_multilabel_soft_margin_rows(const fl_row_call* call, int64_t begin, int64_t end) {
    return fl_multilabel_soft_rows(call, begin, end, 2, fl_multilabel_soft_at);
}
FL_FN double fl_multilabel_soft_margin_weighted_rows(const fl_row_call* call, int64_t begin, int64_t end) {
    return fl_multilabel_soft_rows(call, begin, end, 3, fl_multilabel_soft_weighted_at);
}
#endif
