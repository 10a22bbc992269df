/* The loops of multi_margin and multilabel_soft_margin. */
#ifndef FL_HINGE_LOOP_H
#define FL_HINGE_LOOP_H
#include "cpu/label_scan.h"
#include "cpu/side_rows.h"
#include "losses/hinges.h"

/* Gradients of fewer classes lose by going past the cache: too many of their lines are shared with the next row. */
enum { FL_HINGE_STREAM = 8192 };
FL_FN fl_vectors fl_hinge_vectors_of(const fl_row_call* call, int operands) {
    fl_vectors v = fl_row_vectors_of(call, operands, 0);
    v.stream = call->stream && call->classes >= FL_HINGE_STREAM;
    return v;
}

/* What a tile of rows knows of each of them. */
typedef struct fl_hinge_lanes {
    fl_int  label[FL_WIDE] FL_ALIGNED;
    fl_real own[FL_WIDE], pull[FL_WIDE], own_grad[FL_WIDE];
    double  share[FL_WIDE], term[FL_WIDE], count[FL_WIDE], term_part[FL_WIDE], count_part[FL_WIDE];
} fl_hinge_lanes;

FL_FN void fl_hinge_lanes_of(const fl_row_call* call, int64_t row, const fl_real* x, fl_hinge_lanes* lanes) {
    const fl_real* weight = (const fl_real*)call->class_weight;
    int64_t label[FL_WIDE] FL_ALIGNED;
    fl_read_labels(call, row, FL_WIDE, label);
    for (int l = 0; l < FL_WIDE; ++l) lanes->label[l] = (fl_int)label[l];
    for (int l = 0; l < FL_WIDE; ++l) lanes->share[l] = 1.0;
    for (int l = 0; l < FL_WIDE && weight; ++l) lanes->share[l] = (double)weight[label[l]];
    for (int l = 0; l < FL_WIDE; ++l) lanes->share[l] /= (double)call->classes;
    for (int l = 0; l < FL_WIDE; ++l) lanes->own[l] = FL_R(0.0), lanes->term[l] = lanes->count[l] = 0.0;
    for (int l = 0; l < FL_WIDE; ++l) lanes->term_part[l] = lanes->count_part[l] = 0.0;
    for (int64_t c = 0; c < call->classes; ++c, x += FL_WIDE)
        for (int l = 0; l < FL_WIDE; ++l)
            lanes->own[l] = fl_side_pick(lanes->own[l], x[l], lanes->label[l] == (fl_int)c);
}

/* Rows [row, row + FL_WIDE). */
FL_FN double fl_hinge_side(const fl_row_call* call, int64_t row, fl_real margin, fl_abreast* side, fl_element_fn terms,
                           fl_element_fn gradient) {
    const fl_side_ahead ahead = fl_side_ahead_of(call, row);
    fl_hinge_lanes lanes;
    double pulls[FL_WIDE] FL_ALIGNED;
    fl_row_pulls(call, row, FL_WIDE, pulls);
    fl_side_load_input(call, row, side->a, side->b);
    fl_hinge_lanes_of(call, row, side->a, &lanes);
    for (int64_t c = 0; c < call->classes; ++c) {
        fl_side_ask(ahead.input, c), fl_side_ask(ahead.gradient, c);
        for (int l = 0; l < FL_WIDE; ++l) {
            const fl_hinge_row k = { lanes.own[l], margin, FL_R(0.0) };
            const fl_trio x = { side->a[c * FL_WIDE + l], FL_R(0.0), FL_R(0.0) }, r = terms(x, NULL, &k);
            lanes.term_part[l] += (double)(lanes.label[l] == (fl_int)c ? FL_R(0.0) : r.a);
            lanes.count_part[l] += (double)(lanes.label[l] == (fl_int)c ? FL_R(0.0) : r.b);
        }
        fl_side_sum(lanes.term, lanes.term_part, c, call->classes);
        fl_side_sum(lanes.count, lanes.count_part, c, call->classes);
    }
    for (int l = 0; l < FL_WIDE; ++l) {
        const double pull = lanes.share[l] * pulls[l];
        lanes.pull[l] = (fl_real)pull, lanes.own_grad[l] = (fl_real)(-pull * lanes.count[l]);
        lanes.term[l] *= lanes.share[l];
    }
    for (int64_t c = 0; c < call->classes && call->gradient; ++c)
        for (int l = 0; l < FL_WIDE; ++l) {
            const fl_hinge_row k = { lanes.own[l], margin, lanes.pull[l] };
            const fl_trio x = { side->a[c * FL_WIDE + l], FL_R(0.0), FL_R(0.0) };
            const fl_real g = gradient(x, NULL, &k).a;
            side->a[c * FL_WIDE + l] = lanes.label[l] == (fl_int)c ? lanes.own_grad[l] : g;
        }
    fl_side_store_input(call, row, side->a, side->b);
    return fl_side_take(call, row, lanes.term, 1.0);
}

