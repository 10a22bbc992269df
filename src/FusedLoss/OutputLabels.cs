using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Class indices that a loss writes, one per row, of the type of its labels: an array or a span, by implicit
/// conversion. The default value means "not wanted", and so does anything empty.</summary>
public readonly ref struct OutputLabels
{
    private readonly ref readonly byte _start;

    private OutputLabels(ref readonly byte start, long length, fl_label_type type)
    {
        _start = ref start;
        (Length, Type) = (length, type);
    }

    /// <summary>Number of labels.</summary>
    public long Length { get; }

    /// <summary>Whether there is no label.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>0 for the default value.</summary>
    internal fl_label_type Type { get; }

    /// <summary>Whether the labels are in the memory of a GPU.</summary>
    internal bool IsOnDevice { get; private init; }

    internal long Bytes => Length * (Type == fl_label_type.FL_INT64 ? sizeof(long) : sizeof(int));

    /// <summary>An array; <see langword="null"/> is absent.</summary>
    /// <param name="labels">Where to write.</param>
    public static implicit operator OutputLabels(int[]? labels) => (Span<int>)labels;

    /// <inheritdoc cref="op_Implicit(int[])"/>
    public static implicit operator OutputLabels(long[]? labels) => (Span<long>)labels;

    /// <summary>A span.</summary>
    /// <param name="labels">Where to write.</param>
    public static implicit operator OutputLabels(Span<int> labels) =>
        new(ref Unsafe.As<int, byte>(ref MemoryMarshal.GetReference(labels)), labels.Length, fl_label_type.FL_INT32);

    /// <inheritdoc cref="op_Implicit(Span{int})"/>
    public static implicit operator OutputLabels(Span<long> labels) =>
        new(ref Unsafe.As<long, byte>(ref MemoryMarshal.GetReference(labels)), labels.Length, fl_label_type.FL_INT64);

    /// <summary>Memory of a GPU.</summary>
    /// <param name="labels">Where to write.</param>
    public static implicit operator OutputLabels(DeviceSpan<int> labels) =>
        new(ref Unsafe.As<int, byte>(ref MemoryMarshal.GetReference(labels.AsSpan())), labels.Length,
            fl_label_type.FL_INT32) { IsOnDevice = true };

    /// <inheritdoc cref="op_Implicit(DeviceSpan{int})"/>
    public static implicit operator OutputLabels(DeviceSpan<long> labels) =>
        new(ref Unsafe.As<long, byte>(ref MemoryMarshal.GetReference(labels.AsSpan())), labels.Length,
            fl_label_type.FL_INT64) { IsOnDevice = true };

    /// <summary>Memory of a GPU; <see langword="null"/> is absent.</summary>
    /// <param name="labels">Where to write.</param>
    public static implicit operator OutputLabels(DeviceBuffer<int>? labels) => labels is null ? default : labels.Span;

    /// <inheritdoc cref="op_Implicit(DeviceBuffer{int})"/>
    public static implicit operator OutputLabels(DeviceBuffer<long>? labels) => labels is null ? default : labels.Span;

    internal ref readonly byte GetPinnableReference()
    {
        if (IsEmpty) return ref Unsafe.NullRef<byte>();
        return ref _start;
    }
}
