namespace FusedLoss.Catalogue;

internal static partial class LossCatalogue
{
    private static readonly ClassCall BalancedCrossEntropy = ClassCall.Of<BalancedCrossEntropyOptions>(
        Loss.BalancedCrossEntropy, Loss.BalancedCrossEntropy, Loss.BalancedCrossEntropy, Loss.BalancedCrossEntropy);

    private static ClassCase[] BalancedEntropies =>
    [
        BalancedRow("", Labelled, 1), BalancedRow("beta=0", Labelled, 0), BalancedRow("beta=0.9", Labelled, 0.9),
        BalancedRow("beta=0.9999", Labelled, 0.9999), BalancedRow("smoothing", Labelled, 1, 0.1),
        BalancedRow("ignored", new(Ignored: DefaultIgnoreIndex), 1),
        BalancedRow("beta=0.99 smoothing ignore_index=0", new(Ignored: 0), 0.99, 0.2),
    ];

    private static ClassCase BalancedRow(string variant, ClassInputs inputs, double beta, double smoothing = 0)
    {
        var ignored = inputs.Ignored ?? DefaultIgnoreIndex;
        var options = new BalancedCrossEntropyOptions
        {
            Beta = beta, LabelSmoothing = smoothing, IgnoreIndex = ignored,
        };
        return new(
            "balanced_cross_entropy", variant, BalancedCrossEntropy, options, Oracles.CrossEntropy(smoothing, ignored),
            inputs, BalancedLimits)
        {
            Mean = Divisor.Weights,
            WeightsOf = (labels, classes) => Oracles.BalancedWeights(labels, classes, beta, ignored),
        };
    }

    private static Limits BalancedLimits => new(new(3, 5, 0), new(6, 6.5, 0));
}
