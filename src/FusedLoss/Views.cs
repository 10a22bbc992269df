using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FusedLoss;

/// <summary>Elements that a loss reads: an array, a span or a tensor, by implicit conversion. The default value means
/// "absent", and so do <see langword="null"/> and anything empty where the argument is optional.</summary>
/// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
/// <see cref="BFloat16"/>.</typeparam>
public readonly ref struct InputView<T>
    where T : unmanaged
{
    private readonly ReadOnlySpan<T> _span;
    private readonly ReadOnlyTensorSpan<T> _tensor;

    private InputView(ReadOnlySpan<T> span) => _span = span;

    private InputView(DeviceSpan<T> span)
    {
        _span = span.AsSpan();
        IsOnDevice = true;
    }

    private InputView(scoped in ReadOnlyTensorSpan<T> tensor) => _tensor = tensor;

    /// <summary>Number of elements.</summary>
    public long Length => _span.Length + (long)_tensor.FlattenedLength;

    /// <summary>Whether there is no element.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>Sizes of the dimensions of a tensor; empty for an array or a span.</summary>
    [UnscopedRef]
    public ReadOnlySpan<nint> Lengths => _tensor.Lengths;

    /// <summary>Strides of the dimensions of a tensor, in elements; empty for an array or a span.</summary>
    [UnscopedRef]
    public ReadOnlySpan<nint> Strides => _tensor.Strides;

    /// <summary>Whether the elements lie one after the other, in row-major order.</summary>
    public bool IsDense => _tensor.Rank == 0 || _tensor.IsDense;

    /// <summary>An array, dense; <see langword="null"/> is absent.</summary>
    /// <param name="array">The elements.</param>
    public static implicit operator InputView<T>(T[]? array) => new((ReadOnlySpan<T>)array);

    /// <summary>A span, dense.</summary>
    /// <param name="span">The elements.</param>
    public static implicit operator InputView<T>(Span<T> span) => new((ReadOnlySpan<T>)span);

    /// <summary>A span, dense.</summary>
    /// <param name="span">The elements.</param>
    public static implicit operator InputView<T>(ReadOnlySpan<T> span) => new(span);

    /// <summary>A tensor with its shape and strides; <see langword="null"/> is absent.</summary>
    /// <param name="tensor">The elements.</param>
    public static implicit operator InputView<T>(Tensor<T>? tensor) =>
        tensor is null ? default : new(tensor.AsReadOnlyTensorSpan());

    /// <summary>A tensor with its shape and strides.</summary>
    /// <param name="tensor">The elements.</param>
    public static implicit operator InputView<T>(scoped in TensorSpan<T> tensor) => new((ReadOnlyTensorSpan<T>)tensor);

    /// <summary>A tensor with its shape and strides.</summary>
    /// <param name="tensor">The elements.</param>
    public static implicit operator InputView<T>(scoped in ReadOnlyTensorSpan<T> tensor) => new(tensor);

    /// <summary>Memory of a GPU, dense.</summary>
    /// <param name="span">The elements.</param>
    /// <exception cref="ArgumentException">There are more than 2,147,483,647.</exception>
    public static implicit operator InputView<T>(DeviceSpan<T> span) => new(span);

    /// <summary>Memory of a GPU, dense; <see langword="null"/> is absent.</summary>
    /// <param name="buffer">The elements.</param>
    /// <exception cref="ArgumentException">There are more than 2,147,483,647.</exception>
    public static implicit operator InputView<T>(DeviceBuffer<T>? buffer) =>
        buffer is null ? default : new(buffer.Span);

    /// <summary>Whether the elements are in the memory of a GPU.</summary>
    internal bool IsOnDevice { get; }

    /// <summary>Sizes of the dimensions of a tensor that is present; an empty one is absent, whatever its
    /// shape.</summary>
    [UnscopedRef]
    internal ReadOnlySpan<nint> Shape => IsEmpty ? default : Lengths;

    /// <summary>Elements from the first to the last in memory, those between them included.</summary>
    internal long Extent
    {
        get
        {
            if (IsDense || IsEmpty) return Length;
            var last = 0L;
            for (var i = 0; i < Lengths.Length; i++) last += (Lengths[i] - 1) * (long)Strides[i];
            return last + 1;
        }
    }

    /// <summary>Whether elements of the same place in both views are equally far from the first.</summary>
    internal bool HasLayoutOf(scoped in InputView<T> other)
    {
        if (IsDense || other.IsDense) return IsDense && other.IsDense;
        if (!Lengths.SequenceEqual(other.Lengths)) return false;
        for (var i = 0; i < Lengths.Length; i++)
        {
            if (Lengths[i] > 1 && Strides[i] != other.Strides[i]) return false;
        }

        return true;
    }

    internal ref readonly T GetPinnableReference()
    {
        if (IsEmpty) return ref Unsafe.NullRef<T>();
        return ref _tensor.Rank == 0 ? ref MemoryMarshal.GetReference(_span) : ref _tensor.GetPinnableReference();
    }
}

