namespace FusedLoss.Cli.Eval;

internal static partial class LossKeys
{
    private static LossKey[] Binary =>
    [
        new("bce", "torch.nn.functional.binary_cross_entropy", LossKin.Pointwise, ["weight"], Both, [DType],
            _ => new BceOptions()),
        new("bce_with_logits", "torch.nn.functional.binary_cross_entropy_with_logits", LossKin.Pointwise,
            ["weight", "pos_weight"], Both, [new("pos_weight", 1.0), DType],
            set => new BceWithLogitsOptions { PosWeight = set.Get<double>("pos_weight") }),
        new("sigmoid_focal", "torchvision.ops.sigmoid_focal_loss", LossKin.Pointwise, [], Both,
            [new("alpha", 0.25), Gamma, Detach, DType],
            set => new SigmoidFocalOptions
            {
                Alpha = set.Get<double>("alpha"), Gamma = set.Get<double>("gamma"), Gradient = FocalGradientOf(set),
            }),
        new("soft_margin", "torch.nn.functional.soft_margin_loss", LossKin.Pointwise, [], ["input"], [DType],
            _ => new SoftMarginOptions()),
    ];
}
