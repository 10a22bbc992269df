namespace FusedLoss.Interop;

/// <summary>Where one call on a GPU has its numbers, on both sides: what it leaves, and what it is given.</summary>
internal sealed unsafe class CudaSlot : IDisposable
{
    /// <summary>What the words are full of before the call: more than any row's number.</summary>
    private const int Never = 0x7F;

    /// <summary>The loss, the position of a bad label, the count of correct predictions.</summary>
    private const int Left = 3;

    /// <summary>An upstream gradient, and another number.</summary>
    private const int Given = 2;

    private readonly DeviceMemory _device = DeviceMemory.Allocate((Left + Given) * sizeof(long));
    private readonly PinnedMemory _host = PinnedMemory.Allocate((Left + Given) * sizeof(long));

    /// <summary>A number that a kernel reads.</summary>
    public enum Word
    {
        Upstream = Left,
        Option,
    }

    public EventHandle Passed { get; } = EventHandle.Create();

    public double Loss => *(double*)_host.Address;

    /// <summary>Position of the first label out of range, or -1.</summary>
    public long BadIndex => Written(1);

    /// <summary>Rows whose prediction is their label, or -1 where they were not counted.</summary>
    public long Correct => Written(2);

    /// <summary>Makes a call leave its numbers here.</summary>
    public void Attach(fl_cuda_call* call, void* stream)
    {
        var words = (long*)_device.Address;
        call->loss = (double*)words;
        call->bad_index = words + 1;
        call->correct = words + 2;
        CudaStatus.Check(CudaMethods.fl_cuda_fill(words, Never, Left * sizeof(long), stream));
    }

    /// <summary>Gives a call a number: in the GPU's own memory, because every thread reads it.</summary>
    public void* Give(Word word, fl_dtype type, double value, void* stream)
    {
        var here = (long*)_host.Address + (int)word;
        var there = (long*)_device.Address + (int)word;
        Calls.Store(type, value, here);
        CudaStatus.Check(CudaMethods.fl_cuda_copy(there, here, sizeof(long), stream));
        return there;
    }

    /// <summary>Brings the numbers to the host, behind the call.</summary>
    public void Fetch(void* stream)
    {
        CudaStatus.Check(CudaMethods.fl_cuda_copy(
            (void*)_host.Address, (void*)_device.Address, Left * sizeof(long), stream));
        Passed.Record(stream);
    }

    public void Dispose()
    {
        Passed.Dispose();
        _host.Dispose();
        _device.Dispose();
    }

    private long Written(int word)
    {
        var value = ((long*)_host.Address)[word];
        return value < long.MaxValue / 2 ? value : -1;
    }
}
