using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>What every call to the native library needs, whatever its buffers.</summary>
internal static unsafe class Calls
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static fl_dtype Dtype<T>()
        where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return fl_dtype.FL_FLOAT32;
        if (typeof(T) == typeof(double)) return fl_dtype.FL_FLOAT64;
        if (typeof(T) == typeof(Half)) return fl_dtype.FL_FLOAT16;
        if (typeof(T) == typeof(BFloat16)) return fl_dtype.FL_BFLOAT16;
        throw new NotSupportedException($"Losses take float, double, Half or BFloat16, not {typeof(T).Name}.");
    }

    /// <summary>The type of everything that there is one of per term, per row or per class.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static fl_dtype TermType<T>()
        where T : unmanaged =>
        Dtype<T>() == fl_dtype.FL_FLOAT64 ? fl_dtype.FL_FLOAT64 : fl_dtype.FL_FLOAT32;

    /// <summary>Checks type and layout of terms, which are absent when they are empty.</summary>
    public static void CheckTerms<T>(scoped in InputTerms terms, string name, string input)
        where T : unmanaged
    {
        if (terms.IsEmpty) return;
        if (terms.Type != TermType<T>()) ThrowTermType(Dtype<T>(), terms.Type, name, input);
        if (!terms.IsDense) Require.ThrowNotDense(name);
    }

    public static void Check(LossOptions options)
    {
        Require.Defined(options.Reduction, Reduction.BatchMean, nameof(options.Reduction));
        Require.Defined(options.EmptyMean, EmptyMean.Zero, nameof(options.EmptyMean));
        if (options.Denominator != 0)
        {
            Require.Positive(options.Denominator, nameof(options.Denominator));
            if (options.Reduction != Reduction.Mean)
            {
                Require.ThrowOption(
                    nameof(options.Denominator), options.Denominator, $"0 when Reduction is {options.Reduction}");
            }
        }

        options.Check();
    }

    public static uint Flags(LossOptions options) =>
        (options.ComputeLoss ? 0 : (uint)fl_flags.FL_FLAG_NO_LOSS)
        | (options.EmptyMean == EmptyMean.Zero ? (uint)fl_flags.FL_FLAG_EMPTY_ZERO : 0);

    /// <summary>Checks an upstream buffer, which is absent when it is empty.</summary>
    public static void CheckUpstream(long length, long terms, LossOptions options)
    {
        if (length == 0) return;
        if (options.Upstream != 1) Require.ThrowTwice(nameof(options.Upstream));
        if (length == 1) return;
        if (options.Reduction != Reduction.None)
        {
            throw new ArgumentException(
                $"upstream has {length} elements, which needs Reduction.None, but Reduction is {options.Reduction}.",
                "upstream");
        }

        Require.Length(length, "upstream", terms, "the unreduced loss");
    }

    /// <summary>Writes a number as an element.</summary>
    public static void Store(fl_dtype dtype, double value, void* element)
    {
        switch (dtype)
        {
            case fl_dtype.FL_FLOAT64: *(double*)element = value; break;
            case fl_dtype.FL_FLOAT16: *(Half*)element = (Half)value; break;
            case fl_dtype.FL_BFLOAT16: *(BFloat16*)element = (BFloat16)value; break;
            default: *(float*)element = (float)value; break;
        }
    }

    [DoesNotReturn]
    private static void ThrowTermType(fl_dtype dtype, fl_dtype terms, string name, string input)
    {
        var needed = dtype == fl_dtype.FL_FLOAT64 ? dtype : fl_dtype.FL_FLOAT32;
        var owner = input.EndsWith('s') ? $"{input}'" : $"{input}'s";
        throw new ArgumentException(
            $"{name} has elements of type {Name(terms)}, but {owner} are {Name(dtype)}, which needs {Name(needed)}.",
            name);
    }

    private static string Name(fl_dtype dtype) => dtype switch
    {
        fl_dtype.FL_FLOAT32 => "float",
        fl_dtype.FL_FLOAT64 => "double",
        fl_dtype.FL_FLOAT16 => nameof(Half),
        _ => nameof(BFloat16),
    };
}
