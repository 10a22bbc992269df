/* cuda_device.h for a GPU that is simulated: its memory is the host's, filled with NaN when it is fresh, and a launch
 * is over when it returns. One thread at a time may use it. */
#include "api/check.h"
#include "fusedloss/cuda_device.h"
#include "simulator.hpp"

extern "C" {

int32_t fl_cuda_device_count(int32_t* count) {
    if (!count) return FL_ERROR_NULL_POINTER;
    *count = 1;
    return 0;
}

int32_t fl_cuda_device_info(int32_t index, fl_cuda_device* device) {
    if (!device) return FL_ERROR_NULL_POINTER;
    if (device->struct_size != int32_t(sizeof *device)) return FL_ERROR_STRUCT_SIZE;
    if (index != 0) return 101;
    device->major = device->minor = 0, device->multiprocessors = 1, device->memory_bytes = int64_t(1) << 32;
    strcpy(device->name, "simulated GPU");
    return 0;
}

const char* fl_cuda_message(int32_t status) {
    if (status <= 0) return fl_status_message(fl_status(status));
    return status == 101 ? "invalid device ordinal" : status == 2 ? "out of memory" : "unknown error";
}

int32_t fl_cuda_abi_version(void) { return FL_ABI_VERSION; }
int32_t fl_cuda_runtime_version(void) { return 0; }

int32_t fl_cuda_use_device(int32_t index, int32_t* previous) {
    if (previous) *previous = 0;
    return index == 0 ? 0 : 101;
}

int32_t fl_cuda_allocate(int64_t bytes, void** memory) {
    if (!memory) return FL_ERROR_NULL_POINTER;
    *memory = nullptr;
    if (bytes < 0) return FL_ERROR_COUNT;
    if (bytes == 0) return 0;
    if (bytes > int64_t(1) << 32) return 2;
    *memory = aligned_alloc(256, (size_t(bytes) + 255) / 256 * 256);
    if (!*memory) return 2;
    memset(*memory, 0xFF, size_t(bytes));
    return 0;
}
int32_t fl_cuda_free(void* memory) {
    free(memory);
    return 0;
}

int32_t fl_cuda_allocate_host(int64_t bytes, void** memory) { return fl_cuda_allocate(bytes, memory); }
int32_t fl_cuda_free_host(void* memory) { return fl_cuda_free(memory); }

int32_t fl_cuda_copy(void* to, const void* from, int64_t bytes, void*) {
    if (bytes < 0) return FL_ERROR_COUNT;
    if (bytes == 0) return 0;
    if (!to || !from) return FL_ERROR_NULL_POINTER;
    memcpy(to, from, size_t(bytes));
    return 0;
}

int32_t fl_cuda_fill(void* memory, int32_t value, int64_t bytes, void*) {
    if (bytes < 0) return FL_ERROR_COUNT;
    if (bytes == 0) return 0;
    if (!memory) return FL_ERROR_NULL_POINTER;
    memset(memory, value, size_t(bytes));
    return 0;
}

/* Nothing is ever waited for, so streams and events are names only. */
int32_t fl_cuda_stream_create(void** stream) { return fl_cuda_allocate(1, stream); }
int32_t fl_cuda_stream_destroy(void* stream) { return fl_cuda_free(stream); }
int32_t fl_cuda_stream_wait(void*) { return 0; }
int32_t fl_cuda_event_create(void** event) { return fl_cuda_allocate(1, event); }
int32_t fl_cuda_event_destroy(void* event) { return fl_cuda_free(event); }
int32_t fl_cuda_event_record(void* event, void*) { return event ? 0 : FL_ERROR_NULL_POINTER; }
int32_t fl_cuda_event_query(void* event) { return event ? 0 : FL_ERROR_NULL_POINTER; }
int32_t fl_cuda_event_wait(void* event) { return event ? 0 : FL_ERROR_NULL_POINTER; }

}
