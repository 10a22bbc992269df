using System.Diagnostics.CodeAnalysis;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Checks lengths and labels of a CTC loss.</summary>
internal static class CtcChecks
{
    public static void Lengths(
        scoped in SampleLengths lengths, string name, scoped in SampleLengths others, CtcShape shape, string input)
    {
        if (lengths.Type == 0) return;
        if (lengths.Count != shape.N)
        {
            throw new ArgumentException(
                $"{name} has {lengths.Count} elements but {input} has {shape.N} samples.", name);
        }

        if (!lengths.IsDense) Require.ThrowNotDense(name);
        if (others.Type == 0 || others.Type == lengths.Type) return;
        throw new ArgumentException(
            $"{name} has elements of type {Name(lengths.Type)}, but the other lengths are {Name(others.Type)}.", name);
    }

    /// <summary>Every sample's frames are among those of the input.</summary>
    public static void Frames(scoped in SampleLengths lengths, CtcShape shape, string input)
    {
        for (var sample = 0L; sample < lengths.Count; sample++)
        {
            if (lengths[sample] >= 0 && lengths[sample] <= shape.T) continue;
            throw new ArgumentOutOfRangeException(
                "inputLengths",
                $"inputLengths[{sample}] is {lengths[sample]}, but {input} has {shape.T} frames.");
        }
    }

    /// <summary>Where each sample's labels lie: one sample after the other when their number is the sum of the lengths,
    /// else padded. Both at once is the same.</summary>
    /// <returns>Labels from one sample's first to the next sample's; 0 for one after the other.</returns>
    public static long Stride(
        long count, string name, scoped in SampleLengths lengths, string lengthsName, long given = 0)
    {
        var (total, longest, samples) = (0L, 0L, lengths.Count);
        for (var sample = 0L; sample < samples; sample++)
        {
            var length = lengths[sample];
            if (length < 0 || length > count) ThrowLength(lengthsName, sample, length, name, count);
            total += length;
            longest = Math.Max(longest, length);
        }

        if (given > 0 && longest > given)
        {
            throw new ArgumentException(
                $"targetStride is {given}, but {lengthsName} needs {longest} or more.", "targetStride");
        }

        if (given > 0) return given;
        if (total == count || samples == 0) return 0;
        if (count % samples == 0 && count / samples >= longest) return count / samples;
        throw new ArgumentException(
            $"{name} has {count} elements, but {lengthsName} needs {total} one after the other, "
            + $"or {longest} or more for each of {samples} samples.",
            name);
    }

    /// <summary>A caller's stride has room among the labels.</summary>
    public static void Stride(long given, long count, long samples)
    {
        if (given >= 0 && (Int128)given * samples <= count) return;
        throw new ArgumentOutOfRangeException(
            "targetStride",
            $"targetStride is {given}, but must be at least 0, and {samples} samples of it at most the {count} "
            + "elements of targets.");
    }

    /// <summary>Says which label is none, and why.</summary>
    [DoesNotReturn]
    public static void ThrowLabel(
        scoped in Labels targets, long position, long stride, scoped in SampleLengths lengths, long blank,
        CtcShape shape, string input)
    {
        var (sample, first) = stride > 0 ? (position / stride, position / stride * stride) : (0, 0);
        while (position >= first + lengths[sample]) first += lengths[sample++];
        var why = targets[position] == blank
            ? "which is the blank"
            : $"but {input} has {shape.C} classes (0 to {shape.C - 1})";
        Status.ThrowLabelRange(
            $"targets[{position}], label {position - first} of sample {sample}, "
            + $"is {targets[position]}, {why}.",
            "targets");
    }

    /// <summary>What a GPU knows of it: the sample.</summary>
    public static LabelBlame BlameLabels(string input, long classes) => new("targets", sample =>
        $"targets or lengths of sample {sample} are out of range: {input} has {classes} classes (0 to {classes - 1}), "
        + "one of which is the blank.");

    [DoesNotReturn]
    private static void ThrowLength(string name, long sample, long length, string labels, long count) =>
        throw new ArgumentOutOfRangeException(
            name,
            length < 0
                ? $"{name}[{sample}] is {length} but must be at least 0."
                : $"{name}[{sample}] is {length}, but {labels} has {count} elements.");

    private static string Name(fl_label_type type) => type == fl_label_type.FL_INT32 ? "int" : "long";
}
