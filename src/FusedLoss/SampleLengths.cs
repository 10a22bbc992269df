using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>How long each sample is, <see cref="int"/> or <see cref="long"/>: an array, a span or a dense tensor, by
/// implicit conversion. The default value means "absent", as does <see langword="null"/>. Lengths of other types are
/// converted by <c>TensorPrimitives.ConvertChecked</c>.</summary>
public readonly ref struct SampleLengths
{
    private readonly ref readonly byte _start;

    private SampleLengths(ref readonly byte start, long count, fl_label_type type, bool dense)
    {
        _start = ref start;
        (Count, Type, IsDense) = (count, type, dense || count == 0);
    }

    /// <summary>Number of samples.</summary>
    public long Count { get; }

    /// <summary>0 when lengths are absent.</summary>
    internal fl_label_type Type { get; }

    internal bool IsDense { get; }

    /// <summary>Whether the lengths are in the memory of a GPU.</summary>
    internal bool IsOnDevice { get; private init; }

    internal long Bytes => Count * (Type == fl_label_type.FL_INT32 ? sizeof(int) : sizeof(long));

    /// <summary>The length of a sample.</summary>
    internal long this[long sample] => Type == fl_label_type.FL_INT32
        ? Unsafe.As<byte, int>(ref Unsafe.Add(ref Unsafe.AsRef(in _start), (nint)sample * sizeof(int)))
        : Unsafe.As<byte, long>(ref Unsafe.Add(ref Unsafe.AsRef(in _start), (nint)sample * sizeof(long)));

    /// <summary>An array; <see langword="null"/> is absent.</summary>
    /// <param name="lengths">The lengths.</param>
    public static implicit operator SampleLengths(int[]? lengths) =>
        lengths is null ? default(SampleLengths) : (ReadOnlySpan<int>)lengths;

    /// <inheritdoc cref="op_Implicit(int[])"/>
    public static implicit operator SampleLengths(long[]? lengths) =>
        lengths is null ? default(SampleLengths) : (ReadOnlySpan<long>)lengths;

    /// <summary>A span.</summary>
    /// <param name="lengths">The lengths.</param>
    public static implicit operator SampleLengths(Span<int> lengths) => (ReadOnlySpan<int>)lengths;

    /// <inheritdoc cref="op_Implicit(Span{int})"/>
    public static implicit operator SampleLengths(Span<long> lengths) => (ReadOnlySpan<long>)lengths;

    /// <inheritdoc cref="op_Implicit(Span{int})"/>
    public static implicit operator SampleLengths(ReadOnlySpan<int> lengths) => new(
        ref Unsafe.As<int, byte>(ref MemoryMarshal.GetReference(lengths)), lengths.Length, fl_label_type.FL_INT32,
        dense: true);

    /// <inheritdoc cref="op_Implicit(Span{int})"/>
    public static implicit operator SampleLengths(ReadOnlySpan<long> lengths) => new(
        ref Unsafe.As<long, byte>(ref MemoryMarshal.GetReference(lengths)), lengths.Length, fl_label_type.FL_INT64,
        dense: true);

    /// <summary>A dense tensor; any other is refused when a loss is called.</summary>
    /// <param name="lengths">The lengths.</param>
    public static implicit operator SampleLengths(scoped in ReadOnlyTensorSpan<int> lengths) => new(
        ref Unsafe.As<int, byte>(ref Unsafe.AsRef(in lengths.GetPinnableReference())), lengths.FlattenedLength,
        fl_label_type.FL_INT32, lengths.IsDense);

    /// <inheritdoc cref="op_Implicit(in ReadOnlyTensorSpan{int})"/>
    public static implicit operator SampleLengths(scoped in ReadOnlyTensorSpan<long> lengths) => new(
        ref Unsafe.As<long, byte>(ref Unsafe.AsRef(in lengths.GetPinnableReference())), lengths.FlattenedLength,
        fl_label_type.FL_INT64, lengths.IsDense);

    /// <inheritdoc cref="op_Implicit(in ReadOnlyTensorSpan{int})"/>
    public static implicit operator SampleLengths(scoped in TensorSpan<int> lengths) =>
        (ReadOnlyTensorSpan<int>)lengths;

    /// <inheritdoc cref="op_Implicit(in ReadOnlyTensorSpan{int})"/>
    public static implicit operator SampleLengths(scoped in TensorSpan<long> lengths) =>
        (ReadOnlyTensorSpan<long>)lengths;

    /// <summary>A dense tensor; <see langword="null"/> is absent.</summary>
    /// <param name="lengths">The lengths.</param>
    public static implicit operator SampleLengths(Tensor<int>? lengths) =>
        lengths is null ? default : lengths.AsReadOnlyTensorSpan();

    /// <inheritdoc cref="op_Implicit(Tensor{int})"/>
    public static implicit operator SampleLengths(Tensor<long>? lengths) =>
        lengths is null ? default : lengths.AsReadOnlyTensorSpan();

    /// <summary>Memory of a GPU.</summary>
    /// <param name="lengths">The lengths.</param>
    public static implicit operator SampleLengths(DeviceSpan<int> lengths) =>
        (SampleLengths)lengths.AsSpan() with { IsOnDevice = true };

    /// <inheritdoc cref="op_Implicit(DeviceSpan{int})"/>
    public static implicit operator SampleLengths(DeviceSpan<long> lengths) =>
        (SampleLengths)lengths.AsSpan() with { IsOnDevice = true };

    /// <summary>Memory of a GPU; <see langword="null"/> is absent.</summary>
    /// <param name="lengths">The lengths.</param>
    public static implicit operator SampleLengths(DeviceBuffer<int>? lengths) =>
        lengths is null ? default : lengths.Span;

    /// <inheritdoc cref="op_Implicit(DeviceBuffer{int})"/>
    public static implicit operator SampleLengths(DeviceBuffer<long>? lengths) =>
        lengths is null ? default : lengths.Span;

    internal ref readonly byte GetPinnableReference() => ref _start;
}
