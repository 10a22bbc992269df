using static FusedLoss.Tests.Properties.Properties;

namespace FusedLoss.Tests.Properties;

/// <summary>What must hold of likelihoods of labels and variances, and of margins, for every batch.</summary>
public class MarginProperties
{
    private static readonly ClassInputs Scores = new() { Grid = true };
    private static readonly ClassInputs Lists = new(ClassTarget.LabelLists) { Grid = true };

    [Fact]
    public void RankingIsTheSameTheOtherWayRound() => Hold(batch =>
    {
        var (x1, y, x2) = Three(Domain.Ranks, batch);
        var (a, b, c, d) = (Room(x1), Room(x1), Room(x1), Room(x1));
        var options = new MarginRankingOptions { Margin = 0.25 * (batch.Seed % 8) };
        var loss = Loss.MarginRanking(x1, x2, y, a, b, options);
        Assert.Equal(loss, Loss.MarginRanking(x2, x1, Array.ConvertAll(y, value => -value), c, d, options));
        Assert.Equal(b, c);
        Assert.Equal(a, d);
        Assert.Equal(a.Select(value => -value), b);
    });

    [Fact]
    public void RankingIsAHingeOfTheDifference() => Hold(batch =>
    {
        var (x1, _, x2) = Three(Domain.Ranks, batch);
        var (a, b) = (Room(x1), Room(x1));
        var lower = Array.ConvertAll(x1, _ => -1.0);
        var difference = x1.Zip(x2, (one, two) => two - one).ToArray();
        var loss = Loss.MarginRanking(x1, x2, Array.ConvertAll(x1, _ => 1.0), b, options: new() { Margin = 1 });
        Near(loss, Loss.HingeEmbedding(Array.ConvertAll(difference, d => -d), lower, a), Math.Abs(loss));
        Assert.Equal(a, b);
    });

    [Fact]
    public void AVarianceOfOneIsHalfTheSquaredError() => Hold(batch =>
    {
        var (x, t, _) = Three(Domain.Variances, batch);
        var (a, b) = (Room(x), Room(x));
        var loss = Loss.GaussianNll(x, t, [1.0], a);
        Near(Loss.Mse(x, t, b) / 2, loss, loss);
        Near(b, a, 0.5);
    });

    [Fact]
    public void TheBestVarianceIsTheSquaredError() => Hold(batch =>
    {
        var (x, t, _) = Three(Domain.Variances, batch);
        var best = x.Zip(t, (a, b) => (a - b) * (a - b)).ToArray();
        var slope = Room(x);
        Loss.GaussianNll<double>(new() { Input = x, Target = t, Var = best, VarGradient = slope },
            new() { Reduction = Reduction.Sum });
        for (var i = 0; i < x.Length; i++)
            if (best[i] > 1e-6) Near(0, slope[i], 1 / best[i]);
    });

    [Fact]
    public void NllOfLogSoftmaxIsCrossEntropy() => Hold(batch =>
    {
        var sample = new ClassInputs(Weights: true).Sample<double>(new(batch.Rows, batch.Classes), batch.Seed);
        var logs = new double[sample.Logits.Length];
        for (var row = 0; row < batch.Rows; row++)
        {
            var x = sample.Logits.AsSpan(row * batch.Classes, batch.Classes);
            var softmax = new Softmax(x);
            for (var c = 0; c < x.Length; c++) logs[row * batch.Classes + c] = -softmax.MinusLog(c);
        }
        var options = new CrossEntropyOptions { Reduction = Reduction.Sum };
        var expected = Loss.CrossEntropy<double>(
            new() { Logits = sample.Logits, Labels = sample.Labels, ClassWeights = sample.Weights }, options);
        var actual = Loss.Nll<double>(
            new() { Logits = logs, Labels = sample.Labels, ClassWeights = sample.Weights },
            new() { Reduction = Reduction.Sum });
        Near(expected, actual, expected);
    });

    [Fact]
    public void NllGradientsOfARowAddUpToItsWeight() => Hold(batch =>
    {
        var sample = Scores.Sample<double>(new(batch.Rows, batch.Classes), batch.Seed);
        var gradient = Room(sample.Logits);
        Loss.Nll(sample.Logits, sample.Labels, gradient, new() { Reduction = Reduction.Sum });
        Assert.All(gradient.Chunk(batch.Classes), row => Assert.Equal(-1, row.Sum()));
    });

    [Fact]
    public void MarginGradientsOfARowSumToZero() => Hold(batch =>
    {
        var sample = Scores.Sample<double>(new(batch.Rows, batch.Classes), batch.Seed);
        var gradient = Room(sample.Logits);
        foreach (var p in new[] { 1, 2 })
        {
            Loss.MultiMargin(sample.Logits, sample.Labels, gradient, new() { P = p, Reduction = Reduction.Sum });
            AllRowsAreBalanced(gradient, batch);
        }
        var lists = Lists.Sample<double>(new(batch.Rows, batch.Classes), batch.Seed);
        Loss.MultilabelMargin(lists.Logits, lists.Labels, batch.Classes, gradient, new() { Reduction = Reduction.Sum });
        AllRowsAreBalanced(gradient, batch);
    });

    [Fact]
    public void OneListedLabelIsAMultiClassHinge() => Hold(batch =>
    {
        var sample = Scores.Sample<double>(new(batch.Rows, batch.Classes), batch.Seed);
        var lists = new long[sample.Logits.Length];
        Array.Fill(lists, -1);
        for (var row = 0; row < batch.Rows; row++) lists[row * batch.Classes] = sample.Labels[row];
        var (a, b) = (Room(sample.Logits), Room(sample.Logits));
        var loss = Loss.MultiMargin(sample.Logits, sample.Labels, a);
        Near(loss, Loss.MultilabelMargin(sample.Logits, lists, batch.Classes, b), loss);
        Near(a, b);
    });

    [Fact]
    public void ShiftedScoresChangeNoMargin() => Hold(batch =>
    {
        var sample = Scores.Sample<float>(new(batch.Rows, batch.Classes), batch.Seed);
        var shifted = Array.ConvertAll(sample.Logits, value => value + 4000);
        var (a, b) = (new float[shifted.Length], new float[shifted.Length]);
        Assert.Equal(
            Loss.MultiMargin(sample.Logits, sample.Labels, a), Loss.MultiMargin(shifted, sample.Labels, b));
        Assert.Equal(a, b);
    });

    [Fact]
    public void MultilabelSoftMarginIsAMeanOfBces() => Hold(batch =>
    {
        var sample = new ClassInputs(ClassTarget.Probabilities)
            .Sample<double>(new(batch.Rows, batch.Classes), batch.Seed);
        var (x, t) = (sample.Logits, sample.Probabilities!);
        var (a, b) = (Room(x), Room(x));
        var loss = Loss.BceWithLogits(x, t, a);
        Near(loss, Loss.MultilabelSoftMargin(x, t, batch.Classes, b), loss);
        Near(a, b);
    });

    private static void AllRowsAreBalanced(double[] gradient, Batch batch)
    {
        foreach (var row in gradient.Chunk(batch.Classes)) Near(0, row.Sum(), row.Sum(Math.Abs));
    }

    private static double[] Room(double[] like) => new double[like.Length];

    private static (double[] Input, double[] Target, double[] Extra) Three(Domain domain, Batch batch)
    {
        var sample = new PointwiseInputs(domain).Sample<double>(batch.Rows * batch.Classes, batch.Seed);
        return (sample.Input, sample.Target, sample.Extra!);
    }
}
