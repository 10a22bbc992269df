namespace FusedLoss.Tests.Oracle;

/// <summary>What losses over regions do at the edges, one decision at a time.</summary>
public class RegionDecisionTests
{
    private static readonly DiceOptions Terms = new() { Reduction = Reduction.None };
    private static readonly DiceOptions Probable = Terms with { Input = RegionInput.Probabilities };

    [Fact]
    public void RegionsOfNothingAreEqual()
    {
        Assert.Equal(0, Loss.Dice(Array.Empty<float>(), Array.Empty<int>()));
        Assert.Equal(double.NaN, Loss.Dice(Array.Empty<float>(), Array.Empty<int>(), options: new() { Smooth = 0 }));
        Assert.Equal(0, Loss.Tversky<double>(new() { Shape = new(0, 5), Labels = Array.Empty<long>() }));
        Assert.Equal(0, Loss.Tversky<float>(new() { Shape = new(0, 1), Labels = Array.Empty<long>() }));
    }

    [Theory, InlineData(EmptyMean.NaN, double.NaN), InlineData(EmptyMean.Zero, 0)]
    public void NoSampleIsNoRegion(EmptyMean empty, double expected) => Assert.Equal(expected, Loss.Dice(
        Array.Empty<float>(), Array.Empty<int>(), options: new() { PerSample = true, EmptyMean = empty }));

    [Fact]
    public void IgnoredRowsCountForNothing()
    {
        float[] x = [float.NaN, float.NaN, 1, 2, float.PositiveInfinity, 0], y = [1, 2];
        var (terms, gradient) = Dice(x, [-100, 1, -100], 2, Terms);
        var (alone, slope) = Dice(y, [1], 2, Terms);
        Assert.Equal(alone, terms);
        Assert.Equal([0, 0, .. slope, 0, 0], gradient);
        (terms, gradient) = Dice(x, [-100, -100, -100], 2, Terms);
        Assert.Equal((float[])[0, 0], terms);
        Assert.Equal(new float[6], gradient);
    }

    [Fact]
    public void IgnoreIndexMayBeAClass()
    {
        var (terms, gradient) = Dice([0.75f, 0.25f, 0.5f, 0.5f], [1, 0], 2, Probable with { IgnoreIndex = 1 });
        Assert.Equal((float[])[(float)(1 - 2 / 2.5), (float)(1 - 1 / 1.5)], terms);
        Assert.Equal((0, 0), (gradient[0], gradient[1]));
    }

    [Fact]
    public void AnEmptyRegionWithoutSmoothIsNaNWithoutGradient()
    {
        var (terms, gradient) = Dice([1, 0, 0.5f, 0.5f, 0, 0.5f], [0, 1], 3, Probable with { Smooth = 0 });
        Assert.All(terms, term => Assert.True(float.IsFinite(term)));
        (terms, gradient) = Dice([1, 0, 0, 0.5f, 0.5f, 0], [0, 1], 3, Probable with { Smooth = 0 });
        Assert.Equal((false, false, true), (float.IsNaN(terms[0]), float.IsNaN(terms[1]), float.IsNaN(terms[2])));
        Assert.Equal((0, 0), (gradient[2], gradient[5]));
        Assert.DoesNotContain(float.NaN, gradient);
    }

    [Fact]
    public void AClassWithoutLabelsIsAllWrong()
    {
        var (terms, _) = Dice([1, 0, 0.5f, 0.5f], [0, 0], 2, Probable with { Smooth = 0 });
        Assert.Equal(1, terms[1]);
    }

    [Fact]
    public void NoErrorThatCountsIsNoLoss()
    {
        double[] x = [1, 2, 3, -1], gradient = [7, 7, 7, 7];
        var options = new TverskyOptions { Alpha = 0, Beta = 0 };
        Assert.Equal(0, Loss.Tversky(x, (int[])[0, 1], gradient, options));
        Assert.All(gradient, value => Assert.Equal(0, value));
    }

    [Fact]
    public void AlphaCountsFalsePositivesOnly()
    {
        double[] p = [0.5, 0.25, 1, 0]; // one class: labels 1 and 0
        var options = new TverskyOptions { Alpha = 2, Beta = 0, Smooth = 0, Input = RegionInput.Probabilities };
        var loss = Loss.Tversky(p, (int[])[1, 1, 0, 0], options: options);
        Assert.Equal(1 - 0.75 / (0.75 + 2), loss, Ulp.OfIdentity(Precision.Float64, 1));
        loss = Loss.Tversky(p, (int[])[1, 1, 0, 0], options: options with { Alpha = 0, Beta = 2 });
        Assert.Equal(1 - 0.75 / (0.75 + 2.5), loss, Ulp.OfIdentity(Precision.Float64, 1));
    }

    [Fact]
    public void OneClassIsASigmoid()
    {
        var (terms, gradient) = Dice([0, 0], [1, 0], 1, Terms);
        Assert.Equal((float[])[(float)(1 - 2 / 3.0)], terms);
        Assert.Equal((true, true), (gradient[0] < 0, gradient[1] > 0));
    }

    [Fact]
    public void SaturatedLogitsAreNeverNaN()
    {
        float[] x = [3e38f, -3e38f, -1e4f, 1e4f, 200, -200, float.NegativeInfinity, 0];
        foreach (var classes in new[] { 1, 2, 4 })
        {
            var labels = Enumerable.Range(0, x.Length / classes).Select(row => row % 2).ToArray();
            var (terms, gradient) = Dice(x, labels, classes, Terms);
            Assert.All([.. terms, .. gradient], value => Assert.True(float.IsFinite(value)));
        }
    }

    [Fact]
    public void ANaNSpoilsItsOwnRegionsOnly()
    {
        float[] x = [1, float.NaN, 0.5f, 2];
        var (terms, gradient) = Dice(x, [0, 1], 2, Terms with { PerSample = true }, samples: 2);
        Assert.All([.. terms[..2], .. gradient[..2]], value => Assert.Equal(float.NaN, value));
        Assert.All([.. terms[2..], .. gradient[2..]], value => Assert.True(float.IsFinite(value)));
    }

    [Theory, InlineData(2, 2, "(0 to 1)"), InlineData(1, 2, "(0 to 1)"), InlineData(1, -1, "(0 to 1)")]
    public void LabelErrorsComeBeforeAnythingElse(int classes, int wrong, string range)
    {
        var (x, gradient, labels) = (new float[3 * classes], new float[3 * classes], (int[])[0, 1, wrong]);
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => Loss.Dice(x, labels, gradient));
        Assert.Contains($"labels[2] is {wrong}", exception.Message, StringComparison.Ordinal);
        Assert.Contains(range, exception.Message, StringComparison.Ordinal);
        Assert.Equal(new float[3 * classes], gradient);
    }

    private static (float[] Terms, float[] Gradient) Dice(
        float[] x, int[] labels, int classes, DiceOptions options, int samples = 1)
    {
        var (terms, gradient) = (new float[samples * classes], new float[x.Length]);
        Array.Fill(gradient, 7);
        Loss.Dice<float>(
            new()
            {
                Logits = x, Shape = new(labels.Length, classes), Labels = labels, Losses = terms, Gradient = gradient,
            },
            options);
        return (terms, gradient);
    }
}
