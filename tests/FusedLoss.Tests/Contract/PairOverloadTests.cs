using System.Numerics.Tensors;

namespace FusedLoss.Tests.Contract;

/// <summary>However a loss over pairs, triples or similarities is called, it is the same loss.</summary>
public class PairOverloadTests
{
    private const int N = 4;
    private const int D = 4;

    private static readonly double[] A64 = Sampled(1), B64 = Sampled(2), C64 = Sampled(3);
    private static readonly double[] Y64 = [1, -1, -1, 1];

    [Fact]
    public void CosineEmbedding()
    {
        float[] a = Of<float>(A64), b = Of<float>(B64), y = Of<float>(Y64);
        Same<float>(
            (g, h, _) => Loss.CosineEmbedding<float>(
                new() { Input1 = a, Input2 = b, Target = y, Gradient1 = g, Gradient2 = h }),
            (g, h, _) => Loss.CosineEmbedding(a, b, y, g, h),
            (g, h, _) => Loss.CosineEmbedding(a.AsSpan(), b.AsSpan(), y.AsSpan(), g.AsSpan(), h.AsSpan()),
            (g, h, _) => Loss.CosineEmbedding<float>(a, b, y, g, h),
            (g, h, _) => Loss.CosineEmbedding(Tensor(a), Tensor(b), y, Tensor(g), Tensor(h)),
            (g, h, _) => Loss.CosineEmbedding(Tensor(a), b, y, Tensor(g), h));
        Same<double>(
            (g, h, _) => Loss.CosineEmbedding<double>(
                new() { Input1 = A64, Input2 = B64, Target = Y64, Gradient1 = g, Gradient2 = h, Dimensions = D }),
            (g, h, _) => Loss.CosineEmbedding(A64, B64, Y64, g, h),
            (g, h, _) => Loss.CosineEmbedding<double>(A64, B64, Y64, g, h),
            (g, h, _) => Loss.CosineEmbedding(Tensor(A64), Tensor(B64), Y64, Tensor(g), Tensor(h)));
        Half[] a16 = Of<Half>(A64), b16 = Of<Half>(B64);
        Same<Half>(
            (g, h, _) => Loss.CosineEmbedding<Half>(
                new() { Input1 = a16, Input2 = b16, Target = y, Gradient1 = g, Gradient2 = h }),
            (g, h, _) => Loss.CosineEmbedding(a16, b16, y, g, h));
        BFloat16[] aB = Of<BFloat16>(A64), bB = Of<BFloat16>(B64);
        Same<BFloat16>(
            (g, h, _) => Loss.CosineEmbedding<BFloat16>(
                new() { Input1 = aB, Input2 = bB, Target = y, Gradient1 = g, Gradient2 = h }),
            (g, h, _) => Loss.CosineEmbedding(aB.AsSpan(), bB.AsSpan(), y, g.AsSpan(), h.AsSpan()));
    }

    [Fact]
    public void TripletMargin()
    {
        Triplets<float>(
            (a, p, n, g, h, i) => Loss.TripletMargin(a, p, n, D, new(g, h, i)),
            (a, p, n, g, h, i) =>
                Loss.TripletMargin(a.AsSpan(), p, n, dimensions: D, new TripletGradients<float>(g, h, i)),
            (a, p, n, g, h, i) => Loss.TripletMargin(Tensor(a), Tensor(p), Tensor(n), new(g, h, Tensor(i))),
            (a, p, n, g, h, i) => Loss.TripletMargin(Tensor(a), p, n, new(g, h, i)));
        Triplets<double>(
            (a, p, n, g, h, i) => Loss.TripletMargin(a, p, n, D, new(g, h, i)),
            (a, p, n, g, h, i) => Loss.TripletMargin(Tensor(a), Tensor(p), Tensor(n), new(g, h, i)));
        Triplets<Half>((a, p, n, g, h, i) => Loss.TripletMargin(a, p, n, D, new(g, h, i)));
        Triplets<BFloat16>((a, p, n, g, h, i) => Loss.TripletMargin(a.AsSpan(), p, n, D, new(g, h, i)));
    }

