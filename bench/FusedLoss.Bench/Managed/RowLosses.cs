using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FusedLoss.Bench.Managed;

/// <summary>A loss of class scores as a function of 16 rows: gap = x_y - m, own = e^gap, sum = sum of e^(x_c - m).
/// Returns the terms; the gradient is slope * (p_c - [c = y]).</summary>
internal interface IRowLoss
{
    static abstract Vector512<float> At(in RowSums rows, Vector512<float> logSum, out Vector512<float> slope);
}

internal readonly struct RowSums(Vector512<float> gap, Vector512<float> own, Vector512<float> sum)
{
    public readonly Vector512<float> Gap = gap;
    public readonly Vector512<float> Own = own;
    public readonly Vector512<float> Sum = sum;
}

internal readonly struct CrossEntropy : IRowLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> At(in RowSums rows, Vector512<float> logSum, out Vector512<float> slope)
    {
        slope = Vector512<float>.One;
        return logSum - rows.Gap;
    }
}

/// <summary>With gamma 2.</summary>
internal readonly struct SoftmaxFocal : IRowLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> At(in RowSums rows, Vector512<float> logSum, out Vector512<float> slope)
    {
        var p = rows.Own / rows.Sum;
        var (q, ce) = (Vector512<float>.One - p, logSum - rows.Gap);
        slope = q * Vector512.FusedMultiplyAdd(p * 2f, ce, q);
        return q * q * ce;
    }
}
