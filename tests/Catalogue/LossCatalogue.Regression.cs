namespace FusedLoss.Catalogue;

internal static partial class LossCatalogue
{
    private static readonly PointwiseCall Mse = PointwiseCall.Of<MseOptions>(
        Loss.Mse, Loss.Mse, Loss.Mse, Loss.Mse);
    private static readonly PointwiseCall L1 = PointwiseCall.Of<L1Options>(
        Loss.L1, Loss.L1, Loss.L1, Loss.L1);
    private static readonly PointwiseCall SmoothL1 = PointwiseCall.Of<SmoothL1Options>(
        Loss.SmoothL1, Loss.SmoothL1, Loss.SmoothL1, Loss.SmoothL1);
    private static readonly PointwiseCall Huber = PointwiseCall.Of<HuberOptions>(
        Loss.Huber, Loss.Huber, Loss.Huber, Loss.Huber);
    private static readonly PointwiseCall Quantile = PointwiseCall.Of<QuantileOptions>(
        Loss.Quantile, Loss.Quantile, Loss.Quantile, Loss.Quantile);

    private static PointwiseCase[] Regression =>
    [
        new("mse", "", Mse, new MseOptions(), Oracles.Mse, Real, Both(1.51, 0.51, 0.51)),
        new("mse", "weight", Mse, new MseOptions(), Oracles.Mse, RealWeighted, Both(2.01, 1.01, 1.01))
        {
            Mean = Divisor.Weights,
        },
        new("l1", "", L1, new L1Options(), Oracles.L1, Real, Both(0.51, 0, 0)),
        new("l1", "weight", L1, new L1Options(), Oracles.L1, RealWeighted, Both(1.01, 0, 0)) { Mean = Divisor.Weights },
        SmoothL1Row("", 1) with
        {
            Printed = new("Girshick, Fast R-CNN (2015), eq. 3", [-3, 0.5, 1.25], [0, 0, 1], [2.5, 0.125, 0.03125],
                [-1, 0.5, 0.25]),
        },
        SmoothL1Row("beta=0.5", 0.5), SmoothL1Row("beta=0.3", 0.3), SmoothL1Row("beta=0", 0),
        HuberRow("", 1, Real), HuberRow("delta=1.5", 1.5, Real), HuberRow("delta=0.7", 0.7, Real),
        HuberRow("weight", 1, RealWeighted),
        QuantileRow("", 0.5, Real),
        QuantileRow("q=0.9", 0.9, Real),
        QuantileRow("q=0.75", 0.75, Real) with
        {
            // A forecast of 100 where 90, 100 and 110 came: 1/4 for each unit too many, 3/4 for each too few.
            Printed = new("Gneiting, Quantiles as optimal point forecasts (2011), eq. 4", [100, 100, 100],
                [90, 100, 110], [2.5, 0, 7.5], [0.25, 0, -0.75]),
        },
        QuantileRow("weight q=0.1", 0.1, RealWeighted) with { Mean = Divisor.Weights },
    ];

    private static PointwiseCase SmoothL1Row(string variant, double beta) =>
        new("smooth_l1", variant, SmoothL1, new SmoothL1Options { Beta = beta }, Oracles.SmoothL1(beta), Real,
            Both(2.5, 2, 2));

    private static PointwiseCase HuberRow(string variant, double delta, PointwiseInputs inputs) =>
        new("huber", variant, Huber, new HuberOptions { Delta = delta }, Oracles.Huber(delta), inputs,
            Both(2.5, 1.01, 1.01));

    private static PointwiseCase QuantileRow(string variant, double q, PointwiseInputs inputs) =>
        new("quantile", variant, Quantile, new QuantileOptions { Q = q }, Oracles.Quantile(q), inputs,
            Both(2.01, 1.01, 1.01));
}
