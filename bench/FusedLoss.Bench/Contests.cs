using FusedLoss.Bench.Managed;

namespace FusedLoss.Bench;

/// <summary>What is measured, by family: from a number of elements, the ways to compute a loss of so many.</summary>
internal static class Contests
{
    /// <summary>Elements of arrays that the second-level cache holds.</summary>
    public const int InCache = 1 << 14;

    /// <summary>Elements of arrays that only memory holds.</summary>
    public const int InMemory = 1 << 22;

    private delegate double PointCall(ReadOnlySpan<float> x, ReadOnlySpan<float> t, Span<float> gradient);

    public static Dictionary<string, Func<int, Ways>> Regression { get; } = new()
    {
        ["mse"] = n => Point(
            Inputs.Regression(n), (x, t, g) => Loss.Mse(x, t, g, null, Contest.OneThread),
            TensorPoints.Mse, PointLoop.Mean<Mse, FloatSums>, doubles: PointLoop.Mean<Mse, DoubleSums>),
        ["l1"] = n => Point(
            Inputs.Regression(n), (x, t, g) => Loss.L1(x, t, g, null, Contest.OneThread),
            TensorPoints.L1, PointLoop.Mean<L1, FloatSums>, doubles: PointLoop.Mean<L1, DoubleSums>),
        ["smooth_l1"] = n => Point(
            Inputs.Regression(n), (x, t, g) => Loss.SmoothL1(x, t, g, null, Contest.OneThread),
            TensorPoints.Huber, PointLoop.Mean<Huber, FloatSums>, doubles: PointLoop.Mean<Huber, DoubleSums>),
        ["huber"] = n => Point(
            Inputs.Regression(n), (x, t, g) => Loss.Huber(x, t, g, null, Contest.OneThread),
            TensorPoints.Huber, PointLoop.Mean<Huber, FloatSums>, doubles: PointLoop.Mean<Huber, DoubleSums>),
    };

    public static Dictionary<string, Func<int, Ways>> Binary { get; } = new()
    {
        ["bce_with_logits"] = n => Point(
            Inputs.Binary(n), (x, t, g) => Loss.BceWithLogits(x, t, g, null, Contest.OneThread),
            TensorPoints.BceWithLogits, PointLoop.Mean<BceWithLogits<PlatformMath>, FloatSums>,
            PointLoop.Mean<BceWithLogits<CephesMath>, FloatSums>),
        ["sigmoid_focal"] = n => Point(
            Inputs.Binary(n), (x, t, g) => Loss.SigmoidFocal(x, t, g, null, Contest.OneThread),
            TensorPoints.SigmoidFocal, PointLoop.Mean<SigmoidFocal<PlatformMath>, FloatSums>,
            PointLoop.Mean<SigmoidFocal<CephesMath>, FloatSums>),
    };

    public static Dictionary<string, Func<int, Ways>> Classes { get; } = new()
    {
        ["cross_entropy 10"] = n => CrossEntropy(n, 10),
        ["cross_entropy 100"] = n => CrossEntropy(n, 100),
        ["cross_entropy 1000"] = n => CrossEntropy(n, 1000),
        ["cross_entropy 32000"] = n => CrossEntropy(n, 32000),
        ["softmax_focal 10"] = n => SoftmaxFocal(n, 10),
        ["softmax_focal 1000"] = n => SoftmaxFocal(n, 1000),
        ["cross_entropy probabilities 1000"] = n => Probabilities(n, 1000),
    };

    private static Ways Point(
        (float[] X, float[] T) inputs, PointCall fused, PointCall tensors, PointCall vectors,
        PointCall? polynomials = null, PointCall? doubles = null)
    {
        var (x, t) = inputs;
        var gradient = new float[x.Length];
        Func<double> On(PointCall call) => () => call(x, t, gradient);
        return new(
            gradient, 3L * sizeof(float) * x.Length, On(fused), On(tensors), On(vectors),
            polynomials is null ? null : On(polynomials), doubles is null ? null : On(doubles));
    }

    private static Ways CrossEntropy(int elements, int classes)
    {
        var batch = Inputs.Classes(elements, classes);
        return new(
            batch.Gradient, batch.Bytes,
            () => Loss.CrossEntropy(batch.Logits.Span, batch.Labels, batch.Gradient.Span, null, Contest.OneThread),
            () => TensorRows.CrossEntropy(batch), () => RowLoop.Mean<CrossEntropy, PlatformMath>(batch),
            () => RowLoop.Mean<CrossEntropy, CephesMath>(batch));
    }

    private static Ways SoftmaxFocal(int elements, int classes)
    {
        var batch = Inputs.Classes(elements, classes);
        return new(
            batch.Gradient, batch.Bytes,
            () => Loss.SoftmaxFocal(batch.Logits.Span, batch.Labels, batch.Gradient.Span, null, Contest.OneThread),
            () => TensorRows.SoftmaxFocal(batch), () => RowLoop.Mean<SoftmaxFocal, PlatformMath>(batch),
            () => RowLoop.Mean<SoftmaxFocal, CephesMath>(batch));
    }

    private static Ways Probabilities(int elements, int classes)
    {
        var batch = Inputs.Mixtures(elements, classes);
        double Fused() => Loss.CrossEntropy(
            new ClassArgs<float>
            {
                Logits = batch.Logits.Span, Probabilities = batch.Probabilities.Span, Gradient = batch.Gradient.Span,
                Shape = new(batch.Rows, batch.Classes),
            },
            null, Contest.OneThread);
        return new(
            batch.Gradient, batch.Bytes, Fused, () => TensorRows.Mixture(batch),
            () => MixtureLoop.Mean<PlatformMath>(batch), () => MixtureLoop.Mean<CephesMath>(batch));
    }
}
