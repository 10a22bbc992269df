using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FusedLoss.Bench.Managed;

internal readonly struct Mse : IPointLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> At(Vector512<float> x, Vector512<float> t, out Vector512<float> derivative)
    {
        var d = x - t;
        derivative = d + d;
        return d * d;
    }
}

internal readonly struct L1 : IPointLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> At(Vector512<float> x, Vector512<float> t, out Vector512<float> derivative)
    {
        var d = x - t;
        var sign = Vector512.CopySign(Vector512<float>.One, d);
        derivative = Vector512.ConditionalSelect(Vector512.Equals(d, default), default, sign);
        return Vector512.Abs(d);
    }
}

/// <summary>With delta 1, where it is the smooth L1 loss with beta 1.</summary>
internal readonly struct Huber : IPointLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> At(Vector512<float> x, Vector512<float> t, out Vector512<float> derivative)
    {
        var d = x - t;
        derivative = Vector512.ClampNative(d, -Vector512<float>.One, Vector512<float>.One);
        return derivative * Vector512.FusedMultiplyAdd(derivative, Vector512.Create(-0.5f), d);
    }
}

/// <summary>Both logistic losses need e^-|x|, once: for the probability and for the logarithm.</summary>
internal readonly ref struct Logistic<TMath>
    where TMath : struct, IMath
{
    public readonly Vector512<float> P;
    public readonly Vector512<float> Q;
    public readonly Vector512<float> CrossEntropy;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Logistic(Vector512<float> x, Vector512<float> t)
    {
        var u = TMath.Exp(-Vector512.Abs(x));
        var whole = Vector512<float>.One + u;
        var big = Vector512<float>.One / whole;
        var (small, negative) = (u * big, Vector512.LessThan(x, default));
        P = Vector512.ConditionalSelect(negative, small, big);
        Q = Vector512.ConditionalSelect(negative, big, small);
        CrossEntropy = Vector512.FusedMultiplyAdd(-x, t, Vector512.MaxNative(x, default)) + TMath.Log(whole);
    }
}

internal readonly struct BceWithLogits<TMath> : IPointLoss
    where TMath : struct, IMath
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> At(Vector512<float> x, Vector512<float> t, out Vector512<float> derivative)
    {
        var logistic = new Logistic<TMath>(x, t);
        derivative = logistic.P - t;
        return logistic.CrossEntropy;
    }
}

/// <summary>With alpha 0.25 and gamma 2.</summary>
internal readonly struct SigmoidFocal<TMath> : IPointLoss
    where TMath : struct, IMath
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> At(Vector512<float> x, Vector512<float> t, out Vector512<float> derivative)
    {
        var logistic = new Logistic<TMath>(x, t);
        var (p, q, no) = (logistic.P, logistic.Q, Vector512<float>.One - t);
        var w = Vector512.FusedMultiplyAdd(p, no, q * t); // 1 - p_t
        var weighted = Vector512.FusedMultiplyAdd(t, Vector512.Create(-0.5f), Vector512.Create(0.75f)) * w;
        var bend = (p * q) * (logistic.CrossEntropy * 2f);
        derivative = weighted * Vector512.FusedMultiplyAdd(bend, no - t, w * (p - t));
        return weighted * w * logistic.CrossEntropy;
    }
}
