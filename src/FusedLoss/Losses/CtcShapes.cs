using System.Diagnostics.CodeAnalysis;

namespace FusedLoss;

/// <summary>Brings the input of a CTC loss to frames, samples and classes with a stride each.</summary>
internal static class CtcShapes
{
    /// <summary>The input, and what it is called: exactly one of the two must be there.</summary>
    public static ref readonly InputView<T> Input<T>(ref readonly CtcBuffers<T> buffers, out string name)
        where T : unmanaged
    {
        var (logits, logs) = (IsPresent(buffers.Logits), IsPresent(buffers.LogProbabilities));
        if (logits && logs)
        {
            throw new ArgumentException(
                "logits and logProbabilities are both given, but they exclude each other.", "logProbabilities");
        }

        name = logs ? "logProbabilities" : "logits";
        return ref logs ? ref buffers.LogProbabilities : ref buffers.Logits;
    }

    /// <summary>The given shape, or that of a tensor.</summary>
    public static CtcShape Infer<T>(
        scoped in InputView<T> input, CtcShape given, CtcLayout layout, string name)
        where T : unmanaged
    {
        if (layout is not (CtcLayout.TimeMajor or CtcLayout.BatchMajor))
        {
            throw new ArgumentOutOfRangeException(
                "layout", $"layout is {layout} but must be a member of {nameof(CtcLayout)}.");
        }

        if (given != default) Check(given, input.Length, name);
        if (input.Lengths.IsEmpty)
        {
            if (given == default) ThrowNoShape(input.IsEmpty, name);
            return given;
        }

        var shape = OfTensor(input.Lengths, layout, name);
        if (given == default || given == shape) return shape;
        throw new ArgumentException($"{name} has shape {Require.Text(input.Lengths)} but shape is {given}.", name);
    }

    /// <summary>Strides of a view of the given shape.</summary>
    /// <exception cref="ArgumentException">The view has another shape, or its frames are not dense.</exception>
    public static CtcStrides Strides<T>(scoped in InputView<T> view, CtcShape shape, CtcLayout layout, string name)
        where T : unmanaged
    {
        // Not 0, which the native side takes for "dense".
        var dense = layout == CtcLayout.TimeMajor
            ? new CtcStrides(Math.Max(shape.N, 1) * shape.C, shape.C)
            : new CtcStrides(shape.C, Math.Max(shape.T, 1) * shape.C);
        if (view.IsEmpty) return dense;
        CheckShape(view, shape, layout, name);
        if (view.IsDense) return dense;
        var strides = view.Strides;
        var (time, batch) = strides.Length == 2 ? (0, -1) : layout == CtcLayout.TimeMajor ? (0, 1) : (1, 0);
        if (shape.C > 1 && strides[^1] != 1) ThrowLayout(view, name, "each frame must be dense");
        var found = new CtcStrides(
            shape.T > 1 ? strides[time] : dense.Time, shape.N > 1 ? strides[batch] : dense.Batch);
        if (found == default) ThrowLayout(view, name, "the same frame must not stand for all");
        return found;
    }

    /// <summary>As <see cref="Strides"/>, for what is written: frames must not reach into each other.</summary>
    public static CtcStrides Output<T>(scoped in OutputView<T> view, CtcShape shape, CtcLayout layout, string name)
        where T : unmanaged
    {
        var strides = Strides(view.View, shape, layout, name);
        if (!view.IsEmpty && !strides.IsDistinct(shape))
            ThrowLayout(view.View, name, "frames must not reach into each other");
        return strides;
    }

    /// <summary>An empty tensor is an input, too: it has a shape.</summary>
    private static bool IsPresent<T>(scoped in InputView<T> view)
        where T : unmanaged => !view.IsEmpty || !view.Lengths.IsEmpty;

    private static CtcShape OfTensor(ReadOnlySpan<nint> lengths, CtcLayout layout, string name)
    {
        var shape = lengths.Length switch
        {
            2 => new CtcShape(lengths[0], 1, lengths[1]),
            3 when layout == CtcLayout.TimeMajor => new CtcShape(lengths[0], lengths[1], lengths[2]),
            3 => new CtcShape(lengths[1], lengths[0], lengths[2]),
            _ => throw new ArgumentException(
                $"{name} has shape {Require.Text(lengths)}, but {Wanted(layout)} or [T, C] is needed.", name),
        };
        return shape.C > 0 ? shape : throw new ArgumentException(
            $"{name} has 0 classes, but at least 1 is needed.", name);
    }

    private static void Check(CtcShape shape, long count, string name)
    {
        if (shape.T < 0 || shape.N < 0 || shape.C < 1)
        {
            throw new ArgumentException(
                $"shape is {shape}, but T and N must be at least 0 and C at least 1.", "shape");
        }

        if ((Int128)shape.T * shape.N * shape.C != count)
            throw new ArgumentException($"{name} has {count} elements but shape is {shape}.", name);
    }

    private static void CheckShape<T>(scoped in InputView<T> view, CtcShape shape, CtcLayout layout, string name)
        where T : unmanaged
    {
        var lengths = view.Lengths;
        if (lengths.IsEmpty)
        {
            if ((Int128)shape.T * shape.N * shape.C != view.Length)
                throw new ArgumentException($"{name} has {view.Length} elements but the input is {shape}.", name);
            return;
        }

        var fits = lengths.Length == 3
            || (lengths.Length == 2 && shape.N == 1 && lengths[0] == shape.T && lengths[1] == shape.C);
        if (fits && OfTensor(lengths, layout, name) == shape) return;
        throw new ArgumentException($"{name} has shape {Require.Text(lengths)} but the input is {shape}.", name);
    }

    private static string Wanted(CtcLayout layout) => layout == CtcLayout.TimeMajor ? "[T, N, C]" : "[N, T, C]";

    [DoesNotReturn]
    private static void ThrowNoShape(bool isEmpty, string name) => throw (isEmpty
        ? new ArgumentException("logits or logProbabilities must be given.", "logits")
        : new ArgumentException($"shape is needed, unless {name} is a tensor.", "shape"));

    [DoesNotReturn]
    private static void ThrowLayout<T>(scoped in InputView<T> view, string name, string needed)
        where T : unmanaged => throw new ArgumentException(
            $"{name} has shape {Require.Text(view.Lengths)} and strides {Require.Text(view.Strides)}, "
            + $"but {needed}; copy it to a dense tensor first.",
            name);
}
