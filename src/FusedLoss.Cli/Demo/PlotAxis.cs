using System.Globalization;

namespace FusedLoss.Cli.Demo;

/// <summary>One axis: where values lie on it, and where it has ticks.</summary>
internal sealed class PlotAxis
{
    private const double LogFrom = 6; // a ratio that a linear axis would squeeze into its lowest sixth
    private readonly double _low, _high;

    private PlotAxis(double low, double high, bool logarithmic, IReadOnlyList<double> ticks) =>
        (_low, _high, IsLogarithmic, Ticks) = (low, high, logarithmic, ticks);

    public bool IsLogarithmic { get; }

    public IReadOnlyList<double> Ticks { get; }

    /// <summary>0 at the low end, 1 at the high one.</summary>
    public double Position(double value) => IsLogarithmic
        ? Math.Log(value / _low) / Math.Log(_high / _low)
        : (value - _low) / (_high - _low);

    public static string Label(double tick) => tick.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>An axis for losses: logarithmic where they fall far, and are above 0.</summary>
    public static PlotAxis ForValues(IReadOnlyCollection<double> values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        (double low, double high) = finite.Length == 0 ? (0, 1) : (finite.Min(), finite.Max());
        return low > 0 && high / low > LogFrom ? Logarithmic(low, high) : Linear(low, high, 5);
    }

    /// <summary>An axis with round ends and about <paramref name="steps"/> steps of 1, 2 or 5 times a power of
    /// ten.</summary>
    public static PlotAxis Linear(double low, double high, int steps)
    {
        if (high <= low) high = low + Math.Max(1e-6, Math.Abs(low));
        double rough = (high - low) / steps, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        int first = (int)Math.Floor(low / step), last = (int)Math.Ceiling(high / step);
        double[] ticks = [.. Enumerable.Range(first, last - first + 1).Select(i => i * step)];
        return new PlotAxis(ticks[0], ticks[^1], false, ticks);
    }

    private static PlotAxis Logarithmic(double low, double high)
    {
        int first = (int)Math.Floor(Math.Log10(low)), last = (int)Math.Ceiling(Math.Log10(high));
        double[] digits = (last - first) switch { <= 2 => [1, 2, 5], <= 4 => [1, 3], _ => [1] };
        double[] ticks = [.. Enumerable.Range(first, last - first + 1)
            .SelectMany(power => digits.Select(digit => digit * Math.Pow(10, power)))];
        double below = ticks.Last(tick => tick <= low), above = ticks.First(tick => tick >= high);
        return new PlotAxis(below, above, true, [.. ticks.Where(tick => tick >= below && tick <= above)]);
    }
}
