using static FusedLoss.Tests.Properties.Properties;

namespace FusedLoss.Tests.Properties;

/// <summary>What must hold of the extras of cross-entropy for every batch.</summary>
public class ExtrasProperties
{
    private static readonly CrossEntropyOptions None = new() { Reduction = Reduction.None };
    private static readonly CrossEntropyOptions Sum = new() { Reduction = Reduction.Sum };

    [Fact]
    public void SampleWeightsAreFactorsOfTheirRows() => Hold(batch =>
    {
        var (x, y, s) = Sample(batch);
        var (plain, weighted) = (new double[x.Length], new double[x.Length]);
        var (terms, scaled) = (new double[batch.Rows], new double[batch.Rows]);
        Loss.CrossEntropy<double>(
            new() { Logits = x, Labels = y, Upstream = s, Losses = terms, Gradient = plain }, None);
        Loss.CrossEntropy<double>(
            new() { Logits = x, Labels = y, SampleWeights = s, Losses = scaled, Gradient = weighted }, None);
        Near([.. terms.Zip(s, (term, weight) => term * weight)], scaled);
        Near(plain, weighted);
    });

    [Fact]
    public void TheMeanDividesByTheSumOfSampleWeights() => Hold(batch =>
    {
        var (x, y, s) = Sample(batch);
        var (sums, means) = (new double[x.Length], new double[x.Length]);
        var sum = Loss.CrossEntropy<double>(new() { Logits = x, Labels = y, SampleWeights = s, Gradient = sums }, Sum);
        var mean = Loss.CrossEntropy<double>(new() { Logits = x, Labels = y, SampleWeights = s, Gradient = means });
        Near(sum, mean * s.Sum(), sum);
        Near(means, sums, s.Sum());
    });

    [Fact]
    public void EqualSampleWeightsAreNone() => Hold(batch =>
    {
        var (x, y, s) = Sample(batch);
        s.AsSpan().Fill(2);
        var (a, b) = (new double[x.Length], new double[x.Length]);
        var plain = Loss.CrossEntropy(x, y, a);
        Near(plain, Loss.CrossEntropy<double>(
            new() { Logits = x, Labels = y, SampleWeights = s, Gradient = b }), plain);
        Near(a, b);
    });

    [Fact]
    public void ZLossAddsTheSquareOfLogSumExp() => Hold(batch =>
    {
        const double Z = 0.01;
        var (x, y, _) = Sample(batch);
        var (lse, plain, added) = (new double[batch.Rows], new double[x.Length], new double[x.Length]);
        var loss = Loss.CrossEntropy<double>(
            new() { Logits = x, Labels = y, LogSumExp = lse, Gradient = plain }, Sum);
        var squares = lse.Sum(value => Z * value * value);
        Near(loss + squares, Loss.CrossEntropy(x, y, added, Sum with { ZLoss = Z }), loss + squares);
        for (var row = 0; row < batch.Rows; row++)
        {
            var pulls = added.Zip(plain, (with, without) => with - without).Skip(row * batch.Classes)
                .Take(batch.Classes);
            Near(2 * Z * lse[row], pulls.Sum(), 2 + 2 * Z * Math.Abs(lse[row]));
        }
    });

    [Fact]
    public void LogSumExpMinusTheLogitIsTheLoss() => Hold(batch =>
    {
        var (x, y, _) = Sample(batch);
        var (lse, losses) = (new double[batch.Rows], new double[batch.Rows]);
        Loss.CrossEntropy<double>(new() { Logits = x, Labels = y, LogSumExp = lse, Losses = losses }, None);
        for (var row = 0; row < batch.Rows; row++)
        {
            var logit = x[row * batch.Classes + y[row]];
            Near(lse[row] - logit, losses[row], Math.Abs(lse[row]) + Math.Abs(logit));
        }
    });

    [Fact]
    public void AVastCapIsNone() => Hold(batch =>
    {
        var (x, y, _) = Sample(batch);
        var (a, b) = (new double[x.Length], new double[x.Length]);
        var plain = Loss.CrossEntropy(x, y, a, Sum);
        Near(plain, Loss.CrossEntropy(x, y, b, Sum with { SoftCap = 1e12 }), plain + x.Sum(Math.Abs));
        Near(0, a.Zip(b, (one, other) => Math.Abs(one - other)).Max(), x.Max(Math.Abs));
    });

    [Fact]
    public void TheCapKeepsLogitsWithinItself() => Hold(batch =>
    {
        const double Cap = 5;
        var (x, y, _) = Sample(batch);
        var (lse, losses) = (new double[batch.Rows], new double[batch.Rows]);
        Loss.CrossEntropy<double>(
            new() { Logits = x, Labels = y, LogSumExp = lse, Losses = losses }, None with { SoftCap = Cap });
        Assert.All(lse, value => Assert.InRange(value, -Cap, Cap + Math.Log(batch.Classes) + 1));
        Assert.All(losses, value => Assert.InRange(value, 0, 2 * Cap + Math.Log(batch.Classes) + 1));
    });

    [Fact]
    public void PredictionsAreTheFirstLargestAndCorrectCountsThem() => Hold(batch =>
    {
        var (x, y, _) = Sample(batch);
        y[batch.Rows / 2] = -100;
        var predictions = new long[batch.Rows];
        Loss.CrossEntropy(
            new ClassArgs<double> { Logits = x, Labels = y, Predictions = predictions }, out var correct);
        var expected = x.Chunk(batch.Classes).Select(row => (long)Array.IndexOf(row, row.Max())).ToArray();
        Assert.Equal(expected, predictions);
        Assert.Equal(expected.Zip(y).Count(pair => pair.First == pair.Second), correct);
    });

    private static (double[] Logits, long[] Labels, double[] SampleWeights) Sample(Batch batch)
    {
        var sample = new ClassInputs().Sample<double>(new(batch.Rows, batch.Classes), batch.Seed);
        var random = new Random(batch.Seed);
        var weights = Enumerable.Range(0, batch.Rows).Select(_ => 0.25 + 2 * random.NextDouble()).ToArray();
        return (sample.Logits, sample.Labels, weights);
    }
}
