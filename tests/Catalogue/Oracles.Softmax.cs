namespace FusedLoss.Catalogue;

/// <summary>
/// Softmax of one row, each quantity in the form that keeps relative accuracy: -ln p = (m - x) + ln(1 + rest), where
/// rest is the sum of the other exponentials around the maximum, and 1 - p as a sum of probabilities, not as a
/// difference.
/// </summary>
internal readonly ref struct Softmax
{
    private readonly ReadOnlySpan<double> _x;
    private readonly double[] _e;
    private readonly double _max, _rest, _restBent;
    private readonly int _top;
    private readonly bool _rounded;

    /// <param name="x">The logits.</param>
    /// <param name="rounded">Whether they are results themselves, so that each is rounded by as much as it is
    /// large.</param>
    public Softmax(ReadOnlySpan<double> x, bool rounded = false)
    {
        _x = x;
        _rounded = rounded;
        _max = double.NegativeInfinity;
        foreach (var value in x) _max = Math.Max(_max, value); // NaN stays
        _top = x.IndexOf(_max);
        _e = new double[x.Length];
        for (var c = 0; c < x.Length; c++) _e[c] = Math.Exp(x[c] - _max);
        // PyTorch: a row with +inf or NaN, or of -inf only, has no softmax.
        (_rest, _restBent) = double.IsFinite(_max) ? Others(_top) : (double.NaN, double.NaN);
    }

    /// <summary>Sum of the exponentials of all classes but one, and the same weighed with max(1, |x - m|).</summary>
    private (double Sum, double Bent) Others(int without)
    {
        var (sum, bent) = (new ExactSum(), new ExactSum());
        for (var c = 0; c < _x.Length; c++)
        {
            if (c == without) continue;
            sum.Add(_e[c]);
            bent.Add(_e[c] * Bend(c));
        }
        return (sum.Value, bent.Value);
    }

    // What half an ulp of x - m becomes in its exponential. A probability of 0 has no error.
    private double Bend(int c) => double.IsInfinity(_x[c]) ? 0 : Math.Max(1, Distance(c));

    // m - x, or what its rounding goes with.
    private double Distance(int c) => _rounded && c != _top ? Math.Abs(_max) + Math.Abs(_x[c]) : _max - _x[c];

    public double P(int c) => _e[c] / (1 + _rest);

    /// <summary>The probability as a floor: times max(1, |x - m|), and where logits are rounded, times what the others
    /// hand down to it.</summary>
    public double Bent(int c) => P(c) * Math.Max(Bend(c), _rounded ? _restBent / (1 + _rest) : 0);

    /// <summary>-ln p.</summary>
    public double MinusLog(int c) => _max - _x[c] + Oracles.Log1P(_rest);

    /// <summary>The larger of m - x, ln(1 + rest) and the rounding that the rest inherits from its
    /// differences.</summary>
    public double MinusLogFloor(int c) =>
        Math.Max(Math.Max(Distance(c), Oracles.Log1P(_rest)), _restBent / (1 + _rest));

    /// <summary>m + ln S, S = 1 + rest, with the largest of m, ln S and 1 as its floor: S carries the rounding of a sum
    /// of 1 and the rest.</summary>
    public Expected LogSumExp
    {
        get
        {
            if (!double.IsFinite(_max)) return double.NaN; // such a row has no softmax either
            var log = Oracles.Log1P(_rest);
            return new(_max + log, Math.Max(Math.Max(1, Math.Abs(_max)), Math.Max(log, _restBent / (1 + _rest))));
        }
    }

    /// <summary>1 - p, and how many times its own rounding it inherits: the mean of max(1, |x - m|) over the
    /// others.</summary>
    public (double Value, double Bend) Rest(int c)
    {
        var (sum, bent) = Others(c);
        return (sum / (1 + _rest), sum == 0 ? 1 : bent / sum);
    }
}
