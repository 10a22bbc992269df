namespace FusedLoss.Tests.Oracle;

/// <summary>The oracle of CTC is the definition: the sum over all paths, one by one, and its derivative.</summary>
public class CtcOracleTests
{
    public static TheoryData<int, int> Sizes
    {
        get
        {
            var sizes = new TheoryData<int, int>();
            for (var classes = 1; classes <= 3; classes++)
                for (var frames = 0; frames <= 6; frames++) sizes.Add(classes, frames);
            return sizes;
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void IsTheSumOverAllPaths(int classes, int frames)
    {
        var random = new Random(100 * classes + frames);
        for (var blank = 0; blank < classes; blank++)
        {
            var logs = Frames(random, classes, frames);
            foreach (var labels in Targets(classes, blank, most: 4)) Same(logs, labels, blank);
        }
    }

    [Fact]
    public void SharesOfAFrameAddUpToOne()
    {
        var random = new Random(5);
        var logs = Frames(random, classes: 7, frames: 300);
        int[] labels = [.. Enumerable.Range(0, 90).Select(_ => 1 + random.Next(6))];
        foreach (var frame in Oracles.Ctc(logs, labels, 0).Shares) Assert.Equal(1, frame.Sum(), Identity(frame.Length));
    }

    [Fact]
    public void GradientsAreTheDerivatives()
    {
        var random = new Random(6);
        int[][] targets = [[1, 2, 2, 3], [2], [], [1, 1, 1]];
        foreach (var labels in targets)
        {
            double[][] logits = [.. Enumerable.Range(0, 7).Select(_ => Row(random, 4))];
            var here = Oracles.Ctc(Array.ConvertAll(logits, row => Oracles.LogSoftmax(row)), labels, 0);
            for (var t = 0; t < logits.Length; t++)
            {
                for (var k = 0; k < 4; k++)
                {
                    var y = Math.Exp(Oracles.LogSoftmax(logits[t])[k].Value);
                    Same(Slope(logits, t, k, labels, softmax: true), y - here.Shares[t][k], $"logit {t}, {k}");
                    double[][] logs = Array.ConvertAll(logits, row =>
                        Array.ConvertAll(Oracles.LogSoftmax(row), log => log.Value));
                    Same(Slope(logs, t, k, labels, softmax: false), -here.Shares[t][k], $"log-probability {t}, {k}");
                }
            }
        }
    }

    private static void Same(Twofold[][] logs, int[] labels, int blank)
    {
        var (all, shares) = (0.0, logs.Select(row => new double[row.Length]).ToArray());
        foreach (var path in Paths(logs.Length, logs.Length == 0 ? 1 : logs[0].Length))
        {
            if (!Spelled(path, blank).SequenceEqual(labels)) continue;
            var probability = path.Select((k, t) => Math.Exp(logs[t][k].Value)).Aggregate(1.0, (a, b) => a * b);
            all += probability;
            for (var t = 0; t < path.Length; t++) shares[t][path[t]] += probability;
        }
        var oracle = Oracles.Ctc(logs, labels, blank);
        var what = $"[{string.Join(", ", labels)}] in {logs.Length} frames";
        Assert.True(all > 0 == double.IsFinite(oracle.Loss), $"{what}: {oracle.Loss}");
        if (all == 0) return;
        Assert.Equal(all, Math.Exp(-oracle.Loss), Identity(all));
        for (var t = 0; t < logs.Length; t++)
            for (var k = 0; k < shares[t].Length; k++)
                Assert.Equal(shares[t][k] / all, oracle.Shares[t][k], Identity(1));
    }

    private static void Same(double slope, double gradient, string where)
    {
        var limit = Ulp.FiniteDifference * (1 + Math.Abs(gradient));
        Assert.True(Math.Abs(slope - gradient) <= limit, $"{where}: gradient {gradient:R}, difference {slope:R}");
    }

    private static double Slope(double[][] rows, int t, int k, int[] labels, bool softmax)
    {
        var (middle, h) = (rows[t][k], Ulp.Step);
        double At(double x)
        {
            rows[t][k] = x;
            return Oracles.Ctc(Array.ConvertAll(rows, row => softmax
                ? Oracles.LogSoftmax(row) : Array.ConvertAll(row, log => new Twofold(log, 0))), labels, 0).Loss;
        }
        var slope = (At(middle + h) - At(middle - h)) / (2 * h);
        rows[t][k] = middle;
        return slope;
    }

    private static double Identity(double magnitude) => Ulp.OfIdentity(Precision.Float64, magnitude);

    private static Twofold[][] Frames(Random random, int classes, int frames) =>
        [.. Enumerable.Range(0, frames).Select(_ => Oracles.LogSoftmax(Row(random, classes)))];

    private static double[] Row(Random random, int classes) =>
        [.. Enumerable.Range(0, classes).Select(_ => 4 * random.NextDouble() - 2)];

    private static IEnumerable<int[]> Targets(int classes, int blank, int most)
    {
        for (var length = 0; length <= most; length++)
            foreach (var labels in Paths(length, classes))
                if (!labels.Contains(blank)) yield return labels;
    }

    private static IEnumerable<int[]> Paths(int length, int classes)
    {
        var path = new int[length];
        while (true)
        {
            yield return [.. path];
            var digit = 0;
            while (digit < length && ++path[digit] == classes) path[digit++] = 0;
            if (digit == length) yield break;
        }
    }

    private static IEnumerable<int> Spelled(int[] path, int blank) =>
        path.Where((k, t) => k != blank && (t == 0 || path[t - 1] != k));
}
