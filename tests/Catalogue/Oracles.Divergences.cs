namespace FusedLoss.Catalogue;

/// <summary>
/// The distribution of one row: softmax of its scores over a temperature, or the exponentials of given
/// log-probabilities.
/// </summary>
internal readonly ref struct Distribution
{
    private readonly ReadOnlySpan<double> _logs;
    private readonly Softmax _softmax;

    public Distribution(ReadOnlySpan<double> row, double temperature, bool logs)
    {
        Temperature = temperature;
        if (logs)
        {
            _logs = row;
            return;
        }
        var largest = double.NegativeInfinity; // differences are exact where quotients of large scores are not
        foreach (var x in row) largest = Math.Max(largest, x);
        var origin = double.IsFinite(largest) ? largest : 0;
        var scaled = new double[row.Length];
        for (var c = 0; c < row.Length; c++) scaled[c] = (row[c] - origin) / temperature;
        _softmax = new(scaled);
        IsSoftmax = true;
    }

    public bool IsSoftmax { get; }

    public double Temperature { get; }

    public double P(int c) => IsSoftmax ? _softmax.P(c) : Math.Exp(_logs[c]);

    public double Log(int c) => IsSoftmax ? -_softmax.MinusLog(c) : _logs[c];

    /// <summary>The probability as a floor: times what its exponent may have lost.</summary>
    public double Bent(int c) => IsSoftmax ? _softmax.Bent(c) : P(c);
}

internal static partial class Oracles
{
    // Lin 1991; Agarwal et al. 2024: b KL(p || m) + (1 - b) KL(q || m), m = b p + (1 - b) q, q being the student's
    // distribution and p the teacher's.
    internal static ClassOracle Jsd(double beta, double temperature, bool logs) => (in row, in gradients) =>
    {
        var q = new Distribution(row.Logits, temperature, logs);
        var p = new Distribution(row.Probabilities, temperature, logs);
        var (teacher, student) = beta switch { 0 => (1, 0), 1 => (0, 1), _ => (beta, 1 - beta) };
        var (term, floor) = (new ExactSum(), new ExactSum());
        for (var c = 0; c < row.Logits.Length; c++)
        {
            var (ofP, ofQ) = Ratios(beta, p.Log(c), q.Log(c));
            term.Add(Weighed(teacher, p.P(c), ofP) + Weighed(student, q.P(c), ofQ));
            floor.Add(FloorOf(teacher, p.Bent(c), ofP) + FloorOf(student, q.Bent(c), ofQ));
            gradients.Logits[c] = SlopeOfJsd(student, q, p, c, ofQ);
            gradients.Probabilities[c] = SlopeOfJsd(teacher, p, q, c, ofP);
        }
        ThroughSoftmax(q, gradients.Logits);
        ThroughSoftmax(p, gradients.Probabilities);
        return new(term.Value, floor.Value);
    };

    // Half the sum of |q - p|; where they are equal, the slope is that of |0|, which is 0.
    internal static ClassOracle Tvd(double temperature, bool logs) => (in row, in gradients) =>
    {
        var q = new Distribution(row.Logits, temperature, logs);
        var p = new Distribution(row.Probabilities, temperature, logs);
        var (term, floor) = (new ExactSum(), new ExactSum());
        for (var c = 0; c < row.Logits.Length; c++)
        {
            var difference = q.P(c) - p.P(c);
            term.Add(Math.Abs(difference) / 2);
            floor.Add(Math.Max(q.Bent(c), p.Bent(c)) / 2);
            var sign = double.IsNaN(difference) ? double.NaN : Math.Sign(difference);
            var larger = Math.Max(q.Bent(c), p.Bent(c)) / 2;
            gradients.Logits[c] = new(q.P(c) * sign / 2, larger);
            gradients.Probabilities[c] = new(-p.P(c) * sign / 2, larger);
        }
        ThroughSoftmax(q, gradients.Logits);
        ThroughSoftmax(p, gradients.Probabilities);
        return new(term.Value, floor.Value);
    };

    // ln(p / m) and ln(q / m), from ln(p / q): of the larger one as a logarithm near 0, of the other one by the
    // difference. Without a share of its own, a distribution is compared with the other one.
    private static (double OfP, double OfQ) Ratios(double beta, double lp, double lq)
    {
        if (beta is 0 or 1) return (lp - lq, lq - lp);
        var d = lp - lq;
        var larger = -Log1P((d > 0 ? 1 - beta : beta) * ExpM1(-Math.Abs(d)));
        return d > 0 ? (larger, larger - d) : (larger + d, larger);
    }

    // e^x - 1 = 2 e^(x/2) sinh(x/2), which keeps its digits near 0; x is not above 0.
    private static double ExpM1(double x) => x < -40 ? Math.Exp(x) - 1 : 2 * Math.Exp(x / 2) * Math.Sinh(x / 2);

    // A class without probability contributes nothing, whatever its logarithm is compared with.
    private static double Weighed(double share, double p, double ratio) =>
        share == 0 || p == 0 ? 0 : share * p * ratio;

    private static double FloorOf(double share, double bent, double ratio) =>
        share == 0 || bent == 0 ? 0 : share * bent * Math.Max(1, Math.Abs(ratio));

    // With respect to the logarithm of a distribution that has this share in the divergence: share p ln(p / m). When it
    // has no share, it is what the other one is compared with; when it has all, the other one is what it is compared
    // with.
    private static Expected SlopeOfJsd(double share, in Distribution p, in Distribution other, int c, double ratio) =>
        share switch
        {
            0 => new(-other.P(c), Math.Max(p.Bent(c), other.Bent(c))),
            1 => new(Weighed(1, p.P(c), ratio + 1), FloorOf(1, Math.Max(p.Bent(c), other.Bent(c)), ratio)),
            _ => new(Weighed(share, p.P(c), ratio), FloorOf(share, Math.Max(p.Bent(c), other.Bent(c)), ratio)),
        };

    // From the logarithms of a distribution to its scores: d/dx_c = (g_c - p_c sum of g) / T. As a floor, the sum is as
    // large as its summands together.
    private static void ThroughSoftmax(in Distribution p, Span<Expected> gradient)
    {
        if (!p.IsSoftmax) return;
        var (sum, floor) = (new ExactSum(), new ExactSum());
        foreach (var g in gradient)
        {
            sum.Add(g.Value);
            floor.Add(Math.Max(Math.Abs(g.Value), g.Floor));
        }
        for (var c = 0; c < gradient.Length; c++)
        {
            var g = gradient[c];
            var largest = Math.Max(Math.Max(Math.Abs(g.Value), g.Floor), p.Bent(c) * floor.Value);
            gradient[c] = new((g.Value - p.P(c) * sum.Value) / p.Temperature, largest / p.Temperature);
        }
    }
}
