using System.Numerics.Tensors;

namespace FusedLoss.Tests.Properties;

/// <summary>Decoding, alignment and edit distance against their definitions.</summary>
public class CtcReadingTests
{
    private const int T = 6;
    private const int C = 3;

    [Fact]
    public void GreedyDecodingIsTheLargestClassOfEveryFrameMerged()
    {
        // Frames that say 2 2 0 2 1 1: repeats merge, a blank keeps two equal labels apart.
        float[] logits = Saying(2, 2, 0, 2, 1, 1);
        int[] labels = new int[T], lengths = new int[1];
        Ctc.GreedyDecode(logits, new CtcShape(T, 1, C), labels, lengths);
        Assert.Equal([2, 2, 1, -1, -1, -1], labels);
        Assert.Equal([3], lengths);
        Ctc.GreedyDecode(Array.ConvertAll(logits, x => (double)x), new CtcShape(T, 1, C), labels, lengths, blank: 2);
        Assert.Equal([0, 1, -1, -1, -1, -1], labels);
        Assert.Equal([2], lengths);
    }

    [Theory, InlineData(CtcLayout.TimeMajor), InlineData(CtcLayout.BatchMajor)]
    public void GreedyDecodingTakesLengthsLayoutsAndTypes(CtcLayout layout)
    {
        int[][] said = [[1, 0, 1, 2, 2, 0], [0, 0, 2, 1, 1, 1]];
        var logits = new Half[T * 2 * C];
        for (var n = 0; n < 2; n++)
        {
            for (var t = 0; t < T; t++)
                logits[(layout == CtcLayout.TimeMajor ? t * 2 + n : n * T + t) * C + said[n][t]] = (Half)1;
        }
        int[] labels = new int[2 * T], lengths = new int[2];
        Ctc.GreedyDecode(
            new CtcArgs<Half>
            {
                Logits = logits, Shape = new(T, 2, C), Layout = layout, InputLengths = (long[])[6, 3],
            },
            labels, lengths);
        Assert.Equal([1, 1, 2, -1, -1, -1, 2, -1, -1, -1, -1, -1], labels);
        Assert.Equal([3, 1], lengths);
    }

    [Fact]
    public void GreedyDecodingOfTiesAndNaN()
    {
        float[] logits = [float.NaN, 1, 1, float.NaN, float.NaN, float.NaN, 0, float.NaN, 3, 0, 0, 0];
        int[] labels = new int[4], lengths = new int[1];
        Ctc.GreedyDecode(
            new CtcArgs<float> { LogProbabilities = new ReadOnlyTensorSpan<float>(logits, [4, 3]) }, labels, lengths);
        Assert.Equal([1, 2, -1, -1], labels);
    }

    [Fact]
    public void AlignmentIsTheMostProbableOfAllPaths()
    {
        var random = new Random(3);
        int[][] targets = [[], [1], [1, 2], [2, 2], [1, 2, 1], [1, 1, 2], [2, 1, 1, 2]];
        foreach (var labels in targets)
        {
            double[] logits = [.. Enumerable.Range(0, T * C).Select(_ => 4 * random.NextDouble() - 2)];
            var (path, score) = (new int[T], new double[1]);
            Ctc.Align(logits, new CtcShape(T, 1, C), labels, (int[])[labels.Length], path, score);
            var (bestPath, best) = BestOf(logits, labels);
            Assert.Equal(bestPath, path);
            Assert.Equal(best, score[0], Ulp.OfIdentity(Precision.Float64, Math.Abs(best)));
            var loss = Loss.Ctc(
                logits, new CtcShape(T, 1, C), labels, (int[])[labels.Length], options: new()
                { Reduction = Reduction.Sum });
            Assert.True(-score[0] >= loss, $"the best of all paths costs {-score[0]:R}, all of them {loss:R}");
        }
    }

    [Fact]
    public void AlignmentOfABatch()
    {
        var logits = new float[T * 3 * C];
        for (var t = 0; t < T; t++) logits[t * 3 * C + 1] = logits[(t * 3 + 1) * C + 2] = t;
        var (path, scores) = (new int[3 * T], new double[3]);
        long[] targets = [1, 9, 2, 2, 1, 1];
        Ctc.Align(
            new CtcArgs<float>
            {
                Logits = logits, Shape = new(T, 3, C), Targets = targets, TargetLengths = (int[])[1, 2, 2],
                InputLengths = (int[])[6, 4, 2],
            },
            path, scores);
        Assert.Equal([1, 1, 1, 1, 1, 1], path[..T]);
        Assert.Equal([2, 0, 2, 2, -1, -1], path[T..(2 * T)]);
        Assert.Equal([-1, -1, -1, -1, -1, -1], path[(2 * T)..]);
        Assert.True(double.IsFinite(scores[0]) && double.IsFinite(scores[1]));
        Assert.Equal(double.NegativeInfinity, scores[2]);
    }

    [Fact]
    public void AlignmentOfNothingAndOfNaN()
    {
        var (path, scores) = (new int[2], new double[2]);
        Ctc.Align(
            new CtcArgs<float>
            {
                LogProbabilities = (float[])[float.NaN, 0, 0, 0], Shape = new(1, 2, 2), Targets = (int[])[1],
                TargetLengths = (int[])[0, 1], InputLengths = (int[])[1, 0],
            },
            path, scores);
        Assert.Equal([-1, -1], path);
        Assert.Equal([double.NaN, double.NegativeInfinity], scores);
    }

