namespace FusedLoss.Tests.Oracle;

/// <summary>What this library does where point-wise losses of probabilities, counts and margins end, one decision at a
/// time.</summary>
public class PointwiseDecisionTests
{
    [Fact]
    public void BceStopsAtAHundredAndItsGradientAtATrillion()
    {
        float[] x = [0, 1, 0, 1], t = [1, 0, 0, 1];
        var (losses, gradient, target) = Run<float, BceOptions>(x, t, Loss.Bce, new());
        Assert.Equal([100, 100, 0, 0], losses);
        Assert.Equal([-1e12f, 1e12f, 0, 0], gradient);
        const float Inf = float.PositiveInfinity;
        Assert.Equal([Inf, -Inf, Inf, -Inf], target);
    }

    [Fact]
    public void BceOutsideOfProbabilitiesIsNaN()
    {
        double[] x = [-0.25, 1.25, double.PositiveInfinity, double.NaN], t = [0, 1, 0.5, 1];
        var (losses, gradient, target) = Run<double, BceOptions>(x, t, Loss.Bce, new());
        Assert.All([.. losses, .. gradient, .. target], value => Assert.Equal(double.NaN, value));
    }

    [Fact]
    public void SoftMarginNeverOverflows()
    {
        float[] x = [1e4f, -1e4f, 100, 1e4f], y = [-1, 1, -1, 1], gradient = new float[4];
        var loss = Loss.SoftMargin(x, y, gradient, new() { Reduction = Reduction.Sum });
        Assert.Equal(20_100, loss);
        Assert.Equal([1, -1, 1, 0], gradient);
    }

    [Fact]
    public void HingeOfAnotherTargetIsBoth()
    {
        float[] x = [0.25f, 1, 3, -1], y = [0, 0, 0, 0.5f], losses = new float[4], gradient = new float[4];
        Loss.HingeEmbedding<float>(new() { Input = x, Target = y, Losses = losses, Gradient = gradient },
            new() { Reduction = Reduction.None });
        Assert.Equal([1, 1, 3, 1], losses);
        Assert.Equal([0, 0, 1, 0], gradient);
    }

    [Fact]
    public void HingeHasASlopeAtItsCorner()
    {
        float[] x = [1, 2], y = [-1, -1], gradient = new float[2];
        Assert.Equal(0, Loss.HingeEmbedding(x, y, gradient, new() { Reduction = Reduction.Sum }));
        Assert.Equal([-1, 0], gradient);
    }

    [Fact]
    public void PoissonOfNoCountsHasNoStirling()
    {
        var full = new PoissonNllOptions { Full = true };
        float[] x = [0.5f, -2], y = [0, 1];
        var (losses, _, target) = Run<float, PoissonNllOptions>(x, y, Loss.PoissonNll, full);
        var (plain, _, _) = Run<float, PoissonNllOptions>(x, y, Loss.PoissonNll, new());
        Assert.Equal(plain, losses);
        Assert.Equal([-0.5f, 2], target);
        var rates = full with { LogInput = false };
        Assert.All(Run<float, PoissonNllOptions>([0.5f, 0], [0, 0], Loss.PoissonNll, rates).Target,
            value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void PoissonOverflowsToInfinity()
    {
        var (losses, gradient, target) = Run<float, PoissonNllOptions>(
            [100, 100], [3, 0], Loss.PoissonNll, new());
        const float Inf = float.PositiveInfinity;
        Assert.Equal([Inf, Inf], losses);
        Assert.Equal([Inf, Inf], gradient);
        Assert.Equal([-100, -100], target);
    }

    [Fact]
    public void KlDivOfNothingIsNothing()
    {
        float[] x = [-1, 0, -100], t = [0, 0, 0];
        var (losses, gradient, target) = Run<float, KlDivOptions>(x, t, Loss.KlDiv, new());
        Assert.All([.. losses, .. gradient, .. target], value => Assert.Equal(0, value));
    }

    private static (T[] Losses, T[] Gradient, T[] Target) Run<T, TOptions>(
        T[] x, T[] t, PointwiseMethod<T, TOptions> call, TOptions options)
        where T : unmanaged
        where TOptions : LossOptions
    {
        var (losses, gradient, target) = (new T[x.Length], new T[x.Length], new T[x.Length]);
        call(
            new PointwiseArgs<T>
            {
                Input = x, Target = t, Losses = OutputTerms.From<T>(losses), Gradient = gradient,
                TargetGradient = target,
            },
            (TOptions)(options with { Reduction = Reduction.None }), null);
        return (losses, gradient, target);
    }
}
