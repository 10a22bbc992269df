namespace FusedLoss.Cli.Eval;

internal static partial class LossKeys
{
    private static LossKey[] Regression =>
    [
        new("mse", "torch.nn.functional.mse_loss", LossKin.Pointwise, ["weight"], Both, [DType], _ => new MseOptions()),
        new("l1", "torch.nn.functional.l1_loss", LossKin.Pointwise, ["weight"], Both, [DType], _ => new L1Options()),
        new("smooth_l1", "torch.nn.functional.smooth_l1_loss", LossKin.Pointwise, [], Both, [new("beta", 1.0), DType],
            set => new SmoothL1Options { Beta = set.Get<double>("beta") }),
        new("huber", "torch.nn.functional.huber_loss", LossKin.Pointwise, ["weight"], Both, [new("delta", 1.0), DType],
            set => new HuberOptions { Delta = set.Get<double>("delta") }),
    ];
}
