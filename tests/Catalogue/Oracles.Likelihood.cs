namespace FusedLoss.Catalogue;

internal static partial class Oracles
{
    // PyTorch docs, PoissonNLLLoss; Stirling's term only where the count is above 1.
    internal static PointwiseOracle PoissonNll(bool logInput, bool full, double eps) => (x, y, w, q) =>
    {
        var (stirling, slope) = full && y > 1 ? Stirling(y) : (0, 0);
        var logRate = logInput ? x : LogOfSum(x, eps);
        var (rate, pull) = logInput ? (Math.Exp(x), y) : (x, y / (x + eps));
        return new(
            Sum(Sum(rate, -y * logRate), stirling), Sum(logInput ? rate : 1, -pull), Sum(slope, -logRate));
    };

    // ln(a + b), with what the sum lost (Knuth's TwoSum), which is all there is of the logarithm near a sum of 1.
    private static double LogOfSum(double a, double b)
    {
        var sum = a + b;
        var second = sum - a;
        var lost = a - (sum - second) + (b - second);
        return sum > 0 && double.IsFinite(sum) ? Math.Log(sum) + Log1P(lost / sum) : Math.Log(sum);
    }

    // ln y! without the tail of its series, and its derivative.
    private static (Expected Value, Expected Slope) Stirling(double y) => (
        Sum(Sum(y * Math.Log(y), -y), 0.5 * Math.Log(2 * Math.PI * y)), Sum(Math.Log(y), 0.5 / y));

    // PyTorch docs, GaussianNLLLoss, over the variance q: what is below eps counts as eps, and has its gradient all the
    // same; what is no variance is NaN.
    internal static PointwiseOracle GaussianNll(double eps, bool full) => (x, t, w, q) =>
    {
        if (!(q >= 0)) return new(double.NaN, double.NaN, double.NaN) { ExtraGradient = double.NaN };
        var (v, d) = (Math.Max(q, eps), x - t);
        var slope = d / v;
        var term = Sum(0.5 * Math.Log(v), double.IsInfinity(v) ? 0 * d : 0.5 * d * slope);
        return new(full ? Sum(term, 0.5 * Math.Log(2 * Math.PI)) : term, slope, -slope)
        {
            ExtraGradient = Sum(0.5 / v, -0.5 * slope * slope),
        };
    };

    // PyTorch docs, KLDivLoss; a probability of 0 contributes nothing and gets no gradient.
    internal static PointwiseTerm KlDiv(double x, double t, double w, double q)
    {
        if (t == 0) return new(0 - t * x, 0, 0);
        return new(Sum(t * Math.Log(t), -t * x), -t, Sum(Sum(Math.Log(t), -x), 1));
    }

    internal static PointwiseTerm KlDivOfLogs(double x, double t, double w, double q)
    {
        var p = Math.Exp(t);
        return new(p * (t - x), -p, Sum(Sum(t, -x), 1) * p);
    }
}
