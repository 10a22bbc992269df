namespace FusedLoss.Tests.Oracle;

/// <summary>What distances between distributions do at the edges, one decision at a time.</summary>
public class DivergenceDecisionTests
{
    private const double Inf = double.PositiveInfinity;

    private static readonly double[] None = [];
    private static readonly JsdOptions JsdTerms = new() { Reduction = Reduction.None };
    private static readonly TvdOptions TvdTerms = new() { Reduction = Reduction.None };

    [Fact]
    public void MeanOfNothingIsNaNOrZero()
    {
        Assert.Equal(double.NaN, Loss.Jsd(None, None, classes: 3));
        Assert.Equal(double.NaN, Loss.Tvd(None, None, classes: 3));
        Assert.Equal(0, Loss.Jsd(None, None, classes: 3, options: new() { EmptyMean = EmptyMean.Zero }));
        Assert.Equal(0, Loss.Tvd(None, None, classes: 3, options: new() { Reduction = Reduction.Sum }));
    }

    [Theory, InlineData(0), InlineData(0.25), InlineData(0.5), InlineData(1)]
    public void ProbabilityZeroOnBothSidesContributesNothing(double beta)
    {
        foreach (var scores in Enum.GetValues<DistributionInput>())
        {
            var options = JsdTerms with { Beta = beta, Input = scores };
            double[] x = [-1, -Inf, -0.5], t = [-0.25, -Inf, -2], y = [-1, -0.5], u = [-0.25, -2];
            var (with, without) = (Jsd(x, t, options), Jsd(y, u, options));
            Assert.Equal(without.Loss, with.Loss, Ulp.OfIdentity(Precision.Float64, 1));
            Assert.Equal((0, 0), (with.Gradient[1], with.Target[1]));
            Assert.Equal(without.Gradient[1], with.Gradient[2], Ulp.OfIdentity(Precision.Float64, 1));
            Assert.Equal(without.Target[1], with.Target[2], Ulp.OfIdentity(Precision.Float64, 1));
            var (loss, gradient, target) = Tvd(x, t, TvdTerms with { Input = scores });
            Assert.Equal((0, 0), (gradient[1], target[1]));
            Assert.Equal(Tvd(y, u, TvdTerms with { Input = scores }).Loss, loss, Ulp.OfIdentity(Precision.Float64, 1));
        }
    }

    [Fact]
    public void NothingInCommonIsLnTwoApart()
    {
        double[] x = [0, -Inf], t = [-Inf, 0];
        foreach (var scores in Enum.GetValues<DistributionInput>())
        {
            var (loss, gradient, target) = Jsd(x, t, JsdTerms with { Input = scores });
            Assert.Equal(Math.Log(2), loss, Ulp.OfIdentity(Precision.Float64, 1));
            Assert.DoesNotContain(double.NaN, (double[])[.. gradient, .. target]);
            Assert.Equal((0, 0), (gradient[1], target[0]));
            Assert.Equal(1, Tvd(x, t, TvdTerms with { Input = scores }).Loss);
        }
    }

    [Theory, InlineData(0), InlineData(1)]
    public void WithoutAMixtureAnImpossibleClassIsInfinitelyFar(double beta)
    {
        double[] possible = [-0.5, -1], impossible = [0, -Inf];
        var (x, t) = beta == 0 ? (impossible, possible) : (possible, impossible);
        var options = JsdTerms with { Beta = beta, Input = DistributionInput.LogProbabilities };
        Assert.Equal(Inf, Jsd(x, t, options).Loss);
        Assert.True(double.IsFinite(Jsd(t, x, options).Loss));
    }

    [Theory, InlineData(0), InlineData(0.5), InlineData(1)]
    public void HugeLogitsKeepTheirDigits(double beta)
    {
        foreach (var size in new[] { 1e4, 1e6, 1e8, -1e8 })
        {
            var plain = Jsd([1, 0, 3], [2, 2, 0], JsdTerms with { Beta = beta });
            var far = Jsd([size + 1, size, size + 3], [2 - size, 2 - size, -size], JsdTerms with { Beta = beta });
            Assert.Equal(plain.Loss, far.Loss);
            Assert.Equal(plain.Gradient, far.Gradient);
            Assert.Equal(plain.Target, far.Target);
        }
    }

