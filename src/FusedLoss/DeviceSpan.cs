using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Elements in the memory of a GPU, whoever allocated it: this library, ManagedCuda, ILGPU, TorchSharp. It
/// converts to whatever a loss takes in its argument structs; those are called with a
/// <see cref="CudaStream"/>.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <param name="address">Device address of the first element, aligned to it.</param>
/// <param name="length">Number of elements.</param>
/// <remarks>Nothing checks the address, and the memory has to live until the stream has passed the calls that use
/// it.</remarks>
/// <example><code>
/// var logits = new DeviceSpan&lt;float&gt;(devicePointer, length: 4096 * 10);
/// var labels = new DeviceSpan&lt;int&gt;(labelPointer, length: 4096);
/// using var stream = new CudaStream(cudaStream);
/// var args = new ClassArgs&lt;float&gt; { Logits = logits, Labels = labels, Gradient = logits };
/// using DeviceLoss result = Loss.CrossEntropy(args, options: null, stream);
/// </code></example>
public readonly struct DeviceSpan<T>(nint address, long length)
    where T : unmanaged
{
    /// <summary>Device address of the first element.</summary>
    public nint Address { get; } = address;

    /// <summary>Number of elements.</summary>
    public long Length { get; } = length >= 0
        ? length : throw new ArgumentOutOfRangeException(nameof(length), $"length is {length} but must be at least 0.");

    /// <summary>A part of the elements.</summary>
    /// <param name="start">The first of them.</param>
    /// <param name="length">How many.</param>
    /// <returns>The same memory.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The part is not inside.</exception>
    public DeviceSpan<T> Slice(long start, long length)
    {
        if (start < 0 || length < 0 || start > Length - length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(start), $"start {start} and length {length} are not inside of {Length} elements.");
        }

        return new(DeviceAddress.Of<T>(Address, start), length);
    }

    /// <summary>The same as a span that nobody may read from on the host.</summary>
    internal ReadOnlySpan<T> AsSpan() => DeviceAddress.AsSpan<T>(Address, Length);
}
