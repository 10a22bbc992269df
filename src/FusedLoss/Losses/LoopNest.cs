namespace FusedLoss;

/// <summary>Nested loops over the elements of several operands: the size of each loop and, per operand, its stride.
/// Works in memory that the caller lends.</summary>
internal ref struct LoopNest(Span<long> memory)
{
    /// <summary>Dimensions that a tensor may have, and room for a cut per weight.</summary>
    public const int MostDimensions = 16, Room = MostDimensions + 2;

    private readonly Span<long> _memory = memory;

    public int Rank { get; private set; }

    public readonly Span<long> Sizes => _memory[..Rank];

    public static int MemoryFor(int operands) => (operands + 1) * Room;

    public readonly Span<long> Strides(int operand) => _memory.Slice((operand + 1) * Room, Rank);

    public void SetSizes(scoped ReadOnlySpan<nint> sizes)
    {
        Rank = sizes.Length;
        for (var i = 0; i < Rank; i++) _memory[i] = sizes[i];
    }

    public void SetSize(long size)
    {
        Rank = 1;
        _memory[0] = size;
    }

    /// <summary>Makes an operand dense in the innermost loops that have <paramref name="period"/> elements together,
    /// and repeat in the others.</summary>
    public readonly void SetRepeated(int operand, long period)
    {
        var strides = Strides(operand);
        var elements = 1L;
        for (var i = Rank - 1; i >= 0; i--)
        {
            strides[i] = elements < period ? elements : 0;
            elements *= Sizes[i];
        }
    }

    /// <summary>Cuts one loop in two where needed, so that the innermost ones have <paramref name="period"/> elements
    /// together.</summary>
    /// <returns>Whether that is possible.</returns>
    public bool TryCut(long period, int operands)
    {
        var elements = 1L;
        for (var i = Rank - 1; i >= 0 && elements < period; i--)
        {
            var size = Sizes[i];
            if (period % elements != 0) return false;
            var inner = period / elements;
            if (inner < size)
            {
                if (size % inner != 0) return false;
                Cut(i, inner, operands);
                return true;
            }

            elements *= size;
        }

        return elements == period;
    }

    /// <summary>Drops loops of size 1 and joins neighbours that all operands walk through without a jump.</summary>
    public void Join(int operands)
    {
        var kept = 0;
        for (var i = 0; i < Rank; i++)
        {
            if (Sizes[i] == 1) continue;
            var joins = kept > 0;
            for (var o = 0; o < operands && joins; o++) joins = Strides(o)[kept - 1] == Strides(o)[i] * Sizes[i];
            if (!joins) kept++;
            for (var o = 0; o < operands; o++) Strides(o)[kept - 1] = Strides(o)[i];
            Sizes[kept - 1] = joins ? Sizes[kept - 1] * Sizes[i] : Sizes[i];
        }

        Rank = kept;
    }

    public readonly bool IsDense(int operand)
    {
        var elements = 1L;
        for (var i = Rank - 1; i >= 0; i--)
        {
            if (Strides(operand)[i] != elements) return false;
            elements *= Sizes[i];
        }

        return true;
    }

    /// <summary>Whether no element is met twice: each loop has to step over what those with smaller strides
    /// cover.</summary>
    public readonly bool IsDistinct(int operand)
    {
        var strides = Strides(operand);
        for (var i = 0; i < Rank; i++)
        {
            var covered = 1L;
            for (var j = 0; j < Rank; j++)
            {
                if (j != i && strides[j] <= strides[i]) covered += (Sizes[j] - 1) * strides[j];
            }

            if (strides[i] < covered) return false;
        }

        return true;
    }

    private void Cut(int loop, long inner, int operands)
    {
        Rank++;
        for (var row = 0; row <= operands; row++)
        {
            var values = _memory.Slice(row * Room, Rank);
            values[loop..^1].CopyTo(values[(loop + 1)..]);
        }

        Sizes[loop] /= inner;
        Sizes[loop + 1] = inner;
        for (var o = 0; o < operands; o++) Strides(o)[loop] *= inner;
    }
}
