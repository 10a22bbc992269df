/* cuda_device.h - GPUs, their memory, streams and events, for callers who bring none of their own. The losses in cuda.h
 * take any device pointer and any stream of the calling thread's current context, wherever they come from.
 *
 * Functions return 0, FL_ERROR_NULL_POINTER (-1), FL_ERROR_COUNT for a negative size, or a cudaError_t (positive): 35
 * without a driver, 100 without a device, 2 without memory. Pointers that are written are NULL where there is an
 * error. */
#ifndef FUSEDLOSS_CUDA_DEVICE_H
#define FUSEDLOSS_CUDA_DEVICE_H
#include "fusedloss.h"

#if defined(__cplusplus)
extern "C" {
#endif

/** A GPU as its driver describes it. */
typedef struct fl_cuda_device {
    int32_t struct_size;     /* sizeof(fl_cuda_device) */
    int32_t major, minor;    /* compute capability */
    int32_t multiprocessors;
    int64_t memory_bytes;
    char    name[256];       /* ends with 0 */
} fl_cuda_device;

/** The number of GPUs. `*count` is 0 where there is an error. */
FL_API int32_t fl_cuda_device_count(int32_t* count);

/** Describes GPU `index`, from 0.
 *  returns FL_ERROR_STRUCT_SIZE or 101 (there is no such device), too */
FL_API int32_t fl_cuda_device_info(int32_t index, fl_cuda_device* device);

/** English sentence for what any function of this library returns: static storage, never NULL. */
FL_API const char* fl_cuda_message(int32_t status);

/** The library's FL_ABI_VERSION, which has to be the caller's. */
FL_API int32_t fl_cuda_abi_version(void);

/** The version of CUDA's run time that the library was built with, 1000 * major + 10 * minor. */
FL_API int32_t fl_cuda_runtime_version(void);

/** Makes GPU `index` the calling thread's, and its primary context current.
 *
 *  previous  out: the GPU that was it before, to go back to; NULL = not wanted */
FL_API int32_t fl_cuda_use_device(int32_t index, int32_t* previous);

/** Memory of the current GPU, aligned to 256 bytes; its content is undefined. 0 bytes give NULL. */
FL_API int32_t fl_cuda_allocate(int64_t bytes, void** memory);

/** Waits until the GPU is done with it, then frees memory of fl_cuda_allocate. NULL does nothing. */
FL_API int32_t fl_cuda_free(void* memory);

/** Memory of the host that copies reach without a detour, and kernels by the same pointer. 0 bytes give NULL. */
FL_API int32_t fl_cuda_allocate_host(int64_t bytes, void** memory);

/** Frees memory of fl_cuda_allocate_host. NULL does nothing. */
FL_API int32_t fl_cuda_free_host(void* memory);

/** Copies in the stream's order, between any two kinds of memory. Host memory that is not of fl_cuda_allocate_host may
 *  be reused when the call returns, if it is read; if it is written, when the stream has passed the call. */
FL_API int32_t fl_cuda_copy(void* to, const void* from, int64_t bytes, void* stream);

/** Fills device memory with a byte, in the stream's order. */
FL_API int32_t fl_cuda_fill(void* memory, int32_t value, int64_t bytes, void* stream);

/** A stream of the current GPU, independent of its default stream. */
FL_API int32_t fl_cuda_stream_create(void** stream);

/** Destroys a stream; what was launched on it still runs to its end. */
FL_API int32_t fl_cuda_stream_destroy(void* stream);

/** Waits until everything launched on the stream is done. NULL is the default stream.
 *  returns what went wrong in it, too */
FL_API int32_t fl_cuda_stream_wait(void* stream);

/** An event of the current GPU: a place in a stream that can be waited for. */
FL_API int32_t fl_cuda_event_create(void** event);

/** Destroys an event, also while it waits to be passed. */
FL_API int32_t fl_cuda_event_destroy(void* event);

/** Puts the event behind everything launched on the stream so far. */
FL_API int32_t fl_cuda_event_record(void* event, void* stream);

/** returns 0 once the stream has passed the event, 600 (cudaErrorNotReady) before that, or what went wrong in it */
FL_API int32_t fl_cuda_event_query(void* event);

/** Waits, without using the processor, until the stream has passed the event.
 *  returns what went wrong in it, too */
FL_API int32_t fl_cuda_event_wait(void* event);

#if defined(__cplusplus)
}
#endif
#endif
