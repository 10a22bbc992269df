using static FusedLoss.Tests.Properties.Properties;

namespace FusedLoss.Tests.Properties;

/// <summary>What must hold of point-wise losses for every batch.</summary>
public class PointwiseProperties
{
    private static readonly PointwiseInputs Real = new(Domain.Regression);
    private static readonly PointwiseInputs Soft = new(Domain.SoftTargets);

    [Fact]
    public void MseIsSymmetric() => Hold(batch =>
    {
        var (x, t) = Sample(Real, batch);
        var (dx, dt, swapped) = (new double[x.Length], new double[x.Length], new double[x.Length]);
        var loss = Loss.Mse<double>(new() { Input = x, Target = t, Gradient = dx, TargetGradient = dt });
        Assert.Equal(loss, Loss.Mse(t, x, swapped));
        Assert.Equal(dt, swapped);
        Assert.Equal(dx.Select(value => -value), dt);
    });

    [Fact]
    public void BceIsTheSameForTheOtherClass() => Hold(batch =>
    {
        var (x, t) = Sample(Soft, batch);
        t = Array.ConvertAll(t, value => Math.Round(value * 64) / 64); // 1 - t is exact
        var (a, b) = (new double[x.Length], new double[x.Length]);
        var loss = Loss.BceWithLogits(x, t, a);
        var other = Loss.BceWithLogits(Array.ConvertAll(x, v => -v), Array.ConvertAll(t, v => 1 - v), b);
        Near(loss, other, loss);
        Near(a, b, -1);
    });

    [Fact]
    public void TwoPartsMakeTheWhole() => Hold(batch =>
    {
        var (x, t) = Sample(Soft, batch);
        var sum = new SigmoidFocalOptions { Reduction = Reduction.Sum };
        var (cut, whole, parts) = (x.Length / 3, new double[x.Length], new double[x.Length]);
        var loss = Loss.SigmoidFocal(x, t, whole, sum);
        var first = Loss.SigmoidFocal(x.AsSpan(0, cut), t.AsSpan(0, cut), parts.AsSpan(0, cut), sum);
        var second = Loss.SigmoidFocal(x.AsSpan(cut), t.AsSpan(cut), parts.AsSpan(cut), sum);
        Near(loss, first + second, loss);
        Assert.Equal(whole, parts);
    });

    [Fact]
    public void MeanIsSumOverCount() => Hold(batch =>
    {
        var (x, t) = Sample(Real, batch);
        var (a, b) = (new double[x.Length], new double[x.Length]);
        var sum = Loss.Huber(x, t, a, new() { Reduction = Reduction.Sum });
        Near(sum, Loss.Huber(x, t, b) * x.Length, sum);
        Near(b, a, x.Length);
    });

    [Fact]
    public void BatchMeanIsSumOverRows() => Hold(batch =>
    {
        var (x, t) = Sample(Real, batch);
        var sum = Loss.L1(x, t, options: new() { Reduction = Reduction.Sum });
        var mean = Loss.L1<double>(new() { Input = x, Target = t, Batch = batch.Rows },
            new() { Reduction = Reduction.BatchMean });
        Near(sum, mean * batch.Rows, sum);
    });

    [Fact]
    public void UpstreamIsAFactor() => Hold(batch =>
    {
        var (x, t) = Sample(Soft, batch);
        var (one, two, odd) = (new double[x.Length], new double[x.Length], new double[x.Length]);
        Loss.BceWithLogits(x, t, one);
        Loss.BceWithLogits(x, t, two, new() { Upstream = 2 });
        Loss.BceWithLogits(x, t, odd, new() { Upstream = -0.7 });
        Assert.Equal(one.Select(value => value * 2), two);
        Near(one, odd, -0.7);
    });

    [Fact]
    public void HuberIsScaledSmoothL1() => Hold(batch =>
    {
        var (x, t) = Sample(Real, batch);
        var (a, b) = (new double[x.Length], new double[x.Length]);
        var size = 0.25 * (1 + batch.Seed % 16);
        var huber = Loss.Huber(x, t, a, new() { Delta = size });
        Near(huber, size * Loss.SmoothL1(x, t, b, new() { Beta = size }), huber);
        Near(b, a, size);
    });

    [Fact]
    public void FocalWithoutFocusIsBce() => Hold(batch =>
    {
        var (x, t) = Sample(Soft, batch);
        var (a, b) = (new double[x.Length], new double[x.Length]);
        var loss = Loss.BceWithLogits(x, t, a);
        Near(loss, Loss.SigmoidFocal(x, t, b, new() { Gamma = 0, Alpha = -1 }), loss);
        Near(a, b);
        Near(loss, 2 * Loss.SigmoidFocal(x, t, b, new() { Gamma = 0, Alpha = 0.5 }), loss);
    });

    private static (double[] Input, double[] Target) Sample(PointwiseInputs inputs, Batch batch)
    {
        var sample = inputs.Sample<double>(batch.Rows * batch.Classes, batch.Seed);
        return (sample.Input, sample.Target);
    }
}
