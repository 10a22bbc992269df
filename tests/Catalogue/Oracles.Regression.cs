namespace FusedLoss.Catalogue;

/// <summary>What an oracle says of one element.</summary>
internal readonly record struct PointwiseTerm(Expected Loss, Expected Gradient, Expected TargetGradient)
{
    public Expected ExtraGradient { get; init; }
}

/// <summary>Loss term and gradients of one element: input x, target t, weight w and third operand q (1 when
/// absent).</summary>
internal delegate PointwiseTerm PointwiseOracle(double x, double t, double w, double q);

internal static partial class Oracles
{
    // PyTorch docs, MSELoss.
    internal static PointwiseTerm Mse(double x, double t, double w, double q)
    {
        var d = x - t;
        return Regression(w * d * d, 2 * w * d);
    }

    // PyTorch docs, L1Loss; sign(0) = 0, and a NaN difference has gradient 0.
    internal static PointwiseTerm L1(double x, double t, double w, double q)
    {
        var d = x - t;
        return Regression(w * Math.Abs(d), double.IsNaN(d) ? 0 : w * Math.Sign(d));
    }

    // PyTorch docs, SmoothL1Loss; beta = 0 is L1Loss.
    internal static PointwiseOracle SmoothL1(double beta) => (x, t, w, q) =>
    {
        if (beta == 0) return L1(x, t, w, q);
        var d = x - t;
        var a = Math.Abs(d);
        if (double.IsNaN(d)) return Regression(d, d);
        return a < beta ? Regression(d * d / (2 * beta), d / beta) : Regression(a - beta / 2, Math.Sign(d));
    };

    // PyTorch docs, HuberLoss.
    internal static PointwiseOracle Huber(double delta) => (x, t, w, q) =>
    {
        var d = x - t;
        var a = Math.Abs(d);
        if (double.IsNaN(d)) return Regression(d, d);
        return a <= delta
            ? Regression(w * d * d / 2, w * d)
            : Regression(w * delta * (a - delta / 2), w * delta * Math.Sign(d));
    };

    // Koenker and Bassett, Regression Quantiles (1978), eq. 1.1; the slope at the tie is 0, and that of NaN, too.
    internal static PointwiseOracle Quantile(double q) => (x, t, w, _) =>
    {
        var missed = t - x;
        var loss = w * Math.Max(q * missed, (q - 1) * missed);
        return Regression(loss, missed > 0 ? -w * q : missed < 0 ? w * (1 - q) : 0);
    };

    private static PointwiseTerm Regression(double loss, double gradient) => new(loss, gradient, -gradient);
}
