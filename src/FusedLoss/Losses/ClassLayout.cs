namespace FusedLoss;

/// <summary>Brings logits to the layout (outer, classes, inner) of the native side.</summary>
internal static class ClassLayout
{
    /// <summary>The given shape, or the one that the logits' own shape or the number of labels implies.</summary>
    public static ClassShape Infer<T>(scoped in ClassArgs<T> buffers)
        where T : unmanaged
    {
        ref readonly var logits = ref buffers._logits;
        if (buffers.Shape != default) return Checked(buffers.Shape, logits.Length);
        var lengths = logits.Lengths;
        if (lengths.Length > 1)
        {
            var inner = 1L;
            foreach (var length in lengths[2..]) inner *= length;
            return WithClasses(new(lengths[0], lengths[1], inner));
        }

        if (lengths.Length == 1) return WithClasses(new(1, lengths[0]));
        if (buffers._labels.Type == 0 && !logits.IsEmpty)
            throw new ArgumentException("shape is needed with probabilities, unless logits is a tensor.", "shape");
        return OfSpans(logits.Length, buffers._labels.Length, buffers._classWeights.Length);
    }

    /// <summary>N rows of C logits, N being the number of labels. Without rows any C will do: that of the weights, or
    /// the two that every option allows.</summary>
    public static ClassShape OfSpans(long logits, long labels, long classWeights = 0)
    {
        if (labels == 0 && logits == 0) return new(0, classWeights > 0 ? classWeights : 2);
        if (labels == 0) throw new ArgumentException($"labels has 0 elements but logits has {logits}.", "labels");
        if (logits == 0) throw new ArgumentException($"logits has 0 elements but labels has {labels}.", "logits");
        if (logits % labels != 0)
        {
            throw new ArgumentException(
                $"labels has {labels} elements but logits has {logits}, which is no multiple of {labels}.", "labels");
        }

        return new(labels, logits / labels);
    }

    /// <summary>Strides between rows and between classes; 0 and 0 for a dense view.</summary>
    /// <exception cref="ArgumentException">The view has a layout that the native side cannot walk through.</exception>
    public static (long Outer, long Class) Input<T>(scoped in InputView<T> view, string name, ClassShape shape)
        where T : unmanaged
    {
        if (view.IsDense || view.IsEmpty) return (0, 0);
        var dimension = view.Lengths.Length - 1;
        var inner = GroupStride(view, ref dimension, shape.Inner);
        var classes = GroupStride(view, ref dimension, shape.Classes);
        var outer = GroupStride(view, ref dimension, shape.Outer);
        var innerMost = shape.Inner > 1 ? inner : classes;
        if (inner > 0 && classes > 0 && outer > 0 && (innerMost == 1 || (shape.Inner == 1 && shape.Classes == 1)))
            return (shape.Outer == 1 ? 0 : outer, shape.Classes == 1 ? 0 : classes);
        var needed = shape.Inner > 1 ? "what follows the class dimension" : "the class dimension";
        throw new ArgumentException(
            $"{name} has shape {Require.Text(view.Lengths)} and strides {Require.Text(view.Strides)}, "
            + $"but {needed} must be dense; copy it to a dense tensor first.",
            name);
    }

    /// <summary>As <see cref="Input"/>, for what is written: classes and rows must not reach into each other.</summary>
    public static (long Outer, long Class) Output<T>(scoped in OutputView<T> view, string name, ClassShape shape)
        where T : unmanaged
    {
        var (outer, classes) = Input(view.View, name, shape);
        var row = (shape.Classes - 1) * Math.Max(classes, 1) + shape.Inner;
        if ((classes == 0 || classes >= shape.Inner) && (outer == 0 || outer >= row)) return (outer, classes);
        throw new ArgumentException(
            $"{name} has shape {Require.Text(view.Lengths)} and strides {Require.Text(view.Strides)}, "
            + "but the classes of a row must lie before those of the next; copy it to a dense tensor first.",
            name);
    }

    /// <summary>The common stride of the dimensions, from <paramref name="dimension"/> outwards, that have
    /// <paramref name="size"/> elements together.</summary>
    /// <returns>0 when they have none.</returns>
    private static long GroupStride<T>(scoped in InputView<T> view, ref int dimension, long size)
        where T : unmanaged
    {
        var (elements, stride, joined) = (1L, 0L, true);
        for (; dimension >= 0 && elements < size; dimension--)
        {
            var length = (long)view.Lengths[dimension];
            if (length == 1) continue;
            var own = (long)view.Strides[dimension];
            if (elements == 1) stride = own;
            joined &= own == stride * elements;
            elements *= length;
        }

        if (size == 1) return 1;
        return elements == size && joined ? stride : 0;
    }

    private static ClassShape WithClasses(ClassShape shape) => shape.Classes > 0
        ? shape
        : throw new ArgumentException("logits has 0 classes, but at least 1 is needed.", "logits");

    private static ClassShape Checked(ClassShape shape, long logits)
    {
        if (shape.Outer < 0 || shape.Classes < 1 || shape.Inner < 0)
        {
            throw new ArgumentException(
                $"shape is {shape}, but Outer and Inner must be at least 0 and Classes at least 1.", "shape");
        }

        if (!IsProduct(shape, logits))
            throw new ArgumentException($"logits has {logits} elements but shape is {shape}.", "logits");
        return shape;
    }

    private static bool IsProduct(ClassShape shape, long logits) =>
        (Int128)shape.Outer * shape.Classes * shape.Inner == logits;
}
