/* Which GPUs there are, and CUDA's own words for its errors. Not part of the simulation: it asks the driver. */
#include "api/check.h"
#include "fusedloss/cuda.h"
#include <cuda_runtime.h>

extern "C" int32_t fl_cuda_device_count(int32_t* count) {
    int found = 0;
    if (!count) return FL_ERROR_NULL_POINTER;
    *count = 0;
    if (const cudaError_t error = cudaGetDeviceCount(&found)) {
        cudaGetLastError(); /* else the next launch reports it again */
        return error;
    }
    *count = found;
    return 0;
}

extern "C" int32_t fl_cuda_device_info(int32_t index, fl_cuda_device* device) {
    cudaDeviceProp properties;
    if (!device) return FL_ERROR_NULL_POINTER;
    if (device->struct_size != static_cast<int32_t>(sizeof *device)) return FL_ERROR_STRUCT_SIZE;
    if (const cudaError_t error = cudaGetDeviceProperties(&properties, index)) {
        cudaGetLastError();
        return error;
    }
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

extern "C" int32_t fl_cuda_runtime_version(void) { return CUDART_VERSION; }
