using System.Diagnostics.CodeAnalysis;

namespace FusedLoss;

/// <summary>Brings the buffers of a point-wise loss to the three nested loops of the native side.</summary>
internal static class PointwiseLayout
{
    /// <summary>input, target, gradient, targetGradient, weight, posWeight: those that may be strided.</summary>
    public const int Operands = 6;

    /// <summary>Nested loops of the native side.</summary>
    public const int Loops = 3;

    private const int FirstOutput = 2, FirstWeight = 4;

    private static readonly string[] s_names = ["input", "target", "gradient", "targetGradient", "weight", "posWeight"];

    /// <summary>Size of the first dimension.</summary>
    public static long Batch<T>(scoped in PointwiseArgs<T> buffers)
        where T : unmanaged
    {
        if (buffers.Batch < 0)
            throw new ArgumentOutOfRangeException("batch", $"batch is {buffers.Batch} but must be at least 0.");
        if (buffers.Batch > 0) return buffers.Batch;
        ref readonly var shaped = ref View(buffers, Shaped(buffers));
        return shaped.Lengths.IsEmpty ? shaped.Length : shaped.Lengths[0];
    }

    /// <summary>Fills shape and strides.</summary>
    /// <returns>Bit i is set when operand i needs its strides; when none does, the shape stays 0.</returns>
    /// <exception cref="ArgumentException">Shapes differ, a weight does not broadcast, or three loops are not
    /// enough.</exception>
    public static uint Plan<T>(scoped in PointwiseArgs<T> buffers, Span<long> shape, Span<long> strides)
        where T : unmanaged
    {
        var count = buffers._input.Length;
        var shaped = Shaped(buffers);
        if (count == 0 || IsFlat(buffers, View(buffers, shaped).Lengths)) return 0;

        var nest = new LoopNest(stackalloc long[LoopNest.MemoryFor(Operands)]);
        SetShape(ref nest, View(buffers, shaped), s_names[shaped]);
        for (var i = 0; i < Operands; i++) SetTensor(nest, View(buffers, i), i, s_names[shaped]);
        for (var i = FirstWeight; i < Operands; i++) SetShortSpan(ref nest, View(buffers, i), i, count);
        nest.Join(Operands);
        if (nest.Rank > Loops) ThrowTooManyLoops(buffers, nest);
        for (var i = FirstOutput; i < FirstWeight; i++)
        {
            if (!nest.IsDistinct(i)) ThrowRepeats(s_names[i], View(buffers, i).Strides);
        }

        return Emit(nest, shape, strides);
    }

    private static ref readonly InputView<T> View<T>(in PointwiseArgs<T> buffers, int operand)
        where T : unmanaged
    {
        switch (operand)
        {
            case 0: return ref buffers._input;
            case 1: return ref buffers._target;
            case 2: return ref buffers._gradient.View;
            case 3: return ref buffers._targetGradient.View;
            case 4: return ref buffers._weight;
            default: return ref buffers._posWeight;
        }
    }

    /// <summary>The operand whose shape the others must have or broadcast to: the first tensor, or the input.</summary>
    private static int Shaped<T>(scoped in PointwiseArgs<T> buffers)
        where T : unmanaged
    {
        for (var i = 0; i < FirstWeight; i++)
        {
            if (!View(buffers, i).Shape.IsEmpty) return i;
        }

        return 0;
    }

    /// <summary>The usual case: everything is dense, nothing repeats.</summary>
    private static bool IsFlat<T>(scoped in PointwiseArgs<T> buffers, scoped ReadOnlySpan<nint> shape)
        where T : unmanaged
    {
        var count = buffers._input.Length;
        for (var i = 0; i < Operands; i++)
        {
            ref readonly var view = ref View(buffers, i);
            if (view.IsEmpty) continue;
            var fits = view.Lengths.IsEmpty ? view.Length == count : view.IsDense && view.Lengths.SequenceEqual(shape);
            if (!fits) return false;
        }

        return true;
    }

