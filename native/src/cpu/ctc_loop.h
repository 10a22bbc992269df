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
    fl_column work[3];              /* two to step between, one for the frame's probabilities */
    fl_frame frame;
    fl_wide  total;
} fl_ctc_sample;

FL_FN int64_t fl_ctc_input_at(const fl_ctc_sample* s, int64_t t) {
    return t * s->call->input_time + s->sample * s->call->input_batch;
}

/* Maximum and sum of a frame; log-probabilities need neither. Returns ln of the sum. */
FL_FN double fl_ctc_sweep(const fl_ctc_sample* s, int64_t t) {
    const fl_ctc_call* call = s->call;
    fl_real tile[FL_TILE] FL_ALIGNED, e[FL_TILE + FL_VEC] FL_ALIGNED, top = -FL_INFINITY;
    double sum = 0.0;
    s->top[t] = FL_R(0.0), s->inverse[t] = FL_R(1.0);
    if (call->log_probabilities) return 0.0;
    for (int pass = 0; pass < 2; ++pass)
        for (int64_t c = 0; c < call->classes; c += FL_TILE) {
            const int64_t n = call->classes - c < FL_TILE ? call->classes - c : FL_TILE;
            const fl_real* x = fl_read_step(call->input, fl_ctc_input_at(s, t) + c, 1, n, call->type, tile);
            if (pass == 0 && n < FL_VEC) {
                for (int64_t i = 0; i < n; ++i) top = top > x[i] ? top : x[i];
            } else if (pass == 0) {
                const fl_real m = fl_max(x, n);
                top = top > m ? top : m;
            } else {
                for (int64_t i = 0; i < n; ++i) e[i] = fl_exp_nonpos(x[i] - top);
                sum += fl_sum_double(e, n);
            }
        }
    s->top[t] = top, s->inverse[t] = (fl_real)(1.0 / sum);
    return (double)fl_log((fl_real)sum);
}

/* Probabilities of blank and labels at a frame, up to the softmax's denominator. */
FL_FN void fl_ctc_frame(fl_ctc_sample* s, int64_t t) {
    const fl_ctc_call* call = s->call;
    const int64_t first = fl_ctc_input_at(s, t);
    const fl_real top = s->top[t];
    fl_real* x = s->shares; /* free until the shares are computed */
    for (int64_t i = 0; i < s->labels; ++i) x[i] = fl_read_one(call->input, first + s->classes[i], call->type);
    for (int64_t i = 0; i < s->width; ++i) {
        const fl_wide y = fl_wide_exp(x[i] - top);
        const int here = i < s->labels;
        fl_set_label(&s->frame.labels, i, (fl_wide){ here ? y.v : FL_R(0.0), here ? y.e : FL_WIDE_ZERO });
    }
    s->frame.blank = fl_wide_exp(fl_read_one(call->input, first + call->blank, call->type) - top);
}

/* Columns that stay, one after the other. */
FL_FN fl_column fl_ctc_stored(const fl_ctc_sample* s, char* columns, int64_t index) {
    const int64_t bytes = 4 * (s->width + 2 * FL_VEC) * (int64_t)sizeof(fl_real);
    return fl_column_at(columns + index * bytes, s->width);
}
FL_FN void fl_ctc_keep(const fl_ctc_sample* s, char* columns, int64_t index, const fl_column* from) {
    memcpy(fl_ctc_stored(s, columns, index).av - FL_VEC, from->av - FL_VEC,
           (size_t)(4 * (s->width + 2 * FL_VEC)) * sizeof(fl_real));
}

/* The last frame ends in the last label or in the blank behind it. */
FL_FN void fl_ctc_end(const fl_ctc_sample* s, const fl_column* back) {
    fl_set_blank(back, s->labels, (fl_wide){ FL_R(1.0), 0 });
    if (s->labels > 0) fl_set_label(back, s->labels - 1, (fl_wide){ FL_R(1.0), 0 });
}

/* All frames forward; returns the loss. Columns are kept where they will be wanted. */
FL_APART double ctc_forward_kernel(fl_ctc_sample* s) {
    const int64_t length = s->call->block;
    const int keeps = s->call->gradient != NULL, whole = s->frames <= length;
    double denominators = 0.0, lost = 0.0; /* thousands of frames: what each sum rounds off would show */
    fl_column from = s->work[0], to = s->work[1];
    fl_column_clear(from, s->width), fl_column_clear(to, s->width);
    fl_set_blank(&from, 0, (fl_wide){ FL_R(1.0), 0 }); /* before the first frame: only the start */
    for (int64_t t = 0; t < s->frames; ++t) {
        const double more = fl_ctc_sweep(s, t), sum = denominators + more, part = sum - denominators;
        lost += (denominators - (sum - part)) + (more - part);
        denominators = sum;
        fl_ctc_frame(s, t);
        if (keeps && !whole && t % length == 0) fl_ctc_keep(s, s->marks, t / length, &from);
        fl_ctc_forward(&from, &to, &s->frame, s->open, s->width);
        if (keeps && whole) fl_ctc_keep(s, s->block, t, &to);
        const fl_column other = from;
        from = to, to = other;
    }
    const fl_wide end = fl_blank_state(&from, s->labels);
    s->total = s->labels > 0 ? fl_wide_sum(fl_label_state(&from, s->labels - 1), end) : end;
    return fl_ctc_loss_of(s->total) + denominators + lost;
}

