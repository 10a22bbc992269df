namespace FusedLoss.Tests.Oracle;

/// <summary>What the extras of cross-entropy do where it is not obvious, one decision at a time.</summary>
public class ExtrasDecisionTests
{
    private static readonly CrossEntropyOptions None = new() { Reduction = Reduction.None };

    public static TheoryData<int> Classes => [1, 2, 3, 10, 64, 130, 1000];

    [Theory, MemberData(nameof(Classes))]
    public void TheFirstOfEqualScoresIsPredicted(int classes)
    {
        var (logits, predictions) = (new float[3 * classes], new int[3]);
        var (last, middle) = (classes - 1, classes / 2);
        (logits[classes + middle], logits[classes + last]) = (2, 2);
        logits[2 * classes + last] = 1e-30f;
        Loss.CrossEntropy<float>(new() { Logits = logits, Labels = new int[3], Predictions = predictions });
        Assert.Equal([0, middle, last], predictions);
        var image = new float[3 * classes];
        for (var i = 0; i < image.Length; i++) image[i] = logits[i % 3 * classes + i / 3];
        predictions = [7, 7, 7];
        Loss.CrossEntropy<float>(
            new() { Logits = image, Shape = new(1, classes, 3), Labels = new int[3], Predictions = predictions });
        Assert.Equal([0, middle, last], predictions);
    }

    [Fact]
    public void IgnoredRowsArePredictedButNotCounted()
    {
        double[] logits = [1, 2, 2, 1, 0, 3], lse = new double[3];
        var (predictions, gradient) = (new int[3], new double[6]);
        Loss.CrossEntropy(
            new ClassArgs<double>
            {
                Logits = logits, Labels = (int[])[-100, 0, 0], Predictions = predictions, LogSumExp = lse,
                Gradient = gradient,
            },
            out var correct);
        Assert.Equal([1, 0, 1], predictions);
        Assert.Equal(lse[0], lse[1]);
        Assert.Equal([0, 0], gradient[..2]);
        Assert.Equal(1, correct);
    }

    [Fact]
    public void CorrectNeedsNoPredictionsButLabels()
    {
        double[] logits = [1, 2, 2, 1, 0, 3];
        var plain = Loss.CrossEntropy(logits, (long[])[1, 0, 0]);
        ClassArgs<double> labelled = new() { Logits = logits, Labels = (long[])[1, 0, 0] };
        Assert.Equal(plain, Loss.CrossEntropy(labelled, out var two));
        Assert.Equal(2, two);
        Loss.CrossEntropy<double>(
            new() { Logits = logits, Shape = new(3, 2), Probabilities = new double[6] }, out var none);
        Assert.Equal(-1, none);
        Loss.CrossEntropy<double>(new() { Shape = new(0, 2), Labels = Array.Empty<int>() }, out var nothing);
        Assert.Equal(0, nothing);
    }

    [Theory, InlineData(EmptyMean.NaN, double.NaN), InlineData(EmptyMean.Zero, 0)]
    public void WithoutWeightThereIsNothingToAverage(EmptyMean empty, double expected)
    {
        float[] logits = [1, 2, 2, 1], gradient = [7, 7, 7, 7];
        ClassArgs<float> labelled = new()
        {
            Logits = logits, Labels = (int[])[0, 1], SampleWeights = new float[2], Gradient = gradient,
        };
        Assert.Equal(expected, Loss.CrossEntropy(labelled, new() { EmptyMean = empty }));
        Assert.Equal(new float[4], gradient);
        gradient.AsSpan().Fill(7);
        ClassArgs<float> soft = new()
        {
            Logits = logits, Shape = new(2, 2), Probabilities = new float[4], SampleWeights = new float[2],
            Gradient = gradient,
        };
        Assert.Equal(expected, Loss.CrossEntropy(soft, new() { EmptyMean = empty }));
        Assert.Equal(new float[4], gradient);
    }

    [Fact]
    public void TheMeanDividesByTheWeightsOfSamples()
    {
        double[] logits = [1, 2, 2, 1], gradient = new double[4], alone = new double[2];
        var first = Loss.CrossEntropy([1.0, 2], (int[])[0], alone);
        var weighted = Loss.CrossEntropy<double>(new()
        {
            Logits = logits, Labels = (int[])[0, 1], SampleWeights = (double[])[4, 0], Gradient = gradient,
        });
        Assert.Equal(first, weighted);
        Assert.Equal([.. alone, 0, 0], gradient);
    }

    [Fact]
    public void ZLossIsNotWeighedByClasses()
    {
        double[] lse = new double[1];
        var loss = Loss.CrossEntropy<double>(
            new() { Logits = (double[])[1, 2], Labels = (int[])[1], ClassWeights = (double[])[1, 0], LogSumExp = lse },
            new() { ZLoss = 0.5, Reduction = Reduction.Sum });
        Assert.Equal(0.5 * lse[0] * lse[0], loss, Ulp.OfSum(Precision.Float64, loss, 1));
    }

    [Fact]
    public void ZLossOfAnIgnoredRowIsZero()
    {
        float[] losses = [7], gradient = [7, 7];
        Loss.CrossEntropy<float>(
            new() { Logits = (float[])[100, 2], Labels = (int[])[-100], Losses = losses, Gradient = gradient },
            None with { ZLoss = 1 });
        Assert.Equal([0f, 0, 0], [.. losses, .. gradient]);
    }

    [Fact]
    public void TheCapMakesInfiniteLogitsFinite()
    {
        const double Inf = double.PositiveInfinity;
        double[] gradient = new double[3], lse = new double[1];
        var loss = Loss.CrossEntropy<double>(
            new() { Logits = (double[])[Inf, 0, -Inf], Labels = (int[])[1], Gradient = gradient, LogSumExp = lse },
            new() { SoftCap = 2 });
        var expected = Math.Log(Math.Exp(2) + 1 + Math.Exp(-2));
        Assert.Equal(expected, loss, Ulp.OfSum(Precision.Float64, 2, 4));
        Assert.Equal(expected, lse[0], Ulp.OfSum(Precision.Float64, 2, 4));
        Assert.Equal((0, 0), (gradient[0], gradient[2]));
    }
}
