namespace FusedLoss.Tests.Oracle;

/// <summary>CTC where systems disagree, and where formulas end.</summary>
public class CtcDecisionTests
{
    private const float Poison = 123456;
    private static readonly CtcShape Shape = new(T: 4, N: 2, C: 3);

    // Of two samples with four frames of three classes.
    private static readonly float[] X = [.. Enumerable.Range(0, 24).Select(i => (float)Math.Sin(3 * i))];

    [Fact]
    public void AnImpossibleSampleIsInfiniteAndItsGradientNaN()
    {
        var run = new Run { Targets = [1, 1, 1, 2], TargetLengths = [3, 1] };
        Assert.Equal(double.PositiveInfinity, run.Call());
        Assert.Equal(float.PositiveInfinity, run.Losses[0]);
        Assert.True(float.IsFinite(run.Losses[1]));
        Assert.All(run.GradientOf(0), g => Assert.Equal(float.NaN, g));
        Assert.DoesNotContain(float.NaN, run.GradientOf(1));
    }

    [Fact]
    public void ZeroInfinityMakesAnImpossibleSampleCountForNothing()
    {
        var run = new Run { Targets = [1, 1, 1, 2], TargetLengths = [3, 1], Options = new() { ZeroInfinity = true } };
        var loss = run.Call();
        Assert.Equal(0, run.Losses[0]);
        Assert.All(run.GradientOf(0), g => Assert.Equal(0, g));
        Assert.Equal(run.Losses[1] / 2, (float)loss);
    }

    [Fact]
    public void OneFrameMoreMakesItPossible()
    {
        var run = new Run { Targets = [1, 1, 2, 2], TargetLengths = [2, 2], InputLengths = [3, 2] };
        run.Call();
        Assert.True(float.IsFinite(run.Losses[0]));
        Assert.Equal(float.PositiveInfinity, run.Losses[1]);
    }

    [Fact]
    public void GradientToLogProbabilitiesIsPyTorchsUnlessTheTrueOneIsWanted()
    {
        var logs = Logs(X);
        var (theirs, ours, fused) = (new Run { Logs = logs }, new Run { Logs = logs }, new Run());
        theirs.Call();
        (ours with { Options = new() { TrueGradient = true } }).Call();
        fused.Call();
        for (var row = 0; row < 8; row++)
        {
            var mine = theirs.Gradient.AsSpan(3 * row, 3).ToArray();
            Assert.Equal(0, mine.Sum(), Ulp.OfIdentity(Precision.Float32, 1));
            // Shares add up to 1 in every frame, of which the mean takes 1 / (2 labels, 2 samples).
            Assert.Equal(-0.25, ours.Gradient.AsSpan(3 * row, 3).ToArray().Sum(),
                Ulp.OfIdentity(Precision.Float32, 1));
            for (var c = 0; c < 3; c++)
            {
                Assert.Equal(fused.Gradient[3 * row + c], mine[c], Ulp.OfIdentity(Precision.Float32, 1));
                Assert.Equal(
                    ours.Gradient[3 * row + c], mine[c] - Math.Exp(logs[3 * row + c]) / 4,
                    Ulp.OfIdentity(Precision.Float32, 1));
            }
        }
    }

    [Fact]
    public void FramesPastTheLengthCountForNothing()
    {
        var (whole, cut) = (new Run { InputLengths = [3, 4] }, new Run { InputLengths = [3, 4], Input = X.ToArray() });
        foreach (var c in (int[])[0, 1, 2]) cut.Input[3 * 6 + c] = float.NaN; // frame 3 of sample 0
        Assert.Equal(whole.Call(), cut.Call());
        Assert.Equal(whole.Gradient, cut.Gradient);
        Assert.Equal([0, 0, 0], cut.GradientOf(0)[^3..]);
    }

    [Fact]
    public void NoFramesSpellAnEmptyTargetOnly()
    {
        var run = new Run { Targets = [2], TargetLengths = [0, 1], InputLengths = [0, 0] };
        run.Call();
        Assert.Equal([0, float.PositiveInfinity], run.Losses);
        Assert.All(run.Gradient, g => Assert.Equal(0, g));
    }

    [Fact]
    public void AnEmptyTargetIsBlanksOnly()
    {
        var run = new Run { Targets = [], TargetLengths = [0, 0], Options = new() { Reduction = Reduction.None } };
        run.Call();
        for (var n = 0; n < 2; n++)
        {
            var blanks = Enumerable.Range(0, 4).Sum(t => Logs(X)[3 * (2 * t + n)]);
            Assert.Equal(-blanks, run.Losses[n], Ulp.OfIdentity(Precision.Float32, 1));
        }
    }

    [Fact]
    public void MeanDividesByTheLengthOfEachTarget()
    {
        var run = new Run { Targets = [1, 2, 1], TargetLengths = [3, 0] };
        var sum = (run with { Options = new() { Reduction = Reduction.Sum } }).Call();
        var batch = (run with { Options = new() { Reduction = Reduction.BatchMean } }).Call();
        var shared = (run with { Options = new() { Denominator = 8 } }).Call();
        Assert.Equal((sum / 2, sum / 8), (batch, shared));
        Assert.Equal((run.Losses[0] / 3.0 + run.Losses[1]) / 2, run.Call(), Ulp.OfIdentity(Precision.Float32, 1));
    }

