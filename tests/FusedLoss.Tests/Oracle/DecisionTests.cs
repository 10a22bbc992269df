namespace FusedLoss.Tests.Oracle;

/// <summary>What this library does where systems disagree, one decision at a time.</summary>
public class DecisionTests
{
    private static readonly float[] None = [];

    [Fact]
    public void MeanOfNothingIsNaNOrZero()
    {
        Assert.Equal(double.NaN, Loss.Mse(None, None));
        Assert.Equal(0, Loss.Mse(None, None, options: new() { EmptyMean = EmptyMean.Zero }));
        Assert.Equal(0, Loss.Mse(None, None, options: new() { Reduction = Reduction.Sum }));
        Assert.Equal(double.NaN, Loss.CrossEntropy(None, Array.Empty<int>()));
        Assert.Equal(0, Loss.CrossEntropy(None, Array.Empty<int>(), options: new() { EmptyMean = EmptyMean.Zero }));
        Assert.Equal(double.NaN, Loss.SoftmaxFocal<float>(new() { Shape = new(0, 7), Labels = Array.Empty<long>() }));
    }

    [Theory, InlineData(EmptyMean.NaN, double.NaN), InlineData(EmptyMean.Zero, 0)]
    public void AllIgnoredIsNaNOrZeroWithZeroGradients(EmptyMean empty, double expected)
    {
        foreach (var classes in new[] { 1, 2, 10, 130, 1000 })
        {
            var logits = new float[3 * classes];
            Array.Fill(logits, float.NaN);
            var (gradient, losses, labels) = (new float[logits.Length], new float[3], (int[])[-100, -100, -100]);
            Array.Fill(gradient, 7);
            Array.Fill(losses, 7);
            var loss = Loss.CrossEntropy<float>(
                new() { Logits = logits, Labels = labels, Gradient = gradient, Losses = losses },
                    new() { EmptyMean = empty });
            Assert.Equal(expected, loss);
            Assert.All(gradient, value => Assert.Equal(0, value));
            Assert.All(losses, value => Assert.Equal(0, value));
            Array.Fill(gradient, 7);
            Assert.Equal(expected, Loss.SoftmaxFocal(logits, labels, gradient, new() { EmptyMean = empty }));
            Assert.All(gradient, value => Assert.Equal(0, value));
        }
    }

    [Fact]
    public void AllIgnoredSumIsZero()
    {
        var gradient = new float[4];
        Assert.Equal(0, Loss.CrossEntropy((float[])[1, 2, 3, 4], (int[])[255, 255], gradient,
            new() { IgnoreIndex = 255, Reduction = Reduction.Sum }));
        Assert.Equal(new float[4], gradient);
    }

    [Fact]
    public void IgnoreIndexMayBeAClass()
    {
        var gradient = new double[4];
        var loss = Loss.CrossEntropy((double[])[0, 0, 5, 5], (int[])[0, 1], gradient, new() { IgnoreIndex = 1 });
        Assert.Equal(Math.Log(2), loss, Ulp.OfSum(Precision.Float64, 1, 1));
        Assert.Equal([-0.5, 0.5, 0, 0], gradient);
    }

    [Fact]
    public void DenominatorOverridesEvenWhenAllIsIgnored()
    {
        var options = new CrossEntropyOptions { Denominator = 4 };
        Assert.Equal(0, Loss.CrossEntropy((float[])[1, 2], (int[])[-100], options: options));
        Assert.Equal(0, Loss.Mse(None, None, options: new() { Denominator = 4 }));
    }

    [Fact]
    public void TiesHaveGradientZero()
    {
        var gradient = new float[3];
        float[] x = [1, -2, 0];
        Loss.L1(x, x, gradient);
        Assert.Equal(new float[3], gradient);
        Loss.SmoothL1(x, x, gradient, new() { Beta = 0 });
        Assert.Equal(new float[3], gradient);
        Loss.Huber(x, x, gradient);
        Assert.Equal(new float[3], gradient);
    }

    [Theory, InlineData(1e-40), InlineData(1e-300), InlineData(double.Epsilon)]
    public void TinyBetaIsL1(double beta)
    {
        float[] x = [1, -2, 0, 1e-30f], t = [0, -2, 0, 0], gradient = new float[4];
        var loss = Loss.SmoothL1(x, t, gradient, new() { Beta = beta, Reduction = Reduction.Sum });
        Assert.Equal([1, 0, 0, 1], gradient);
        Assert.Equal(1 + 1e-30f, (float)loss);
        Narrow<Half>();
        Narrow<BFloat16>();

        void Narrow<T>() where T : unmanaged
        {
            var (input, target, slopes) = (Element.Of<T>([1, -2, 0]), Element.Of<T>([0, -2, 0]), new T[3]);
            var options = new SmoothL1Options { Beta = beta, Reduction = Reduction.Sum };
            Assert.Equal(1, Loss.SmoothL1<T>(input, target, slopes, options));
            Assert.Equal([1, 0, 0], Element.Values(slopes));
        }
    }