    [Theory]
    [InlineData("", "", 0), InlineData("", "abc", 3), InlineData("abc", "", 3), InlineData("abc", "abc", 0)]
    [InlineData("kitten", "sitting", 3), InlineData("flaw", "lawn", 2), InlineData("ab", "ba", 2)]
    [InlineData("intention", "execution", 5)]
    public void EditDistances(string first, string second, int distance)
    {
        Assert.Equal(distance, Ctc.EditDistance<char>(first, second));
        Assert.Equal(distance, Ctc.EditDistance<char>(second, first));
        Assert.Equal(distance, Ctc.EditDistance(
            [.. first.Select(letter => (int)letter)], [.. second.Select(letter => (int)letter)]));
    }

    [Fact]
    public void LabelErrorRates()
    {
        int[] padded = [1, 2, -1, 3, -1, -1], lengths = [2, 1];
        long[] targets = [1, 2, 3, 4, 3], targetLengths = [4, 1];
        Assert.Equal(0.4, Ctc.LabelErrorRate(padded, lengths, targets, targetLengths));
        Assert.Equal(0, Ctc.LabelErrorRate(padded, lengths, (int[])[1, 2, 3], lengths));
        Assert.Equal(0, Ctc.LabelErrorRate((int[])[], (int[])[], (int[])[], (int[])[]));
        Assert.Equal(0, Ctc.LabelErrorRate((int[])[], (int[])[0], (int[])[], (int[])[0]));
        Assert.Equal(double.PositiveInfinity, Ctc.LabelErrorRate((int[])[1], (int[])[1], (int[])[], (int[])[0]));
        Assert.Equal(2, Ctc.LabelErrorRate((int[])[1, 2], (int[])[2], (int[])[3], (int[])[1]));
    }

    [Fact]
    public void MistakesAreTold()
    {
        var (x, y) = (new float[T * 2 * C], new int[2 * T]);
        var shape = new CtcShape(T, 2, C);
        Told("labels has 11 elements, but 2 samples of 6 frames need 12. (Parameter 'labels')",
            () => Ctc.GreedyDecode(x, shape, y.AsSpan(1), new int[2]));
        Told("lengths has 3 elements but logits has 2 samples. (Parameter 'lengths')",
            () => Ctc.GreedyDecode(x, shape, y, new int[3]));
        Told("blank is 3 but must be between 0 and 2, because logits has 3 classes. (Parameter 'blank')",
            () => Ctc.GreedyDecode(x, shape, y, new int[2], blank: 3));
        Told("path has 13 elements, but 2 samples of 6 frames need 12. (Parameter 'path')",
            () => Ctc.Align(x, shape, (int[])[1, 1], (int[])[1, 1], new int[13]));
        Told("scores has 1 elements but logits has 2 samples. (Parameter 'scores')",
            () => Ctc.Align(x, shape, (int[])[1, 1], (int[])[1, 1], y, new double[1]));
        Told("targets[1], label 0 of sample 1, is 3, but logits has 3 classes (0 to 2). (Parameter 'targets')",
            () => Ctc.Align(x, shape, (int[])[1, 3], (int[])[1, 1], y));
        Told("targetLengths must be given. (Parameter 'targetLengths')",
            () => Ctc.Align(new CtcArgs<float> { Logits = x, Shape = shape, Targets = (int[])[1, 1] }, y));
        Told("targetLengths has 1 elements but lengths has 2. (Parameter 'targetLengths')",
            () => Ctc.LabelErrorRate((int[])[1, 1], (int[])[1, 1], (int[])[1], (int[])[1]));
        Told("lengths[0] is 3, but labels has 2 elements. (Parameter 'lengths')",
            () => Ctc.LabelErrorRate((int[])[1, 1], (int[])[3], (int[])[1], (int[])[1]));
        Assert.Throws<NotSupportedException>(
            () => Ctc.GreedyDecode(new CtcArgs<int> { Logits = new int[36], Shape = shape }, y, new int[2]));
    }

    private static void Told(string message, Action call)
    {
        var exception = Assert.ThrowsAny<ArgumentException>(call);
        Assert.Equal(message, exception.Message);
    }

    private static float[] Saying(params int[] classes)
    {
        var logits = new float[classes.Length * C];
        for (var t = 0; t < classes.Length; t++) logits[t * C + classes[t]] = 1;
        return logits;
    }

    private static (int[] Path, double Score) BestOf(double[] logits, int[] labels)
    {
        var (best, top) = (new int[T], double.NegativeInfinity);
        for (var code = 0; code < (int)Math.Pow(C, T); code++)
        {
            var path = new int[T];
            for (var (t, rest) = (0, code); t < T; t++, rest /= C) path[t] = rest % C;
            var spelled = path.Where((k, t) => k != 0 && (t == 0 || path[t - 1] != k));
            if (!spelled.SequenceEqual(labels)) continue;
            var score = path.Select((k, t) => Oracles.LogSoftmax(logits.AsSpan(t * C, C))[k].Value).Sum();
            if (score > top) (best, top) = (path, score);
        }
        return (best, top);
    }
}
