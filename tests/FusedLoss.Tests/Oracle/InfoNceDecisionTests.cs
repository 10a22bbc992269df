namespace FusedLoss.Tests.Oracle;

/// <summary>What info_nce does where its formula ends or has a choice, one decision at a time.</summary>
public class InfoNceDecisionTests
{
    private static readonly InfoNceOptions NtXent = new() { Positives = InfoNcePositives.NtXent };

    [Fact]
    public void NtXentNeverLooksAtASampleItself()
    {
        float[] x = [0, 0.5f, 0.25f, -0.5f, 0.5f, 0, 1, 0.125f, 0.25f, 1, 0, -0.25f, -0.5f, 0.125f, -0.25f, 0];
        var expected = new float[16];
        var loss = Loss.InfoNce(x, expected, NtXent);
        foreach (var own in new[] { 1e30f, float.PositiveInfinity, float.NegativeInfinity, float.NaN })
        {
            var (spoiled, gradient) = (x.ToArray(), new float[16]);
            for (var i = 0; i < 4; i++) spoiled[5 * i] = own;
            Assert.Equal(loss, Loss.InfoNce(spoiled, gradient, NtXent));
            Assert.Equal(expected, gradient);
            for (var i = 0; i < 4; i++) Assert.Equal(0, gradient[5 * i]);
        }
    }

    [Fact]
    public void TwoViewsOfOneSampleHaveNothingToTellApart()
    {
        var gradient = new float[4];
        Assert.Equal(0, Loss.InfoNce([9f, 1, 2, 9], gradient, NtXent));
        Assert.Equal(new float[4], gradient);
    }

    [Fact]
    public void NtXentPredictsTheOtherView()
    {
        float[] x = [9, 0.5f, 0.75f, 0, 0.5f, 9, 0, 1, 0.75f, 0, 9, 2, 0, 1, 2, 9], lse = new float[4];
        int[] predictions = new int[4];
        Loss.InfoNce<float>(
            new() { Logits = x, Shape = new(4, 4), LogSumExp = lse, Predictions = predictions },
            NtXent with { Temperature = 1 });
        Assert.Equal([2, 3, 3, 2], predictions);
        var expected = Math.Log(Math.Exp(0.5) + Math.Exp(0.75) + 1);
        Assert.Equal(expected, lse[0], Ulp.OfIdentity(Precision.Float32, 1));
    }

    [Fact]
    public void TheStatisticsAreThoseOfScaledSimilarities()
    {
        double[] x = [1, 2, 3, 3, 1, 2], lse = new double[2];
        long[] predictions = new long[2];
        Loss.InfoNce<double>(
            new() { Logits = x, Shape = new(2, 3), LogSumExp = lse, Predictions = predictions },
            new() { Temperature = 0.5 });
        Assert.Equal([2, 0], predictions);
        var expected = Math.Log(Math.Exp(2) + Math.Exp(4) + Math.Exp(6));
        Assert.All(lse, value => Assert.Equal(expected, value, Ulp.OfIdentity(Precision.Float64, expected)));
    }

    [Fact]
    public void LabelsChooseThePositives()
    {
        float[] x = [1, 2, 3, 4, 5, 7], diagonal = new float[6], labelled = new float[6];
        var args = new ClassArgs<float> { Logits = x, Shape = new(2, 3), Gradient = diagonal };
        var loss = Loss.InfoNce(args);
        int[] labels = [0, 1];
        Assert.Equal(loss, Loss.InfoNce<float>(
            new() { Logits = x, Shape = new(2, 3), Labels = labels, Gradient = labelled }));
        Assert.Equal(diagonal, labelled);
        labels[0] = 2;
        Assert.True(loss > Loss.InfoNce<float>(new() { Logits = x, Shape = new(2, 3), Labels = labels }));
    }

    [Theory, InlineData(1e6f, 0.07), InlineData(1e30f, 0.5), InlineData(-1e30f, 2)]
    public void HugeSimilaritiesKeepTheirDigits(float size, double temperature)
    {
        var options = new InfoNceOptions { Temperature = temperature };
        Assert.Equal(Math.Log(2), Loss.InfoNce([size, size, size, size], default, options),
            Ulp.OfIdentity(Precision.Float32, 1));
    }

    [Fact]
    public void AnEmptyBatchIsNaNOrZero()
    {
        float[] none = [];
        Assert.Equal(double.NaN, Loss.InfoNce(none));
        Assert.Equal(0, Loss.InfoNce(none, options: new() { EmptyMean = EmptyMean.Zero }));
        Assert.Equal(0, Loss.InfoNce(none, options: NtXent with { Reduction = Reduction.Sum }));
    }

    [Fact]
    public void AMeanDividesByTheQueries()
    {
        double[] x = [1, 2, 3, 4, 5, 7];
        var args = new ClassArgs<double> { Logits = x, Shape = new(2, 3) };
        var sum = Loss.InfoNce(args, new() { Reduction = Reduction.Sum });
        Assert.Equal(sum / 2, Loss.InfoNce(args));
        Assert.Equal(sum / 2, Loss.InfoNce(args, new() { Reduction = Reduction.BatchMean }));
        Assert.Equal(sum / 8, Loss.InfoNce(args, new() { Denominator = 8 }));
    }
}