    [Fact]
    public void InfoNce()
    {
        float[] x = Of<float>(A64);
        Same<float>(
            (g, _, _) => Loss.InfoNce<float>(new() { Logits = x, Shape = new(N, N), Gradient = g }),
            (g, _, _) => Loss.InfoNce(x, g), (g, _, _) => Loss.InfoNce(x.AsSpan(), g.AsSpan()),
            (g, _, _) => Loss.InfoNce<float>(x, g), (g, _, _) => Loss.InfoNce(Tensor(x), Tensor(g)),
            (g, _, _) => Loss.InfoNce<float>(new() { Logits = x, Labels = (int[])[0, 1, 2, 3], Gradient = g }),
            (g, _, _) =>
                Loss.InfoNce<float>(new() { Logits = Tensor(x), Labels = (long[])[0, 1, 2, 3], Gradient = g }));
        Same<double>(
            (g, _, _) => Loss.InfoNce<double>(new() { Logits = A64, Shape = new(N, N), Gradient = g }),
            (g, _, _) => Loss.InfoNce(A64, g), (g, _, _) => Loss.InfoNce(Tensor(A64), Tensor(g)));
        Half[] x16 = Of<Half>(A64);
        Same<Half>(
            (g, _, _) => Loss.InfoNce<Half>(new() { Logits = x16, Shape = new(N, N), Gradient = g }),
            (g, _, _) => Loss.InfoNce(x16, g));
    }

    [Fact]
    public void OneVectorIsOneRow()
    {
        float[] a = Of<float>(A64), b = Of<float>(B64), c = Of<float>(C64), y = [1];
        var flat = Loss.CosineEmbedding(a, b, y);
        Assert.Equal(flat, Loss.CosineEmbedding(new ReadOnlyTensorSpan<float>(a, [N * D]), b, y));
        Assert.Equal(flat, Loss.CosineEmbedding(new ReadOnlyTensorSpan<float>(a, [1, N * D]), b, y));
        flat = Loss.TripletMargin(a, b, c, N * D);
        Assert.Equal(flat, Loss.TripletMargin(new ReadOnlyTensorSpan<float>(a, [N * D]), b, c));
    }

    [Fact]
    public void RowsMayHaveSeveralDimensions()
    {
        float[] a = Of<float>(A64), b = Of<float>(B64), c = Of<float>(C64);
        Assert.Equal(
            Loss.TripletMargin(a, b, c, D),
            Loss.TripletMargin(
                new ReadOnlyTensorSpan<float>(a, [2, 2, D]), b, new ReadOnlyTensorSpan<float>(c, [2, 2, D])));
    }

    [Fact]
    public void NoCallAllocates()
    {
        float[] a = Of<float>(A64), b = Of<float>(B64), c = Of<float>(C64), y = Of<float>(Y64), g = new float[N * D];
        void Run()
        {
            Loss.CosineEmbedding(a, b, y, g);
            Loss.TripletMargin(a, b, c, D, new(g, default, default));
            Loss.InfoNce(a, g);
        }

        Run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) Run();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private delegate double Triplet<T>(T[] a, T[] p, T[] n, T[] g, T[] h, T[] i);

    private static void Triplets<T>(params Triplet<T>[] others) where T : unmanaged
    {
        T[] a = Of<T>(A64), p = Of<T>(B64), n = Of<T>(C64);
        Same<T>(
            (g, h, i) => Loss.TripletMargin<T>(
                new()
                {
                    Anchor = a, Positive = p, Negative = n, Dimensions = D,
                    AnchorGradient = g, PositiveGradient = h, NegativeGradient = i,
                }),
            [.. others.Select<Triplet<T>, Func<T[], T[], T[], double>>(other => (g, h, i) => other(a, p, n, g, h, i))]);
    }

    private static void Same<T>(Func<T[], T[], T[], double> first, params Func<T[], T[], T[], double>[] others)
    {
        var expected = new[] { new T[N * D], new T[N * D], new T[N * D] };
        var loss = first(expected[0], expected[1], expected[2]);
        Assert.True(loss > 0);
        foreach (var other in others)
        {
            var actual = new[] { new T[N * D], new T[N * D], new T[N * D] };
            Assert.Equal(loss, other(actual[0], actual[1], actual[2]));
            Assert.Equal(expected, actual);
        }
    }

    private static T[] Of<T>(double[] values) where T : unmanaged => Element.Of<T>(values);

    private static TensorSpan<T> Tensor<T>(T[] values) => new(values, [N, D]);

    private static double[] Sampled(int seed) =>
        [.. Enumerable.Range(0, N * D).Select(i => Math.Sin(7 * i * seed + seed))];
}
