namespace FusedLoss.Catalogue;

internal static partial class LossCatalogue
{
    private static readonly PointwiseCall PoissonNll = PointwiseCall.Of<PoissonNllOptions>(
        Loss.PoissonNll, Loss.PoissonNll, Loss.PoissonNll, Loss.PoissonNll);
    private static readonly PointwiseCall KlDiv = PointwiseCall.Of<KlDivOptions>(
        Loss.KlDiv, Loss.KlDiv, Loss.KlDiv, Loss.KlDiv);

    private static PointwiseCase[] Likelihood =>
    [
        PoissonRow("", Domain.LogRates), PoissonRow("full", Domain.LogRates, full: true),
        PoissonRow("rates", Domain.Rates), PoissonRow("rates full", Domain.Rates, full: true),
        PoissonRow("rates eps=0.5", Domain.Rates, eps: 0.5),
        GaussianRow("", 1e-6), GaussianRow("full", 1e-6, full: true), GaussianRow("eps=0.25", 0.25),
        GaussianRow("eps=0.01 full", 0.01, full: true),
        new("kl_div", "", KlDiv, new KlDivOptions(), Oracles.KlDiv, new(Domain.LogProbabilities),
            new(new(1.5, 0, 1.2), new(2, 0, 2))),
        new("kl_div", "log_target", KlDiv, new KlDivOptions { LogTarget = true }, Oracles.KlDivOfLogs,
            new(Domain.LogTargets), new(new(1.7, 1, 1.7), new(2.2, 1.2, 2))),
    ];

    private static PointwiseCase PoissonRow(string variant, Domain domain, bool full = false, double eps = 1e-8)
    {
        var options = new PoissonNllOptions { LogInput = domain == Domain.LogRates, Full = full, Eps = eps };
        var oracle = Oracles.PoissonNll(options.LogInput, full, eps);
        return new("poisson_nll", variant, PoissonNll, options, oracle, new(domain),
            new(new(2, 1.2, 1.5), new(2.5, 1.2, 2)));
    }

    private static PointwiseCase GaussianRow(string variant, double eps, bool full = false)
    {
        var options = new GaussianNllOptions { Eps = eps, Full = full };
        return new(
            "gaussian_nll", variant, new GaussianNllCall(), options, Oracles.GaussianNll(eps, full),
            new(Domain.Variances), new(new(2.4, 1.2, 1.2, 2.8), new(2.1, 0.51, 0.51, 0.51)))
        {
            HasExtraGradient = true,
        };
    }
}
