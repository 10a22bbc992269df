namespace FusedLoss.Catalogue;

internal static partial class LossCatalogue
{
    private static readonly ClassCall CrossEntropy = ClassCall.Of<CrossEntropyOptions>(
        Loss.CrossEntropy, Loss.CrossEntropy, Loss.CrossEntropy, Loss.CrossEntropy);

    private static ClassCase[] Entropies =>
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
            Score = (logit, _, _) => logit,
        };
    }

    private static Limits LabelLimits => new(new(4, 7, 0, LogSumExp: 2), new(4, 7, 0, LogSumExp: 2));

    private static Limits ProbabilityLimits => new(new(6, 8, 5, LogSumExp: 3), new(4.5, 7, 4, LogSumExp: 3));
}
