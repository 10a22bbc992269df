using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FusedLoss.Bench.Managed;

/// <summary>Adds up terms in registers, 32 at a time.</summary>
internal interface ISums
{
    double Total { get; }

    void Add(Vector512<float> even, Vector512<float> odd);
}

/// <summary>In float: two additions for 32 terms, and up to 2^-17 of the sum lost in a block of 4,096.</summary>
internal struct FloatSums : ISums
{
    private Vector512<float> _even;
    private Vector512<float> _odd;

    public readonly double Total => Vector512.Sum(_even + _odd);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Vector512<float> even, Vector512<float> odd) => (_even, _odd) = (_even + even, _odd + odd);
}

/// <summary>In double, as the library adds: what a term is, the sum keeps.</summary>
internal struct DoubleSums : ISums
{
    private Vector512<double> _evenLow;
    private Vector512<double> _evenHigh;
    private Vector512<double> _oddLow;
    private Vector512<double> _oddHigh;

    public readonly double Total => Vector512.Sum(_evenLow + _evenHigh + (_oddLow + _oddHigh));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Vector512<float> even, Vector512<float> odd)
    {
        _evenLow += Vector512.WidenLower(even);
        _evenHigh += Vector512.WidenUpper(even);
        _oddLow += Vector512.WidenLower(odd);
        _oddHigh += Vector512.WidenUpper(odd);
    }
}
