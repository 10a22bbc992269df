using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace FusedLoss;

/// <summary>Checks of arguments, with messages that name the argument, what it has and what it needs.</summary>
internal static class Require
{
    private const string Options = "options";

    /// <summary>More threads than any machine has; bounds what a typing error can allocate.</summary>
    private const int MostThreads = 4096;

    public static void Length(long length, string name, long needed, string other)
    {
        if (length != needed)
            throw new ArgumentException($"{name} has {length} elements but {other} has {needed}.", name);
    }

    /// <summary>An optional buffer is absent when it is empty.</summary>
    public static void LengthIfAny(long length, string name, long needed, string other)
    {
        if (length != 0) Length(length, name, needed, other);
    }

    public static void NotTaken(long length, string name)
    {
        if (length != 0)
            throw new ArgumentException($"{name} has {length} elements but this loss does not take it.", name);
    }

    public static ref readonly T Dense<T>(scoped in ReadOnlyTensorSpan<T> labels)
    {
        if (!labels.IsDense && !labels.IsEmpty) ThrowNotDense("labels", labels.Strides);
        return ref labels.GetPinnableReference();
    }

    public static void Dense<T>(scoped in InputView<T> view, string name)
        where T : unmanaged
    {
        if (!view.IsDense) ThrowNotDense(name, view.Strides);
    }

    [DoesNotReturn]
    public static void ThrowNotDense(string name) => throw new ArgumentException(
        $"{name} is a tensor with gaps or another order, but must be dense; copy it to a dense tensor first.", name);

    public static void NoTargetGradient(long length)
    {
        if (length != 0)
        {
            throw new ArgumentException(
                $"targetGradient has {length} elements but this loss has no gradient to its target.", "targetGradient");
        }
    }

    public static void Finite(double value, string name)
    {
        if (!double.IsFinite(value)) ThrowOption(name, value, "finite");
    }

    public static void NonNegative(double value, string name)
    {
        if (!(value >= 0) || !double.IsFinite(value)) ThrowOption(name, value, "finite and at least 0");
    }

    public static void Positive(double value, string name)
    {
        if (!(value > 0) || !double.IsFinite(value)) ThrowOption(name, value, "finite and above 0");
    }

    public static void Fraction(double value, string name)
    {
        if (!(value >= 0 && value <= 1)) ThrowOption(name, value, "between 0 and 1");
    }

    public static void Focal(double alpha, double gamma, FocalGradient gradient)
    {
        if (!(alpha <= 1)) ThrowOption("Alpha", alpha, "between 0 and 1, or negative for no weighting");
        NonNegative(gamma, "Gamma");
        Defined(gradient, FocalGradient.Detached, "Gradient");
    }

    public static void Alpha(double alpha, long classes, bool weighted)
    {
        if (classes != 2) ThrowOption("Alpha", alpha, $"negative, because logits has {classes} classes and not 2");
        if (weighted) ThrowOption("Alpha", alpha, "negative, because classWeights are given");
    }

    public static void Diagonal(long queries, long keys)
    {
        if (keys >= queries) return;
        throw new ArgumentException(
            $"similarities has {queries} queries but {keys} keys, which needs labels that name the positives.",
            "similarities");
    }

    public static void NtXent(long queries, long keys, bool labelled)
    {
        const string Positives = nameof(InfoNceOptions.Positives);
        if (labelled)
            ThrowOption(Positives, InfoNcePositives.NtXent, "Diagonal, because labels name the positives");
        if (queries == 0 || (keys == queries && queries % 2 == 0)) return;
        throw new ArgumentException(
            $"similarities has {queries} queries and {keys} keys, but NtXent needs as many of both, an even number.",
            "similarities");
    }

    public static void Blank(int blank, long classes, string input)
    {
        if (blank < 0 || blank >= classes)
            ThrowOption("Blank", blank, $"between 0 and {classes - 1}, because {input} has {classes} classes");
    }

    public static void Defined<TEnum>(TEnum value, TEnum last, string name)
        where TEnum : unmanaged, Enum
    {
        if (Unsafe.BitCast<TEnum, uint>(value) > Unsafe.BitCast<TEnum, uint>(last))
            ThrowOption(name, value, $"a member of {typeof(TEnum).Name}");
    }

    public static void AtMostClasses(long classes, long most, string name)
    {
        if (classes > most) throw new ArgumentException($"{name} has {classes} classes, but at most {most} fit.", name);
    }

    public static int Threads(int count)
    {
        if (count is 0 or < -1 or > MostThreads) ThrowOption("MaxThreads", count, $"-1 or between 1 and {MostThreads}");
        return count == -1 ? Environment.ProcessorCount : count;
    }

    [DoesNotReturn]
    public static void ThrowOption(string name, object value, string needed) =>
        throw new ArgumentOutOfRangeException(
            Options, string.Create(CultureInfo.InvariantCulture, $"{name} is {value} but must be {needed}."));

    [DoesNotReturn]
    public static void ThrowTwice(string name) =>
        throw new ArgumentException($"{name} is given twice, in the options and as a buffer.", Options);

    public static string Text<TNumber>(ReadOnlySpan<TNumber> numbers) => $"[{string.Join(", ", numbers.ToArray())}]";

    [DoesNotReturn]
    private static void ThrowNotDense(string name, ReadOnlySpan<nint> strides) => throw new ArgumentException(
        $"{name} has strides {Text(strides)} but must be dense; copy it to a dense tensor first.", name);
}
