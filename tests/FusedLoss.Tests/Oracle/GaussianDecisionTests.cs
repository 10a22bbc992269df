namespace FusedLoss.Tests.Oracle;

/// <summary>What this library does where a variance ends or is none, one decision at a time.</summary>
public class GaussianDecisionTests
{
    private static readonly GaussianNllOptions None = new() { Reduction = Reduction.None };

    [Fact]
    public void TheGradientFlowsThroughTheClamp()
    {
        var (losses, gradient, target, variance) = Run([1, 2, 3], [0, 2, 3], [0, 0, 1e-7]);
        var log = 0.5 * Math.Log(1e-6);
        Near([0.5e6 + log, log, log], losses);
        Near([1e6, 0, 0], gradient);
        Near([-1e6, 0, 0], target);
        Near([0.5e6 - 0.5e12, 0.5e6, 0.5e6], variance);
    }

    [Fact]
    public void NoVarianceIsNaN()
    {
        var (losses, gradient, target, variance) =
            Run([1, 1, 1, 1], [0, 0, 0, 1], [-1, double.NaN, double.NegativeInfinity, -1e-300]);
        Assert.All([.. losses, .. gradient, .. target, .. variance], value => Assert.Equal(double.NaN, value));
        Assert.Equal(double.NaN, Loss.GaussianNll((float[])[1, 2], (float[])[1, 2], (float[])[1, -1]));
    }

    [Fact]
    public void AnInfiniteVarianceExplainsEverything()
    {
        const double Inf = double.PositiveInfinity;
        var (losses, gradient, target, variance) = Run([1, -1e300], [0, 1e300], [Inf, Inf]);
        Assert.Equal([Inf, Inf], losses);
        Assert.All([.. gradient, .. target, .. variance], value => Assert.Equal(0, value));
    }

    [Fact]
    public void SquaresDoNotOverflowBeforeTheyAreDivided()
    {
        float[] x = [1e30f, -1e25f], t = [0, 0], v = [1e38f, 1e30f], losses = new float[2], gradient = new float[2];
        Loss.GaussianNll<float>(new() { Input = x, Target = t, Var = v, Losses = losses, Gradient = gradient }, None);
        Near([5e21f, 5e19f], Array.ConvertAll(losses, value => (double)value), Precision.Float32);
        Assert.Equal([1e30f / 1e38f, -1e25f / 1e30f], gradient);
    }

    [Fact]
    public void NaNStaysInItsElement()
    {
        var (losses, gradient, target, variance) = Run([1, double.NaN, 1], [0, 0, double.NaN], [1, 1, 1]);
        Assert.Equal([0.5, double.NaN, double.NaN], losses);
        Assert.Equal([1, double.NaN, double.NaN], gradient);
        Assert.Equal([-1, double.NaN, double.NaN], target);
        Assert.Equal([0, double.NaN, double.NaN], variance);
    }

    [Fact]
    public void NothingIsNaNOrZero()
    {
        float[] none = [];
        Assert.Equal(double.NaN, Loss.GaussianNll(none, none, none));
        Assert.Equal(0, Loss.GaussianNll(none, none, none, options: new() { EmptyMean = EmptyMean.Zero }));
        Assert.Equal(0, Loss.GaussianNll(none, none, none, options: new() { Reduction = Reduction.Sum }));
    }

    [Fact]
    public void FullAddsAConstantAndNoSlope()
    {
        double[] x = [1, 2], t = [0, 4], v = [1, 2], a = new double[2], b = new double[2];
        var plain = Loss.GaussianNll(x, t, v, a);
        var full = Loss.GaussianNll(x, t, v, b, new() { Full = true });
        Near([0.5 * Math.Log(2 * Math.PI)], [full - plain]);
        Assert.Equal(a, b);
    }

    private static (double[] Losses, double[] Gradient, double[] Target, double[] Variance) Run(
        double[] x, double[] t, double[] v)
    {
        var n = x.Length;
        var (losses, gradient, target, variance) = (new double[n], new double[n], new double[n], new double[n]);
        Loss.GaussianNll<double>(
            new()
            {
                Input = x, Target = t, Var = v, Losses = losses, Gradient = gradient, TargetGradient = target,
                VarGradient = variance,
            },
            None);
        return (losses, gradient, target, variance);
    }

    private static void Near(double[] expected, double[] actual, Precision precision = Precision.Float64) =>
        Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) <= 4 * Ulp.Of(precision, Math.Abs(a)));
}
