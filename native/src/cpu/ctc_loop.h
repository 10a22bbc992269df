/* CTC of one sample after the other: the forward sweep over all frames gives the loss; the gradient sweep goes back
 * block by block, computes a block's columns again from the one before it (unless everything fitted into one block),
 * and needs no second lattice. */
#ifndef FL_CTC_LOOP_H
#define FL_CTC_LOOP_H
#include "cpu/ctc_lattice.h"
#include "cpu/kernels.h"

/* One sample: its place in the batch and its share of the workspace. */
typedef struct fl_ctc_sample {
    const fl_ctc_call* call;
    int64_t  sample, frames, labels, width;
    int64_t* classes;               /* class of label i */
    fl_real *open, *shares, *blanks;
    fl_real *top, *inverse;         /* per frame: its maximum, 1 / sum exp(x - top) */
    char *   block, *marks;         /* columns of the current block; the column before each block */
    fl_column work[2];              /* to step between */
    fl_wide  total;
} fl_ctc_sample;

FL_FN int64_t fl_ctc_input_at(const fl_ctc_sample* s, int64_t t) {
    return t * s->call->input_time + s->sample * s->call->input_batch;
}

/* e = exp(x - top) * by, which may be x. Whole vectors; a ragged end is the last vector again, taken before x may be
 * overwritten. */
FL_FN void fl_ctc_exp(const fl_real* x, fl_real* e, int64_t n, fl_real top, fl_real by) {
    const int64_t whole = n & ~(int64_t)(FL_VEC - 1);
    fl_real tail[FL_VEC] FL_ALIGNED;
    if (n < FL_VEC) for (int64_t i = 0; i < n; ++i) e[i] = fl_exp_nonpos(x[i] - top) * by;
    else if (n > whole) for (int l = 0; l < FL_VEC; ++l) tail[l] = fl_exp_nonpos(x[n - FL_VEC + l] - top) * by;
    FL_INDEPENDENT
    for (int64_t i = 0; i < whole; ++i) e[i] = fl_exp_nonpos(x[i] - top) * by;
    if (whole && n > whole) memcpy(e + n - FL_VEC, tail, sizeof tail);
}

/* Maximum and sum of a frame; log-probabilities need neither. Returns the sum. */
FL_FN double fl_ctc_sweep(const fl_ctc_sample* s, int64_t t) {
    const fl_ctc_call* call = s->call;
    fl_real tile[FL_TILE] FL_ALIGNED, e[FL_TILE] FL_ALIGNED, top = -FL_INFINITY;
    double sum = 0.0;
    s->top[t] = FL_R(0.0), s->inverse[t] = FL_R(1.0);
    if (call->log_probabilities) return 1.0;
    for (int pass = 0; pass < 2; ++pass)
        for (int64_t c = 0; c < call->classes; c += FL_TILE) {
            const int64_t n = call->classes - c < FL_TILE ? call->classes - c : FL_TILE;
            const fl_real* x = fl_read_step(call->input, fl_ctc_input_at(s, t) + c, 1, n, call->type, tile);
            if (pass == 1) {
                fl_ctc_exp(x, e, n, top, FL_R(1.0));
                sum += fl_sum_double(e, n);
            } else if (n < FL_VEC) {
                for (int64_t i = 0; i < n; ++i) top = top > x[i] ? top : x[i];
            } else {
                const fl_real m = fl_max(x, n);
                top = top > m ? top : m;
            }
        }
    s->top[t] = top, s->inverse[t] = (fl_real)(1.0 / sum);
    return sum;
}

/* Probabilities of the blank and of the labels at a frame, up to the softmax's denominator. */
FL_FN void fl_ctc_frame(const fl_ctc_sample* s, int64_t t, const fl_column* to) {
    const fl_ctc_call* call = s->call;
    const int64_t first = fl_ctc_input_at(s, t);
    const fl_real top = s->top[t];
    fl_real* x = s->shares; /* free until the shares are computed */
    if (!fl_is_half(call->type)) {
        const fl_real* from = (const fl_real*)call->input + first;
        for (int64_t i = 0; i < s->labels; ++i) x[i] = from[s->classes[i]];
    } else for (int64_t i = 0; i < s->labels; ++i) x[i] = fl_read_one(call->input, first + s->classes[i], call->type);
    for (int64_t i = s->labels; i < s->width; ++i) x[i] = -FL_INFINITY;
    for (int64_t i = 0; i < s->width; ++i) fl_set_emission(to, i, fl_wide_exp(x[i] - top));
    fl_set_emission(to, -1, fl_wide_exp(fl_read_one(call->input, first + call->blank, call->type) - top));
}

/* Columns that stay, one after the other. */
FL_FN fl_column fl_ctc_stored(const fl_ctc_sample* s, char* columns, int64_t index) {
    return fl_column_at(columns + index * 6 * (s->width + 2 * FL_VEC) * (int64_t)sizeof(fl_real), s->width);
}
FL_FN void fl_ctc_keep(const fl_ctc_sample* s, int64_t index, const fl_column* from) {
    memcpy(fl_ctc_stored(s, s->marks, index).av - FL_VEC, from->av - FL_VEC,
           (size_t)(6 * (s->width + 2 * FL_VEC)) * sizeof(fl_real));
}

