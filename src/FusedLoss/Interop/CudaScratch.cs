namespace FusedLoss.Interop;

/// <summary>Where one call on a GPU leaves its numbers, on both sides.</summary>
internal sealed unsafe class CudaSlot : IDisposable
{
    /// <summary>More than any row's number: no label was out of range.</summary>
    private const int Never = 0x7F;

    private const int Bytes = 3 * sizeof(long);

    private readonly DeviceMemory _device = DeviceMemory.Allocate(Bytes);
    private readonly PinnedMemory _host = PinnedMemory.Allocate(Bytes + 2 * sizeof(double));

    public EventHandle Passed { get; } = EventHandle.Create();

    public double Loss => *(double*)_host.Address;

    /// <summary>Position of the first label out of range, or -1.</summary>
    public long BadIndex => ((long*)_host.Address)[1] is var index && index < long.MaxValue / 2 ? index : -1;

    public long Correct => ((long*)_host.Address)[2];

    /// <summary>Room for an upstream gradient, and for another number.</summary>
    public void* Upstream => (long*)_host.Address + 3;

    public void* Number => (long*)_host.Address + 4;

    /// <summary>Makes a call leave its numbers here.</summary>
    public void Attach(fl_cuda_call* call, void* stream)
    {
        var words = (long*)_device.Address;
        call->loss = (double*)words;
        call->bad_index = words + 1;
        call->correct = words + 2;
        CudaStatus.Check(CudaMethods.fl_cuda_fill(words, Never, Bytes, stream));
    }

    /// <summary>Brings the numbers to the host, behind the call.</summary>
    public void Fetch(void* stream)
    {
        CudaStatus.Check(CudaMethods.fl_cuda_copy((void*)_host.Address, (void*)_device.Address, Bytes, stream));
        Passed.Record(stream);
    }

    public void Dispose()
    {
        Passed.Dispose();
        _host.Dispose();
        _device.Dispose();
    }
}

/// <summary>Waiting for streams.</summary>
internal static unsafe class CudaScratch
{
    public static void Wait(StreamHandle stream) => CudaStatus.Check(TryWait(stream));

    public static int TryWait(StreamHandle stream) => CudaMethods.fl_cuda_stream_wait(stream.Stream);
}
