namespace FusedLoss.Tests.Oracle;

/// <summary>What this library does at the corners of margins, with labels or not, one decision at a time.</summary>
public class MarginDecisionTests
{
    private const double Inf = double.PositiveInfinity;
    private const double NaN = double.NaN;

    [Fact]
    public void RankingHasASlopeAtItsCorner()
    {
        var (losses, one, two, target) = Rank([0.5, 0.5, 1, 0.5], [0.5, 0.5, 0.5, 1], [1, -1, 1, 0], margin: 0);
        Assert.Equal([0, 0, 0, 0], losses);
        Assert.Equal([-1, 1, 0, 0], one);
        Assert.Equal([1, -1, 0, 0], two);
        Assert.Equal([0, 0, 0, 0.5], target);
        (losses, one, _, _) = Rank([1, 1, 0.75], [0.5, 1.5, 0.5], [1, -1, 1], margin: 0.5);
        Assert.Equal([0, 0, 0.25], losses);
        Assert.Equal([-1, 1, -1], one);
    }

    [Fact]
    public void RankingOfNaNIsNaNWithoutASlope()
    {
        double[] x1 = [NaN, 1, 1, Inf, Inf, Inf], x2 = [1, NaN, 1, 1, 1, Inf], y = [1, 1, NaN, 1, -1, 1];
        var (losses, one, two, _) = Rank(x1, x2, y, margin: 0.5);
        Assert.Equal([NaN, NaN, NaN, 0, Inf, NaN], losses);
        Assert.Equal([0, 0, 1, 0], [one[0], one[1], one[4], one[5]]);
        Assert.Equal([0, 0, -1, 0], [two[0], two[1], two[4], two[5]]);
    }

    [Fact]
    public void NllTakesWhatTheLabelSays()
    {
        float[] x = [float.NaN, -1, 3, -0.5f, float.NegativeInfinity, float.PositiveInfinity], losses = new float[3];
        var gradient = new float[6];
        Loss.Nll<float>(new() { Logits = x, Labels = (int[])[1, 1, 0], Losses = losses, Gradient = gradient },
            new() { Reduction = Reduction.None });
        Assert.Equal([1, 0.5f, float.PositiveInfinity], losses);
        Assert.Equal([0, -1, 0, -1, -1, 0], gradient);
    }

    [Theory, InlineData(EmptyMean.NaN, double.NaN), InlineData(EmptyMean.Zero, 0)]
    public void NllOfIgnoredRowsIsNothing(EmptyMean empty, double expected)
    {
        foreach (var classes in new[] { 1, 2, 10, 130, 1000 })
        {
            var (x, gradient, losses) = (new float[3 * classes], new float[3 * classes], new float[3]);
            Array.Fill(x, float.NaN);
            Array.Fill(gradient, 7);
            Array.Fill(losses, 7);
            var loss = Loss.Nll<float>(
                new() { Logits = x, Labels = (long[])[255, 255, 255], Gradient = gradient, Losses = losses },
                new() { EmptyMean = empty, IgnoreIndex = 255 });
            Assert.Equal(expected, loss);
            Assert.All([.. gradient, .. losses], value => Assert.Equal(0, value));
        }
        Assert.Equal(expected, Loss.Nll<float>([], Array.Empty<int>(), options: new() { EmptyMean = empty }));
    }

    [Theory, InlineData(EmptyMean.NaN, double.NaN), InlineData(EmptyMean.Zero, 0)]
    public void NllWithoutWeightHasNoMeanAndNoGradient(EmptyMean empty, double expected)
    {
        var gradient = new float[4];
        Array.Fill(gradient, 7);
        var loss = Loss.Nll<float>(
            new() { Logits = (float[])[-1, -2, -3, -4], Labels = (int[])[1, 1], ClassWeights = (float[])[1, 0],
                Gradient = gradient },
            new() { EmptyMean = empty });
        Assert.Equal(expected, loss);
        Assert.All(gradient, value => Assert.Equal(0, value));
    }

    [Fact]
    public void NllMayIgnoreAClass()
    {
        var gradient = new double[4];
        var loss = Loss.Nll((double[])[-1, -2, -3, -4], (int[])[0, 1], gradient, new() { IgnoreIndex = 1 });
        Assert.Equal(1, loss);
        Assert.Equal([-1, 0, 0, 0], gradient);
    }

    [Theory, InlineData(1), InlineData(2)]
    public void MultiMarginHasNoSlopeAtItsCorner(int p)
    {
        double[] x = [1, 0, 0.5, 0], gradient = new double[4];
        var loss = Loss.MultiMargin<double>(new() { Logits = x, Labels = (int[])[0], Gradient = gradient },
            new() { P = p, Reduction = Reduction.Sum });
        Assert.Equal((p == 1 ? 0.5 : 0.25) / 4, loss);
        Assert.Equal([-0.25, 0, 0.25, 0], gradient);
    }

