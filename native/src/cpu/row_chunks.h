/* Rows with many classes that cannot be swept where they lie - 16-bit, capped or divided logits, classes apart in
 * memory - chunk by chunk. The exponential is computed again for the gradient: there is no place to keep it. */
#ifndef FL_ROW_CHUNKS_H
#define FL_ROW_CHUNKS_H
#include "cpu/mixture_loop.h"
#include "cpu/total.h"

/* What a call does to logits before anything else. `slope` gets the derivative of the cap. */
FL_FN void fl_transform(fl_real* x, fl_real* slope, int64_t n, const fl_class_params* params) {
    if (params->cap != FL_R(0.0))
        for (int64_t i = 0; i < n; ++i) {
            const fl_tanh_parts t = fl_capped(x[i], params->cap);
            x[i] = t.value, slope[i] = t.slope == t.slope ? t.slope : FL_R(0.0); /* ignored rows stay 0 */
        }
}

typedef struct fl_chunked {
    const fl_row_call*     call;
    const fl_class_params* params;
    int64_t row, outer, offset; /* the row, and where it is */
    int64_t label, excluded;    /* -1: none */
    fl_real top, origin;        /* what logits are divided from: their largest, once it is known */
    int     divides;
} fl_chunked;
typedef struct fl_logits { fl_real x[FL_TILE], slope[FL_TILE], t[FL_TILE], a[FL_TILE], ad[FL_TILE]; } fl_logits;

FL_FN fl_chunked fl_chunked_at(const fl_row_call* call, const fl_class_params* params, int64_t row) {
    return (fl_chunked){ call, params, row, row / call->inner, row % call->inner, -1,
                         call->excludes ? row % call->classes : -1, FL_R(0.0), FL_R(0.0), 0 };
}

/* Classes [c, c + n) of the row as they count, padded to a whole vector with the first of them. */
FL_FN void fl_load_chunk(const fl_chunked* k, int64_t c, int64_t n, fl_logits* chunk) {
    const int64_t step = k->call->input_class, first = k->outer * k->call->input_outer + k->offset + c * step;
    const fl_real* x = fl_read_step(k->call->input, first, step, n, k->call->type, chunk->x);
    if (x != chunk->x) memcpy(chunk->x, x, sizeof(fl_real) * (size_t)n);
    fl_transform(chunk->x, chunk->slope, n, k->params);
    if (k->excluded >= c && k->excluded < c + n) chunk->x[k->excluded - c] = -FL_INFINITY;
    for (int64_t i = 0; k->divides && i < n; ++i) chunk->x[i] = (chunk->x[i] - k->origin) / k->params->temperature;
    for (int64_t i = n; i < FL_VEC; ++i) chunk->x[i] = chunk->x[0];
}

/* Elements of a dense array [outer, classes, inner]. */
FL_FN int64_t fl_dense_at(const fl_chunked* k, int64_t c) {
    return (k->outer * k->call->classes + c) * k->call->inner + k->offset;
}
FL_FN void fl_load_target(const fl_chunked* k, int64_t c, int64_t n, fl_logits* chunk) {
    const fl_real* t = fl_read_step(k->call->target, fl_dense_at(k, c), k->call->inner, n, k->call->type, chunk->t);
    if (t != chunk->t) memcpy(chunk->t, t, sizeof(fl_real) * (size_t)n);
}

#define FL_FOR_CHUNKS(k, c, n) \
    for (int64_t c = 0, n; n = (k)->call->classes - c < FL_TILE ? (k)->call->classes - c : FL_TILE, \
                           c < (k)->call->classes; c += FL_TILE)

/* Finds the largest logit and returns it, divided if logits are. These are divided from the largest on from now on: a
 * difference loses no digits, where a quotient of large logits would have lost them. */
FL_FN fl_real fl_chunked_top(fl_chunked* k, fl_logits* chunk) {
    fl_real top = -FL_INFINITY;
    FL_FOR_CHUNKS(k, c, n) {
        fl_load_chunk(k, c, n, chunk);
        const fl_real m = fl_max(chunk->x, n < FL_VEC ? FL_VEC : n);
        top = top > m ? top : m;
    }
    k->top = top;
    if (k->params->temperature == FL_R(1.0)) return top;
    k->divides = 1, k->origin = top, k->top = top - top; /* 0, or NaN where there is no softmax */
    return top / k->params->temperature;
}

