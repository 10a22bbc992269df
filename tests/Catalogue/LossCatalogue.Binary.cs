namespace FusedLoss.Catalogue;

internal static partial class LossCatalogue
{
    private static readonly PointwiseCall Bce = PointwiseCall.Of<BceOptions>(
        Loss.Bce, Loss.Bce, Loss.Bce, Loss.Bce);
    private static readonly PointwiseCall BceWithLogits = PointwiseCall.Of<BceWithLogitsOptions>(
        Loss.BceWithLogits, Loss.BceWithLogits, Loss.BceWithLogits, Loss.BceWithLogits);
    private static readonly PointwiseCall SigmoidFocal = PointwiseCall.Of<SigmoidFocalOptions>(
        Loss.SigmoidFocal, Loss.SigmoidFocal, Loss.SigmoidFocal, Loss.SigmoidFocal);
    private static readonly PointwiseCall SoftMargin = PointwiseCall.Of<SoftMarginOptions>(
        Loss.SoftMargin, Loss.SoftMargin, Loss.SoftMargin, Loss.SoftMargin);

    private static PointwiseCase[] Binary =>
    [
        BceRow("", Probable), BceRow("weight", Probable with { Weight = true }),
        BceWithLogitsRow("", Hard), BceWithLogitsRow("soft", Soft),
        BceWithLogitsRow("weight", Soft with { Weight = true }),
        BceWithLogitsRow("pos_weight", Soft with { PosWeight = true }),
        BceWithLogitsRow("hard weight pos_weight", Hard with { Weight = true, PosWeight = true }),
        FocalRow("", Hard, 0.25, 2), FocalRow("gamma=0.5", Hard with { Reach = Reach.Normal }, 0.25, 0.5),
        FocalRow("gamma=1.5", Hard, 0.25, 1.5),
        FocalRow("gamma=0", Hard, 0.25, 0), FocalRow("no alpha", Hard, -1, 2), FocalRow("alpha=0.3", Soft, 0.3, 2),
        FocalRow("detached", Hard, 0.25, 2, FocalGradient.Detached),
        FocalRow("detached gamma=0.5", Hard with { Reach = Reach.Normal }, 0.25, 0.5, FocalGradient.Detached),
        FocalRow("soft", Soft, 0.25, 2), FocalRow("soft gamma=1.5 no alpha", Soft, -1, 1.5),
        new("soft_margin", "", SoftMargin, new SoftMarginOptions(), Oracles.SoftMargin, Signs,
            new(new(2, 2, 0), new(3, 2.5, 0)))
        {
            TargetIsConstant = true,
        },
    ];

    private static PointwiseCase BceRow(string variant, PointwiseInputs inputs) =>
        new("bce", variant, Bce, new BceOptions(), Oracles.Bce, inputs,
            new(new(2, 2.2, 1.6), new(3, 2, 2.5)));

    private static PointwiseCase BceWithLogitsRow(string variant, PointwiseInputs inputs) =>
        new("bce_with_logits", variant, BceWithLogits, new BceWithLogitsOptions(), Oracles.BceWithLogits, inputs,
            new(new(2.5, 2.5, 2), new(3.5, 3, 3)));

    private static PointwiseCase FocalRow(
        string variant, PointwiseInputs inputs, double alpha, double gamma, FocalGradient gradient = FocalGradient.True)
    {
        var options = new SigmoidFocalOptions { Alpha = alpha, Gamma = gamma, Gradient = gradient };
        var oracle = Oracles.SigmoidFocal(alpha, gamma, gradient == FocalGradient.Detached);
        return new("sigmoid_focal", variant, SigmoidFocal, options, oracle, inputs,
            new(new(5.5, 6, 4.5), new(7, 7.5, 6)));
    }
}
