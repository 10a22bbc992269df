namespace FusedLoss.Tests.Oracle;

/// <summary>What class-balanced cross-entropy does at the edges, one decision at a time.</summary>
public class BalancedDecisionTests
{
    private static readonly double[] X = [1, 2, 0.5, 0, -1, 3, 2, 2, 1, 0.25, 0.5, -2];
    private static readonly int[] Y = [0, 2, 2, 1];

    [Theory, InlineData(EmptyMean.NaN, double.NaN), InlineData(EmptyMean.Zero, 0)]
    public void NothingToCountIsNaNOrZeroWithZeroGradients(EmptyMean empty, double expected)
    {
        var options = new BalancedCrossEntropyOptions { EmptyMean = empty };
        Assert.Equal(expected, Loss.BalancedCrossEntropy(Array.Empty<float>(), Array.Empty<int>(), options: options));
        foreach (var beta in (double[])[0, 0.9, 1])
        {
            float[] logits = [float.NaN, 1, 2, 3], gradient = [7, 7, 7, 7], losses = [7, 7];
            var loss = Loss.BalancedCrossEntropy<float>(
                new() { Logits = logits, Labels = (int[])[-100, -100], Gradient = gradient, Losses = losses },
                options with { Beta = beta });
            Assert.Equal(expected, loss);
            Assert.All([.. gradient, .. losses], value => Assert.Equal(0, value));
        }
    }

    [Fact]
    public void BetaZeroIsCrossEntropy()
    {
        var (a, b) = (new double[X.Length], new double[X.Length]);
        var loss = Loss.BalancedCrossEntropy(X, Y, a, new() { Beta = 0 });
        Assert.Equal(Loss.CrossEntropy<double>(
            new() { Logits = X, Labels = Y, ClassWeights = (double[])[1, 1, 1], Gradient = b }), loss);
        Assert.Equal(b, a);
    }

    [Theory, InlineData(0.5), InlineData(0.999), InlineData(1)]
    public void EqualFrequenciesAreCrossEntropy(double beta)
    {
        int[] labels = [0, 2, 1, -100];
        var (a, b) = (new double[X.Length], new double[X.Length]);
        var loss = Loss.BalancedCrossEntropy(X, labels, a, new() { Beta = beta });
        Assert.Equal(Loss.CrossEntropy(X, labels, b), loss, Ulp.OfIdentity(Precision.Float64, 1));
        for (var i = 0; i < a.Length; i++) Assert.Equal(b[i], a[i], Ulp.OfIdentity(Precision.Float64, 1));
    }

    [Theory]
    [InlineData(1, 4 / 3.0, 4 / 3.0, 2 / 3.0)]
    [InlineData(0.5, 12 / 10.0, 12 / 10.0, 8 / 10.0)]
    public void ItIsCrossEntropyWithTheseWeights(double beta, double first, double second, double third)
    {
        var (a, b, losses, same) = (new double[X.Length], new double[X.Length], new double[4], new double[4]);
        var loss = Loss.BalancedCrossEntropy<double>(
            new() { Logits = X, Labels = Y, Gradient = a, Losses = losses },
            new() { Beta = beta, LabelSmoothing = 0.25 });
        var expected = Loss.CrossEntropy<double>(
            new()
            {
                Logits = X, Labels = Y, ClassWeights = (double[])[first, second, third], Gradient = b, Losses = same,
            },
            new() { LabelSmoothing = 0.25 });
        Assert.Equal(expected, loss, Ulp.OfIdentity(Precision.Float64, 1));
        for (var i = 0; i < a.Length; i++) Assert.Equal(b[i], a[i], Ulp.OfIdentity(Precision.Float64, 1));
        for (var i = 0; i < 4; i++) Assert.Equal(same[i], losses[i], Ulp.OfIdentity(Precision.Float64, 4));
    }

    [Fact]
    public void TwoClassesWeighAsMuchAsTheOtherHasMembers()
    {
        var losses = new double[3];
        Loss.BalancedCrossEntropy<double>(
            new() { Logits = new double[6], Labels = (int[])[1, 0, 1], Losses = losses },
            new() { Reduction = Reduction.None });
        Assert.Equal(2 * losses[0], losses[1], Ulp.OfIdentity(Precision.Float64, 1));
    }

    [Fact]
    public void AClassThatDoesNotOccurHasNoShareInSmoothing()
    {
        double[] x = [1, 2, 0];
        var plain = Loss.CrossEntropy(x, (int[])[1]);
        var loss = Loss.BalancedCrossEntropy(x, (int[])[1], options: new() { LabelSmoothing = 0.75 });
        Assert.Equal(plain * (0.25 + 0.75 / x.Length), loss, Ulp.OfIdentity(Precision.Float64, 1));
    }

    [Fact]
    public void IgnoreIndexMayBeAClass()
    {
        var gradient = new double[X.Length];
        var loss = Loss.BalancedCrossEntropy(X, Y, gradient, new() { IgnoreIndex = 2 });
        double[] kept = [.. X[..3], .. X[9..]];
        Assert.Equal(Loss.CrossEntropy(kept, (int[])[0, 1]), loss, Ulp.OfIdentity(Precision.Float64, 1));
        Assert.Equal(new double[6], gradient[3..9]);
    }

    [Fact]
    public void OneClassCostsNothing() =>
        Assert.Equal(0, Loss.BalancedCrossEntropy((double[])[5, -3], (int[])[0, 0]));

    [Theory, InlineData(3), InlineData(-1)]
    public void LabelErrorsComeBeforeAnythingElse(int wrong)
    {
        var gradient = new double[X.Length];
        var exception = Assert.Throws<ArgumentOutOfRangeException>(
            () => Loss.BalancedCrossEntropy(X, (int[])[0, 1, wrong, wrong], gradient));
        Assert.Contains($"labels[2] is {wrong}", exception.Message, StringComparison.Ordinal);
        Assert.Equal(new double[X.Length], gradient);
    }
}
