/* CTC's lattice on a GPU: a block per sample. Half of its threads go forward, half go backward at the same time; every
 * column is kept, so that all frames' gradients can be computed at once afterwards. */
#ifndef FL_CUDA_CTC_LATTICE_H
#define FL_CUDA_CTC_LATTICE_H
#include "cuda/labels.cuh"
#include "cuda/points.cuh"
#include "cuda/row_holders.cuh"
#include "losses/ctc.h"

namespace fl {

/* States A_i and B_i of a column; B_labels has no label beside it. */
struct ctc_state { fl_wide label, blank; };

enum class ctc_fate : int32_t { possible, impossible, wrong };

/* What the lattice leaves for the gradient. */
struct ctc_sample { fl_wide total; int64_t frames, labels; ctc_fate fate; int32_t reserved; };

/* The workspace, cut up; [times, batch] and [batch, width] of everything. */
struct ctc_memory {
    double* sums;     /* of e^(x - top) of a frame */
    fl_real* tops;
    ctc_state *forward, *backward; /* [batch, times, width]; backward: what follows a state */
    ctc_sample* samples;
    int32_t *classes, *next, *first; /* of label i: its class, the next label of that class or -1, the first one */
};

struct ctc_work {
    fl_ctc_call call;
    fl_cuda_ctc_work how;
    ctc_memory memory;
    int64_t width; /* most labels + 1 */
};

template <class T> FL_DEVICE const T* ctc_frame(const ctc_work& w, int64_t t, int64_t n) {
    return static_cast<const T*>(w.call.input) + t * w.call.input_time + n * w.call.input_batch;
}

/* Where a sample's labels are, and whether its lengths make sense. */
struct ctc_place { int64_t frames, labels, first; bool wrong; };

FL_DEVICE ctc_place place_of(const ctc_work& w, int64_t n, int64_t before) {
    const fl_ctc_call& c = w.call;
    ctc_place p = { c.times, integer_at(c.target_lengths, c.length_type, n), before, false };
    if (c.input_lengths) p.frames = integer_at(c.input_lengths, c.length_type, n);
    if (w.how.target_stride) p.first = n * w.how.target_stride;
    const bool long_list = p.labels > w.how.target_count - p.first
                        || (w.how.target_stride && p.labels > w.how.target_stride);
    p.wrong = p.frames < 0 || p.frames > c.times || p.labels < 0 || long_list;
    return p;
}

/* Labels of the samples before this one, where they lie one after the other. */
template <int threads> FL_DEVICE int64_t labels_before(const ctc_work& w, int64_t n, team<threads>& all) {
    int64_t mine = 0;
    if (w.how.target_stride) return 0;
    for (int64_t i = threadIdx.x; i < n; i += threads) {
        const int64_t length = integer_at(w.call.target_lengths, w.call.length_type, i);
        mine += length > 0 ? length : 0;
    }
    return all.sum(mine);
}

/* Reads labels, checks them and links those of one class; the same answer for every thread. */
template <int threads>
FL_DEVICE bool read_labels(const ctc_work& w, int64_t n, const ctc_place& p, team<threads>& all) {
    int32_t *classes = w.memory.classes + n * w.width, *next = w.memory.next + n * w.width;
    int32_t* first = w.memory.first + n * w.width;
    int wrong = 0;
    for (int64_t i = threadIdx.x; i < p.labels; i += threads) {
        const int64_t c = integer_at(w.call.targets, w.call.target_type, p.first + i);
        wrong |= c < 0 || c >= w.call.classes || c == w.call.blank;
        if (i + 1 < w.width) classes[i] = static_cast<int32_t>(c);
    }
    wrong = all.template reduce<max_op>(wrong, 0);
    sync_block();
    if (wrong || p.labels >= w.width) return wrong == 0;
    for (int64_t i = threadIdx.x; i < p.labels; i += threads) {
        int32_t before = 0, after = static_cast<int32_t>(i) + 1;
        while (classes[before] != classes[i]) ++before;
        while (after < p.labels && classes[after] != classes[i]) ++after;
        first[i] = before, next[i] = after < p.labels ? after : -1;
    }
    sync_block();
    return true;
}

/* Two columns for each direction, in shared memory where they fit. */
struct ctc_columns {
    ctc_state* data;
    int64_t width;
    __device__ ctc_state* at(int64_t turn) const { return data + (turn & 1) * width; }
};

FL_DEVICE ctc_state no_state() { return { fl_wide_zero(), fl_wide_zero() }; }
FL_DEVICE fl_wide if_open(bool open, fl_wide x) { return open ? x : fl_wide_zero(); }

/* Label i as the frames see it: its class (the blank behind the last label), and whether its neighbour in the
 * direction of the sweep may be skipped from, past a blank. */
struct ctc_label { int64_t i; int32_t c; bool open; };

FL_DEVICE ctc_label label_at(const ctc_work& w, const int32_t* classes, int64_t i, int64_t labels, bool forward) {
    const int64_t other = forward ? i - 1 : i + 1;
    const bool paired = i < labels && other >= 0 && other < labels;
    return { i, i < labels ? classes[i] : static_cast<int32_t>(w.call.blank), paired && classes[i] != classes[other] };
}

/* A state of a frame from the column before it. */
FL_DEVICE ctc_state step_forward(const ctc_state* from, const ctc_label& l, int64_t labels, fl_wide own,
                                 fl_wide blank) {
    const ctc_state here = from[l.i];
    const fl_wide before = l.i > 0 ? from[l.i - 1].label : fl_wide_zero();
    ctc_state to = no_state();
    if (l.i < labels) to.label = fl_ctc_label_at(here.label, here.blank, if_open(l.open, before), own);
    to.blank = fl_ctc_blank_at(here.blank, before, blank);
    return to;
}

/* What follows a state, from the next frame's states times their probabilities. */
FL_DEVICE ctc_state step_backward(const ctc_state* next, const ctc_label& l, int64_t labels) {
    const ctc_state here = next[l.i];
    ctc_state to = { fl_wide_zero(), fl_wide_sum(here.blank, here.label) };
    if (l.i == labels) return to;
    to.label = fl_ctc_label_back(here.label, next[l.i + 1].blank, if_open(l.open, next[l.i + 1].label));
    return to;
}

/* What a frame gives to a label and to the blank, before the exponential. */
struct ctc_emission { fl_real own, blank, top; };

template <class T>
FL_DEVICE ctc_emission emission_of(const ctc_work& w, int64_t t, int64_t n, int32_t c) {
    const T* x = ctc_frame<T>(w, t, n);
    return { read(x + c), read(x + w.call.blank), w.memory.tops[t * w.call.batch + n] };
}

/* So many frames ahead the first label of a thread is read: a step of the lattice takes less time than a read. */
enum { ctc_ahead = 4 };

/* All frames in one direction. `half` threads of the block do it, all of them meet after each frame. */
template <class T, int half>
FL_DEVICE void sweep(const ctc_work& w, int64_t n, const ctc_place& p, bool forward, const ctc_columns& columns) {
    const int32_t* classes = w.memory.classes + n * w.width;
    ctc_state* kept = (forward ? w.memory.forward : w.memory.backward) + n * w.call.times * w.width;
    const int me = static_cast<int>(threadIdx.x) % half;
    const fl_wide one = { FL_R(1.0), 0 };
    for (int64_t i = me; i <= p.labels; i += half) {
        columns.at(0)[i] = no_state();
        if (i == (forward ? 0 : p.labels)) columns.at(0)[i].blank = one;
    }
    sync_block();
    const auto frame = [&](int64_t s) FL_INLINED { return forward ? s : p.frames - 1 - s; };
    const auto step = [&](int64_t s, const ctc_label& l, const ctc_emission& e) FL_INLINED {
        const fl_wide own = l.i < p.labels ? fl_wide_exp(e.own - e.top) : fl_wide_zero();
        const fl_wide blank = fl_wide_exp(e.blank - e.top);
        ctc_state state = forward ? step_forward(columns.at(s), l, p.labels, own, blank)
                                  : step_backward(columns.at(s), l, p.labels);
        kept[frame(s) * w.width + l.i] = state;
        if (!forward) state = { fl_wide_times(state.label, own), fl_wide_times(state.blank, blank) };
        columns.at(s + 1)[l.i] = state;
    };
    const bool works = me <= p.labels;
    const ctc_label mine = label_at(w, classes, works ? me : p.labels, p.labels, forward);
    ctc_emission coming[ctc_ahead] = {};
#pragma unroll
    for (int k = 0; k < ctc_ahead; ++k)
        if (works && k < p.frames) coming[k] = emission_of<T>(w, frame(k), n, mine.c);
    for (int64_t s = 0; s < p.frames; s += ctc_ahead)
#pragma unroll
        for (int k = 0; k < ctc_ahead; ++k) {
            if (s + k >= p.frames) return;
            if (works) step(s + k, mine, coming[k]);
            if (works && s + k + ctc_ahead < p.frames)
                coming[k] = emission_of<T>(w, frame(s + k + ctc_ahead), n, mine.c);
            for (int64_t i = me + half; i <= p.labels; i += half) {
                const ctc_label l = label_at(w, classes, i, p.labels, forward);
                step(s + k, l, emission_of<T>(w, frame(s + k), n, l.c));
            }
            sync_block();
        }
}

/* The product of the frames' sums: each thread multiplies some of them, in a fixed order. */
template <int threads> struct ctc_products { fl_denominator part[threads]; };

template <int threads>
FL_DEVICE fl_denominator multiply_sums(const ctc_work& w, int64_t n, int64_t frames, ctc_products<threads>& parts) {
    fl_denominator all = { 1.0, 0 };
    for (int64_t t = threadIdx.x; t < frames; t += threads)
        all = fl_denominator_times(all, w.memory.sums[t * w.call.batch + n]);
    parts.part[threadIdx.x] = all;
    sync_block();
    all = { 1.0, 0 };
    if (threadIdx.x != 0) return all;
    for (int i = 0; i < threads; ++i) {
        all = fl_denominator_times(all, parts.part[i].v);
        all.e += parts.part[i].e;
    }
    return all;
}

}
#endif
