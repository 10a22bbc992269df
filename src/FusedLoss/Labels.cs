using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Class indices, one per row, <see cref="int"/> or <see cref="long"/>: an array, a span or a dense tensor, by
/// implicit conversion. The default value means "absent", as does <see langword="null"/>.</summary>
public readonly ref struct Labels
{
    private readonly ref readonly byte _start;

    private Labels(ReadOnlySpan<int> labels)
    {
        _start = ref Unsafe.As<int, byte>(ref MemoryMarshal.GetReference(labels));
        Length = labels.Length;
        Type = fl_label_type.FL_INT32;
    }

    private Labels(ReadOnlySpan<long> labels)
    {
        _start = ref Unsafe.As<long, byte>(ref MemoryMarshal.GetReference(labels));
        Length = labels.Length;
        Type = fl_label_type.FL_INT64;
    }

    private Labels(scoped in ReadOnlyTensorSpan<int> labels)
    {
        _start = ref Unsafe.As<int, byte>(ref Unsafe.AsRef(in Require.Dense(labels)));
        Length = labels.FlattenedLength;
        Type = fl_label_type.FL_INT32;
    }

    private Labels(scoped in ReadOnlyTensorSpan<long> labels)
    {
        _start = ref Unsafe.As<long, byte>(ref Unsafe.AsRef(in Require.Dense(labels)));
        Length = labels.FlattenedLength;
        Type = fl_label_type.FL_INT64;
    }

    /// <summary>Number of labels.</summary>
    public long Length { get; }

    /// <summary>0 when labels are absent.</summary>
    internal fl_label_type Type { get; }

    /// <summary>Whether the labels are in the memory of a GPU.</summary>
    internal bool IsOnDevice { get; private init; }

    internal int ElementSize => Type == fl_label_type.FL_INT32 ? sizeof(int) : sizeof(long);

    /// <summary>The class index of a row.</summary>
    internal long this[long row] => Type == fl_label_type.FL_INT32
        ? Unsafe.As<byte, int>(ref Unsafe.Add(ref Unsafe.AsRef(in _start), (nint)row * sizeof(int)))
        : Unsafe.As<byte, long>(ref Unsafe.Add(ref Unsafe.AsRef(in _start), (nint)row * sizeof(long)));

    /// <summary>An array; <see langword="null"/> is absent.</summary>
    /// <param name="labels">The class indices.</param>
    public static implicit operator Labels(int[]? labels) =>
        labels is null ? default : new((ReadOnlySpan<int>)labels);

    /// <inheritdoc cref="op_Implicit(int[])"/>
    public static implicit operator Labels(long[]? labels) =>
        labels is null ? default : new((ReadOnlySpan<long>)labels);

    /// <summary>A span.</summary>
    /// <param name="labels">The class indices.</param>
    public static implicit operator Labels(Span<int> labels) => new((ReadOnlySpan<int>)labels);

    /// <inheritdoc cref="op_Implicit(Span{int})"/>
    public static implicit operator Labels(Span<long> labels) => new((ReadOnlySpan<long>)labels);

    /// <inheritdoc cref="op_Implicit(Span{int})"/>
    public static implicit operator Labels(ReadOnlySpan<int> labels) => new(labels);

    /// <inheritdoc cref="op_Implicit(Span{int})"/>
    public static implicit operator Labels(ReadOnlySpan<long> labels) => new(labels);

    /// <summary>A dense tensor.</summary>
    /// <param name="labels">The class indices.</param>
    /// <exception cref="ArgumentException">The tensor is not dense.</exception>
    public static implicit operator Labels(scoped in TensorSpan<int> labels) => new((ReadOnlyTensorSpan<int>)labels);

    /// <inheritdoc cref="op_Implicit(in TensorSpan{int})"/>
    public static implicit operator Labels(scoped in TensorSpan<long> labels) => new((ReadOnlyTensorSpan<long>)labels);

    /// <inheritdoc cref="op_Implicit(in TensorSpan{int})"/>
    public static implicit operator Labels(scoped in ReadOnlyTensorSpan<int> labels) => new(labels);

    /// <inheritdoc cref="op_Implicit(in TensorSpan{int})"/>
    public static implicit operator Labels(scoped in ReadOnlyTensorSpan<long> labels) => new(labels);

    /// <inheritdoc cref="op_Implicit(in TensorSpan{int})"/>
    public static implicit operator Labels(Tensor<int>? labels) =>
        labels is null ? default : new(labels.AsReadOnlyTensorSpan());

    /// <inheritdoc cref="op_Implicit(in TensorSpan{int})"/>
    public static implicit operator Labels(Tensor<long>? labels) =>
        labels is null ? default : new(labels.AsReadOnlyTensorSpan());

    /// <summary>Memory of a GPU.</summary>
    /// <param name="labels">The class indices.</param>
    public static implicit operator Labels(DeviceSpan<int> labels) =>
        new Labels(labels.AsSpan()) with { IsOnDevice = true };

    /// <inheritdoc cref="op_Implicit(DeviceSpan{int})"/>
    public static implicit operator Labels(DeviceSpan<long> labels) =>
        new Labels(labels.AsSpan()) with { IsOnDevice = true };

    /// <summary>Memory of a GPU; <see langword="null"/> is absent.</summary>
    /// <param name="labels">The class indices.</param>
    public static implicit operator Labels(DeviceBuffer<int>? labels) => labels is null ? default : labels.Span;

    /// <inheritdoc cref="op_Implicit(DeviceBuffer{int})"/>
    public static implicit operator Labels(DeviceBuffer<long>? labels) => labels is null ? default : labels.Span;

    internal ref readonly byte GetPinnableReference() => ref _start;
}
