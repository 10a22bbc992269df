/* The loops of losses over pairs and triples of vectors: sums over a row, its term, its gradients. */
#ifndef FL_PAIR_LOOP_H
#define FL_PAIR_LOOP_H
#include "cpu/kernels.h"
#include "cpu/total.h"
#include "cpu/vector_loop.h"
#include "losses/pairs.h"
#include "losses/triplets.h"

FL_FN fl_vectors fl_vectors_of(const fl_pair_call* call) {
    fl_vectors v = { .length = call->dimensions, .stream = call->stream };
    for (int k = 0; k < 3; ++k) {
        v.in[k] = (fl_vector){ call->input[k], 0, 1, call->type, 0 };
        v.out[k] = (fl_vector){ call->gradient[k], 0, 1, call->type, 0 };
    }
    return v;
}
/* In place: a struct copied right after it was filled waits for every store. */
FL_FN void fl_go_to_row(fl_vectors* v, const fl_pair_call* call, int64_t r) {
    for (int k = 0; k < 3; ++k) v->in[k].first = r * call->stride[k], v->out[k].first = r * call->gradient_stride[k];
}

FL_FN double fl_row_upstream(const fl_pair_call* call, int64_t r) {
    return call->upstream ? call->scale * (double)((const fl_real*)call->upstream)[r] : call->scale;
}
FL_FN int fl_wants_gradient(const fl_pair_call* call) {
    return call->gradient[0] || call->gradient[1] || call->gradient[2];
}
FL_FN void fl_take_term(const fl_pair_call* call, int64_t r, fl_real loss, fl_total* total) {
    if (call->losses) ((fl_real*)call->losses)[r] = loss;
    fl_total_add(total, (double)loss);
}

FL_FN double fl_cosine_embedding_rows(const fl_pair_call* call, int64_t begin, int64_t end) {
    const fl_cosine_embedding_params* params = call->params;
    const fl_use two = { 2, 2, 0 };
    fl_vectors v = fl_vectors_of(call);
    fl_total total = { 0.0, 0.0 };
    for (int64_t r = begin; r < end; ++r) {
        fl_go_to_row(&v, call, r);
        const fl_products sum = fl_multiply_vectors(&v, two, FL_AA | FL_BB | FL_AB, NULL, NULL);
        const fl_cosine_row row = fl_cosine_embedding_at(sum, ((const fl_real*)call->target)[r], params->margin,
                                                         fl_row_upstream(call, r));
        const fl_given given = { NULL, &row, -1, FL_R(0.0) };
        fl_take_term(call, r, row.loss, &total);
        if (!fl_wants_gradient(call)) continue;
        if (row.pull1 == FL_R(0.0) && row.pull2 == FL_R(0.0)) fl_clear_vectors(&v);
        else fl_map_vectors(&v, two, fl_cosine_gradient, &given);
    }
    fl_write_end(call->stream);
    return fl_total_of(total);
}

/* What is particular to one way of measuring: distances, from them the sides, from those the gradients. */
typedef void (*fl_measure_fn)(const fl_vectors* v, fl_triplet_row* row, int swap);
typedef void (*fl_sides_fn)(fl_triplet_row* row, fl_three pull);
typedef void (*fl_gradients_fn)(const fl_vectors* v, const fl_triplet_row* row, int swap);

/* The functions and `swap` are constants at every call. */
FL_FN double fl_triplet_rows(const fl_pair_call* call, int64_t begin, int64_t end, int swap, fl_measure_fn measure,
                             fl_sides_fn sides, fl_gradients_fn gradients) {
    const fl_triplet_margin_params* params = call->params;
    fl_triplet_row row = fl_triplet_row_of(params);
    fl_vectors v = fl_vectors_of(call);
    fl_total total = { 0.0, 0.0 };
    for (int64_t r = begin; r < end; ++r) {
        fl_go_to_row(&v, call, r);
        measure(&v, &row, swap);
        const fl_triplet triplet = fl_triplet_at(row.distance, swap, params->margin, fl_row_upstream(call, r));
        fl_take_term(call, r, triplet.loss, &total);
        if (!fl_wants_gradient(call)) continue;
        sides(&row, triplet.pull);
        if (triplet.pull.ap == 0.0) fl_clear_vectors(&v);
        else gradients(&v, &row, swap);
    }
    fl_write_end(call->stream);
    return fl_total_of(total);
}

