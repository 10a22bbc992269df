using System.Runtime.InteropServices;

namespace FusedLoss.Interop;

/// <summary>Asks the driver for its GPUs.</summary>
internal static unsafe class CudaDevices
{
    public static IReadOnlyList<CudaDevice> Find(out string? why)
    {
        try
        {
            int count;
            var status = CudaMethods.fl_cuda_device_count(&count);
            why = status == 0 && count > 0 ? null : CudaStatus.Message(status == 0 ? 100 : status);
            return [.. Enumerable.Range(0, count).Select(Describe)];
        }
        catch (DllNotFoundException)
        {
            why = "there is no library fusedloss_cuda_native.";
            return [];
        }
    }

    private static CudaDevice Describe(int index)
    {
        fl_cuda_device device = default;
        device.struct_size = sizeof(fl_cuda_device);
        CudaStatus.Check(CudaMethods.fl_cuda_device_info(index, &device));
        var name = Marshal.PtrToStringUTF8((nint)(&device.name))!;
        return new(index, name, new(device.major, device.minor), device.multiprocessors, device.memory_bytes);
    }

    /// <summary>Makes a GPU the calling thread's until it is disposed. Does nothing for -1, which leaves the choice to
    /// the caller.</summary>
    public readonly ref struct Turn
    {
        private readonly int _previous;

        public Turn(int device)
        {
            _previous = -1;
            if (device < 0) return;
            int previous;
            CudaStatus.Check(CudaMethods.fl_cuda_use_device(device, &previous));
            if (previous != device) _previous = previous;
        }

        public void Dispose()
        {
            if (_previous >= 0) CudaMethods.fl_cuda_use_device(_previous, null);
        }
    }
}