/* All frames forward; returns the loss. Columns are kept where they will be wanted. */
FL_APART double ctc_forward_kernel(fl_ctc_sample* s) {
    const int64_t length = s->call->block;
    const int keeps = s->call->gradient != NULL, whole = keeps && s->frames <= length;
    fl_denominator all = { 1.0, 0 };
    fl_column from = s->work[0], to = s->work[1];
    fl_column_start(&from, s->width, 0); /* before the first frame */
    for (int64_t t = 0; t < s->frames; ++t) {
        all = fl_denominator_times(all, fl_ctc_sweep(s, t));
        if (keeps && !whole && t % length == 0) fl_ctc_keep(s, t / length, &from);
        if (whole) to = fl_ctc_stored(s, s->block, t);
        fl_ctc_frame(s, t, &to);
        fl_ctc_forward(&from, &to, s->open, s->width);
        const fl_column other = from;
        from = to, to = other;
    }
    const fl_wide end = fl_blank_state(&from, s->labels);
    s->total = s->labels > 0 ? fl_wide_sum(fl_label_state(&from, s->labels - 1), end) : end;
    return fl_ctc_loss_of(s->total, all);
}

/* The columns of frames [begin, end) again. */
FL_APART void fl_ctc_replay(const fl_ctc_sample* s, int64_t begin, int64_t end) {
    fl_column from = fl_ctc_stored(s, s->marks, begin / s->call->block);
    for (int64_t t = begin; t < end; ++t) {
        const fl_column to = fl_ctc_stored(s, s->block, t - begin);
        fl_ctc_frame(s, t, &to);
        fl_ctc_forward(&from, &to, s->open, s->width);
        from = to;
    }
}

/* Classes [c, c + n) of a frame's gradient, before the shares. */
FL_FN void fl_ctc_softmax(const fl_ctc_sample* s, int64_t t, const fl_real* x, fl_real* g, int64_t n, fl_real scale) {
    const fl_real top = s->top[t], by = s->inverse[t] * scale;
    if (s->call->true_gradient) memset(g, 0, sizeof(fl_real) * (size_t)n);
    else if (s->call->log_probabilities) {
        FL_INDEPENDENT
        for (int64_t i = 0; i < n; ++i) g[i] = fl_exp(x[i]) * by;
    } else fl_ctc_exp(x, g, n, top, by);
}

/* The same for all classes of elements that need no conversion, which lie where they will be. Loads of what was just
 * stored as vectors are slow: between this and the shares there is the lattice's work. */
FL_FN fl_real* fl_ctc_begin(const fl_ctc_sample* s, int64_t t, fl_real scale) {
    const fl_ctc_call* call = s->call;
    if (fl_is_half(call->type)) return NULL;
    fl_real* g = (fl_real*)call->gradient + t * call->gradient_time + s->sample * call->gradient_batch;
    fl_ctc_softmax(s, t, (const fl_real*)call->input + fl_ctc_input_at(s, t), g, call->classes, scale);
    return g;
}

/* One frame of the gradient: softmax less the shares (PyTorch), or minus the shares. */
FL_FN void fl_ctc_write(const fl_ctc_sample* s, int64_t t, fl_real* begun, fl_real scale, fl_real blanks) {
    const fl_ctc_call* call = s->call;
    const int64_t in = fl_ctc_input_at(s, t), out = t * call->gradient_time + s->sample * call->gradient_batch;
    if (begun) {
        for (int64_t i = 0; i < s->labels; ++i) begun[s->classes[i]] -= s->shares[i] * scale;
        begun[call->blank] -= blanks * scale;
        return;
    }
    fl_real tile[FL_TILE] FL_ALIGNED, g[FL_TILE] FL_ALIGNED;
    for (int64_t c = 0; c < call->classes; c += FL_TILE) {
        const int64_t n = call->classes - c < FL_TILE ? call->classes - c : FL_TILE;
        fl_ctc_softmax(s, t, fl_read_step(call->input, in + c, 1, n, call->type, tile), g, n, scale);
        for (int64_t i = 0; i < s->labels; ++i) {
            const int64_t k = s->classes[i] - c;
            if (k >= 0 && k < n) g[k] -= s->shares[i] * scale;
        }
        if (call->blank >= c && call->blank < c + n) g[call->blank - c] -= blanks * scale;
        fl_write_step(call->gradient, out + c, 1, n, call->type, g);
    }
}