FL_FN fl_use fl_three_values(int swap) { return (fl_use){ 3, 2 + swap, 0 }; }

/* Every measure, for p = 0, 1, 2, +-inf and any other. The sum of the third difference is read with swap only. */
FL_FN fl_three fl_sum_triplet(const fl_vectors* v, fl_element_fn at, const fl_triplet_row* row, int swap) {
    const fl_given given = { NULL, row, -1, FL_R(0.0) };
    double sums[3] = { 0.0, 0.0, 0.0 };
    fl_sum_vectors(v, fl_three_values(swap), at, &given, sums);
    return (fl_three){ sums[0], sums[1], sums[2] };
}
FL_FN void fl_measure_counts(const fl_vectors* v, fl_triplet_row* row, int swap) {
    row->distance = fl_sum_triplet(v, fl_triplet_counts, row, swap);
}
FL_FN void fl_measure_sizes(const fl_vectors* v, fl_triplet_row* row, int swap) {
    row->distance = fl_sum_triplet(v, fl_triplet_sizes, row, swap);
}
FL_FN void fl_measure_tops(const fl_vectors* v, fl_triplet_row* row, int swap) {
    const fl_given given = { NULL, row, -1, FL_R(0.0) };
    if (row->p < 0.0) {
        const fl_trio top = fl_max_vectors(v, fl_three_values(swap), fl_triplet_negated_sizes, &given);
        row->ap.top = -top.a, row->an.top = -top.b, row->pn.top = -top.c;
    } else {
        const fl_trio top = fl_max_vectors(v, fl_three_values(swap), fl_triplet_sizes, &given);
        row->ap.top = top.a, row->an.top = top.b, row->pn.top = top.c;
    }
}
FL_FN void fl_measure_extremes(const fl_vectors* v, fl_triplet_row* row, int swap) {
    fl_measure_tops(v, row, swap);
    row->sum = fl_sum_triplet(v, fl_triplet_reaches, row, swap);
    row->distance = (fl_three){ fl_extreme_distance(row->ap.top, row->sum.ap),
                                fl_extreme_distance(row->an.top, row->sum.an),
                                fl_extreme_distance(row->pn.top, row->sum.pn) };
}
FL_FN void fl_measure_powers(const fl_vectors* v, fl_triplet_row* row, int swap) {
    fl_measure_tops(v, row, swap);
    row->sum = fl_sum_triplet(v, fl_triplet_powers, row, swap);
    row->distance = (fl_three){ fl_power_distance(row->ap.top, row->sum.ap, row->p),
                                fl_power_distance(row->an.top, row->sum.an, row->p),
                                swap ? fl_power_distance(row->pn.top, row->sum.pn, row->p) : 0.0 };
}
FL_FN void fl_measure_squares(const fl_vectors* v, fl_triplet_row* row, int swap) {
    const fl_given given = { NULL, row, -1, FL_R(0.0) };
    const fl_products sum = fl_multiply_vectors(v, fl_three_values(swap), FL_AA | FL_BB | (swap ? FL_CC : 0),
                                                fl_triplet_differences, &given);
    row->sum = (fl_three){ sum.aa, sum.bb, sum.cc };
    row->distance = (fl_three){ fl_sqrt(sum.aa), fl_sqrt(sum.bb), fl_sqrt(sum.cc) };
}
FL_FN void fl_measure_cosines(const fl_vectors* v, fl_triplet_row* row, int swap) {
    const int which = FL_AA | FL_BB | FL_CC | FL_AB | FL_AC | (swap ? FL_BC : 0);
    fl_cosine_distances(row, fl_multiply_vectors(v, fl_three_values(1), which, NULL, NULL));
}

