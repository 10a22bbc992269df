using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>An order in which a GPU works: calls on one stream run one after the other, calls on different streams may
/// run at the same time.</summary>
/// <remarks>
/// A stream owns the scratch memory of its calls, which grows to what the largest of them needs; only then does a call
/// allocate, and wait. Any number of threads may use a stream at the same time.
/// </remarks>
public sealed class CudaStream : IDisposable
{
    private const int Room = 64;

    private readonly object _gate = new();
    private readonly int _device;
    private readonly StreamHandle _handle;
    private readonly Stack<CudaSlot> _free = new();
    private readonly Queue<CudaSlot> _abandoned = new();
    private DeviceMemory? _workspace;
    private long _workspaceBytes;

    /// <summary>Calls on a stream of the caller's, who keeps it, and keeps its context current on the threads that call
    /// losses with it: ManagedCuda's <c>CudaStream.Stream.Pointer</c>, ILGPU's <c>CudaStream.StreamPtr</c>.</summary>
    /// <param name="handle">A CUstream or cudaStream_t; 0 is the default stream.</param>
    public CudaStream(nint handle)
    {
        _device = -1;
        _handle = StreamHandle.Borrow(handle);
    }

    internal CudaStream(int device)
    {
        using var turn = new CudaDevices.Turn(device);
        _device = device;
        _handle = StreamHandle.Create();
    }

    /// <summary>The CUstream.</summary>
    public nint Handle => _handle.DangerousGetHandle();

    /// <summary>Waits until the GPU has done everything that the stream was given so far.</summary>
    /// <exception cref="ObjectDisposedException">The stream has been disposed.</exception>
    /// <exception cref="FusedLossException">Something went wrong on the GPU.</exception>
    public void Wait()
    {
        using var lease = Borrow(out var handle);
        handle.Wait();
    }

    /// <summary>Waits until the GPU has done everything that the stream was given, and frees what the stream owns: its
    /// scratch memory and, if it is not the caller's, itself. Losses that were not read yet can still be.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_handle.IsClosed) return;
            using var turn = new CudaDevices.Turn(_device);
            _handle.TryWait();
            _workspace?.Dispose();
            foreach (var slot in _free) slot.Dispose();
            foreach (var slot in _abandoned) slot.Dispose();
            _free.Clear();
            _abandoned.Clear();
            _handle.Dispose();
        }
    }

    /// <summary>Keeps the stream from being destroyed, and makes its GPU the thread's.</summary>
    internal Lease Borrow(out StreamHandle handle)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        handle = _handle;
        return new Lease(_handle, _device);
    }

    /// <summary>The stream's turn: no other thread launches on it, and its GPU is the thread's.</summary>
    internal Turn Begin(out StreamHandle handle)
    {
        Monitor.Enter(_gate);
        try
        {
            ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
            handle = _handle;
            return new Turn(_gate, _device);
        }
        catch
        {
            Monitor.Exit(_gate);
            throw;
        }
    }

    /// <summary>Scratch memory, within a turn. Calls of one stream follow each other, so they can share it.</summary>
    internal nint Workspace(long bytes)
    {
        if (bytes > _workspaceBytes || _workspace is null)
        {
            _workspace?.Dispose();
            (_workspace, _workspaceBytes) = (null, 0);
            _workspace = DeviceMemory.Allocate(Math.Max(bytes, Room));
            _workspaceBytes = Math.Max(bytes, Room);
        }

        return _workspace.Address;
    }

    /// <summary>Where a call leaves its results, within a turn.</summary>
    internal CudaSlot TakeSlot()
    {
        while (_abandoned.TryPeek(out var oldest) && oldest.Passed.IsPassed) _free.Push(_abandoned.Dequeue());
        return _free.TryPop(out var slot) ? slot : new CudaSlot();
    }

    /// <summary>Takes a slot back whose call may still run.</summary>
    internal void Abandon(CudaSlot slot)
    {
        lock (_gate)
        {
            if (_handle.IsClosed) slot.Dispose();
            else _abandoned.Enqueue(slot);
        }
    }

    /// <summary>Gives the stream back.</summary>
    internal readonly ref struct Lease
    {
        private readonly StreamHandle _handle;
        private readonly CudaDevices.Turn _turn;

        public Lease(StreamHandle handle, int device)
        {
            var added = false;
            handle.DangerousAddRef(ref added);
            _handle = handle;
            try
            {
                _turn = new CudaDevices.Turn(device);
            }
            catch
            {
                handle.DangerousRelease();
                throw;
            }
        }

        public void Dispose()
        {
            _turn.Dispose();
            _handle.DangerousRelease();
        }
    }

    /// <summary>Ends the stream's turn.</summary>
    internal readonly ref struct Turn
    {
        private readonly object _gate;
        private readonly CudaDevices.Turn _device;

        public Turn(object gate, int device)
        {
            _gate = gate;
            _device = new CudaDevices.Turn(device);
        }

        public void Dispose()
        {
            _device.Dispose();
            Monitor.Exit(_gate);
        }
    }
}
