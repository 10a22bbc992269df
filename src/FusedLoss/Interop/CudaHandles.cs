using Microsoft.Win32.SafeHandles;

namespace FusedLoss.Interop;

/// <summary>Owns memory of a GPU; the only type that frees it.</summary>
internal sealed unsafe class DeviceMemory : SafeHandleZeroOrMinusOneIsInvalid
{
    private DeviceMemory()
        : base(ownsHandle: true)
    {
    }

    public nint Address => handle;

    /// <summary>Memory of the current GPU.</summary>
    public static DeviceMemory Allocate(long bytes)
    {
        var memory = new DeviceMemory();
        void* address;
        CudaStatus.Check(CudaMethods.fl_cuda_allocate(bytes, &address));
        memory.SetHandle((nint)address);
        return memory;
    }

    protected override bool ReleaseHandle() => CudaMethods.fl_cuda_free((void*)handle) == 0;
}

/// <summary>Owns memory of the host that GPUs reach, too.</summary>
internal sealed unsafe class PinnedMemory : SafeHandleZeroOrMinusOneIsInvalid
{
    private PinnedMemory()
        : base(ownsHandle: true)
    {
    }

    public nint Address => handle;

    public static PinnedMemory Allocate(long bytes)
    {
        var memory = new PinnedMemory();
        void* address;
        CudaStatus.Check(CudaMethods.fl_cuda_allocate_host(bytes, &address));
        memory.SetHandle((nint)address);
        return memory;
    }

    protected override bool ReleaseHandle() => CudaMethods.fl_cuda_free_host((void*)handle) == 0;
}

/// <summary>Owns a stream of a GPU, or borrows a caller's.</summary>
internal sealed unsafe class StreamHandle : SafeHandleMinusOneIsInvalid
{
    private StreamHandle(nint stream, bool owned)
        : base(owned) => SetHandle(stream);

    public void* Stream => (void*)handle;

    public static StreamHandle Create()
    {
        void* stream;
        CudaStatus.Check(CudaMethods.fl_cuda_stream_create(&stream));
        return new StreamHandle((nint)stream, owned: true);
    }

    public static StreamHandle Borrow(nint stream) => new(stream, owned: false);

    /// <summary>Waits until everything launched on it is done.</summary>
    public void Wait() => CudaStatus.Check(TryWait());

    /// <returns>What went wrong in it, or 0.</returns>
    public int TryWait() => CudaMethods.fl_cuda_stream_wait(Stream);

    protected override bool ReleaseHandle() => CudaMethods.fl_cuda_stream_destroy((void*)handle) == 0;
}

/// <summary>Owns an event of a GPU.</summary>
internal sealed unsafe class EventHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private EventHandle()
        : base(ownsHandle: true)
    {
    }

    public bool IsPassed
    {
        get
        {
            var status = CudaMethods.fl_cuda_event_query((void*)handle);
            if (status == CudaStatus.NotReady) return false;
            CudaStatus.Check(status);
            return true;
        }
    }

    public static EventHandle Create()
    {
        var owner = new EventHandle();
        void* created;
        CudaStatus.Check(CudaMethods.fl_cuda_event_create(&created));
        owner.SetHandle((nint)created);
        return owner;
    }

    public void Record(void* stream) => CudaStatus.Check(CudaMethods.fl_cuda_event_record((void*)handle, stream));

    public void Wait() => CudaStatus.Check(CudaMethods.fl_cuda_event_wait((void*)handle));

    protected override bool ReleaseHandle() => CudaMethods.fl_cuda_event_destroy((void*)handle) == 0;
}
