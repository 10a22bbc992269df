namespace FusedLoss.Tests.Oracle;

/// <summary>What triplet_margin does where its formula ends or has a choice, one decision at a time.</summary>
public class TripletDecisionTests
{
    private static readonly TripletMarginOptions Exact = new() { Eps = 0, Reduction = Reduction.None };

    [Theory]
    [InlineData(0.5), InlineData(1), InlineData(1.5), InlineData(2), InlineData(3), InlineData(-2), InlineData(0)]
    [InlineData(double.PositiveInfinity), InlineData(double.NegativeInfinity)]
    public void NoDistanceHasNoGradient(double p)
    {
        float[] x = [1, -2, 0.5f];
        var (losses, a, b, c) = Run(x, x, x, Exact with { P = p, Swap = true });
        Assert.Equal([1], losses);
        Assert.All([.. a, .. b, .. c], value => Assert.Equal(0, value));
    }

    [Fact]
    public void TheHingeHasASlopeAtItsCornerAndNoneBelow()
    {
        float[] zero = [0, 0], near = [0.5f, 0.5f], far = [1.5f, 1];
        var (losses, a, p, n) = Run(zero, zero, near, Exact with { P = 1 });
        Assert.Equal([0], losses);
        Same([1, 1], a, [0, 0], p, [-1, -1], n);
        (losses, a, p, n) = Run(zero, zero, far, Exact with { P = 1 });
        Assert.Equal([0], losses);
        Same([0, 0], a, [0, 0], p, [0, 0], n);
    }

    [Fact]
    public void ATieOfTheSwapSharesItsGradient()
    {
        var options = Exact with { Swap = true, P = 1, Margin = 4 };
        var (losses, a, p, n) = Run([1, 0], [-1, 0], [0, 2], options);
        Assert.Equal([3], losses); // 4 + 2 - min(3, 3)
        Same([0.5f, 0.5f], a, [-0.5f, 0.5f], p, [0, -1], n);
        (losses, a, p, n) = Run([1, 0], [-1, 0], [0.25f, 2], options);
        Assert.Equal([3.25f], losses); // the anchor is nearer
        Same([0, 1], a, [-1, 0], p, [1, -1], n);
        (losses, a, p, n) = Run([1, 0], [-1, 0], [-0.25f, 2], options);
        Assert.Equal([3.25f], losses); // the positive is nearer
        Same([1, 0], a, [0, 1], p, [-1, -1], n);
    }

    [Fact]
    public void EpsCountsWithItsSign()
    {
        var options = Exact with { Eps = 0.5, P = 1 };
        var (losses, a, p, n) = Run([1], [0], [2], options);
        Assert.Equal([2], losses); // 1 + |1 - 0 + 0.5| - |1 - 2 + 0.5|
        Same([2], a, [-1], p, [-1], n);
    }

    [Fact]
    public void TheNormOfOrderZeroCountsAndHasNoGradient()
    {
        var (losses, a, p, n) = Run([1, 2, 0, 1e-30f], [1, 0, 0, 0], [1, 2, 3, 1e-30f], Exact with { P = 0 });
        Assert.Equal([2], losses); // 1 + 2 - 1
        Assert.All([.. a, .. p, .. n], value => Assert.Equal(0, value));
    }

    [Fact]
    public void AComponentOfZeroHasNoGradientBelowOrderOne()
    {
        var (losses, a, p, n) = Run([1, 4], [1, 0], [1, 1], Exact with { P = 0.5 });
        Assert.Equal([2], losses); // 1 + 4 - 3
        Same([0, 0], a, [0, -1], p, [0, 1], n);
    }

    [Fact]
    public void AComponentOfZeroIsTheNormOfANegativeOrder()
    {
        var (losses, a, p, n) = Run([2, 4], [2, 0], [4, 8], Exact with { P = -1, Margin = 2 });
        Near([2 - 1 / (0.5 + 0.25)], losses); // 2 + 0 - 4 / 3
        Near([4 / 9.0, 1 / 9.0], a);
        Assert.Equal(new float[2], p);
        Near([-4 / 9.0, -1 / 9.0], n);
    }