    [Theory, InlineData(1e300), InlineData(double.MaxValue)]
    public void HugeBetaAndDeltaAreNeverNaN(double size)
    {
        float[] x = [1, -2, 0], t = [0, 0, 0], gradient = new float[3];
        var loss = Loss.Huber(x, t, gradient, new() { Delta = size, Reduction = Reduction.Sum });
        Assert.Equal((2.5, 1f, -2f, 0f), (loss, gradient[0], gradient[1], gradient[2]));
        loss = Loss.SmoothL1(x, t, gradient, new() { Beta = size, Reduction = Reduction.Sum });
        Assert.Equal((0, 0f, 0f, 0f), ((float)loss, gradient[0], Math.Abs(gradient[1]), gradient[2]));
    }

    [Fact]
    public void BceAtInfinityIsTheLimit()
    {
        const float Inf = float.PositiveInfinity;
        float[] x = [Inf, -Inf, Inf, -Inf], t = [1, 1, 0, 0], losses = new float[4], gradient = new float[4];
        Loss.BceWithLogits<float>(new() { Input = x, Target = t, Losses = losses, Gradient = gradient },
            new() { Reduction = Reduction.None });
        Assert.Equal([0, Inf, Inf, 0], losses);
        Assert.Equal([0, -1, 1, 0], gradient);
    }

    [Fact]
    public void HugeLogitsKeepTheirDigits()
    {
        foreach (var size in new[] { 1e4f, 1e6f, 1e8f, -1e8f, 1e30f })
        {
            Assert.Equal(Math.Log(2), Loss.CrossEntropy((float[])[size, size], (int[])[1]),
                Ulp.OfSum(Precision.Float32, 1, 1));
            Assert.Equal(Math.Log(2), Loss.CrossEntropy((double[])[size, size], (int[])[0]),
                Ulp.OfSum(Precision.Float64, 1, 1));
        }
    }

    [Theory, InlineData(0), InlineData(0.1), InlineData(0.5), InlineData(1), InlineData(1.5), InlineData(2)]
    public void FocalLossesAreNeverNaN(double gamma)
    {
        float[] x =
        [
            float.NegativeInfinity, -3e38f, -1000, -200, -104, -89, -88, -87, -45, 0,
            45, 87, 88, 89, 104, 200, 1000, 3e38f, float.PositiveInfinity,
        ];
        foreach (var target in new[] { 0f, 1f, 0.5f })
        {
            var (t, gradient, targets) = (new float[x.Length], new float[x.Length], new float[x.Length]);
            Array.Fill(t, target);
            Loss.SigmoidFocal<float>(
                new() { Input = x, Target = t, Gradient = gradient, TargetGradient = targets },
                    new() { Gamma = gamma, Reduction = Reduction.Sum });
            for (var i = 0; i < x.Length; i++)
            {
                var where = FormattableString.Invariant($"x = {x[i]}, t = {target}");
                Assert.False(float.IsNaN(gradient[i]), $"gradient at {where}");
                if (float.IsFinite(x[i])) Assert.False(float.IsNaN(targets[i]), $"target gradient at {where}");
            }
        }
        foreach (var distance in x.Where(float.IsFinite))
        {
            var gradient = new float[4];
            var loss = Loss.SoftmaxFocal((float[])[distance, 0, 0, distance], (int[])[0, 0], gradient,
                new() { Gamma = gamma });
            Assert.False(double.IsNaN(loss));
            Assert.DoesNotContain(gradient, float.IsNaN);
        }
    }

    [Fact]
    public void LabelErrorsComeBeforeAnythingElse()
    {
        var gradient = new float[6];
        var exception = Assert.Throws<ArgumentOutOfRangeException>(
            () => Loss.CrossEntropy((float[])[1, 2, 3, 4, 5, 6], (int[])[0, 2, 5], gradient));
        Assert.Contains("labels[1] is 2", exception.Message, StringComparison.Ordinal);
        Assert.Equal(new float[6], gradient);
    }
}
