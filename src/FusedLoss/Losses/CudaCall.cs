using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>The native side of a call on a GPU, its arguments in place.</summary>
internal unsafe interface ICudaLaunch
{
    /// <summary>Bytes of scratch memory; -1 for arguments that the call refuses.</summary>
    long WorkspaceBytes { get; }

    /// <summary>Puts device addresses in the place of the host's.</summary>
    void Move(CudaCopies copies);

    /// <summary>Gives one upstream gradient for all terms.</summary>
    void ScaleBy(void* upstream);

    fl_status Run(Machine gpu);
}

/// <summary>One call on a GPU: its buffers are there, or they are the host's and copied there and back.</summary>
internal sealed unsafe class CudaCall : IDisposable
{
    private readonly CudaStream _stream;
    private readonly CudaCopies? _copies;

    /// <param name="stream">On which stream.</param>
    /// <param name="ofHost">The buffers are the host's.</param>
    public CudaCall(CudaStream stream, bool ofHost)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _copies = ofHost ? new CudaCopies() : null;
    }

    /// <summary>What has been launched.</summary>
    public DeviceLoss? Result { get; private set; }

    /// <summary>How a label out of range is reported, for losses that have labels.</summary>
    public LabelBlame? Blame { get; set; }

    /// <summary>Refuses buffers on the wrong side; copies those of the host, if that is what is called for.</summary>
    /// <param name="regions">The inputs, then the outputs.</param>
    /// <param name="names">Their names.</param>
    /// <param name="inputs">How many inputs there are.</param>
    public void Take(ReadOnlySpan<Region> regions, ReadOnlySpan<string> names, int inputs)
    {
        for (var i = 0; i < regions.Length; i++)
        {
            if (regions[i].IsAbsent || regions[i].IsOnDevice == (_copies is null)) continue;
            throw new ArgumentException(
                _copies is null
                    ? $"{names[i]} is memory of the host, but a call on a stream needs memory of the GPU."
                    : $"{names[i]} is memory of a GPU, which needs a call with a CudaStream.",
                names[i]);
        }

        if (_copies is null) return;
        using var lease = _stream.Borrow(out var handle);
        _copies.Upload(regions, inputs, handle);
    }

    /// <summary>Launches, with a number as the upstream gradient if there is one. Buffers of the host have their
    /// results when this returns, because they are pinned no longer.</summary>
    public void Launch<TLaunch>(TLaunch launch, fl_dtype terms, double upstream)
        where TLaunch : struct, ICudaLaunch
    {
        if (_copies is not null) launch.Move(_copies);
        Result = Enqueue(launch, terms, upstream);
        if (_copies is null) return;
        _ = Result.Value; // a label out of range leaves the outputs alone
        using var lease = _stream.Borrow(out var handle);
        _copies.Download(handle);
    }

    /// <summary>What a call with buffers of the host came to.</summary>
    public double Finish(out long correct)
    {
        correct = Result!.Correct;
        return Result.Value;
    }

    public void Dispose() => _copies?.Dispose();

    private DeviceLoss Enqueue<TLaunch>(TLaunch launch, fl_dtype terms, double upstream)
        where TLaunch : struct, ICudaLaunch
    {
        using var turn = _stream.Begin(out var handle);
        var slot = _stream.TakeSlot();
        try
        {
            if (upstream != 1) launch.ScaleBy(slot.Give(CudaSlot.Word.Upstream, terms, upstream, handle.Stream));
            var bytes = launch.WorkspaceBytes;
            fl_cuda_call call = default;
            call.struct_size = sizeof(fl_cuda_call);
            call.workspace = (void*)_stream.Workspace(bytes);
            call.workspace_bytes = bytes;
            slot.Attach(&call, handle.Stream);
            CudaStatus.Check((int)launch.Run(new Machine(null, &call, handle.Stream, slot)));
            slot.Fetch(handle.Stream);
            return new DeviceLoss(_stream, slot, Blame);
        }
        catch
        {
            slot.Dispose();
            throw;
        }
    }
}

/// <summary>Buffers of the host in the memory of a GPU.</summary>
internal sealed unsafe class CudaCopies : IDisposable
{
    /// <summary>Copies start as far behind a boundary of this many bytes as the originals.</summary>
    private const int Boundary = 16;

    private readonly List<(Region Host, DeviceMemory Memory, bool IsOutput)> _copies = [];

    public void Upload(ReadOnlySpan<Region> regions, int inputs, StreamHandle stream)
    {
        for (var i = 0; i < regions.Length; i++)
        {
            var region = regions[i];
            if (region.IsAbsent) continue;
            var same = _copies.FindIndex(copy => copy.Host.Start == region.Start && copy.Host.End == region.End);
            if (same >= 0 && i >= inputs) _copies[same] = _copies[same] with { IsOutput = true };
            if (same >= 0) continue;
            // What is written is copied, too: the memory between the elements of a tensor has to come back as it was.
            var memory = DeviceMemory.Allocate(region.Bytes + Boundary);
            _copies.Add((region, memory, i >= inputs));
            CudaStatus.Check(CudaMethods.fl_cuda_copy(
                Place(region, memory), (void*)region.Start, region.Bytes, stream.Stream));
        }
    }

    public void Download(StreamHandle stream)
    {
        foreach (var (host, memory, isOutput) in _copies)
        {
            if (!isOutput) continue;
            CudaStatus.Check(CudaMethods.fl_cuda_copy(
                (void*)host.Start, Place(host, memory), host.Bytes, stream.Stream));
        }

        stream.Wait();
    }

    /// <summary>Where a buffer of the host is now; what was not copied, because it is absent or empty, stays.</summary>
    public void* Of(void* pointer)
    {
        foreach (var (host, memory, _) in _copies)
            if (host.Start == (nuint)pointer) return Place(host, memory);
        return pointer;
    }

    public void Dispose()
    {
        foreach (var copy in _copies) copy.Memory.Dispose();
    }

    private static void* Place(Region host, DeviceMemory memory) =>
        (void*)(memory.Address + (nint)(host.Start % Boundary));
}