/* All frames backward. */
FL_APART void ctc_gradient_kernel(const fl_ctc_sample* s, fl_real scale) {
    const int64_t length = s->call->block, last = s->frames - 1;
    fl_column next = s->work[0], ahead = s->work[1];
    fl_column_start(&next, s->width, s->labels), fl_column_start(&ahead, s->width, 0); /* behind the last frame */
    for (int64_t t = last; t >= 0; --t) {
        const int64_t begin = s->frames <= length ? 0 : t / length * length;
        if (s->frames > length && (t == last || (t + 1) % length == 0)) fl_ctc_replay(s, begin, t + 1);
        const fl_column forward = fl_ctc_stored(s, s->block, t - begin);
        fl_real* begun = fl_ctc_begin(s, t, scale);
        fl_ctc_backward(&next, &forward, &ahead, s->open, s->total, s->shares, s->blanks, s->width);
        fl_ctc_write(s, t, begun, scale, (fl_real)fl_sum_double(s->blanks, s->width));
        const fl_column other = next;
        next = ahead, ahead = other;
    }
}

/* Frames [begin, times) all `value`. */
FL_FN void fl_ctc_fill(const fl_ctc_sample* s, int64_t begin, int64_t end, fl_real value) {
    const fl_ctc_call* call = s->call;
    fl_real g[FL_TILE] FL_ALIGNED;
    for (int i = 0; i < FL_TILE; ++i) g[i] = value;
    for (int64_t t = begin; t < end; ++t)
        for (int64_t c = 0; c < call->classes; c += FL_TILE)
            fl_write_step(call->gradient, t * call->gradient_time + s->sample * call->gradient_batch + c, 1,
                          call->classes - c < FL_TILE ? call->classes - c : FL_TILE, call->type, g);
}

FL_FN int64_t fl_ctc_integer(const void* data, int32_t type, int64_t i) {
    return type == FL_INT32 ? (int64_t)((const int32_t*)data)[i] : ((const int64_t*)data)[i];
}

/* A slot's share of the workspace, cut up; the order is that of fl_ctc_slot_bytes. */
FL_FN void fl_ctc_open(fl_ctc_sample* s, const fl_ctc_call* call, int64_t slot) {
    const int64_t size = sizeof(fl_real), width = s->width = fl_ctc_width(call->most_labels, size);
    const int64_t bytes = fl_ctc_column_bytes(call->most_labels, size), times = fl_ctc_frames(call->times, size);
    char* p = (char*)call->workspace + slot * call->slot_bytes;
    s->call = call;
    s->classes = (int64_t*)(void*)p, p += width * 8;
    s->open = (fl_real*)(void*)p, s->shares = s->open + width + FL_VEC, s->blanks = s->shares + width;
    s->top = s->blanks + width, s->inverse = s->top + times;
    p = (char*)(s->inverse + times);
    for (int i = 0; i < 2; ++i, p += bytes) s->work[i] = fl_column_at(p, width);
    s->block = p, s->marks = p + call->block * bytes;
}

FL_FN void fl_ctc_load(fl_ctc_sample* s, int64_t sample) {
    const fl_ctc_call* call = s->call;
    const int64_t first = call->offsets[sample];
    s->sample = sample;
    s->frames = call->input_lengths ? fl_ctc_integer(call->input_lengths, call->length_type, sample) : call->times;
    s->labels = fl_ctc_integer(call->target_lengths, call->length_type, sample);
    s->width = fl_ctc_width(s->labels, sizeof(fl_real));
    for (int64_t i = 0; i < s->labels; ++i) s->classes[i] = fl_ctc_integer(call->targets, call->target_type, first + i);
    for (int64_t i = 0; i < s->width + FL_VEC; ++i)
        s->open[i] = i > 0 && i < s->labels && s->classes[i] != s->classes[i - 1] ? FL_R(1.0) : FL_R(0.0);
    for (int i = 0; i < 2; ++i) s->work[i] = fl_column_at(s->work[i].av - FL_VEC, s->width);
}

/* One sample: its loss, as it counts in the sum. */
FL_FN double fl_ctc_one(fl_ctc_sample* s, int64_t sample) {
    const fl_ctc_call* call = s->call;
    fl_ctc_load(s, sample);
    double loss = ctc_forward_kernel(s);
    const int impossible = s->total.v == FL_R(0.0);
    const double length = call->by_length ? (double)(s->labels > 1 ? s->labels : 1) : 1.0;
    const double upstream = call->upstream ? (double)((const fl_real*)call->upstream)[sample] : 1.0;
    const double scale = call->scale / length * upstream;
    if (impossible && call->zero_infinity) loss = 0.0;
    if (call->losses) ((fl_real*)call->losses)[sample] = (fl_real)loss;
    if (call->gradient && impossible)
        fl_ctc_fill(s, 0, s->frames, call->zero_infinity ? FL_R(0.0) : FL_NAN);
    else if (call->gradient) ctc_gradient_kernel(s, (fl_real)scale);
    if (call->gradient) fl_ctc_fill(s, s->frames, call->times, FL_R(0.0));
    return loss / length;
}

/* Samples begin, begin + slots, ...: those of slots [begin, end). */
static double fl_ctc_samples(const fl_ctc_call* call, int64_t begin, int64_t end) {
    double sum = 0.0;
    for (int64_t slot = begin; slot < end; ++slot) {
        fl_ctc_sample s;
        fl_ctc_open(&s, call, slot);
        for (int64_t sample = slot; sample < call->batch; sample += call->slots) sum += fl_ctc_one(&s, sample);
    }
    return sum;
}
#endif
