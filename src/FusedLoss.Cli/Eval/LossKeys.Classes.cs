namespace FusedLoss.Cli.Eval;

internal static partial class LossKeys
{
    private static LossKey[] Classes =>
    [
        new("cross_entropy", "torch.nn.functional.cross_entropy", LossKin.Classes, ["weight", "sample_weight"], Both,
            [new("label_smoothing", 0.0), IgnoreIndex, new("z_loss", 0.0), new("soft_cap", 0.0), DType],
            set => new CrossEntropyOptions
            {
                LabelSmoothing = set.Get<double>("label_smoothing"), IgnoreIndex = set.Get<long>("ignore_index"),
                ZLoss = set.Get<double>("z_loss"), SoftCap = set.Get<double>("soft_cap"),
            }) { Statistics = ["lse", "predictions"] },
        new("nll", "torch.nn.functional.nll_loss", LossKin.Classes, ["weight"], ["input"], [IgnoreIndex, DType],
            set => new NllOptions { IgnoreIndex = set.Get<long>("ignore_index") }),
        new("softmax_focal", "focal loss over softmax; not in PyTorch", LossKin.Classes, ["weight"], ["input"],
            [Gamma, new("alpha", -1.0), IgnoreIndex, Detach, DType],
            set => new SoftmaxFocalOptions
            {
                Gamma = set.Get<double>("gamma"), Alpha = set.Get<double>("alpha"),
                IgnoreIndex = set.Get<long>("ignore_index"), Gradient = FocalGradientOf(set),
            }),
    ];
}