    [Theory, InlineData(1), InlineData(2)]
    public void MultiMarginOfNaNIsNaN(int p)
    {
        double[] x =
        [
            NaN, 1, 2, 0, 1, NaN, 3, 0, 1, 2, 3, 0, Inf, 1, 2, 0, 1, Inf, 2, 0, -Inf, 1, 2, 0, Inf, Inf, 1, 0,
        ];
        var (losses, gradient) = (new double[7], new double[28]);
        Loss.MultiMargin<double>(
            new() { Logits = x, Labels = new int[7], Losses = losses, Gradient = gradient },
            new() { P = p, Reduction = Reduction.None });
        Assert.Equal([NaN, NaN, p == 1 ? 1.25 : 3.25, 0, Inf, Inf, NaN], losses);
        Assert.All([.. gradient[..4], gradient[5], .. gradient[12..16]], value => Assert.Equal(0, value));
    }

    [Fact]
    public void MultiMarginOfOneClassIsNothing()
    {
        float[] x = [5, float.NaN], gradient = [7, 7];
        Assert.Equal(0, Loss.MultiMargin(x, (int[])[0, 0], gradient));
        Assert.Equal([0, 0], gradient);
    }

    [Fact]
    public void MultiMarginOfNothingIsNaNWherePyTorchHasNoAnswer()
    {
        Assert.Equal(NaN, Loss.MultiMargin<float>([], Array.Empty<int>()));
        Assert.Equal(0, Loss.MultiMargin<float>([], Array.Empty<int>(), options: new() { Reduction = Reduction.Sum }));
        Assert.Equal(NaN, Loss.MultilabelMargin<float>([], Array.Empty<int>(), classes: 4));
        Assert.Equal(NaN, Loss.MultilabelSoftMargin<float>([], [], classes: 4));
    }

    [Fact]
    public void MultilabelsEndAtTheFirstMinusOne()
    {
        float[] x = [0.1f, 0.2f, 0.4f, 0.8f], gradient = new float[4];
        var loss = Loss.MultilabelMargin(x, (int[])[3, 0, -1, 1], classes: 4, gradient);
        Assert.Equal(loss, Loss.MultilabelMargin(x, (long[])[3, 0, -1, -1], classes: 4));
        Assert.Equal([-0.5f, 0.5f, 0.5f, -0.5f], gradient);
        Array.Fill(gradient, 7);
        Assert.Equal(0, Loss.MultilabelMargin(x, (int[])[-1, 0, 1, 2], classes: 4, gradient));
        Assert.Equal(new float[4], gradient);
        Assert.Equal(0, Loss.MultilabelMargin(x, (int[])[3, 2, 1, 0], classes: 4, gradient));
        Assert.Equal(new float[4], gradient);
    }

    [Fact]
    public void MultilabelsThatRepeatCountAsOften()
    {
        double[] x = [0.25, 0.5, 0, 0], once = new double[4], twice = new double[4];
        var loss = Loss.MultilabelMargin(x, (int[])[1, -1, 0, 0], classes: 4, once);
        Assert.Equal(2 * loss, Loss.MultilabelMargin(x, (int[])[1, 1, -1, 0], classes: 4, twice));
        Assert.Equal(once.Select(value => 2 * value), twice);
    }

    [Fact]
    public void MultilabelMarginHasNoSlopeAtItsCorner()
    {
        double[] x = [1, 0, 0.5, 1], gradient = new double[4];
        Assert.Equal(1.0 / 4, Loss.MultilabelMargin(x, (int[])[0, 3, -1, -1], classes: 4, gradient));
        Assert.Equal([-0.25, 0, 0.5, -0.25], gradient);
    }

    [Fact]
    public void MultilabelSoftMarginAtInfinityIsTheLimit()
    {
        double[] x = [Inf, 0, -Inf, 0, Inf, 0, -Inf, 0], t = [1, 0, 1, 0, 0, 0, 0, 0];
        var (losses, gradient) = (new double[4], new double[8]);
        Loss.MultilabelSoftMargin<double>(
            new() { Input = x, Target = t, Shape = new(4, 2), Losses = losses, Gradient = gradient },
            new() { Reduction = Reduction.None });
        var rest = Math.Log(2) / 2;
        var limit = Ulp.Epsilon(Precision.Float64);
        Assert.Equal([rest, Inf, Inf, rest], losses, (a, b) => a.Equals(b) || Math.Abs(a - b) <= limit);
        Assert.Equal([0, 0.25, -0.5, 0.25, 0.5, 0.25, 0, 0.25], gradient);
    }

    private static (double[] Losses, double[] One, double[] Two, double[] Target) Rank(
        double[] x1, double[] x2, double[] y, double margin)
    {
        var n = y.Length;
        var (losses, one, two, target) = (new double[n], new double[n], new double[n], new double[n]);
        Loss.MarginRanking<double>(
            new()
            {
                Input1 = x1, Input2 = x2, Target = y, Losses = losses, Gradient1 = one, Gradient2 = two,
                TargetGradient = target,
            },
            new() { Margin = margin, Reduction = Reduction.None });
        return (losses, one, two, target);
    }
}