/* The sides of each. */
FL_FN void fl_no_sides(fl_triplet_row* row, fl_three pull) { (void)row, (void)pull; }
FL_FN void fl_absolute_sides(fl_triplet_row* row, fl_three pull) {
    row->ap = fl_absolute_side(pull.ap), row->an = fl_absolute_side(pull.an), row->pn = fl_absolute_side(pull.pn);
}
FL_FN void fl_square_sides(fl_triplet_row* row, fl_three pull) {
    row->ap = fl_square_side(row->distance.ap, pull.ap), row->an = fl_square_side(row->distance.an, pull.an);
    row->pn = fl_square_side(row->distance.pn, pull.pn);
}
FL_FN void fl_extreme_sides(fl_triplet_row* row, fl_three pull) {
    row->ap = fl_extreme_side(row->ap.top, row->sum.ap, pull.ap);
    row->an = fl_extreme_side(row->an.top, row->sum.an, pull.an);
    row->pn = fl_extreme_side(row->pn.top, row->sum.pn, pull.pn);
}
FL_FN void fl_power_sides(fl_triplet_row* row, fl_three pull) {
    row->ap = fl_power_side(row->ap.top, row->sum.ap, row->p, pull.ap);
    row->an = fl_power_side(row->an.top, row->sum.an, row->p, pull.an);
    row->pn = fl_power_side(row->pn.top, row->sum.pn, row->p, pull.pn);
}

/* The gradients of each. */
FL_FN void fl_no_gradients(const fl_vectors* v, const fl_triplet_row* row, int swap) {
    (void)row, (void)swap;
    fl_clear_vectors(v);
}
#define FL_TRIPLET_MAP(name, plain, swapped) \
    FL_FN void name(const fl_vectors* v, const fl_triplet_row* row, int swap) \
    { const fl_given given = { NULL, row, -1, FL_R(0.0) }; const fl_use all = { 3, 3, 0 }; \
      if (swap) fl_map_vectors(v, all, swapped, &given); else fl_map_vectors(v, all, plain, &given); }
FL_TRIPLET_MAP(fl_absolute_gradients, fl_absolute_gradient, fl_absolute_swapped_gradient)
FL_TRIPLET_MAP(fl_square_gradients, fl_square_gradient, fl_square_swapped_gradient)
FL_TRIPLET_MAP(fl_extreme_gradients, fl_extreme_gradient, fl_extreme_swapped_gradient)
FL_TRIPLET_MAP(fl_power_gradients, fl_power_gradient, fl_power_swapped_gradient)
FL_TRIPLET_MAP(fl_cosine_gradients, fl_cosine_triplet_gradient, fl_cosine_triplet_gradient)

/* Kernels: name, measure, sides, gradients. */
#define FL_TRIPLET_KERNEL(name, measure, sides, gradients) \
    FL_FN double fl_##name##_rows(const fl_pair_call* call, int64_t begin, int64_t end) \
    { const int swap = ((const fl_triplet_margin_params*)call->params)->swap; \
      return swap ? fl_triplet_rows(call, begin, end, 1, measure, sides, gradients) \
                  : fl_triplet_rows(call, begin, end, 0, measure, sides, gradients); }
FL_TRIPLET_KERNEL(triplet_margin, fl_measure_squares, fl_square_sides, fl_square_gradients)
FL_TRIPLET_KERNEL(triplet_margin_absolute, fl_measure_sizes, fl_absolute_sides, fl_absolute_gradients)
FL_TRIPLET_KERNEL(triplet_margin_extreme, fl_measure_extremes, fl_extreme_sides, fl_extreme_gradients)
FL_TRIPLET_KERNEL(triplet_margin_power, fl_measure_powers, fl_power_sides, fl_power_gradients)
FL_TRIPLET_KERNEL(triplet_margin_count, fl_measure_counts, fl_no_sides, fl_no_gradients)
FL_TRIPLET_KERNEL(triplet_margin_cosine, fl_measure_cosines, fl_cosine_sides, fl_cosine_gradients)
#endif
