namespace FusedLoss.Cli.Eval;

internal static partial class LossKeys
{
    private static LossKey[] Likelihood =>
    [
        new("poisson_nll", "torch.nn.functional.poisson_nll_loss", LossKin.Pointwise, [], Both,
            [new("log_input", true), new("full", false), new("eps", 1e-8), DType],
            set => new PoissonNllOptions
            {
                LogInput = set.Get<bool>("log_input"), Full = set.Get<bool>("full"), Eps = set.Get<double>("eps"),
            }),
        new("gaussian_nll", "torch.nn.functional.gaussian_nll_loss", LossKin.ThirdOperand, [],
            ["input", "target", "var"], [new("full", false), new("eps", 1e-6), DType],
            set => new GaussianNllOptions { Full = set.Get<bool>("full"), Eps = set.Get<double>("eps") })
        {
            Required = ["input", "target", "var"],
        },
        new("kl_div", "torch.nn.functional.kl_div", LossKin.Pointwise, [], Both, [new("log_target", false), DType],
            set => new KlDivOptions { LogTarget = set.Get<bool>("log_target") }),
    ];
}
