namespace FusedLoss;

/// <summary>Brings class scores to the layout (outer, classes, inner) of the native side.</summary>
internal static class ClassLayout
{
    /// <summary>The given shape, or the one that the input's own shape or the number of labels implies.</summary>
    public static ClassShape Infer<T>(scoped in ClassBuffers<T> buffers, ClassTraits traits, ClassNames names)
        where T : unmanaged
    {
        var shape = Inferred(buffers, traits, names);
        if ((traits & ClassTraits.RowsOnly) == 0 || shape.Inner == 1) return shape;
        throw new ArgumentException(
            $"{names.Input} has {shape.Inner} elements after the class dimension, but this loss takes [N, C] only.",
            names.Input);
    }

    /// <summary>N rows of C scores, N being the number of labels. Without rows any C will do: that of the weights, or
    /// the two that every option allows.</summary>
    public static ClassShape OfSpans(long count, long labels, string input, long classWeights = 0)
    {
        if (labels == 0 && count == 0) return new(0, classWeights > 0 ? classWeights : 2);
        if (labels == 0) throw new ArgumentException($"labels has 0 elements but {input} has {count}.", "labels");
        if (count == 0) throw new ArgumentException($"{input} has 0 elements but labels has {labels}.", input);
        if (count % labels != 0)
        {
            throw new ArgumentException(
                $"labels has {labels} elements but {input} has {count}, which is no multiple of {labels}.", "labels");
        }

        return new(labels, count / labels);
    }

    /// <summary>N rows of N scores; without rows the default, which is to be inferred.</summary>
    public static ClassShape Square(long count, string input)
    {
        var size = (long)Math.Sqrt(count);
        if (size * size == count) return size == 0 ? default : new(size, size);
        throw new ArgumentException($"{input} has {count} elements, which is no square number.", input);
    }

    /// <summary>Rows of so many classes.</summary>
    public static ClassShape OfRows(long count, int classes, string input)
    {
        if (classes < 1)
            throw new ArgumentOutOfRangeException(nameof(classes), $"classes is {classes} but must be at least 1.");
        if (count % classes == 0) return new(count / classes, classes);
        throw new ArgumentException(
            $"{input} has {count} elements, which is no multiple of {classes} classes.", input);
    }

    private static ClassShape Inferred<T>(scoped in ClassBuffers<T> buffers, ClassTraits traits, ClassNames names)
        where T : unmanaged
    {
        ref readonly var input = ref buffers.Input;
        if (buffers.Shape != default) return Checked(buffers.Shape, input.Length, names.Input);
        var lengths = input.Lengths;
        if (lengths.Length == 1) return WithClasses(new(1, lengths[0]), names.Input);
        if (lengths.Length > 1)
        {
            var (at, outer, inner) = ((traits & ClassTraits.ClassesLast) != 0 ? lengths.Length - 1 : 1, 1L, 1L);
            foreach (var length in lengths[..at]) outer *= length;
            foreach (var length in lengths[(at + 1)..]) inner *= length;
            return WithClasses(new(outer, lengths[at], inner), names.Input);
        }

        var perRow = buffers.Labels.Type != 0 && (traits & ClassTraits.LabelLists) == 0;
        if (!perRow && !input.IsEmpty)
        {
            var why = buffers.Target.IsEmpty ? "" : $"with {names.Target}, ";
            throw new ArgumentException($"shape is needed {why}unless {names.Input} is a tensor.", "shape");
        }

        return OfSpans(input.Length, perRow ? buffers.Labels.Length : 0, names.Input, buffers.ClassWeights.Length);
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

    private static ClassShape WithClasses(ClassShape shape, string input) => shape.Classes > 0
        ? shape
        : throw new ArgumentException($"{input} has 0 classes, but at least 1 is needed.", input);

    private static ClassShape Checked(ClassShape shape, long count, string input)
    {
        if (shape.Outer < 0 || shape.Classes < 1 || shape.Inner < 0)
        {
            throw new ArgumentException(
                $"shape is {shape}, but Outer and Inner must be at least 0 and Classes at least 1.", "shape");
        }

        if (!IsProduct(shape, count))
            throw new ArgumentException($"{input} has {count} elements but shape is {shape}.", input);
        return shape;
    }

    private static bool IsProduct(ClassShape shape, long count) =>
        (Int128)shape.Outer * shape.Classes * shape.Inner == count;
}
