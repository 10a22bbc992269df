namespace FusedLoss.Catalogue;

internal static partial class LossCatalogue
{
    private const long DefaultIgnoreIndex = -100;

    private static readonly ClassCall CrossEntropy =
        ClassCall.Of<CrossEntropyOptions>(Loss.CrossEntropy, Loss.CrossEntropy);
    private static readonly ClassCall SoftmaxFocal =
        ClassCall.Of<SoftmaxFocalOptions>(Loss.SoftmaxFocal, Loss.SoftmaxFocal);

    private static readonly ClassInputs Labelled = new();
    private static readonly ClassInputs Weighted = new(Weights: true);

    public static IReadOnlyList<ClassCase> Classes { get; } =
    [
        EntropyRow("", Labelled), EntropyRow("weight", Weighted),
        EntropyRow("smoothing", Labelled, 0.1), EntropyRow("smoothing=1", Labelled, 1),
        EntropyRow("weight smoothing", Weighted, 0.3),
        EntropyRow("ignored", new(Ignored: DefaultIgnoreIndex)), EntropyRow("ignore_index=0", new(Ignored: 0)),
        EntropyRow("weight smoothing ignore_index=255", new(Weights: true, Ignored: 255), 0.1),
        EntropyRow("probabilities", new(ClassTarget.Probabilities)),
        EntropyRow("probabilities weight", new(ClassTarget.Probabilities, Weights: true)),
        EntropyRow("probabilities weight smoothing", new(ClassTarget.Probabilities, Weights: true), 0.1),
        EntropyRow("any numbers", new(ClassTarget.AnyNumbers)),
        FocalRow("", Labelled, 2), FocalRow("gamma=0.5", Labelled, 0.5), FocalRow("gamma=0", Labelled, 0),
        FocalRow("gamma=1", Labelled, 1), FocalRow("gamma=1.5 weight", Weighted, 1.5), FocalRow("weight", Weighted, 2),
        FocalRow("detached", Labelled, 2, gradient: FocalGradient.Detached),
        FocalRow("detached gamma=0.5 weight", Weighted, 0.5, gradient: FocalGradient.Detached),
        FocalRow("ignored weight", new(Weights: true, Ignored: DefaultIgnoreIndex), 2),
        FocalRow("ignore_index=0", new(Ignored: 0), 2),
        FocalRow("alpha=0.25", Labelled, 2, alpha: 0.25) with { OnlyClasses = 2 },
    ];

    private static ClassCase EntropyRow(string variant, ClassInputs inputs, double smoothing = 0)
    {
        var ignored = inputs.Ignored ?? DefaultIgnoreIndex;
        var options = new CrossEntropyOptions { LabelSmoothing = smoothing, IgnoreIndex = ignored };
        var oracle = Oracles.CrossEntropy(smoothing, ignored);
        var limits = inputs.Target == ClassTarget.Labels ? LabelLimits : ProbabilityLimits;
        return new("cross_entropy", variant, CrossEntropy, options, oracle, inputs, limits)
        {
            Mean = inputs.Weights ? Divisor.Weights : Divisor.Count,
        };
    }

    private static ClassCase FocalRow(
        string variant, ClassInputs inputs, double gamma, double alpha = -1,
        FocalGradient gradient = FocalGradient.True)
    {
        var ignored = inputs.Ignored ?? DefaultIgnoreIndex;
        var options = new SoftmaxFocalOptions
        {
            Gamma = gamma, Alpha = alpha, IgnoreIndex = ignored, Gradient = gradient,
        };
        var oracle = Oracles.SoftmaxFocal(gamma, alpha, ignored, gradient == FocalGradient.Detached);
        return new("softmax_focal", variant, SoftmaxFocal, options, oracle, inputs, FocalLimits);
    }

    private static Limits LabelLimits => new(new(4, 7, 0), new(4, 7, 0));

    private static Limits ProbabilityLimits => new(new(6, 8, 5), new(4.5, 7, 4));

    private static Limits FocalLimits => new(new(5, 7, 0), new(5.5, 8.5, 0));
}
