/* Cutting a call into chunks and running them: on the caller's runner when the call is large, else here. How a call is
 * cut depends on its size alone and the partial sums are added in order, so threads do not change the result. */
#ifndef FL_CHUNKS_H
#define FL_CHUNKS_H
#include "api/context.h"
#include "cpu/total.h"

enum {
    FL_MAX_CHUNKS = 1024,      /* bounds the memory for partial sums, whatever the size of the call */
    FL_CHUNK = 16384,          /* elements: a few microseconds of work, and one chunk's buffers stay in L2 */
    FL_PARALLEL = 4 * FL_CHUNK /* elements from which waking another thread can pay */
};

/* Bytes from which (with its inputs about the largest cache) a gradient that is not written over an input bypasses the
 * cache: no line is read for ownership. */
enum { FL_STREAM_FROM = 8 << 20 };
/* Elements that begin between two of their own size fill no line. */
static inline int fl_may_stream(const void* gradient, const void* input, int64_t bytes, int64_t size) {
    return bytes >= FL_STREAM_FROM && gradient != input && (uintptr_t)gradient % (uintptr_t)size == 0;
}
/* Bytes from which (about the second-level cache) rows are asked for before they are needed. */
enum { FL_LARGE_FROM = 2 << 20 };

/* `units` pieces in chunks of `size`, the last one shorter. */
typedef struct fl_plan { int64_t units, size, chunks; } fl_plan;

/* A chunk is a multiple of `multiple` units and has about FL_CHUNK elements or more. */
static inline fl_plan fl_plan_chunks(int64_t units, int64_t elements_per_unit, int64_t multiple) {
    int64_t size = FL_CHUNK / (elements_per_unit > 0 ? elements_per_unit : 1);
    const int64_t least = (units + FL_MAX_CHUNKS - 1) / FL_MAX_CHUNKS;
    if (size < least) size = least;
    size = size <= multiple ? multiple : (size + multiple - 1) / multiple * multiple;
    return (fl_plan){ units, size, (units + size - 1) / size };
}

static inline void fl_run(const fl_context* context, fl_plan plan, int64_t elements, fl_task task, void* state) {
    if (context->runner && plan.chunks > 1 && elements >= FL_PARALLEL) {
        context->runner(context->runner_state, task, state, plan.chunks);
        return;
    }
    for (int64_t i = 0; i < plan.chunks; ++i) task(state, i);
}

static inline int64_t fl_chunk_end(fl_plan plan, int64_t index) {
    const int64_t end = (index + 1) * plan.size;
    return end < plan.units ? end : plan.units;
}

static inline double fl_sum_in_order(const double* partial, int64_t chunks) {
    fl_total sum = { 0.0, 0.0 };
    for (int64_t i = 0; i < chunks; ++i) fl_total_add(&sum, partial[i]);
    return fl_total_of(sum);
}
#endif