    [Fact]
    public void LogitsFarApartAreNeverNaN()
    {
        float[] x = [3e38f, -3e38f, 0, 1e4f, 0, -1e4f], t = [-3e38f, 3e38f, 0, -1e4f, 0, 1e4f];
        foreach (var beta in (double[])[0, 0.1, 0.5, 1])
        {
            var (gradient, target) = (new float[6], new float[6]);
            var loss = Loss.Jsd<float>(
                new() { Input = x, Target = t, Shape = new(2, 3), Gradient = gradient, TargetGradient = target },
                new() { Beta = beta, Reduction = Reduction.Sum });
            Assert.False(double.IsNaN(loss));
            if (beta is 0 or 1) continue;
            Assert.All([.. gradient, .. target], value => Assert.True(float.IsFinite(value)));
        }
    }

    [Fact]
    public void WhatHasNoSoftmaxIsNaNInItsRowOnly()
    {
        foreach (var wrong in (double[])[double.NaN, Inf])
        {
            double[] x = [1, wrong, 2, 0.5, 1, 0], t = [0, 1, 2, 1, 1, 1], losses = new double[2];
            var (gradient, target) = (new double[6], new double[6]);
            Loss.Jsd<double>(
                new()
                {
                    Input = x, Target = t, Shape = new(2, 3), Losses = losses, Gradient = gradient,
                    TargetGradient = target,
                },
                JsdTerms);
            Assert.All([losses[0], .. gradient[..3], .. target[..3]], value => Assert.Equal(double.NaN, value));
            Assert.All([losses[1], .. gradient[3..], .. target[3..]], value => Assert.True(double.IsFinite(value)));
        }
    }

    [Fact]
    public void OneClassIsAlwaysTheSame()
    {
        var (loss, gradient, target) = Jsd([5], [-3], JsdTerms);
        Assert.Equal((0, 0, 0), (loss, gradient[0], target[0]));
        (loss, gradient, target) = Tvd([5], [-3], TvdTerms);
        Assert.Equal((0, 0, 0), (loss, gradient[0], target[0]));
    }

    [Fact]
    public void EqualProbabilitiesHaveNoSlope()
    {
        double[] x = [Math.Log(0.5), Math.Log(0.25), Math.Log(0.25)], t = [x[0], Math.Log(0.125), Math.Log(0.375)];
        var (loss, gradient, target) = Tvd(x, t, TvdTerms with { Input = DistributionInput.LogProbabilities });
        Assert.Equal(0.125, loss, Ulp.OfIdentity(Precision.Float64, 1));
        Assert.Equal((0, 0), (gradient[0], target[0]));
        Assert.True(gradient is [_, > 0, < 0] && target is [_, < 0, > 0]);
    }

    [Fact]
    public void TemperatureBelongsToLogits()
    {
        var (loss, gradient, _) = Jsd([2, 6, -4], [1, 1, 1], JsdTerms with { Temperature = 2 });
        var (same, steep, _) = Jsd([1, 3, -2], [0.5, 0.5, 0.5], JsdTerms);
        Assert.Equal(same, loss);
        Assert.Equal(steep.Select(value => value / 2), gradient);
    }

    private static (double Loss, double[] Gradient, double[] Target) Jsd(double[] x, double[] t, JsdOptions options)
    {
        var (losses, gradient, target) = (new double[1], new double[x.Length], new double[x.Length]);
        Loss.Jsd<double>(Args(x, t, losses, gradient, target), options);
        return (losses[0], gradient, target);
    }

    private static (double Loss, double[] Gradient, double[] Target) Tvd(double[] x, double[] t, TvdOptions options)
    {
        var (losses, gradient, target) = (new double[1], new double[x.Length], new double[x.Length]);
        Loss.Tvd<double>(Args(x, t, losses, gradient, target), options);
        return (losses[0], gradient, target);
    }

    private static DistributionArgs<double> Args(
        double[] x, double[] t, double[] losses, double[] gradient, double[] target) => new()
    {
        Input = x, Target = t, Shape = new(1, x.Length), Losses = losses, Gradient = gradient, TargetGradient = target,
    };
}