/// <summary>Elements that a loss writes: an array, a span or a tensor, by implicit conversion. The default value means
/// "not wanted", and so do <see langword="null"/> and anything empty; what is not wanted is not computed.</summary>
/// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
/// <see cref="BFloat16"/>.</typeparam>
public readonly ref struct OutputView<T>
    where T : unmanaged
{
    private readonly InputView<T> _view;

    private OutputView(InputView<T> view) => _view = view;

    /// <summary>Number of elements.</summary>
    public long Length => _view.Length;

    /// <summary>Whether there is no element.</summary>
    public bool IsEmpty => _view.IsEmpty;

    /// <inheritdoc cref="InputView{T}.Lengths"/>
    [UnscopedRef]
    public ReadOnlySpan<nint> Lengths => _view.Lengths;

    /// <inheritdoc cref="InputView{T}.Strides"/>
    [UnscopedRef]
    public ReadOnlySpan<nint> Strides => _view.Strides;

    /// <inheritdoc cref="InputView{T}.IsDense"/>
    public bool IsDense => _view.IsDense;

    /// <summary>An array, dense; <see langword="null"/> is absent.</summary>
    /// <param name="array">Where to write.</param>
    public static implicit operator OutputView<T>(T[]? array) => new(array);

    /// <summary>A span, dense.</summary>
    /// <param name="span">Where to write.</param>
    public static implicit operator OutputView<T>(Span<T> span) => new(span);

    /// <summary>A tensor with its shape and strides; <see langword="null"/> is absent.</summary>
    /// <param name="tensor">Where to write.</param>
    public static implicit operator OutputView<T>(Tensor<T>? tensor) => new(tensor);

    /// <summary>A tensor with its shape and strides.</summary>
    /// <param name="tensor">Where to write.</param>
    public static implicit operator OutputView<T>(scoped in TensorSpan<T> tensor) => new(tensor);

    /// <summary>Memory of a GPU, dense.</summary>
    /// <param name="span">Where to write.</param>
    /// <exception cref="ArgumentException">There are more than 2,147,483,647 elements.</exception>
    public static implicit operator OutputView<T>(DeviceSpan<T> span) => new(span);

    /// <summary>Memory of a GPU, dense; <see langword="null"/> is absent.</summary>
    /// <param name="buffer">Where to write.</param>
    /// <exception cref="ArgumentException">There are more than 2,147,483,647 elements.</exception>
    public static implicit operator OutputView<T>(DeviceBuffer<T>? buffer) => new(buffer);

    /// <summary>The same elements, to be read.</summary>
    [UnscopedRef]
    internal ref readonly InputView<T> View => ref _view;

    internal ref readonly T GetPinnableReference() => ref _view.GetPinnableReference();
}