    private static void SetShape<T>(ref LoopNest nest, scoped in InputView<T> view, string name)
        where T : unmanaged
    {
        if (view.Lengths.Length > LoopNest.MostDimensions)
        {
            throw new ArgumentException(
                $"{name} has {view.Lengths.Length} dimensions, but at most {LoopNest.MostDimensions} are supported.",
                name);
        }

        if (view.Lengths.IsEmpty) nest.SetSize(view.Length);
        else nest.SetSizes(view.Lengths);
    }

    /// <summary>Tensors bring their strides, weights among them broadcast; everything else is dense for now.</summary>
    private static void SetTensor<T>(LoopNest nest, scoped in InputView<T> view, int operand, string shapedName)
        where T : unmanaged
    {
        nest.SetRepeated(operand, long.MaxValue);
        var lengths = view.Shape;
        var from = view.Strides;
        if (lengths.IsEmpty) return;
        var name = s_names[operand];
        var extra = lengths.Length - nest.Rank;
        var fits = operand >= FirstWeight || extra == 0;
        for (var i = 0; i < extra; i++) fits &= lengths[i] == 1;
        var to = nest.Strides(operand);
        for (var i = Math.Max(0, -extra); i < nest.Rank && fits; i++)
        {
            var length = lengths[i + extra];
            fits = length == nest.Sizes[i] || (operand >= FirstWeight && length == 1);
            to[i] = length == 1 ? 0 : from[i + extra];
        }

        if (-extra > 0) to[..-extra].Clear();
        if (fits) return;
        var verb = operand >= FirstWeight ? "does not broadcast to" : "differs from";
        throw new ArgumentException(
            $"{name} has shape {Require.Text(lengths)}, which {verb} the shape "
            + $"{Require.Text<long>(nest.Sizes)} of {shapedName}.",
            name);
    }

    /// <summary>A span that is shorter than the input repeats along its leading dimensions.</summary>
    private static void SetShortSpan<T>(ref LoopNest nest, scoped in InputView<T> view, int operand, long count)
        where T : unmanaged
    {
        if (view.IsEmpty || !view.Lengths.IsEmpty || view.Length == count) return;
        var name = s_names[operand];
        if (count % view.Length != 0 || !nest.TryCut(view.Length, Operands))
        {
            throw new ArgumentException(
                $"{name} has {view.Length} elements, which do not repeat evenly over the {count} elements of input.",
                name);
        }

        nest.SetRepeated(operand, view.Length);
    }

    private static uint Emit(LoopNest nest, Span<long> shape, Span<long> strides)
    {
        var strided = 0u;
        var unused = Loops - nest.Rank;
        for (var i = 0; i < Operands; i++)
        {
            if (nest.IsDense(i)) continue;
            strided |= 1u << i;
            var to = strides.Slice(i * Loops, Loops);
            to.Clear();
            nest.Strides(i).CopyTo(to[unused..]);
        }

        if (strided == 0) return 0;
        shape.Fill(1);
        nest.Sizes.CopyTo(shape[unused..]);
        return strided;
    }

    [DoesNotReturn]
    private static void ThrowRepeats(string name, ReadOnlySpan<nint> strides) => throw new ArgumentException(
        $"{name} has strides {Require.Text(strides)}, which write an element more than once; "
        + "copy it to a dense tensor first.",
        name);

    [DoesNotReturn]
    private static void ThrowTooManyLoops<T>(scoped in PointwiseArgs<T> buffers, LoopNest nest)
        where T : unmanaged
    {
        var operand = 0;
        while (operand < Operands - 1 && nest.IsDense(operand)) operand++;
        var name = s_names[operand];
        ref readonly var view = ref View(buffers, operand);
        throw new ArgumentException(
            $"{name} has shape {Require.Text(view.Lengths)} and strides {Require.Text(view.Strides)}, which take "
            + $"{nest.Rank} nested loops together with the other tensors, but at most {Loops} are supported; "
            + "copy it to a dense tensor first.",
            name);
    }
}