    [Theory, InlineData(float.NaN), InlineData(float.PositiveInfinity)]
    public void AFrameWithoutASoftmaxSpoilsItsOwnSample(float value)
    {
        var (whole, spoiled) = (new Run(), new Run { Input = X.ToArray() });
        spoiled.Input[3 * 2] = value; // frame 1 of sample 0, the blank
        whole.Call();
        Assert.Equal(double.NaN, spoiled.Call());
        Assert.All(spoiled.GradientOf(0), g => Assert.Equal(float.NaN, g));
        Assert.Equal((float.NaN, whole.Losses[1]), (spoiled.Losses[0], spoiled.Losses[1]));
        Assert.Equal(whole.GradientOf(1), spoiled.GradientOf(1));
    }

    [Fact]
    public void NaNStaysNaNWhenInfinitiesAreZero()
    {
        var run = new Run { Input = [.. X.Select(_ => float.NaN)], Options = new() { ZeroInfinity = true } };
        Assert.Equal(double.NaN, run.Call());
        Assert.Equal([float.NaN, float.NaN], run.Losses);
    }

    [Fact]
    public void AClassWithoutProbabilityIsAHole()
    {
        var run = new Run { Input = X.ToArray(), Targets = [1, 2, 2, 2], Options = new() { ZeroInfinity = true } };
        for (var t = 0; t < 4; t++) run.Input[3 * (2 * t) + 1] = float.NegativeInfinity; // label 1 of sample 0
        run.Call();
        Assert.Equal(0, run.Losses[0]);
        Assert.All(run.GradientOf(0), g => Assert.Equal(0, g));
        run.Targets[0] = 2;
        run.Call();
        Assert.True(float.IsFinite(run.Losses[0]) && run.Losses[0] > 0);
        for (var t = 0; t < 4; t++) Assert.Equal(0, run.GradientOf(0)[3 * t + 1]);
    }

    [Fact]
    public void NothingUnderflows()
    {
        // One way only, and each of its 5,000 steps has probability e^-100.
        const int Frames = 5000;
        var logits = new float[2 * Frames];
        for (var t = 0; t < Frames; t++) logits[2 * t] = 100;
        var (labels, gradient) = (new int[Frames / 2], new float[logits.Length]);
        Array.Fill(labels, 1);
        var loss = Loss.Ctc(
            logits.AsSpan(2), new CtcShape(Frames - 1, 1, 2), labels, (int[])[Frames / 2], gradient.AsSpan(2));
        Assert.Equal(100, loss, Ulp.OfIdentity(Precision.Float32, 100));
        for (var t = 1; t < Frames; t++)
            Assert.Equal(t % 2 == 1 ? 1 : 0, gradient[2 * t] * Frames / 2, Ulp.OfIdentity(Precision.Float32, 1));
    }

    [Fact]
    public void AMeanOfNothingIsNaNOrZero()
    {
        var none = new CtcArgs<float> { Logits = default(float[]), Shape = new(4, 0, 3) };
        Assert.Equal(double.NaN, Loss.Ctc(none));
        Assert.Equal(0, Loss.Ctc(none, new() { EmptyMean = EmptyMean.Zero }));
        Assert.Equal(0, Loss.Ctc(none, new() { Reduction = Reduction.Sum }));
    }

    private static float[] Logs(float[] logits)
    {
        var logs = new float[logits.Length];
        for (var row = 0; row < logits.Length / 3; row++)
        {
            var exact = Oracles.LogSoftmax([logits[3 * row], logits[3 * row + 1], logits[3 * row + 2]]);
            for (var c = 0; c < 3; c++) logs[3 * row + c] = (float)exact[c].Value;
        }
        return logs;
    }

    /// <summary>A call with two samples of two labels, unless told otherwise.</summary>
    private sealed record Run
    {
        public float[] Input { get; init; } = X;
        public float[]? Logs { get; init; }
        public int[] Targets { get; init; } = [1, 2, 2, 2];
        public int[] TargetLengths { get; init; } = [2, 2];
        public int[]? InputLengths { get; init; }
        public CtcOptions Options { get; init; } = new();
        public float[] Losses { get; } = [Poison, Poison];
        public float[] Gradient { get; } = [.. Enumerable.Repeat(Poison, 24)];

        public double Call() => Loss.Ctc(
            new CtcArgs<float>
            {
                Logits = Logs is null ? Input : default(float[]), LogProbabilities = Logs, Shape = Shape,
                Targets = Targets, TargetLengths = TargetLengths, InputLengths = InputLengths, Losses = Losses,
                Gradient = Gradient,
            },
            Options);

        public float[] GradientOf(int sample) =>
            [.. Enumerable.Range(0, 4).SelectMany(t => Gradient.AsSpan(3 * (2 * t + sample), 3).ToArray())];
    }
}