/* As fl_row_prediction. */
FL_FN int64_t fl_chunked_prediction(const fl_chunked* k, fl_logits* chunk) {
    int64_t first = -1;
    FL_FOR_CHUNKS(k, c, n) {
        fl_load_chunk(k, c, n, chunk);
        for (int64_t i = n - 1; i >= 0 && (first < 0 || first >= c); --i)
            if (chunk->x[i] == k->top) first = c + i;
        for (int64_t i = 0; i < n; ++i)
            if (chunk->x[i] != chunk->x[i]) return -1;
    }
    return first;
}

FL_FN fl_real fl_chunked_value(const fl_chunked* k, int64_t c, fl_logits* chunk) {
    fl_load_chunk(k, c, 1, chunk);
    return chunk->x[0];
}

FL_FN void fl_exp_chunk(fl_real* x, int64_t n, fl_real top) {
    for (int64_t i = 0; i < n; ++i) x[i] = fl_exp_nonpos(x[i] - top);
}

/* Sum of exp(x - m) without the label's. */
FL_FN fl_real fl_chunked_rest(const fl_chunked* k, fl_logits* chunk) {
    fl_total sum = { 0.0, 0.0 };
    FL_FOR_CHUNKS(k, c, n) {
        fl_load_chunk(k, c, n, chunk);
        fl_exp_chunk(chunk->x, n, k->top);
        if (k->label >= c && k->label < c + n) chunk->x[k->label - c] = FL_R(0.0);
        fl_total_add(&sum, fl_sum_double(chunk->x, n));
    }
    return (fl_real)fl_total_of(sum);
}

/* sum_c a_c (x_c - m) and sum_c a_c, with a_c = w_c (keep t_c + share), or w_c without a target. */
FL_FN fl_row_sums fl_chunked_center(const fl_chunked* k, fl_logits* chunk) {
    const fl_class_params* params = k->params;
    const fl_real* weight = (const fl_real*)k->call->class_weight;
    fl_total centered = { 0.0, 0.0 }, mass = { 0.0, 0.0 };
    FL_FOR_CHUNKS(k, c, n) {
        fl_load_chunk(k, c, n, chunk);
        for (int64_t i = 0; i < n; ++i) chunk->a[i] = FL_R(1.0);
        if (k->call->target) {
            fl_load_target(k, c, n, chunk);
            for (int64_t i = 0; i < n; ++i) chunk->a[i] = FL_FMA(params->keep, chunk->t[i], params->share);
        }
        for (int64_t i = 0; weight && i < n; ++i) chunk->a[i] *= weight[c + i];
        for (int64_t i = 0; i < n; ++i) chunk->ad[i] = chunk->a[i] * (chunk->x[i] - k->top);
        fl_total_add(&centered, fl_sum_double(chunk->ad, n));
        fl_total_add(&mass, fl_sum_double(chunk->a, n));
    }
    return (fl_row_sums){ (fl_real)fl_total_of(centered), (fl_real)fl_total_of(mass) };
}

/* A chunk of the gradient, after the derivative of the cap. */
FL_FN void fl_store_chunk(const fl_chunked* k, int64_t c, int64_t n, fl_logits* chunk) {
    const int64_t step = k->call->gradient_class;
    if (k->params->cap != FL_R(0.0))
        for (int64_t i = 0; i < n; ++i) chunk->x[i] *= chunk->slope[i];
    fl_write_step(k->call->gradient, k->outer * k->call->gradient_outer + k->offset + c * step, step, n, k->call->type,
                  chunk->x);
}

/* pull * exp(x - m) - w * spread, and the label's own. */
FL_FN void fl_chunked_gradient(const fl_chunked* k, fl_logits* chunk, fl_real pull, fl_real spread,
                               fl_real label_grad) {
    const fl_real* weight = (const fl_real*)k->call->class_weight;
    FL_FOR_CHUNKS(k, c, n) {
        fl_load_chunk(k, c, n, chunk);
        fl_exp_chunk(chunk->x, n, k->top);
        for (int64_t i = 0; i < n && !weight; ++i) chunk->x[i] = chunk->x[i] * pull - spread;
        for (int64_t i = 0; i < n && weight; ++i) chunk->x[i] = chunk->x[i] * pull - weight[c + i] * spread;
        if (k->label >= c && k->label < c + n) chunk->x[k->label - c] = label_grad;
        fl_store_chunk(k, c, n, chunk);
    }
}
FL_FN void fl_chunked_zero(const fl_chunked* k, fl_logits* chunk) {
    for (int i = 0; i < FL_TILE; ++i) chunk->x[i] = chunk->slope[i] = FL_R(0.0);
    FL_FOR_CHUNKS(k, c, n) fl_store_chunk(k, c, n, chunk);
}

