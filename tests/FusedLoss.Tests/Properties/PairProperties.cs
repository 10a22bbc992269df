using System.Numerics.Tensors;
using static FusedLoss.Tests.Properties.Properties;

namespace FusedLoss.Tests.Properties;

/// <summary>What must hold of losses over pairs and triples for every batch.</summary>
public class PairProperties
{
    private static readonly TripletMarginOptions Sum = new() { Reduction = Reduction.Sum };

    private static readonly double[] Orders =
        [0.5, 1, 1.5, 2, 3, 7, -1.5, double.PositiveInfinity, double.NegativeInfinity];

    [Fact]
    public void CosinesAreSymmetric() => Hold(batch =>
    {
        var (a, b, y) = Pair(batch);
        var (ga, gb, ha, hb) = (Like(a), Like(a), Like(a), Like(a));
        var loss = Loss.CosineEmbedding(a, b, y, ga, gb);
        Near(loss, Loss.CosineEmbedding(b, a, y, hb, ha), 1);
        NearAtSlopes(ga, ha, a, batch);
        NearAtSlopes(gb, hb, b, batch);
    });

    [Fact]
    public void CosinesDoNotDependOnLength() => Hold(batch =>
    {
        // What is added to the squared norms is 1e-12 of them or less.
        var (a, b, y) = Pair(batch);
        for (var i = 0; i < a.Length; i++) (a[i], b[i]) = (1e6 * a[i], 1e6 * b[i]);
        var (ga, gb, ha, hb) = (Like(a), Like(a), Like(a), Like(a));
        var loss = Loss.CosineEmbedding(a, b, y, ga, gb);
        Near(loss, Loss.CosineEmbedding(Array.ConvertAll(a, x => 8 * x), b, y, ha, hb), 1);
        NearAtSlopes(ga, Array.ConvertAll(ha, g => 8 * g), a, batch);
        NearAtSlopes(gb, hb, b, batch);
    });

    [Fact]
    public void GradientsOfACosineAreAtRightAngles() => Hold(batch =>
    {
        var (a, b, y) = Pair(batch);
        for (var i = 0; i < a.Length; i++) (a[i], b[i]) = (1e6 * a[i], 1e6 * b[i]);
        var (ga, gb) = (Like(a), Like(a));
        Loss.CosineEmbedding(a, b, y, ga, gb, new() { Reduction = Reduction.Sum });
        Near(0, a.Zip(ga, (x, g) => x * g).Sum(), batch.Rows);
        Near(0, b.Zip(gb, (x, g) => x * g).Sum(), batch.Rows);
    });

    [Fact]
    public void GradientsOfATripletSumToZero() => HoldForEveryOrder((options, batch) =>
    {
        var (a, p, n) = Triple(batch);
        var (ga, gp, gn) = (Like(a), Like(a), Like(a));
        Loss.TripletMargin(a, p, n, batch.Classes, new(ga, gp, gn), options);
        for (var i = 0; i < a.Length; i++)
        {
            var magnitude = Math.Abs(ga[i]) + Math.Abs(gp[i]) + Math.Abs(gn[i]);
            Near(0, ga[i] + gp[i] + gn[i], magnitude + 1);
        }
    });

    [Fact]
    public void TripletsAreHomogeneous() => HoldForEveryOrder((options, batch) =>
    {
        // Euler: a norm is the product of its argument and its gradient. So is the loss, up to the margin.
        var (a, p, n) = Triple(batch);
        var (ga, gp, gn, losses) = (Like(a), Like(a), Like(a), new double[batch.Rows]);
        options = options with { Eps = 0, Margin = 100 };
        var loss = Loss.TripletMargin<double>(
            new()
            {
                Anchor = a, Positive = p, Negative = n, Dimensions = batch.Classes, Losses = losses,
                AnchorGradient = ga, PositiveGradient = gp, NegativeGradient = gn,
            },
            options);
        var (product, size) = (0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            product += a[i] * ga[i] + p[i] * gp[i] + n[i] * gn[i];
            size += Math.Abs(a[i] * ga[i]) + Math.Abs(p[i] * gp[i]) + Math.Abs(n[i] * gn[i]);
        }
        if (losses.All(term => term > 0)) Near(loss - 100 * batch.Rows, product, 100 * batch.Rows + size);
    });

    [Fact]
    public void ASwapNeverCostsLess() => HoldForEveryOrder((options, batch) =>
    {
        var (a, p, n) = Triple(batch);
        var (plain, swapped) = (new double[batch.Rows], new double[batch.Rows]);
        void Run(double[] losses, bool swap) => Loss.TripletMargin<double>(
            new() { Anchor = a, Positive = p, Negative = n, Dimensions = batch.Classes, Losses = losses },
            options with { Swap = swap, Reduction = Reduction.None });
        Run(plain, swap: false);
        Run(swapped, swap: true);
        for (var i = 0; i < batch.Rows; i++) Assert.True(swapped[i] >= plain[i]);
    });

