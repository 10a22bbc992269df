using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>What a loss reads once per term, per row or per class, not once per element: upstream gradients, class
/// weights, sample weights. An array, a span or a dense tensor, by implicit conversion, of <see cref="double"/> for
/// losses of <see cref="double"/>, else of <see cref="float"/>, also for <see cref="Half"/> and <see cref="BFloat16"/>.
/// The default value means "absent", and so does anything empty.</summary>
public readonly ref struct InputTerms
{
    private readonly ref readonly byte _start;

    private InputTerms(ref readonly byte start, long length, fl_dtype type, bool dense)
    {
        _start = ref start;
        (Length, Type, IsDense) = (length, type, dense || length == 0);
    }

    /// <summary>Number of elements.</summary>
    public long Length { get; }

    /// <summary>Whether there is no element.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>float32 or float64; 0 for the default value.</summary>
    internal fl_dtype Type { get; }

    internal bool IsDense { get; }

    /// <summary>Whether the elements are in the memory of a GPU.</summary>
    internal bool IsOnDevice { get; private init; }

    internal long Bytes => Length * (Type == fl_dtype.FL_FLOAT64 ? sizeof(double) : sizeof(float));

    /// <summary>An array; <see langword="null"/> is absent.</summary>
    /// <param name="array">The elements.</param>
    public static implicit operator InputTerms(float[]? array) => From((ReadOnlySpan<float>)array);

    /// <inheritdoc cref="op_Implicit(float[])"/>
    public static implicit operator InputTerms(double[]? array) => From((ReadOnlySpan<double>)array);

    /// <summary>A span.</summary>
    /// <param name="span">The elements.</param>
    public static implicit operator InputTerms(Span<float> span) => From((ReadOnlySpan<float>)span);

    /// <inheritdoc cref="op_Implicit(Span{float})"/>
    public static implicit operator InputTerms(Span<double> span) => From((ReadOnlySpan<double>)span);

    /// <inheritdoc cref="op_Implicit(Span{float})"/>
    public static implicit operator InputTerms(ReadOnlySpan<float> span) => From(span);

    /// <inheritdoc cref="op_Implicit(Span{float})"/>
    public static implicit operator InputTerms(ReadOnlySpan<double> span) => From(span);

    /// <summary>A dense tensor; any other is refused when a loss is called.</summary>
    /// <param name="tensor">The elements.</param>
    public static implicit operator InputTerms(scoped in ReadOnlyTensorSpan<float> tensor) => From(tensor);

    /// <inheritdoc cref="op_Implicit(in ReadOnlyTensorSpan{float})"/>
    public static implicit operator InputTerms(scoped in ReadOnlyTensorSpan<double> tensor) => From(tensor);

    /// <inheritdoc cref="op_Implicit(in ReadOnlyTensorSpan{float})"/>
    public static implicit operator InputTerms(scoped in TensorSpan<float> tensor) =>
        From((ReadOnlyTensorSpan<float>)tensor);

    /// <inheritdoc cref="op_Implicit(in ReadOnlyTensorSpan{float})"/>
    public static implicit operator InputTerms(scoped in TensorSpan<double> tensor) =>
        From((ReadOnlyTensorSpan<double>)tensor);

    /// <summary>A dense tensor; <see langword="null"/> is absent.</summary>
    /// <param name="tensor">The elements.</param>
    public static implicit operator InputTerms(Tensor<float>? tensor) =>
        tensor is null ? default : From(tensor.AsReadOnlyTensorSpan());

    /// <inheritdoc cref="op_Implicit(Tensor{float})"/>
    public static implicit operator InputTerms(Tensor<double>? tensor) =>
        tensor is null ? default : From(tensor.AsReadOnlyTensorSpan());

    /// <summary>Memory of a GPU.</summary>
    /// <param name="span">The elements.</param>
    public static implicit operator InputTerms(DeviceSpan<float> span) => From(span);

    /// <inheritdoc cref="op_Implicit(DeviceSpan{float})"/>
    public static implicit operator InputTerms(DeviceSpan<double> span) => From(span);

    /// <summary>Memory of a GPU; <see langword="null"/> is absent.</summary>
    /// <param name="buffer">The elements.</param>
    public static implicit operator InputTerms(DeviceBuffer<float>? buffer) =>
        buffer is null ? default : From(buffer.Span);

    /// <inheritdoc cref="op_Implicit(DeviceBuffer{float})"/>
    public static implicit operator InputTerms(DeviceBuffer<double>? buffer) =>
        buffer is null ? default : From(buffer.Span);

    /// <summary>A span in generic code.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="span">The elements.</param>
    /// <returns>The same elements.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither.</exception>
    public static InputTerms From<T>(ReadOnlySpan<T> span)
        where T : unmanaged =>
        new(ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(span)), span.Length, TypeOf<T>(), dense: true);

    private static InputTerms From<T>(DeviceSpan<T> span)
        where T : unmanaged => From(span.AsSpan()) with { IsOnDevice = true };

    private static InputTerms From<T>(scoped in ReadOnlyTensorSpan<T> tensor)
        where T : unmanaged => new(
            ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in tensor.GetPinnableReference())),
            tensor.FlattenedLength, TypeOf<T>(), tensor.IsDense);

    private static fl_dtype TypeOf<T>()
    {
        if (typeof(T) == typeof(float)) return fl_dtype.FL_FLOAT32;
        if (typeof(T) == typeof(double)) return fl_dtype.FL_FLOAT64;
        throw new NotSupportedException($"Terms are float or double, not {typeof(T).Name}.");
    }

    internal ref readonly byte GetPinnableReference()
    {
        if (IsEmpty) return ref Unsafe.NullRef<byte>();
        return ref _start;
    }
}

