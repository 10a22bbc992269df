/* A C caller of the library for GPUs, on any machine: without a driver or a device it is told so, and mistakes are
 * statuses before anything is launched. */
#include <fusedloss/cuda.h>
#include <stdio.h>
#include <string.h>

static int failures;
static void expect(int holds, const char* what) {
    if (holds) return;
    ++failures;
    printf("FAILED: %s\n", what);
}

int main(void) {
    int32_t count = -1;
    const int32_t status = fl_cuda_device_count(&count);
    expect(status >= 0 && count >= 0, "devices are counted, or CUDA says why not");
    expect(status == 0 || count == 0, "an error means no devices");
    printf("%d devices, status %d: %s\n", (int)count, (int)status, fl_cuda_message(status));
    expect(strlen(fl_cuda_message(status)) > 0, "every status has a sentence");
    expect(fl_cuda_runtime_version() >= 12000, "the run time has a version");
    for (int32_t i = 0; i < count; ++i) {
        fl_cuda_device device;
        memset(&device, 0, sizeof device);
        expect(fl_cuda_device_info(i, &device) == FL_ERROR_STRUCT_SIZE, "an unknown struct size is a status");
        device.struct_size = (int32_t)sizeof device;
        expect(fl_cuda_device_info(i, &device) == 0 && device.major > 0, "a device is described");
        printf("%s, compute capability %d.%d\n", device.name, (int)device.major, (int)device.minor);
    }
    fl_pointwise_args args;
    fl_cuda_call call;
    memset(&args, 0, sizeof args), memset(&call, 0, sizeof call);
    expect(fl_cuda_mse(NULL, &call, NULL) == FL_ERROR_NULL_POINTER, "missing arguments are a status");
    expect(fl_cuda_mse(&args, &call, NULL) == FL_ERROR_STRUCT_SIZE, "an unknown struct size is a status");
    args.struct_size = (int32_t)sizeof args, args.dtype = FL_FLOAT32;
    expect(fl_cuda_mse(&args, &call, NULL) == FL_ERROR_STRUCT_SIZE, "an unknown call size is a status");
    call.struct_size = (int32_t)sizeof call;
    expect(fl_cuda_mse(&args, &call, NULL) == FL_ERROR_WORKSPACE, "a missing workspace is a status");
    static double words[4];
    call.workspace = words, call.workspace_bytes = (int64_t)sizeof words, call.loss = words + 3;
    if (count == 0) expect(fl_cuda_mse(&args, &call, NULL) == status, "a launch without a device says so");
    return failures != 0;
}
