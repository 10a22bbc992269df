using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>A GPU to run losses on: <see cref="LossContext.Cuda"/> makes it. It owns a stream, and makes buffers and
/// further streams.</summary>
/// <remarks>
/// There are two ways to call a loss on it. With buffers of the GPU and a stream, which returns at once, copies nothing
/// and brings the loss when it is asked for. Or with arrays and spans of the host and this as the context, which copies
/// them there and the results back and waits: simple, and slower than the CPU for all but the heaviest losses.
/// </remarks>
/// <example><code>
/// using CudaContext gpu = LossContext.Cuda();
/// using DeviceBuffer&lt;float&gt; logits = gpu.Upload(scores);
/// using DeviceBuffer&lt;int&gt; labels = gpu.Upload(classes);
///
/// using DeviceLoss result = Loss.CrossEntropy(logits, labels, logits); // gradient in place; returns at once
/// double loss = await result;
/// </code></example>
public sealed class CudaContext : LossContext
{
    internal CudaContext(CudaDevice device)
        : base(threads: 1)
    {
        Device = device;
        Stream = new CudaStream(device.Index);
    }

    /// <summary>The GPU.</summary>
    public CudaDevice Device { get; }

    /// <summary>The context's own stream, which calls and copies use that name none. Disposed with the
    /// context.</summary>
    public CudaStream Stream { get; }

    /// <summary>A stream whose work is independent of other streams'.</summary>
    /// <returns>The stream, the caller's to dispose.</returns>
    public CudaStream CreateStream() => new(Device.Index);

    /// <summary>Memory of the GPU; its content is undefined.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="length">Number of elements.</param>
    /// <returns>The buffer, the caller's to dispose.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    /// <exception cref="OutOfMemoryException">The GPU has not that much memory left.</exception>
    public DeviceBuffer<T> Allocate<T>(long length)
        where T : unmanaged => new(this, length);

    /// <summary>A copy in the memory of the GPU.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="source">The elements; they may change once the call returns.</param>
    /// <param name="stream">In whose order they are copied; <see langword="null"/> is the context's own.</param>
    /// <returns>The buffer, the caller's to dispose.</returns>
    /// <exception cref="OutOfMemoryException">The GPU has not that much memory left.</exception>
    public DeviceBuffer<T> Upload<T>(ReadOnlySpan<T> source, CudaStream? stream = null)
        where T : unmanaged
    {
        var buffer = new DeviceBuffer<T>(this, source.Length);
        try
        {
            buffer.CopyFrom(source, stream);
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="Upload{T}(ReadOnlySpan{T}, CudaStream?)"/>
    public DeviceBuffer<T> Upload<T>(T[] source, CudaStream? stream = null)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(source);
        return Upload((ReadOnlySpan<T>)source, stream);
    }

    /// <summary>Waits for the context's own stream and disposes it. Buffers and other streams live on.</summary>
    public override void Dispose() => Stream.Dispose();
}