/* The columns of frames [begin, end) again. */
FL_APART void ctc_replay_kernel(fl_ctc_sample* s, int64_t begin, int64_t end) {
    const fl_column mark = fl_ctc_stored(s, s->marks, begin / s->call->block);
    for (int64_t t = begin; t < end; ++t) {
        const fl_column from = t == begin ? mark : fl_ctc_stored(s, s->block, t - 1 - begin);
        const fl_column to = fl_ctc_stored(s, s->block, t - begin);
        fl_column_clear(to, s->width);
        fl_ctc_frame(s, t);
        fl_ctc_forward(&from, &to, &s->frame, s->open, s->width);
    }
}

/* One frame of the gradient: softmax less the shares (PyTorch), or minus the shares. */
FL_FN void fl_ctc_write(const fl_ctc_sample* s, int64_t t, fl_real scale, fl_real blanks) {
    const fl_ctc_call* call = s->call;
    const int64_t out = t * call->gradient_time + s->sample * call->gradient_batch;
    const fl_real top = s->top[t], by = call->true_gradient ? FL_R(0.0) : s->inverse[t] * scale;
    fl_real tile[FL_TILE] FL_ALIGNED, g[FL_TILE] FL_ALIGNED;
    for (int64_t c = 0; c < call->classes; c += FL_TILE) {
        const int64_t n = call->classes - c < FL_TILE ? call->classes - c : FL_TILE;
        const fl_real* x = fl_read_step(call->input, fl_ctc_input_at(s, t) + c, 1, n, call->type, tile);
        if (call->true_gradient) memset(g, 0, sizeof(fl_real) * (size_t)n);
        else if (call->log_probabilities) for (int64_t i = 0; i < n; ++i) g[i] = fl_exp(x[i]) * by;
        else for (int64_t i = 0; i < n; ++i) g[i] = fl_exp_nonpos(x[i] - top) * by;
        for (int64_t i = 0; i < s->labels; ++i) {
            const int64_t k = s->classes[i] - c;
            if (k >= 0 && k < n) g[k] -= s->shares[i] * scale;
        }
        if (call->blank >= c && call->blank < c + n) g[call->blank - c] -= blanks * scale;
        fl_write_step(call->gradient, out + c, 1, n, call->type, g);
    }
}

/* All frames backward. */
FL_APART void ctc_gradient_kernel(fl_ctc_sample* s, fl_real scale) {
    const int64_t length = s->call->block, last = s->frames - 1;
    const fl_column back = s->work[0], ahead = s->work[1];
    fl_column_clear(back, s->width), fl_column_clear(ahead, s->width);
    for (int64_t t = last; t >= 0; --t) {
        const int64_t begin = s->frames <= length ? 0 : t / length * length;
        if (s->frames > length && (t == last || (t + 1) % length == 0)) ctc_replay_kernel(s, begin, t + 1);
        if (t < last) fl_ctc_backward(&ahead, &back, s->open, s->width);
        else fl_ctc_end(s, &back);
        fl_ctc_frame(s, t); /* before the frame may be overwritten */
        fl_ctc_ahead(&back, &s->frame, &ahead, s->width);
        const fl_column forward = fl_ctc_stored(s, s->block, t - begin);
        const fl_real blanks = fl_ctc_shares(&forward, &back, s->total, s->shares, s->blanks, s->width);
        fl_ctc_write(s, t, scale, blanks);
    }
}

/* Frames [begin, times) all `value`. */
FL_FN void fl_ctc_fill(const fl_ctc_sample* s, int64_t begin, int64_t end, fl_real value) {
    const fl_ctc_call* call = s->call;
    fl_real g[FL_TILE];
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
    for (int i = 0; i < 3; ++i, p += bytes) s->work[i] = fl_column_at(p, width);
    s->block = p, s->marks = p + call->block * bytes;
    fl_column_clear(s->work[2], width);
    s->frame.labels = s->work[2];
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
    for (int i = 0; i < 3; ++i) s->work[i] = fl_column_at(s->work[i].av - FL_VEC, s->width);
    fl_column_clear(s->work[2], s->width);
    s->frame.labels = s->work[2];
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
