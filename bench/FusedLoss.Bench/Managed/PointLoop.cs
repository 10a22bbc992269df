using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FusedLoss.Bench.Managed;

/// <summary>A point-wise loss as a function of 16 elements: returns the terms and their derivatives to x.</summary>
internal interface IPointLoss
{
    static abstract Vector512<float> At(Vector512<float> x, Vector512<float> t, out Vector512<float> derivative);
}

/// <summary>The hand-fused loop: one pass, and stores that are aligned and go past the cache when the arrays are large,
/// as the native library's do. What adds the terms up is a choice: <see cref="FloatSums"/> within a block, which is
/// fastest, or <see cref="DoubleSums"/>, as accurate as the library.</summary>
internal static unsafe class PointLoop
{
    private const int Width = 16;
    private const int Block = 4096;
    private const long StreamBytes = 32 << 20;

    /// <summary>The mean of the terms, and its gradient; at least 16 elements, and not in place.</summary>
    public static double Mean<TLoss, TSums>(ReadOnlySpan<float> input, ReadOnlySpan<float> target, Span<float> gradient)
        where TLoss : struct, IPointLoss
        where TSums : struct, ISums
    {
        int n = gradient.Length;
        fixed (float* x = input, t = target, g = gradient)
        {
            var arrays = new Arrays(x, t, g, Vector512.Create(1f / n));
            bool stream = 3L * sizeof(float) * n >= StreamBytes;
            // What precedes the first aligned element, and what follows the last whole pair of vectors, is done by
            // vectors that overlap their neighbours; only the lanes that nobody else counts are summed.
            int i = (int)(-(nint)g & 63) / sizeof(float);
            double sum = Overlapping<TLoss>(arrays, 0, 0, i);
            while (n - i >= 2 * Width)
            {
                int end = i + (Math.Min(Block, n - i) & -(2 * Width));
                sum += stream
                    ? Whole<TLoss, TSums, Streaming>(arrays, i, end) : Whole<TLoss, TSums, Caching>(arrays, i, end);
                i = end;
            }
            if (n - i >= Width)
            {
                sum += Overlapping<TLoss>(arrays, i, 0, Width);
                i += Width;
            }
            return (sum + Overlapping<TLoss>(arrays, n - Width, Width - (n - i), Width)) / n;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Whole<TLoss, TSums, TStore>(in Arrays arrays, int begin, int end)
        where TLoss : struct, IPointLoss
        where TSums : struct, ISums
        where TStore : struct, IStore
    {
        float* x = arrays.X, t = arrays.T, g = arrays.G;
        var scale = arrays.Scale;
        TSums sums = default;
        for (int i = begin; i < end; i += 2 * Width)
        {
            var even = TLoss.At(Vector512.Load(x + i), Vector512.Load(t + i), out var derivative);
            TStore.Store(derivative * scale, g + i);
            var odd = TLoss.At(Vector512.Load(x + i + Width), Vector512.Load(t + i + Width), out derivative);
            TStore.Store(derivative * scale, g + i + Width);
            sums.Add(even, odd);
        }
        return sums.Total;
    }

    private static double Overlapping<TLoss>(in Arrays arrays, int i, int firstCounted, int endCounted)
        where TLoss : struct, IPointLoss
    {
        var terms = TLoss.At(Vector512.Load(arrays.X + i), Vector512.Load(arrays.T + i), out var derivative);
        (derivative * arrays.Scale).Store(arrays.G + i);
        double sum = 0;
        for (int lane = firstCounted; lane < endCounted; lane++) sum += terms[lane];
        return sum;
    }

    private readonly struct Arrays(float* x, float* t, float* g, Vector512<float> scale)
    {
        public readonly float* X = x;
        public readonly float* T = t;
        public readonly float* G = g;
        public readonly Vector512<float> Scale = scale;
    }

    private interface IStore
    {
        static abstract void Store(Vector512<float> value, float* to);
    }

    private readonly struct Caching : IStore
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(Vector512<float> value, float* to) => value.StoreAligned(to);
    }

    private readonly struct Streaming : IStore
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(Vector512<float> value, float* to) => value.StoreAlignedNonTemporal(to);
    }
}
