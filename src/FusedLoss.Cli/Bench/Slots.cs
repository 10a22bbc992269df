using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FusedLoss.Cli.Bench;

/// <summary>Memory that one workload after the other uses, so that only the first of them pays for new pages.</summary>
/// <remarks>
/// Arrays begin at a multiple of 64 bytes, and no two of them at the same place of a page: a store to one would be
/// taken for a store to the other until its whole address is known. Every page has been written to, because pages that
/// never were are all the same one, and reading that is reading the cache.
/// </remarks>
internal sealed class Slots
{
    private const int Page = 4096;
    private const int Stagger = 13 * 64;

    private readonly List<byte[]> _blocks = [];
    private int _taken;

    /// <summary>What was taken before is forgotten, and its memory is given again.</summary>
    public void Clear() => _taken = 0;

    public Slot<T> Take<T>(long length) where T : unmanaged
    {
        int index = _taken++, bytes = checked((int)(length * Unsafe.SizeOf<T>()));
        int room = bytes + 2 * Page;
        if (index == _blocks.Count) _blocks.Add([]);
        if (_blocks[index].Length < room) _blocks[index] = Block(room);
        byte[] block = _blocks[index];
        long misaligned = Marshal.UnsafeAddrOfPinnedArrayElement(block, 0) % Page;
        return new(block, (int)(Page - misaligned) + index * Stagger % Page, (int)length);
    }

    private static byte[] Block(int room)
    {
        byte[] block = GC.AllocateUninitializedArray<byte>(room, pinned: true);
        Array.Fill(block, (byte)1);
        return block;
    }
}

/// <summary>A part of a block that counts as an array.</summary>
internal readonly struct Slot<T>(byte[] block, int offset, int length) where T : unmanaged
{
    public int Length => length;

    public Span<T> Span => MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref block[offset]), length);
}

/// <summary>An input: a pattern of ordinary numbers, repeated, and room for its gradient.</summary>
internal sealed class Operand<T> where T : unmanaged
{
    private readonly T[] _pattern;
    private readonly Slot<T> _values, _gradient;

    public Operand(Slots slots, long length, T[] pattern, bool withGradient = true)
    {
        _pattern = pattern;
        _values = slots.Take<T>(length);
        if (withGradient) _gradient = slots.Take<T>(length);
        Restore();
    }

    public Span<T> Values => _values.Span;

    /// <summary>Where the gradient goes: over the values, or to a place of its own.</summary>
    public Span<T> Gradient(bool inPlace) => inPlace ? _values.Span : _gradient.Span;

    /// <summary>Makes the values what they were before a gradient was written over them.</summary>
    public void Restore()
    {
        Span<T> rest = _values.Span;
        while (rest.Length > 0)
        {
            int count = Math.Min(rest.Length, _pattern.Length);
            _pattern.AsSpan(0, count).CopyTo(rest);
            rest = rest[count..];
        }
    }
}
