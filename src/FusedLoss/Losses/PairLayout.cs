using System.Diagnostics.CodeAnalysis;

namespace FusedLoss;

/// <summary>Brings vectors to rows of so many dimensions, a stride apart.</summary>
internal static class PairLayout
{
    /// <summary>Number of vectors and their length: as given, from a tensor's shape, or from the number of
    /// targets.</summary>
    public static (long Rows, long Dimensions) Infer<T>(scoped in PairBuffers<T> buffers, PairNames names)
        where T : unmanaged
    {
        var (first, given) = (names.Inputs[0], buffers.Dimensions);
        if (given < 0)
            throw new ArgumentOutOfRangeException("dimensions", $"dimensions is {given} but must be at least 1.");
        ref readonly var input = ref buffers.Input1;
        if (!input.Lengths.IsEmpty) return OfTensor(input, given, first);
        if (given > 0)
        {
            if (input.Length % given == 0) return (input.Length / given, given);
            throw new ArgumentException(
                $"{first} has {input.Length} elements, which is no multiple of {given} dimensions.", first);
        }

        if (names == PairNames.Triplet)
            throw new ArgumentException($"dimensions must be given, unless {first} is a tensor.", "dimensions");
        return OfTargets(input.Length, buffers.Target.Length, first);
    }

    /// <summary>An optional view is absent when it is empty; any other must have the length of the first input and, if
    /// both are tensors, its shape.</summary>
    public static void CheckLike<T>(
        scoped in InputView<T> view, string name, scoped in InputView<T> first, string firstName, long dimensions)
        where T : unmanaged
    {
        Require.LengthIfAny(view.Length, name, first.Length, firstName);
        var lengths = view.Shape;
        if (lengths.IsEmpty) return;
        if (first.Lengths.IsEmpty)
        {
            if (lengths[^1] == dimensions) return;
            throw new ArgumentException(
                $"{name} has shape {Require.Text(lengths)}, but vectors of {dimensions} elements are needed.", name);
        }

        if (lengths.SequenceEqual(first.Lengths)) return;
        throw new ArgumentException(
            $"{name} has shape {Require.Text(lengths)} but {firstName} has shape {Require.Text(first.Lengths)}.", name);
    }

    /// <summary>Elements from one vector to the next; 0 when everything is dense.</summary>
    /// <exception cref="ArgumentException">Vectors are not dense, or not one stride apart.</exception>
    public static long Input<T>(scoped in InputView<T> view, string name)
        where T : unmanaged
    {
        if (view.IsDense || view.IsEmpty) return 0;
        var lengths = view.Lengths;
        var strides = view.Strides;
        var (rows, stride) = (1L, 0L);
        for (var i = lengths.Length - 2; i >= 0; i--)
        {
            if (lengths[i] == 1) continue;
            if (rows == 1) stride = strides[i];
            if (strides[i] != stride * rows || stride == 0) ThrowLayout(view, name, "must be one stride apart");
            rows *= lengths[i];
        }

        if (lengths[^1] > 1 && strides[^1] != 1) ThrowLayout(view, name, "must be dense");
        return stride;
    }

    /// <summary>As <see cref="Input"/>, for what is written: vectors must not reach into each other.</summary>
    public static long Output<T>(scoped in OutputView<T> view, string name, long dimensions)
        where T : unmanaged
    {
        var stride = Input(view.View, name);
        if (stride > 0 && stride < dimensions) ThrowLayout(view.View, name, "must not reach into each other");
        return stride;
    }

    private static (long Rows, long Dimensions) OfTensor<T>(scoped in InputView<T> input, long given, string name)
        where T : unmanaged
    {
        var (rows, dimensions) = (1L, (long)input.Lengths[^1]);
        foreach (var length in input.Lengths[..^1]) rows *= length;
        if (given == 0 || given == dimensions) return (rows, dimensions);
        throw new ArgumentException(
            $"dimensions is {given} but {name} has shape {Require.Text(input.Lengths)}.", "dimensions");
    }

    private static (long Rows, long Dimensions) OfTargets(long length, long targets, string name)
    {
        if (targets == 0 && length == 0) return (0, 0);
        if (targets == 0) throw new ArgumentException($"target has 0 elements but {name} has {length}.", "target");
        if (length % targets == 0) return (targets, length / targets);
        throw new ArgumentException(
            $"target has {targets} elements but {name} has {length}, which is no multiple of {targets}.", "target");
    }

    [DoesNotReturn]
    private static void ThrowLayout<T>(scoped in InputView<T> view, string name, string needed)
        where T : unmanaged => throw new ArgumentException(
            $"{name} has shape {Require.Text(view.Lengths)} and strides {Require.Text(view.Strides)}, "
            + $"but its vectors {needed}; copy it to a dense tensor first.",
            name);
}
