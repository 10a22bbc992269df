/* GPUs, memory, streams and events, as CUDA has them. Not part of the simulation, which has its own. */
#include "api/check.h"
#include "fusedloss/cuda_device.h"
#include <cuda_runtime.h>

namespace {
/* An error that was reported here would be reported again by the next launch. */
int32_t reported(cudaError_t error) {
    if (error) cudaGetLastError();
    return error;
}
}

extern "C" int32_t fl_cuda_device_count(int32_t* count) {
    int found = 0;
    if (!count) return FL_ERROR_NULL_POINTER;
    *count = 0;
    if (const int32_t error = reported(cudaGetDeviceCount(&found))) return error;
    *count = found;
    return 0;
}

extern "C" int32_t fl_cuda_device_info(int32_t index, fl_cuda_device* device) {
    cudaDeviceProp properties;
    if (!device) return FL_ERROR_NULL_POINTER;
    if (device->struct_size != static_cast<int32_t>(sizeof *device)) return FL_ERROR_STRUCT_SIZE;
    if (const int32_t error = reported(cudaGetDeviceProperties(&properties, index))) return error;
    device->major = properties.major, device->minor = properties.minor;
    device->multiprocessors = properties.multiProcessorCount;
    device->memory_bytes = static_cast<int64_t>(properties.totalGlobalMem);
    static_assert(sizeof device->name == sizeof properties.name, "the driver's longest name fits");
    memcpy(device->name, properties.name, sizeof device->name);
    return 0;
}

extern "C" const char* fl_cuda_message(int32_t status) {
    if (status <= 0) return fl_status_message(static_cast<fl_status>(status));
    return cudaGetErrorString(static_cast<cudaError_t>(status));
}

extern "C" int32_t fl_cuda_abi_version(void) { return FL_ABI_VERSION; }
extern "C" int32_t fl_cuda_runtime_version(void) { return CUDART_VERSION; }

extern "C" int32_t fl_cuda_use_device(int32_t index, int32_t* previous) {
    int before = 0;
    if (const int32_t error = reported(cudaGetDevice(&before))) return error;
    if (previous) *previous = before;
    return reported(cudaSetDevice(index));
}

extern "C" int32_t fl_cuda_allocate(int64_t bytes, void** memory) {
    if (!memory) return FL_ERROR_NULL_POINTER;
    *memory = nullptr;
    if (bytes < 0) return FL_ERROR_COUNT;
    return bytes == 0 ? 0 : reported(cudaMalloc(memory, static_cast<size_t>(bytes)));
}

extern "C" int32_t fl_cuda_free(void* memory) { return reported(cudaFree(memory)); }

extern "C" int32_t fl_cuda_allocate_host(int64_t bytes, void** memory) {
    if (!memory) return FL_ERROR_NULL_POINTER;
    *memory = nullptr;
    if (bytes < 0) return FL_ERROR_COUNT;
    return bytes == 0 ? 0 : reported(cudaMallocHost(memory, static_cast<size_t>(bytes)));
}

extern "C" int32_t fl_cuda_free_host(void* memory) { return reported(cudaFreeHost(memory)); }

extern "C" int32_t fl_cuda_copy(void* to, const void* from, int64_t bytes, void* stream) {
    if (bytes < 0) return FL_ERROR_COUNT;
    if (bytes == 0) return 0;
    if (!to || !from) return FL_ERROR_NULL_POINTER;
    return reported(cudaMemcpyAsync(to, from, static_cast<size_t>(bytes), cudaMemcpyDefault,
                                    static_cast<cudaStream_t>(stream)));
}

extern "C" int32_t fl_cuda_fill(void* memory, int32_t value, int64_t bytes, void* stream) {
    if (bytes < 0) return FL_ERROR_COUNT;
    if (bytes == 0) return 0;
    if (!memory) return FL_ERROR_NULL_POINTER;
    return reported(cudaMemsetAsync(memory, value, static_cast<size_t>(bytes), static_cast<cudaStream_t>(stream)));
}

extern "C" int32_t fl_cuda_stream_create(void** stream) {
    if (!stream) return FL_ERROR_NULL_POINTER;
    *stream = nullptr;
    return reported(cudaStreamCreateWithFlags(reinterpret_cast<cudaStream_t*>(stream), cudaStreamNonBlocking));
}

extern "C" int32_t fl_cuda_stream_destroy(void* stream) {
    return stream ? reported(cudaStreamDestroy(static_cast<cudaStream_t>(stream))) : 0;
}

extern "C" int32_t fl_cuda_stream_wait(void* stream) {
    return reported(cudaStreamSynchronize(static_cast<cudaStream_t>(stream)));
}

extern "C" int32_t fl_cuda_event_create(void** event) {
    if (!event) return FL_ERROR_NULL_POINTER;
    *event = nullptr;
    return reported(cudaEventCreateWithFlags(reinterpret_cast<cudaEvent_t*>(event),
                                             cudaEventBlockingSync | cudaEventDisableTiming));
}

extern "C" int32_t fl_cuda_event_destroy(void* event) {
    return event ? reported(cudaEventDestroy(static_cast<cudaEvent_t>(event))) : 0;
}

extern "C" int32_t fl_cuda_event_record(void* event, void* stream) {
    if (!event) return FL_ERROR_NULL_POINTER;
    return reported(cudaEventRecord(static_cast<cudaEvent_t>(event), static_cast<cudaStream_t>(stream)));
}

extern "C" int32_t fl_cuda_event_query(void* event) {
    if (!event) return FL_ERROR_NULL_POINTER;
    return reported(cudaEventQuery(static_cast<cudaEvent_t>(event)));
}

extern "C" int32_t fl_cuda_event_wait(void* event) {
    if (!event) return FL_ERROR_NULL_POINTER;
    return reported(cudaEventSynchronize(static_cast<cudaEvent_t>(event)));
}