/// <summary>What a loss writes once per term or per row: unreduced losses, log-sum-exps. An array, a span or a dense
/// tensor, by implicit conversion, of <see cref="double"/> for losses of <see cref="double"/>, else of
/// <see cref="float"/>, also for <see cref="Half"/> and <see cref="BFloat16"/>. The default value means "not wanted",
/// and so does anything empty; what is not wanted is not computed.</summary>
public readonly ref struct OutputTerms
{
    private readonly InputTerms _terms;

    private OutputTerms(InputTerms terms) => _terms = terms;

    /// <summary>Number of elements.</summary>
    public long Length => _terms.Length;

    /// <summary>Whether there is no element.</summary>
    public bool IsEmpty => _terms.IsEmpty;

    /// <summary>The same elements, to be read.</summary>
    internal InputTerms Terms => _terms;

    /// <summary>An array; <see langword="null"/> is absent.</summary>
    /// <param name="array">Where to write.</param>
    public static implicit operator OutputTerms(float[]? array) => new(array);

    /// <inheritdoc cref="op_Implicit(float[])"/>
    public static implicit operator OutputTerms(double[]? array) => new(array);

    /// <summary>A span.</summary>
    /// <param name="span">Where to write.</param>
    public static implicit operator OutputTerms(Span<float> span) => new(span);

    /// <inheritdoc cref="op_Implicit(Span{float})"/>
    public static implicit operator OutputTerms(Span<double> span) => new(span);

    /// <summary>A dense tensor; any other is refused when a loss is called.</summary>
    /// <param name="tensor">Where to write.</param>
    public static implicit operator OutputTerms(scoped in TensorSpan<float> tensor) => new(tensor);

    /// <inheritdoc cref="op_Implicit(in TensorSpan{float})"/>
    public static implicit operator OutputTerms(scoped in TensorSpan<double> tensor) => new(tensor);

    /// <summary>A dense tensor; <see langword="null"/> is absent.</summary>
    /// <param name="tensor">Where to write.</param>
    public static implicit operator OutputTerms(Tensor<float>? tensor) => new(tensor);

    /// <inheritdoc cref="op_Implicit(Tensor{float})"/>
    public static implicit operator OutputTerms(Tensor<double>? tensor) => new(tensor);

    /// <summary>Memory of a GPU.</summary>
    /// <param name="span">Where to write.</param>
    public static implicit operator OutputTerms(DeviceSpan<float> span) => new(span);

    /// <inheritdoc cref="op_Implicit(DeviceSpan{float})"/>
    public static implicit operator OutputTerms(DeviceSpan<double> span) => new(span);

    /// <summary>Memory of a GPU; <see langword="null"/> is absent.</summary>
    /// <param name="buffer">Where to write.</param>
    public static implicit operator OutputTerms(DeviceBuffer<float>? buffer) => new(buffer);

    /// <inheritdoc cref="op_Implicit(DeviceBuffer{float})"/>
    public static implicit operator OutputTerms(DeviceBuffer<double>? buffer) => new(buffer);

    /// <summary>A span in generic code.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="span">Where to write.</param>
    /// <returns>The same elements.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is neither.</exception>
    public static OutputTerms From<T>(Span<T> span)
        where T : unmanaged => new(InputTerms.From((ReadOnlySpan<T>)span));

    internal ref readonly byte GetPinnableReference() => ref _terms.GetPinnableReference();
}
