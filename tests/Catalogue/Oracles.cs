namespace FusedLoss.Catalogue;

/// <summary>
/// Textbook formulas in double. Slow, obvious, and never sharing code with the kernels: System.Math and nothing else.
/// Where a textbook form cancels (1 - p for a saturated p), the oracle uses the algebraically equal form that does not,
/// so that it is good to a few ulp of double. Floors are documented in <see cref="Ulp"/>.
/// </summary>
internal static partial class Oracles
{
    /// <summary>ln(1 + u), u >= -1. double.LogP1 loses small u; this is Goldberg's form, good to a few ulp.</summary>
    internal static double Log1P(double u)
    {
        var w = 1 + u;
        if (w == 1) return u;
        return double.IsInfinity(w) ? w : Math.Log(w) * (u / (w - 1));
    }

    /// <summary>ln(1 + e^x), which is -ln(sigmoid(-x)).</summary>
    internal static double Softplus(double x) => Math.Max(x, 0) + Log1P(Math.Exp(-Math.Abs(x)));

    /// <summary>1 / (1 + e^-x), with full relative accuracy on both sides.</summary>
    internal static double Sigmoid(double x)
    {
        var u = Math.Exp(-Math.Abs(x));
        return x < 0 ? u / (1 + u) : 1 / (1 + u);
    }

    /// <summary>a * b where a coefficient of zero wins over an infinity: the limit, where IEEE says NaN.</summary>
    internal static double Times(double a, double b) =>
        (a == 0 && !double.IsNaN(b)) || (b == 0 && !double.IsNaN(a)) ? 0 : a * b;

    /// <summary>a + b with the larger of the two magnitudes as its floor.</summary>
    internal static Expected Sum(double a, double b) => Sum(new Expected(a, 0), new Expected(b, 0));

    /// <summary>a + b with the largest of the magnitudes and their floors as its floor.</summary>
    internal static Expected Sum(Expected a, Expected b) =>
        new(a.Value + b.Value, Math.Max(Math.Max(Math.Abs(a.Value), Math.Abs(b.Value)), Math.Max(a.Floor, b.Floor)));
}

/// <summary>Compensated summation (Neumaier), so that the oracle's own sum is not what a test measures.</summary>
internal struct ExactSum
{
    private double _sum, _lost;

    public readonly double Value => double.IsFinite(_sum) ? _sum + _lost : _sum;

    public void Add(double value)
    {
        var sum = _sum + value;
        _lost += Math.Abs(_sum) >= Math.Abs(value) ? _sum - sum + value : value - sum + _sum;
        _sum = sum;
    }
}
