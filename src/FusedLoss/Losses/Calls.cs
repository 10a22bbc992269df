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
        throw new NotSupportedException($"Losses take float or double, not {typeof(T).Name}.");
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
        if (dtype == fl_dtype.FL_FLOAT32) *(float*)element = (float)value;
        else *(double*)element = value;
    }
}
