using System.Diagnostics.CodeAnalysis;

namespace FusedLoss;

/// <summary>Brings the buffers of a point-wise loss to the three nested loops of the native side.</summary>
internal static class PointwiseLayout
{
    /// <summary>input, target, gradient, targetGradient, extraGradient, weight, extra: those that may be
    /// strided.</summary>
    public const int Operands = 7;

    /// <summary>Nested loops of the native side.</summary>
    public const int Loops = 3;

    /// <summary>Strides of all operands.</summary>
    public const int Room = Operands * Loops;

    private const int FirstOutput = 2, Weight = 5, Extra = 6;

    /// <summary>Size of the first dimension.</summary>
    public static long Batch<T>(scoped in PointwiseBuffers<T> buffers)
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
    public static uint Plan<T>(
        scoped in PointwiseBuffers<T> buffers, PointwiseTraits traits, PointwiseNames names, Span<long> shape,
        Span<long> strides)
        where T : unmanaged
    {
        var count = buffers.Input.Length;
        var shaped = Shaped(buffers);
        if (count == 0 || IsFlat(buffers, View(buffers, shaped).Lengths)) return 0;

        var nest = new LoopNest(stackalloc long[LoopNest.MemoryFor(Operands)]);
        var operand = names.Operands;
        SetShape(ref nest, View(buffers, shaped), operand[shaped]);
        for (var i = 0; i < Operands; i++)
            SetTensor(nest, View(buffers, i), (i, operand[i]), FitOf(i, traits), operand[shaped]);
        for (var i = Weight; i < Operands; i++) SetShortSpan(ref nest, View(buffers, i), (i, operand[i]), names.Input);
        nest.Join(Operands);
        if (nest.Rank > Loops) ThrowTooManyLoops(buffers, nest, operand);
        for (var i = FirstOutput; i < Weight; i++)
        {
            if (!nest.IsDistinct(i)) ThrowRepeats(operand[i], View(buffers, i).Strides);
        }

        return Emit(nest, shape, strides);
    }

    private static ref readonly InputView<T> View<T>(in PointwiseBuffers<T> buffers, int operand)
        where T : unmanaged
    {
        switch (operand)
        {
            case 0: return ref buffers.Input;
            case 1: return ref buffers.Target;
            case 2: return ref buffers.Gradient.View;
            case 3: return ref buffers.TargetGradient.View;
            case 4: return ref buffers.ExtraGradient.View;
            case Weight: return ref buffers.Weight;
            default: return ref buffers.Extra;
        }
    }

    /// <summary>How a tensor may differ from the shape of the others.</summary>
    private enum Fit { Same, Broadcast, BroadcastOrLackLast }

    private static Fit FitOf(int operand, PointwiseTraits traits) => operand switch
    {
        Weight => Fit.Broadcast,
        Extra when (traits & PointwiseTraits.ExtraMayLackLast) != 0 => Fit.BroadcastOrLackLast,
        Extra when (traits & PointwiseTraits.ExtraBroadcasts) != 0 => Fit.Broadcast,
        _ => Fit.Same,
    };

    /// <summary>The operand whose shape the others must have or broadcast to: the first tensor, or the input.</summary>
    private static int Shaped<T>(scoped in PointwiseBuffers<T> buffers)
        where T : unmanaged
    {
        for (var i = 0; i < Weight; i++)
        {
            if (!View(buffers, i).Shape.IsEmpty) return i;
        }

        return 0;
    }

    /// <summary>The usual case: everything is dense, nothing repeats.</summary>
    private static bool IsFlat<T>(scoped in PointwiseBuffers<T> buffers, scoped ReadOnlySpan<nint> shape)
        where T : unmanaged
    {
        var count = buffers.Input.Length;
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
    private static void SetTensor<T>(
        LoopNest nest, scoped in InputView<T> view, (int Index, string Name) operand, Fit fit, string shapedName)
        where T : unmanaged
    {
        nest.SetRepeated(operand.Index, long.MaxValue);
        var lengths = view.Shape;
        if (lengths.IsEmpty) return;
        var from = view.Strides;
        var to = nest.Strides(operand.Index);
        if (fit == Fit.BroadcastOrLackLast && LacksLast(lengths, nest.Sizes))
        {
            for (var i = 0; i < lengths.Length; i++) to[i] = lengths[i] == 1 ? 0 : from[i];
            to[^1] = 0;
            return;
        }

        var extra = lengths.Length - nest.Rank;
        var fits = fit != Fit.Same || extra == 0;
        for (var i = 0; i < extra; i++) fits &= lengths[i] == 1;
        for (var i = Math.Max(0, -extra); i < nest.Rank && fits; i++)
        {
            var length = lengths[i + extra];
            fits = length == nest.Sizes[i] || (fit != Fit.Same && length == 1);
            to[i] = length == 1 ? 0 : from[i + extra];
        }

        if (-extra > 0) to[..-extra].Clear();
        if (fits) return;
        var verb = fit == Fit.Same ? "differs from" : "does not broadcast to";
        throw new ArgumentException(
            $"{operand.Name} has shape {Require.Text(lengths)}, which {verb} the shape "
            + $"{Require.Text<long>(nest.Sizes)} of {shapedName}.",
            operand.Name);
    }

    private static bool LacksLast(ReadOnlySpan<nint> lengths, ReadOnlySpan<long> sizes)
    {
        if (lengths.Length != sizes.Length - 1) return false;
        for (var i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] != sizes[i]) return false;
        }

        return true;
    }

    /// <summary>A span that is shorter than the input repeats along its leading dimensions.</summary>
    private static void SetShortSpan<T>(
        ref LoopNest nest, scoped in InputView<T> view, (int Index, string Name) operand, string input)
        where T : unmanaged
    {
        var count = 1L;
        foreach (var size in nest.Sizes) count *= size;
        if (view.IsEmpty || !view.Lengths.IsEmpty || view.Length == count) return;
        if (count % view.Length != 0 || !nest.TryCut(view.Length, Operands))
        {
            throw new ArgumentException(
                $"{operand.Name} has {view.Length} elements, which do not repeat evenly over the {count} elements of "
                + $"{input}.",
                operand.Name);
        }

        nest.SetRepeated(operand.Index, view.Length);
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
    private static void ThrowTooManyLoops<T>(
        scoped in PointwiseBuffers<T> buffers, LoopNest nest, ReadOnlySpan<string> names)
        where T : unmanaged
    {
        var operand = 0;
        while (operand < Operands - 1 && nest.IsDense(operand)) operand++;
        var name = names[operand];
        ref readonly var view = ref View(buffers, operand);
        throw new ArgumentException(
            $"{name} has shape {Require.Text(view.Lengths)} and strides {Require.Text(view.Strides)}, which take "
            + $"{nest.Rank} nested loops together with the other tensors, but at most {Loops} are supported; "
            + "copy it to a dense tensor first.",
            name);
    }
}