    [Fact]
    public void TheLargestComponentsShareTheGradient()
    {
        var (losses, a, p, n) = Run([2, -2, 1, 2], [0, 0, 0, 0], [1, -3, 2, 2],
            Exact with { P = double.PositiveInfinity });
        Assert.Equal([2], losses);
        float[] near = [1 / 3f, -1 / 3f, 0, 1 / 3f], far = [1 / 3f, 1 / 3f, -1 / 3f, 0];
        Assert.Equal(near.Zip(far, (x, y) => x - y), a);
        Assert.Equal(near.Select(x => -x), p);
        Assert.Equal(far, n);
    }

    [Fact]
    public void TheSmallestComponentsShareTheGradient()
    {
        var (losses, a, p, n) = Run([1, -1, 3], [0, 0, 0], [3, -3, 3], Exact with { P = double.NegativeInfinity });
        Assert.Equal([2], losses); // 1 + 1 - 0
        Same([0.5f, -0.5f, 0], a, [-0.5f, 0.5f, 0], p, [0, 0, 0], n);
    }

    [Theory, InlineData(-1), InlineData(0), InlineData(2.5)]
    public void TheMarginIsAnyNumber(double margin)
    {
        var (losses, _, _, _) = Run([1], [-1], [0], Exact with { Margin = margin });
        Assert.Equal([(float)margin + 1], losses);
    }

    [Fact]
    public void AnEmptyBatchIsNaNOrZero()
    {
        float[] none = [];
        Assert.Equal(double.NaN, Loss.TripletMargin(none, none, none, 5));
        Assert.Equal(0, Loss.TripletMargin(none, none, none, 5, options: new() { EmptyMean = EmptyMean.Zero }));
        Assert.Equal(0, Loss.TripletMargin(none, none, none, 5, options: new() { Reduction = Reduction.Sum }));
    }

    [Theory]
    [InlineData(2), InlineData(0), InlineData(-1), InlineData(double.PositiveInfinity)]
    public void VectorsWithoutDimensionsAreNotApart(double p)
    {
        System.Numerics.Tensors.TensorSpan<float> x = new(new float[1], 0, [3, 0], []);
        foreach (var distance in Enum.GetValues<TripletDistance>())
            Assert.Equal(2, Loss.TripletMargin(x, x, x, options: new() { Margin = 2, P = p, Distance = distance }));
    }

    [Fact]
    public void CosinesOfZeroVectorsAreZero()
    {
        var options = Exact with { Distance = TripletDistance.Cosine };
        var (losses, a, p, n) = Run([0, 0], [3, 4], [0, 1], options);
        Assert.Equal([1], losses);
        Near([-0.6e8, 0.2e8], a); // n / |n| - p / |p|, over 1e-8
        Assert.All([.. p, .. n], value => Assert.Equal(0, value));
    }

    [Fact]
    public void NaNStaysInItsRow()
    {
        var (losses, a, p, n) = Run(
            [1, 2, float.NaN, 1, 3, 4], [2, 2, 1, 1, 3, 3], [2, 1, 1, 3, 4, 3], Exact, dimensions: 2);
        Assert.Equal([false, true, false], losses.Select(float.IsNaN));
        foreach (var gradient in new[] { a, p, n })
            Assert.Equal([false, false, true, true, false, false], gradient.Select(float.IsNaN));
    }

    private static (float[] Losses, float[] Anchor, float[] Positive, float[] Negative) Run(
        float[] anchor, float[] positive, float[] negative, TripletMarginOptions options, int dimensions = 0)
    {
        dimensions = dimensions == 0 ? anchor.Length : dimensions;
        var (losses, a, p, n) = (new float[anchor.Length / dimensions], new float[anchor.Length],
            new float[anchor.Length], new float[anchor.Length]);
        Loss.TripletMargin<float>(
            new()
            {
                Anchor = anchor, Positive = positive, Negative = negative, Dimensions = dimensions, Losses = losses,
                AnchorGradient = a, PositiveGradient = p, NegativeGradient = n,
            },
            options);
        return (losses, a, p, n);
    }

    private static void Near(double[] expected, float[] actual)
    {
        var limit = Ulp.OfIdentity(Precision.Float32, expected.Max(Math.Abs));
        foreach (var (e, value) in expected.Zip(actual)) Assert.Equal(e, value, limit);
    }

    private static void Same(float[] a, float[] toAnchor, float[] p, float[] toPositive, float[] n, float[] toNegative)
    {
        Assert.Equal(a, toAnchor);
        Assert.Equal(p, toPositive);
        Assert.Equal(n, toNegative);
    }
}
