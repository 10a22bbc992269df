namespace FusedLoss.Catalogue;

/// <summary>A number as the sum of two doubles, so that adding up thousands of logarithms rounds nothing that a test
/// would see (Dekker 1971). Infinities and NaN are in the first.</summary>
internal readonly record struct Twofold(double High, double Low)
{
    public static readonly Twofold Zero = new(0, 0);
    public static readonly Twofold Nothing = new(double.NegativeInfinity, 0);

    public double Value => High + Low;

    public static Twofold operator -(Twofold a) => new(-a.High, -a.Low);

    public static Twofold operator +(Twofold a, double b) => a + new Twofold(b, 0);

    public static Twofold operator -(Twofold a, Twofold b) => a + -b;

    public static Twofold operator +(Twofold a, Twofold b)
    {
        var sum = a.High + b.High;
        if (!double.IsFinite(sum)) return new(sum, 0);
        var part = sum - a.High;
        var lost = a.High - (sum - part) + (b.High - part) + a.Low + b.Low;
        var high = sum + lost;
        return new(high, lost - (high - sum));
    }

    /// <summary>ln sum exp of logarithms.</summary>
    public static Twofold LogSum(params ReadOnlySpan<Twofold> logs)
    {
        var top = Nothing;
        foreach (var log in logs)
            if (log.High > top.High || double.IsNaN(log.High)) top = log;
        if (!double.IsFinite(top.High)) return top;
        var sum = new ExactSum();
        foreach (var log in logs) sum.Add(Math.Exp((log - top).Value));
        return top + Math.Log(sum.Value);
    }
}
