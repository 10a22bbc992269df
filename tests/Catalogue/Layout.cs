namespace FusedLoss.Catalogue;

/// <summary>Where the elements of a tensor lie: shape and strides in elements, the latter null for a plain
/// span.</summary>
internal sealed record Layout(nint[] Shape, nint[]? Strides)
{
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Elements from the first to the last one, gaps included.</summary>
    public long Extent
    {
        get
        {
            if (Count == 0 || Strides is null) return Count;
            var last = 0L;
            for (var d = 0; d < Shape.Length; d++) last += (Shape[d] - 1) * Strides[d];
            return last + 1;
        }
    }

    /// <summary>A span.</summary>
    public static Layout Dense(long count) => new([(nint)count], null);

    /// <summary>A tensor whose rows are followed by a gap.</summary>
    public static Layout Padded(nint[] shape, int gap)
    {
        var strides = DenseStrides(shape);
        for (var d = 0; d < shape.Length - 1; d++) strides[d] = strides[d] / shape[^1] * (shape[^1] + gap);
        return new(shape, strides);
    }

    /// <summary>A tensor that takes every step-th element of another.</summary>
    public static Layout Stepped(nint[] shape, int step) =>
        new(shape, Array.ConvertAll(DenseStrides(shape), stride => stride * step));

    /// <summary>A tensor stored with its dimensions the other way round.</summary>
    public static Layout Transposed(nint[] shape)
    {
        var strides = DenseStrides([.. shape.Reverse()]);
        Array.Reverse(strides);
        return new(shape, strides);
    }

    /// <summary>Row-major strides of a dense tensor.</summary>
    public static nint[] DenseStrides(nint[] shape)
    {
        var strides = new nint[shape.Length];
        nint stride = 1;
        for (var d = shape.Length - 1; d >= 0; d--)
        {
            strides[d] = stride;
            stride *= shape[d];
        }
        return strides;
    }

    /// <summary>Strides as TensorSpan wants them: 0 where a dimension has one element, none where there is no
    /// element.</summary>
    public nint[] TensorStrides => Count == 0 ? [] : [.. Strides!.Select((stride, d) => Shape[d] == 1 ? 0 : stride)];

    /// <summary>Positions of all elements, in row-major order; null for a plain span.</summary>
    public int[]? Offsets()
    {
        if (Strides is null) return null;
        var offsets = new int[Count];
        var (index, offset) = (new nint[Shape.Length], (nint)0);
        for (var i = 0; i < offsets.Length; i++)
        {
            offsets[i] = checked((int)offset);
            for (var d = Shape.Length - 1; d >= 0; d--)
            {
                offset += Strides[d];
                if (++index[d] < Shape[d]) break;
                offset -= Shape[d] * Strides[d];
                index[d] = 0;
            }
        }
        return offsets;
    }
}
