namespace FusedLoss.Catalogue;

internal static partial class LossCatalogue
{
    private static readonly ClassCall SoftmaxFocal = ClassCall.Of<SoftmaxFocalOptions>(
        Loss.SoftmaxFocal, Loss.SoftmaxFocal, Loss.SoftmaxFocal, Loss.SoftmaxFocal);

    private static ClassCase[] SoftmaxFocals =>
    [
        FocalRow("", Labelled, 2), FocalRow("gamma=0.5", Labelled, 0.5), FocalRow("gamma=0", Labelled, 0),
        FocalRow("gamma=1", Labelled, 1), FocalRow("gamma=1.5 weight", Weighted, 1.5), FocalRow("weight", Weighted, 2),
        FocalRow("detached", Labelled, 2, gradient: FocalGradient.Detached),
        FocalRow("detached gamma=0.5 weight", Weighted, 0.5, gradient: FocalGradient.Detached),
        FocalRow("ignored weight", new(Weights: true, Ignored: DefaultIgnoreIndex), 2),
        FocalRow("ignore_index=0", new(Ignored: 0), 2),
        FocalRow("alpha=0.25", Labelled, 2, alpha: 0.25) with { OnlyClasses = 2 },
    ];

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

    private static Limits FocalLimits => new(new(5.7, 7, 0), new(5.5, 8.5, 0));
}
