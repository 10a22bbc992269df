/* Ways for threads to hold a row of classes, behind one interface: packs of n elements, from first to last.
 *
 *     registers  classes next to each other, a team of threads keeps the row in registers: read once
 *     memory     classes next to each other, too many for registers: a block reads the row again for each pass; what
 *                the blocks of a device work on at a time fits in its L2
 *     streamed   the same where blocks have clusters (stream_rows.cuh): the row passes through shared memory
 *     column     classes apart (images): a thread has a row to itself, its neighbours have the neighbouring pixels
 *
 * Rows may start anywhere: they are seen through windows of 16 bytes, and a row's pack may begin before its first
 * element or end behind its last; elements outside are -infinity, which no maximum and no exponential counts. */
#ifndef FL_CUDA_ROW_HOLDERS_H
#define FL_CUDA_ROW_HOLDERS_H
#include "cuda/elements.cuh"
#include "cuda/kernels.h"
#include "cuda/team.cuh"
#include <type_traits>

namespace fl {

/* Where a row begins in a buffer of [outer, classes, inner], and in a dense one. */
FL_DEVICE int64_t row_offset(const fl_row_call& call, int64_t r, int64_t outer_stride) {
    return call.inner == 1 ? r * outer_stride : r / call.inner * outer_stride + r % call.inner;
}
FL_DEVICE int64_t dense_offset(const fl_row_call& call, int64_t r) {
    return row_offset(call, r, call.classes * call.inner);
}

/* What rows of contiguous classes have in common. */
template <class T, class Team> struct contiguous_row {
    static constexpr int n = per_pack<T>;
    Team together;
    const T* x;
    T* gradient;
    int classes;

    /* Of its team, one thread speaks for the row. */
    __device__ bool leads() const { return together.leads(); }
    __device__ fl_real at(int64_t c) const { return read(x + c); }

    /* Elements of this row in other arrays; `row` is where it begins. */
    __device__ void get_dense(const T* row, int first, fl_real (&to)[n]) const {
        if (phase_of(row) == phase_of(x)) {
            unpack(load_pack(row, first, classes, FL_R(0.0)), to, T{});
            return;
        }
#pragma unroll
        for (int k = 0; k < n; ++k) to[k] = inside(first + k) ? read(row + first + k) : FL_R(0.0);
    }
    __device__ void put_gradient(int first, const fl_real (&from)[n]) const { put_dense(gradient, first, from); }
    __device__ void put_dense(T* row, int first, const fl_real (&from)[n]) const {
        if (phase_of(row) == phase_of(x)) {
            store_pack(row, first, classes, from);
            return;
        }
#pragma unroll
        for (int k = 0; k < n; ++k)
            if (inside(first + k)) write(row + first + k, from[k]);
    }
    __device__ bool inside(int c) const { return c >= 0 && c < classes; }
};

/* A row whose packs take turns over the threads of a block, or fewer. */
template <class T, int size> struct team_row : contiguous_row<T, team<size>> {
    static constexpr int n = per_pack<T>;

    /* Without reading anything. */
    __device__ void open_blind(const fl_row_call& call, int64_t r, team_memory* memory) {
        this->together = { memory, 0 };
        this->classes = r < call.outer ? static_cast<int>(call.classes) : 0;
        const int64_t live = this->classes ? r : 0;
        this->x = static_cast<const T*>(call.input) + live * call.input_outer;
        this->gradient = call.gradient ? static_cast<T*>(call.gradient) + live * call.gradient_outer : nullptr;
    }
    __device__ int first_of(int pack) const { return (pack * size + team<size>::index()) * n - phase_of(this->x); }

    /* f(first) for each pack of this thread. */
    template <class F> __device__ void places(F f) const {
        const int all = (this->classes + phase_of(this->x) + n - 1) / n;
        for (int v = 0; v * size + team<size>::index() < all; ++v) f(first_of(v));
    }
};

template <class T, int size, int packs> struct register_row : team_row<T, size> {
    typedef T element;
    typedef fl_real sum_type; /* of at most packs * n elements, then of a tree */
    typedef team_row<T, size> base;
    static constexpr int n = base::n, team_size = size;
    uint4 raw[packs];

    __device__ void open(const fl_row_call& call, int64_t r, team_memory* memory) {
        base::open_blind(call, r, memory);
#pragma unroll
        for (int v = 0; v < packs; ++v) raw[v] = load_pack(this->x, this->first_of(v), this->classes, -FL_INFINITY);
    }
    template <class F> __device__ void each(F f) {
#pragma unroll
        for (int v = 0; v < packs; ++v) {
            fl_real e[n];
            forget(raw[v]);
            unpack(raw[v], e, T{});
            f(this->first_of(v), e);
        }
    }
};

template <class T, int size> struct memory_row : team_row<T, size> {
    typedef T element;
    typedef double sum_type;
    typedef team_row<T, size> base;
    static constexpr int n = base::n, team_size = size;

    __device__ void open(const fl_row_call& call, int64_t r, team_memory* memory) {
        base::open_blind(call, r, memory);
    }
    template <class F> __device__ void each(F f) {
        this->places([&](int first) FL_INLINED {
            fl_real e[n];
            unpack(load_pack(this->x, first, this->classes, -FL_INFINITY), e, T{});
            f(first, e);
        });
    }
};

/* A column is one thread's: the others of its warp have other rows. */
template <class T> struct column_row {
    typedef T element;
    typedef double sum_type;
    static constexpr int n = 1, team_size = 1;
    team<1> together;
    const T* x;
    T* gradient;
    int classes;
    int64_t step, gradient_step, inner;

    __device__ void open(const fl_row_call& call, int64_t r, team_memory* memory) {
        open_blind(call, r, memory);
    }
    __device__ void open_blind(const fl_row_call& call, int64_t r, team_memory* memory) {
        const bool live = r < call.outer * call.inner;
        together = { memory, 0 };
        classes = live ? static_cast<int>(call.classes) : 0;
        x = static_cast<const T*>(call.input) + (live ? row_offset(call, r, call.input_outer) : 0);
        gradient = static_cast<T*>(call.gradient);
        if (gradient && live) gradient += row_offset(call, r, call.gradient_outer);
        step = call.input_class, gradient_step = call.gradient_class, inner = call.inner;
    }
    __device__ bool leads() const { return true; }
    __device__ fl_real at(int64_t c) const { return read(x + c * step); }
    template <class F> __device__ void places(F f) const {
        for (int c = 0; c < classes; ++c) f(c);
    }
    template <class F> __device__ void each(F f) {
        places([&](int c) FL_INLINED {
            fl_real e[1] = { read(x + c * step) };
            f(c, e);
        });
    }
    __device__ void get_dense(const T* row, int first, fl_real (&to)[1]) const { to[0] = read(row + first * inner); }
    __device__ void put_gradient(int first, const fl_real (&from)[1]) const {
        write(gradient + first * gradient_step, from[0]);
    }
    __device__ void put_dense(T* row, int first, const fl_real (&from)[1]) const {
        write(row + first * inner, from[0]);
    }
    __device__ bool inside(int) const { return true; }
};

}
#endif
