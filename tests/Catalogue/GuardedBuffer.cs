using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FusedLoss.Catalogue;

/// <summary>
/// A buffer between guard zones, filled with a NaN of its own, so that a test sees an element that was not written and
/// one that was written without being part of the tensor. The guard's size is odd: nothing is aligned by luck.
/// </summary>
internal sealed class GuardedBuffer<T> where T : unmanaged
{
    private const int Guard = 67;

    private static readonly T Poison = Make();
    private readonly T[] _memory;
    private readonly Layout _layout;
    private readonly int[]? _offsets;

    public GuardedBuffer(Layout layout)
    {
        (_layout, _offsets) = (layout, layout.Offsets());
        _memory = new T[layout.Extent + 2 * Guard];
        _memory.AsSpan().Fill(Poison);
    }

    public GuardedBuffer(Layout layout, ReadOnlySpan<T> values) : this(layout)
    {
        if (layout.Strides is null) values.CopyTo(_memory.AsSpan(Guard));
        else for (var i = 0; i < values.Length; i++) this[i] = values[i];
    }

    public long Count => _layout.Count;

    public T this[long index]
    {
        get => _memory[Guard + (_offsets is null ? index : _offsets[index])];
        private set => _memory[Guard + (_offsets is null ? index : _offsets[index])] = value;
    }

    public InputView<T> Input => _layout.Strides is null ? (ReadOnlySpan<T>)Span : (ReadOnlyTensorSpan<T>)Tensor;

    public OutputView<T> Output => _layout.Strides is null ? Span : Tensor;

    public Span<T> Span => _memory.AsSpan(Guard, (int)_layout.Extent);

    public TensorSpan<T> Tensor => new(_memory, Guard, _layout.Shape, _layout.TensorStrides);

    /// <summary>All bytes, guards included, to compare two runs.</summary>
    public ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(_memory.AsSpan());

    public static ReadOnlySpan<byte> BytesOf(GuardedBuffer<T>? buffer) => buffer is null ? [] : buffer.Bytes;

    /// <summary>The element was not written.</summary>
    public bool IsPoisoned(long index) => Same(this[index], Poison);

    /// <summary>Nothing was written at all.</summary>
    public bool IsUntouched => DamageIn(0, _memory.Length) is null;

    /// <summary>What is wrong with the memory around and between the elements, or null.</summary>
    public string? Damage()
    {
        if (_offsets is null) return DamageIn(0, Guard) ?? DamageIn(Guard + (int)Count, _memory.Length);
        var mine = new bool[_memory.Length];
        foreach (var offset in _offsets) mine[Guard + offset] = true;
        for (var i = 0; i < _memory.Length; i++)
            if (!mine[i] && DamageIn(i, i + 1) is { } damage) return damage;
        return null;
    }

    private string? DamageIn(int from, int to)
    {
        for (var i = from; i < to; i++)
            if (!Same(_memory[i], Poison)) return $"wrote {_memory[i]} outside of the tensor, at offset {i - Guard}";
        return null;
    }

    // Bits, because NaN equals nothing and other NaNs are not this one.
    private static bool Same(T a, T b) => Unsafe.SizeOf<T>() switch
    {
        sizeof(ushort) => Unsafe.BitCast<T, ushort>(a) == Unsafe.BitCast<T, ushort>(b),
        sizeof(uint) => Unsafe.BitCast<T, uint>(a) == Unsafe.BitCast<T, uint>(b),
        _ => Unsafe.BitCast<T, ulong>(a) == Unsafe.BitCast<T, ulong>(b),
    };

    private static T Make() => Element.PrecisionOf<T>() switch
    {
        Precision.Float32 => (T)(object)BitConverter.Int32BitsToSingle(0x7FD1D1D1),
        Precision.Float64 => (T)(object)BitConverter.Int64BitsToDouble(0x7FFDD1D1D1D1D1D1),
        Precision.Float16 => (T)(object)BitConverter.UInt16BitsToHalf(0x7F51),
        _ => (T)(object)BFloat16.FromBits(0x7FD1),
    };
}