FL_FN double fl_label_chunked(const fl_row_call* call, const fl_class_params* params, fl_label_fn at, int64_t row,
                              fl_logits* chunk, int64_t* correct) {
    fl_chunked k = fl_chunked_at(call, params, row);
    fl_lanes lanes;
    fl_load_lanes(&lanes, call, row, 1, 1);
    lanes.gap[0] = -FL_INFINITY, lanes.rest[0] = lanes.centered[0] = lanes.top[0] = FL_R(0.0);
    k.label = lanes.label[0];
    if (k.label >= 0 || fl_wants_all_rows(call)) {
        lanes.top[0] = fl_chunked_top(&k, chunk);
        if (fl_wants_predictions(call)) lanes.predicted[0] = (fl_int)fl_chunked_prediction(&k, chunk);
        if (k.label >= 0) lanes.gap[0] = fl_chunked_value(&k, k.label, chunk) - k.top;
        if (params->share != FL_R(0.0)) lanes.centered[0] = fl_chunked_center(&k, chunk).centered;
        lanes.rest[0] = fl_chunked_rest(&k, chunk);
    }
    fl_own_exponentials(&lanes, 1);
    fl_finish_lanes(&lanes, call, params, at, 1);
    if (call->gradient && k.label < 0) fl_chunked_zero(&k, chunk);
    else if (call->gradient)
        fl_chunked_gradient(&k, chunk, lanes.pull[0], params->share * lanes.scale[0], lanes.label_grad[0]);
    return fl_take_losses(&lanes, call, row, 1, 1, correct);
}

/* The gradients of a row with class probabilities. */
FL_FN void fl_mixture_chunks(const fl_chunked* k, fl_logits* chunk, const fl_lanes* lanes) {
    const fl_row_call* call = k->call;
    const fl_real *weight = (const fl_real*)call->class_weight, scale = lanes->scale[0];
    FL_FOR_CHUNKS(k, c, n) {
        fl_load_chunk(k, c, n, chunk);
        fl_load_target(k, c, n, chunk);
        for (int64_t i = 0; i < n; ++i) chunk->a[i] = scale;
        for (int64_t i = 0; i < n && weight; ++i) chunk->a[i] *= weight[c + i];
        for (int64_t i = 0; i < n; ++i)
            chunk->ad[i] = -k->params->keep * chunk->a[i] * ((chunk->x[i] - k->top) - lanes->log_sum[0]);
        fl_exp_chunk(chunk->x, n, k->top);
        for (int64_t i = 0; i < n; ++i)
            chunk->x[i] = chunk->x[i] * lanes->pull[0]
                        - chunk->a[i] * FL_FMA(k->params->keep, chunk->t[i], k->params->share);
        if (call->gradient) fl_store_chunk(k, c, n, chunk);
        if (call->target_gradient)
            fl_write_step(call->target_gradient, fl_dense_at(k, c), call->inner, n, call->type, chunk->ad);
    }
}

FL_FN double fl_mixture_chunked(const fl_row_call* call, const fl_class_params* params, fl_mixture_fn mix, int64_t row,
                                fl_logits* chunk, int64_t* correct) {
    fl_chunked k = fl_chunked_at(call, params, row);
    fl_lanes lanes;
    fl_mixture_lanes out;
    lanes.top[0] = fl_chunked_top(&k, chunk);
    if (fl_wants_predictions(call)) lanes.predicted[0] = (fl_int)fl_chunked_prediction(&k, chunk);
    fl_load_scales(&lanes, call, row, 1, 1);
    const fl_row_sums sums = fl_chunked_center(&k, chunk);
    out.sum[0] = fl_chunked_rest(&k, chunk), out.mass[0] = sums.mass, lanes.centered[0] = sums.centered;
    fl_finish_mixture(&lanes, &out, call, params, mix, 1);
    if (call->gradient || call->target_gradient) fl_mixture_chunks(&k, chunk, &lanes);
    return fl_take_losses(&lanes, call, row, 1, 1, correct);
}

/* Rows [row, end) of any layout. */
FL_FN double fl_chunked_rows(const fl_row_call* call, fl_label_fn at, fl_mixture_fn mix, int64_t row, int64_t end,
                             int64_t* correct) {
    const fl_class_params params = fl_class_params_of(call);
    fl_logits chunk FL_ALIGNED;
    fl_total sum = { 0.0, 0.0 };
    for (; row < end; ++row)
        fl_total_add(&sum, mix ? fl_mixture_chunked(call, &params, mix, row, &chunk, correct)
                               : fl_label_chunked(call, &params, at, row, &chunk, correct));
    return fl_total_of(sum);
}
#endif