    [Fact]
    public void PermutedDimensionsPermuteGradients() => Hold(batch =>
    {
        var (a, p, n) = Triple(batch);
        var d = batch.Classes;
        var order = Enumerable.Range(0, d).ToArray();
        new Random(batch.Seed).Shuffle(order);
        double[] Permuted(double[] x) => [.. Enumerable.Range(0, x.Length).Select(i => x[i / d * d + order[i % d]])];
        var (ga, gp, gn, ha, hp, hn) = (Like(a), Like(a), Like(a), Like(a), Like(a), Like(a));
        foreach (var distance in Enum.GetValues<TripletDistance>())
        {
            var options = Sum with { Distance = distance };
            var loss = Loss.TripletMargin(a, p, n, d, new(ga, gp, gn), options);
            var same = Loss.TripletMargin(Permuted(a), Permuted(p), Permuted(n), d, new(ha, hp, hn), options);
            Near(loss, same, loss + Magnitude(batch));
            Near([.. Permuted(ga), 1], [.. ha, 1]);
            Near([.. Permuted(gn), 1], [.. hn, 1]);
        }
    });

    [Fact]
    public void TwoHalvesMakeTheWhole() => Hold(batch =>
    {
        var (a, p, n) = Triple(batch);
        var (d, cut) = (batch.Classes, batch.Rows / 2 * batch.Classes);
        var (whole, parts) = (Like(a), Like(a));
        var loss = Loss.TripletMargin(a, p, n, d, new(whole, default, default), Sum);
        var first = Loss.TripletMargin(
            a.AsSpan(0, cut), p.AsSpan(0, cut), n.AsSpan(0, cut), d, new(parts.AsSpan(0, cut), default, default), Sum);
        var second = Loss.TripletMargin(
            a.AsSpan(cut), p.AsSpan(cut), n.AsSpan(cut), d, new(parts.AsSpan(cut), default, default), Sum);
        Near(loss, first + second, loss);
        Assert.Equal(whole, parts);
    });

    [Fact]
    public void MeanIsSumOverRowsAndUpstreamIsAFactor() => Hold(batch =>
    {
        var (a, p, n) = Triple(batch);
        var (sum, mean, scaled) = (Like(a), Like(a), Like(a));
        var loss = Loss.TripletMargin(a, p, n, batch.Classes, new(sum, default, default), Sum);
        Near(loss, batch.Rows * Loss.TripletMargin(a, p, n, batch.Classes, new(mean, default, default)), loss);
        Near(mean, sum, batch.Rows);
        Loss.TripletMargin(a, p, n, batch.Classes, new(scaled, default, default), Sum with { Upstream = -0.3 });
        Near(sum, scaled, -0.3);
    });

    private static void HoldForEveryOrder(Action<TripletMarginOptions, Batch> property) => Hold(batch =>
    {
        foreach (var p in Orders)
            foreach (var swap in new[] { false, true }) property(Sum with { P = p, Swap = swap }, batch);
    });

    // The gradient to a vector is a difference of numbers as large as 1 over its length.
    private static void NearAtSlopes(double[] expected, double[] actual, double[] vectors, Batch batch)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            var row = vectors.AsSpan(i / batch.Classes * batch.Classes, batch.Classes);
            Near(expected[i], actual[i], 1 / TensorPrimitives.Norm<double>(row));
        }
    }

    private static (double[] A, double[] B, double[] Y) Pair(Batch batch)
    {
        var random = new Random(batch.Seed);
        var y = new double[batch.Rows];
        foreach (ref var target in y.AsSpan()) target = 2 * random.Next(2) - 1;
        return (Normal(random, batch), Normal(random, batch), y);
    }

    private static (double[] A, double[] P, double[] N) Triple(Batch batch)
    {
        var random = new Random(batch.Seed);
        return (Normal(random, batch), Normal(random, batch), Normal(random, batch));
    }

    private static double[] Normal(Random random, Batch batch)
    {
        var values = new double[batch.Rows * batch.Classes];
        foreach (ref var value in values.AsSpan())
            value = 2 * (random.NextDouble() + random.NextDouble() + random.NextDouble()) - 3;
        return values;
    }

    private static double Magnitude(Batch batch) => batch.Rows * Math.Sqrt(batch.Classes);

    private static double[] Like(double[] values) => new double[values.Length];
}
