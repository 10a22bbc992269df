using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Elements in the memory of a GPU, owned: what <see cref="CudaContext.Allocate"/> and
/// <see cref="CudaContext.Upload{T}(T[], CudaStream?)"/> make. It converts to whatever a loss takes.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <remarks>Disposing it waits until the GPU is done with it.</remarks>
public sealed class DeviceBuffer<T> : IDisposable
    where T : unmanaged
{
    private readonly DeviceMemory _memory;

    internal DeviceBuffer(CudaContext context, long length)
    {
        if (length < 0)
            throw new ArgumentOutOfRangeException(nameof(length), $"length is {length} but must be at least 0.");
        (Context, Length) = (context, length);
        using var turn = new CudaDevices.Turn(context.Device.Index);
        _memory = DeviceAddress.Allocate<T>(length);
    }

    /// <summary>The context that made it.</summary>
    public CudaContext Context { get; }

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <summary>The elements' address and number.</summary>
    /// <exception cref="ObjectDisposedException">The buffer has been disposed.</exception>
    public DeviceSpan<T> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory.IsClosed, this);
            return new(_memory.Address, Length);
        }
    }

    /// <summary>Copies elements to the GPU, in the stream's order.</summary>
    /// <param name="source">As many elements as the buffer has; they may change once the call returns.</param>
    /// <param name="stream">In whose order; <see langword="null"/> is the context's own.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ObjectDisposedException">The buffer or the stream has been disposed.</exception>
    public void CopyFrom(ReadOnlySpan<T> source, CudaStream? stream = null)
    {
        Require.Length(source.Length, nameof(source), Length, "the buffer");
        var to = Span.Address;
        using var lease = (stream ?? Context.Stream).Borrow(out var on);
        DeviceAddress.Copy(to, source, on);
    }

    /// <summary>Waits for the stream, and copies all elements to the host.</summary>
    /// <param name="destination">As many elements as the buffer has.</param>
    /// <param name="stream">In whose order; <see langword="null"/> is the context's own.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ObjectDisposedException">The buffer or the stream has been disposed.</exception>
    public void CopyTo(Span<T> destination, CudaStream? stream = null)
    {
        Require.Length(destination.Length, nameof(destination), Length, "the buffer");
        var from = Span.Address;
        using var lease = (stream ?? Context.Stream).Borrow(out var on);
        DeviceAddress.Copy(destination, from, on);
    }

    /// <summary>Waits for the stream, and copies all elements to a new array.</summary>
    /// <param name="stream">In whose order; <see langword="null"/> is the context's own.</param>
    /// <returns>The elements.</returns>
    /// <exception cref="ObjectDisposedException">The buffer or the stream has been disposed.</exception>
    public T[] ToArray(CudaStream? stream = null)
    {
        var array = new T[Length];
        CopyTo(array, stream);
        return array;
    }

    /// <summary>Frees the memory once the GPU is done with it.</summary>
    public void Dispose() => _memory.Dispose();
}
