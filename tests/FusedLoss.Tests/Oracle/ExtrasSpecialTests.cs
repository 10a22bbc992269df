namespace FusedLoss.Tests.Oracle;

/// <summary>Predictions and log-sum-exps of rows that hold NaN or infinities.</summary>
public class ExtrasSpecialTests
{
    private static readonly float Inf = float.PositiveInfinity;

    /// <summary>Classes, soft cap, and whether the classes of a row lie apart in memory: every way through the
    /// kernels.</summary>
    public static TheoryData<int, double, bool> Ways
    {
        get
        {
            var ways = new TheoryData<int, double, bool>();
            foreach (var classes in (int[])[1, 2, 3, 10, 64, 130, 1000, 40_001])
                foreach (var cap in (double[])[0, 30])
                    foreach (var apart in (bool[])[false, true]) ways.Add(classes, cap, apart);
            return ways;
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public void NothingIsPredictedFromNaN(int classes, double softCap, bool apart)
    {
        foreach (var at in (int[])[0, classes / 2, classes - 1])
        {
            float[] row = new float[classes], lse = new float[3];
            row[at] = float.NaN;
            var (predictions, options) = (new int[3], new CrossEntropyOptions { SoftCap = softCap });
            var labels = (int[])[at, 0, -100];
            var args = Batch([row, new float[classes], row], labels, apart);
            Loss.CrossEntropy(With(args, lse, predictions), out var correct, options);
            Assert.Equal([-1, 0, -1], predictions);
            Assert.Equal(1, correct);
            Assert.Equal((float.NaN, float.NaN), (lse[0], lse[2]));
            Assert.Equal(Math.Log(classes), lse[1], Ulp.OfSum(Precision.Float32, 10, 1));
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public void AnIgnoredRowOfNaNHasNoGradient(int classes, double softCap, bool apart)
    {
        var row = new float[classes];
        Array.Fill(row, float.NaN);
        var gradient = new float[2 * classes];
        Array.Fill(gradient, float.NaN);
        var args = Batch([row, new float[classes]], [-100, 0], apart);
        var loss = Loss.CrossEntropy<float>(
            new() { Logits = args.Logits, Labels = args.Labels, Shape = args.Shape, Gradient = gradient },
            new() { SoftCap = softCap, ZLoss = 0.1 });
        Assert.True(double.IsFinite(loss));
        for (var i = 0; i < gradient.Length; i++)
        {
            var ignored = apart ? i % 2 == 0 : i < classes;
            if (ignored) Assert.Equal(0, gradient[i]);
            else Assert.True(float.IsFinite(gradient[i]), $"{gradient[i]} at {i}");
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public void NaNBesideInfinityIsNaN(int classes, double softCap, bool apart)
    {
        if (classes < 2) return;
        foreach (var other in (float[])[Inf, -Inf])
        {
            var (row, lse, predictions) = (new float[classes], new float[1], new int[1]);
            Array.Fill(row, other);
            row[classes - 1] = float.NaN;
            Loss.CrossEntropy(With(Batch([row], [0], apart), lse, predictions), new() { SoftCap = softCap });
            Assert.Equal((-1, float.NaN), (predictions[0], lse[0]));
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public void InfinitiesArePredictedLikeNumbers(bool apart)
    {
        var (predictions, lse) = (new int[3], new float[3]);
        var args = Batch([[1, Inf, Inf], [-Inf, -Inf, -Inf], [-Inf, 5, 4]], [0, 0, 0], apart);
        Loss.CrossEntropy(With(args, lse, predictions));
        Assert.Equal([1, 0, 1], predictions);
        Assert.Equal([float.NaN, float.NaN], lse[..2]); // such rows have no softmax either
    }

    private static ClassArgs<float> Batch(float[][] rows, int[] labels, bool apart)
    {
        var (n, classes) = (rows.Length, rows[0].Length);
        var logits = new float[n * classes];
        for (var i = 0; i < logits.Length; i++)
            logits[i] = apart ? rows[i % n][i / n] : rows[i / classes][i % classes];
        return new()
        {
            Logits = logits, Labels = labels, Shape = apart ? new(1, classes, n) : new(n, classes),
        };
    }

    private static ClassArgs<float> With(in ClassArgs<float> args, float[] lse, int[] predictions) => new()
    {
        Logits = args.Logits, Labels = args.Labels, Shape = args.Shape, LogSumExp = lse, Predictions = predictions,
    };
}
