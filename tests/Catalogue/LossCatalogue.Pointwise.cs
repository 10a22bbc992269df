namespace FusedLoss.Catalogue;

internal static partial class LossCatalogue
{
    private static readonly PointwiseInputs Real = new(Domain.Regression);
    private static readonly PointwiseInputs RealWeighted = new(Domain.Regression, Weight: true);
    private static readonly PointwiseInputs Hard = new(Domain.HardTargets);
    private static readonly PointwiseInputs Soft = new(Domain.SoftTargets);
    private static readonly PointwiseInputs Probable = new(Domain.Probabilities);
    private static readonly PointwiseInputs Signs = new(Domain.Signs);

    // Made when it is asked for: what the files of the kins hold is initialised in no order.
    private static readonly Lazy<PointwiseCase[]> s_pointwise = new(() =>
    [
        .. Regression,
        .. Binary,
        .. Margins,
        .. Likelihood,
    ]);

    public static IReadOnlyList<PointwiseCase> Pointwise => s_pointwise.Value;

    private static Limits Both(double loss, double gradient, double target) =>
        new(new(loss, gradient, target), new(loss, gradient, target));
}