/* `terms` and `gradient` are constants at every call. */
FL_FN double fl_hinge_rows(const fl_row_call* call, int64_t begin, int64_t end, fl_element_fn terms,
                           fl_element_fn gradient) {
    const fl_use two = { 1, 2, 1 }, one = { 1, 1, 1 };
    fl_vectors v = fl_hinge_vectors_of(call, 1);
    fl_hinge_row row = { .margin = (fl_real)((const fl_multi_margin_params*)call->params)->margin };
    fl_abreast side FL_ALIGNED;
    fl_total   total = { 0.0, 0.0 };
    const int64_t alone = fl_side_end(call, begin, end);
    for (int64_t r = begin; r < alone; r += FL_WIDE)
        fl_total_add(&total, fl_hinge_side(call, r, row.margin, &side, terms, gradient));
    for (int64_t r = alone; r < end; ++r) {
        const int64_t y = fl_label_of(call, r);
        fl_given given = { NULL, &row, y, FL_R(0.0) };
        const double weight = call->class_weight ? (double)((const fl_real*)call->class_weight)[y] : 1.0;
        const double share = weight / (double)call->classes;
        double sums[3];
        fl_go_to(&v, call, r, 0);
        row.own = fl_read_one(call->input, v.in[0].first + y * v.in[0].step, call->type);
        fl_sum_vectors(&v, two, terms, &given, sums);
        fl_take_row(call, r, share * sums[0], &total);
        if (!call->gradient) continue;
        const double pull = share * fl_row_pull(call, r);
        row.pull = (fl_real)pull, given.at_label = (fl_real)(-pull * sums[1]);
        fl_map_vectors(&v, one, gradient, &given);
    }
    fl_write_end(v.stream);
    return fl_total_of(total);
}
FL_FN double fl_multi_margin_rows(const fl_row_call* call, int64_t begin, int64_t end) {
    return fl_hinge_rows(call, begin, end, fl_multi_margin_terms, fl_multi_margin_gradient);
}
FL_FN double fl_multi_margin_square_rows(const fl_row_call* call, int64_t begin, int64_t end) {
    return fl_hinge_rows(call, begin, end, fl_multi_margin_square_terms, fl_multi_margin_square_gradient);
}

FL_FN double fl_multilabel_soft_side(const fl_row_call* call, int64_t row, fl_abreast* side, fl_element_fn at) {
    const fl_side_ahead ahead = fl_side_ahead_of(call, row);
    const fl_real* weight = (const fl_real*)call->class_weight;
    fl_real factor[FL_WIDE] FL_ALIGNED, loss[FL_WIDE] FL_ALIGNED;
    double  term[FL_WIDE] FL_ALIGNED = { 0 }, part[FL_WIDE] FL_ALIGNED = { 0 }, pulls[FL_WIDE] FL_ALIGNED;
    fl_row_pulls(call, row, FL_WIDE, pulls);
    fl_side_load_input(call, row, side->a, side->known[0]);
    fl_side_load_target(call, row, side->b, side->known[0]);
    for (int l = 0; l < FL_WIDE; ++l) factor[l] = (fl_real)(pulls[l] / (double)call->classes);
    for (int64_t c = 0; c < call->classes; ++c) {
        fl_real *a = side->a + c * FL_WIDE, *b = side->b + c * FL_WIDE, w = weight ? weight[c] : FL_R(1.0);
        fl_side_ask(ahead.input, c), fl_side_ask(ahead.target, c), fl_side_ask(ahead.gradient, c);
        for (int l = 0; l < FL_WIDE; ++l) {
            const fl_trio r = at((fl_trio){ a[l], b[l], w }, &factor[l], NULL);
            a[l] = r.a, b[l] = r.b, loss[l] = r.c;
        }
        for (int l = 0; l < FL_WIDE; ++l) part[l] += (double)loss[l]; /* in the same loop it would narrow all of it */
        fl_side_sum(term, part, c, call->classes);
    }
    fl_side_store_input(call, row, side->a, side->known[0]);
    fl_side_store_target(call, row, side->b, side->known[0]);
    return fl_side_take(call, row, term, 1.0 / (double)call->classes);
}

/* No sum is needed for the gradients: one pass. */
FL_FN double fl_multilabel_soft_rows(const fl_row_call* call, int64_t begin, int64_t end, int operands,
                                     fl_element_fn at) {
    const fl_use use = { operands, 2, 0 };
    const int32_t term = FL_PRECISION == 32 ? FL_FLOAT32 : FL_FLOAT64;
    fl_vectors v = fl_hinge_vectors_of(call, 2);
    fl_abreast side FL_ALIGNED;
    fl_total   total = { 0.0, 0.0 };
    const int64_t alone = fl_side_end(call, begin, end);
    v.in[2] = (fl_vector){ call->class_weight, 0, 1, term, 1 };
    for (int64_t r = begin; r < alone; r += FL_WIDE)
        fl_total_add(&total, fl_multilabel_soft_side(call, r, &side, at));
    for (int64_t r = alone; r < end; ++r) {
        const fl_real factor = (fl_real)(fl_row_pull(call, r) / (double)call->classes);
        const fl_given given = { &factor, NULL, -1, FL_R(0.0) };
        fl_go_to(&v, call, r, 0);
        fl_take_row(call, r, fl_map_sum_vectors(&v, use, at, &given) / (double)call->classes, &total);
    }
    fl_write_end(v.stream);
    return fl_total_of(total);
}
FL_FN double fl_multilabel_soft_margin_rows(const fl_row_call* call, int64_t begin, int64_t end) {
    return fl_multilabel_soft_rows(call, begin, end, 2, fl_multilabel_soft_at);
}
FL_FN double fl_multilabel_soft_margin_weighted_rows(const fl_row_call* call, int64_t begin, int64_t end) {
    return fl_multilabel_soft_rows(call, begin, end, 3, fl_multilabel_soft_weighted_at);
}
#endif
