namespace FusedLoss.Catalogue;

internal static partial class Oracles
{
    // PyTorch docs, BCEWithLogitsLoss: -w [ q t ln s + (1 - t) ln(1 - s) ], with ln s = -softplus(-x).
    internal static PointwiseTerm BceWithLogits(double x, double t, double w, double q)
    {
        var positive = Times(q * t, Softplus(-x));
        var negative = Times(1 - t, Softplus(x));
        var gradient = Sum(Times(1 - t, Sigmoid(x)), -Times(q * t, Sigmoid(-x)));
        var target = q == 1 ? new Expected(-x, 0) : Sum(q * Softplus(-x), -Softplus(x));
        return new(Sum(positive, negative) * w, gradient * w, target * w);
    }

    // PyTorch docs, BCELoss: logarithms stop at -100, the divisor of the gradient at 1e-12. NaN outside [0, 1].
    internal static PointwiseTerm Bce(double x, double t, double w, double q)
    {
        if (!(x >= 0 && x <= 1)) return new(double.NaN, double.NaN, double.NaN);
        var (log, other) = (Math.Log(x), Log1P(-x));
        var loss = -(t * Math.Max(log, -100) + (1 - t) * Math.Max(other, -100));
        return new(w * loss, w * (x - t) / Math.Max(x * (1 - x), 1e-12), Sum(other, -log) * w);
    }

    /// <summary>torchvision.ops.sigmoid_focal_loss; a detached modulation is a constant for both gradients.</summary>
    internal static PointwiseOracle SigmoidFocal(double alpha, double gamma, bool detach) => (x, t, w, q) =>
    {
        var (p, n) = (Sigmoid(x), Sigmoid(-x));
        var m = p * (1 - t) + n * t; // 1 - p_t
        var power = Math.Pow(m, gamma);
        var a = alpha < 0 ? 1 : alpha * t + (1 - alpha) * (1 - t);
        var slope = alpha < 0 ? 0 : 2 * alpha - 1;
        var ce = Sum(Times(t, Softplus(-x)), Times(1 - t, Softplus(x)));
        var modulated = detach ? 0 : gamma;

        // p (1 - p) / m and ce / m stay finite where a hard target saturates and m becomes 0.
        var spread = t == 0 ? n : t == 1 ? p : p * n / m;
        var ratio = m == 0 ? 1 : ce.Value / m;
        var direct = Sum(p * (1 - t), -n * t);
        var bent = Times(modulated * spread * (1 - 2 * t), ce.Value);
        var gradient = Sum(direct, new(bent, 0)) * (a * power);

        var slanted = Sum(Times(a * power, -x), Times(slope * power, ce.Value));
        var bentTarget = Sum(n, -p) * Times(a * modulated * power, ratio);
        return new(
            new(Times(a * power, ce.Value), Math.Abs(Times(a * power, ce.Floor))), gradient, Sum(slanted, bentTarget));
    };
}
