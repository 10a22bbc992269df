using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FusedLoss.Bench.Managed;

/// <summary>The two functions that a managed loss has to choose: what .NET brings, or one's own polynomials.</summary>
internal interface IMath
{
    static abstract Vector512<float> Exp(Vector512<float> x);

    static abstract Vector512<float> Log(Vector512<float> x);
}

/// <summary>What .NET brings. Accurate to the last bit, because it computes float in double.</summary>
internal readonly struct PlatformMath : IMath
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x) => Vector512.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log(Vector512<float> x) => Vector512.Log(x);
}

/// <summary>The single-precision polynomials of the Cephes library (expf.c, logf.c; www.netlib.org/cephes): about
/// 1 ulp for finite arguments, and no care for special ones, which favours this rival.</summary>
internal readonly struct CephesMath : IMath
{
    private const float Log2High = 0.693359375f;
    private const float Log2Low = -2.12194440e-4f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        x = Vector512.MaxNative(x, Vector512.Create(-87.3f));
        var n = Vector512.Round(x * 1.44269504f);
        var r = Fma(n, -Log2Low, Fma(n, -Log2High, x));
        var p = Fma(r, 1.9875691500e-4f, 1.3981999507e-3f);
        p = Fma(p, r, 8.3334519073e-3f);
        p = Fma(p, r, 4.1665795894e-2f);
        p = Fma(p, r, 1.6666665459e-1f);
        p = Fma(p, r, 5.0000001201e-1f);
        p = Vector512.FusedMultiplyAdd(p, r * r, r) + Vector512<float>.One;
        return p * ((Vector512.ConvertToInt32Native(n) + Vector512.Create(127)) << 23).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log(Vector512<float> x)
    {
        var over = x.AsInt32() - Vector512.Create(0x3F3504F3); // sqrt(1/2)
        var e = Vector512.ConvertToSingle(over >> 23);
        var f = (x.AsInt32() - (over & Vector512.Create(unchecked((int)0xFF800000)))).AsSingle() - Vector512<float>.One;
        var p = Fma(f, 7.0376836292e-2f, -1.1514610310e-1f);
        p = Fma(p, f, 1.1676998740e-1f);
        p = Fma(p, f, -1.2420140846e-1f);
        p = Fma(p, f, 1.4249322787e-1f);
        p = Fma(p, f, -1.6668057665e-1f);
        p = Fma(p, f, 2.0000714765e-1f);
        p = Fma(p, f, -2.4999993993e-1f);
        p = Fma(p, f, 3.3333331174e-1f);
        var square = f * f;
        var tail = Vector512.FusedMultiplyAdd(p * f, square, Fma(e, Log2Low, square * -0.5f));
        return Fma(e, Log2High, f + tail);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Fma(Vector512<float> a, Vector512<float> b, float c) =>
        Vector512.FusedMultiplyAdd(a, b, Vector512.Create(c));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Fma(Vector512<float> a, float b, float c) => Fma(a, Vector512.Create(b), c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Fma(Vector512<float> a, float b, Vector512<float> c) =>
        Vector512.FusedMultiplyAdd(a, Vector512.Create(b), c);
}
