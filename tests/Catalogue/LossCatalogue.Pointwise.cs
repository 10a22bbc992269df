namespace FusedLoss.Catalogue;

internal static partial class LossCatalogue
{
    private static readonly PointwiseCall Mse = PointwiseCall.Of<MseOptions>(Loss.Mse, Loss.Mse);
    private static readonly PointwiseCall L1 = PointwiseCall.Of<L1Options>(Loss.L1, Loss.L1);
    private static readonly PointwiseCall SmoothL1 = PointwiseCall.Of<SmoothL1Options>(Loss.SmoothL1, Loss.SmoothL1);
    private static readonly PointwiseCall Huber = PointwiseCall.Of<HuberOptions>(Loss.Huber, Loss.Huber);
    private static readonly PointwiseCall Bce = PointwiseCall.Of<BceOptions>(Loss.Bce, Loss.Bce);
    private static readonly PointwiseCall BceWithLogits =
        PointwiseCall.Of<BceWithLogitsOptions>(Loss.BceWithLogits, Loss.BceWithLogits);
    private static readonly PointwiseCall SigmoidFocal =
        PointwiseCall.Of<SigmoidFocalOptions>(Loss.SigmoidFocal, Loss.SigmoidFocal);
    private static readonly PointwiseCall SoftMargin =
        PointwiseCall.Of<SoftMarginOptions>(Loss.SoftMargin, Loss.SoftMargin);
    private static readonly PointwiseCall HingeEmbedding =
        PointwiseCall.Of<HingeEmbeddingOptions>(Loss.HingeEmbedding, Loss.HingeEmbedding);
    private static readonly PointwiseCall PoissonNll =
        PointwiseCall.Of<PoissonNllOptions>(Loss.PoissonNll, Loss.PoissonNll);
    private static readonly PointwiseCall KlDiv = PointwiseCall.Of<KlDivOptions>(Loss.KlDiv, Loss.KlDiv);

    private static readonly PointwiseInputs Real = new(Domain.Regression);
    private static readonly PointwiseInputs RealWeighted = new(Domain.Regression, Weight: true);
    private static readonly PointwiseInputs Hard = new(Domain.HardTargets);
    private static readonly PointwiseInputs Soft = new(Domain.SoftTargets);
    private static readonly PointwiseInputs Probable = new(Domain.Probabilities);
    private static readonly PointwiseInputs Signs = new(Domain.Signs);

    public static IReadOnlyList<PointwiseCase> Pointwise { get; } =
    [
        new("mse", "", Mse, new MseOptions(), Oracles.Mse, Real, Both(1.51, 0.51, 0.51)),
        new("mse", "weight", Mse, new MseOptions(), Oracles.Mse, RealWeighted, Both(2.01, 1.01, 1.01))
        {
            Mean = Divisor.Weights,
        },
        new("l1", "", L1, new L1Options(), Oracles.L1, Real, Both(0.51, 0, 0)),
        new("l1", "weight", L1, new L1Options(), Oracles.L1, RealWeighted, Both(1.01, 0, 0)) { Mean = Divisor.Weights },
        SmoothL1Row("", 1), SmoothL1Row("beta=0.5", 0.5), SmoothL1Row("beta=0.3", 0.3), SmoothL1Row("beta=0", 0),
        HuberRow("", 1, Real), HuberRow("delta=1.5", 1.5, Real), HuberRow("delta=0.7", 0.7, Real),
        HuberRow("weight", 1, RealWeighted),
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
        HingeRow("", 1), HingeRow("margin=0.5", 0.5), HingeRow("margin=-1", -1),
        PoissonRow("", Domain.LogRates), PoissonRow("full", Domain.LogRates, full: true),
        PoissonRow("rates", Domain.Rates), PoissonRow("rates full", Domain.Rates, full: true),
        PoissonRow("rates eps=0.5", Domain.Rates, eps: 0.5),
        new("kl_div", "", KlDiv, new KlDivOptions(), Oracles.KlDiv, new(Domain.LogProbabilities),
            new(new(1.5, 0, 1.2), new(2, 0, 2))),
        new("kl_div", "log_target", KlDiv, new KlDivOptions { LogTarget = true }, Oracles.KlDivOfLogs,
            new(Domain.LogTargets), new(new(1.7, 1, 1.7), new(2.2, 1.2, 2))),
    ];

    private static Limits Both(double loss, double gradient, double target) =>
        new(new(loss, gradient, target), new(loss, gradient, target));

    private static PointwiseCase SmoothL1Row(string variant, double beta) =>
        new("smooth_l1", variant, SmoothL1, new SmoothL1Options { Beta = beta }, Oracles.SmoothL1(beta), Real,
            Both(2.5, 2, 2));

    private static PointwiseCase HuberRow(string variant, double delta, PointwiseInputs inputs) =>
        new("huber", variant, Huber, new HuberOptions { Delta = delta }, Oracles.Huber(delta), inputs,
            Both(2.5, 1.01, 1.01));

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

    private static PointwiseCase HingeRow(string variant, double margin) =>
        new("hinge_embedding", variant, HingeEmbedding, new HingeEmbeddingOptions { Margin = margin },
            Oracles.HingeEmbedding(margin), Signs, Both(0.51, 0, 0))
        {
            TargetIsConstant = true,
        };

    private static PointwiseCase PoissonRow(string variant, Domain domain, bool full = false, double eps = 1e-8)
    {
        var options = new PoissonNllOptions { LogInput = domain == Domain.LogRates, Full = full, Eps = eps };
        var oracle = Oracles.PoissonNll(options.LogInput, full, eps);
        return new("poisson_nll", variant, PoissonNll, options, oracle, new(domain),
            new(new(2, 1.2, 1.5), new(2.5, 1.2, 2)));
    }
}
