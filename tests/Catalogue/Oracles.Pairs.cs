namespace FusedLoss.Catalogue;

/// <summary>Loss term of one row of pairs or triples: two or three vectors and, with pairs, their target. The gradient
/// to each vector goes to the last parameter.</summary>
internal delegate Expected PairOracle(double[][] vectors, double target, Expected[][] gradients);

/// <summary>A distance of two vectors; the gradients to them go to the last two parameters.</summary>
internal delegate Expected DistanceOracle(double[] a, double[] b, Expected[] da, Expected[] db);

internal static partial class Oracles
{
    private const double SquaredNormEpsilon = 1e-12;
    private const double LeastNorm = 1e-8;

    // PyTorch docs, CosineEmbeddingLoss; 1e-12 is added to both squared norms. At the corner of the hinge, its slope.
    internal static PairOracle CosineEmbedding(double margin) => (vectors, y, gradients) =>
    {
        var (a, b) = (vectors[0], vectors[1]);
        var (ma, mb) = (Squares(a) + SquaredNormEpsilon, Squares(b) + SquaredNormEpsilon);
        var s = Similarity(a, b, Math.Sqrt(ma) * Math.Sqrt(mb));
        var over = s.Value - margin;
        var slope = y == 1 ? -1 : y == -1 && !(over < 0) ? 1 : 0;
        for (var i = 0; i < a.Length; i++)
        {
            gradients[0][i] = slope == 0 ? 0 : Turn(s, a[i] / ma, b[i] / Math.Sqrt(ma) / Math.Sqrt(mb)) * slope;
            gradients[1][i] = slope == 0 ? 0 : Turn(s, b[i] / mb, a[i] / Math.Sqrt(ma) / Math.Sqrt(mb)) * slope;
        }
        if (y == 1) return new(1 - s.Value, 1);
        return y == -1 ? new Expected(over < 0 ? 0 : over, Math.Max(1, Math.Abs(margin))) : 0;
    };

    // PyTorch docs, TripletMarginLoss: a tie of the swap shares its gradient evenly; at the corner, the hinge's slope.
    internal static PairOracle TripletMargin(double margin, bool swap, DistanceOracle distance) =>
        (vectors, _, gradients) =>
    {
        var (a, p, n) = (vectors[0], vectors[1], vectors[2]);
        var (near, far, other) = (new Slopes(a.Length), new Slopes(a.Length), new Slopes(a.Length));
        var positive = distance(a, p, near.First, near.Second);
        var negative = distance(a, n, far.First, far.Second);
        var swapped = swap ? distance(p, n, other.First, other.Second) : double.PositiveInfinity;
        var share = negative.Value < swapped.Value ? 1 : negative.Value > swapped.Value ? 0 : 0.5;
        if (double.IsNaN(negative.Value)) share = 1;
        var least = share > 0 ? negative : swapped;
        var z = margin + positive.Value - least.Value;
        for (var i = 0; i < a.Length; i++)
        {
            var idle = z < 0;
            gradients[0][i] = idle ? 0 : Sum(near.First[i], Part(far.First[i], -share));
            gradients[1][i] = idle ? 0 : Sum(near.Second[i], Part(other.First[i], share - 1));
            gradients[2][i] = idle ? 0 : Sum(Part(far.Second[i], -share), Part(other.Second[i], share - 1));
        }
        var floor = Math.Max(Math.Max(Floor(positive), Floor(least)), Math.Abs(margin));
        return new(z < 0 ? 0 : z, floor);
    };

    /// <summary>PyTorch docs, PairwiseDistance: the p-norm of a - b + eps. The gradient is at most about 1 where p is
    /// at least 1, and a share of it where components are equally large: its floor is 1.</summary>
    internal static DistanceOracle NormDistance(double p, double eps) => (a, b, da, db) =>
    {
        var u = a.Zip(b, (x, y) => x - y + eps).ToArray();
        var norm = Norm(u, p);
        var reached = u.Count(value => Math.Abs(value).Equals(norm));
        for (var i = 0; i < u.Length; i++)
        {
            var slope = Math.Abs(u[i]) switch
            {
                var size when double.IsNaN(norm) => size + norm,
                0 => 0,
                _ when norm == 0 || p == 0 => 0,
                var size when double.IsInfinity(p) => size.Equals(norm) ? 1.0 / reached : 0,
                var size => Math.Pow(size / norm, p - 1),
            };
            da[i] = new(u[i] < 0 ? -slope : slope, 1);
            db[i] = new(u[i] < 0 ? slope : -slope, 1);
        }
        return norm;
    };

    /// <summary>PyTorch docs, CosineSimilarity, subtracted from 1: norms are at least 1e-8, and constants where they
    /// are.</summary>
    internal static DistanceOracle CosineDistance { get; } = (a, b, da, db) =>
    {
        var (na, nb) = (Math.Sqrt(Squares(a)), Math.Sqrt(Squares(b)));
        var (ma, mb) = (na < LeastNorm ? LeastNorm : na, nb < LeastNorm ? LeastNorm : nb);
        var s = Similarity(a, b, ma * mb);
        for (var i = 0; i < a.Length; i++)
        {
            da[i] = Turn(s, na < LeastNorm ? 0 : a[i] / ma / ma, b[i] / ma / mb) * -1;
            db[i] = Turn(s, nb < LeastNorm ? 0 : b[i] / mb / mb, a[i] / ma / mb) * -1;
        }
        return new(1 - s.Value, 1);
    };

    // (sum |u|^p)^(1/p) relative to the component that counts most, so that no power overflows; to the power of two
    // below it, so that sums stay exact. Nothing has norm 0.
    private static double Norm(double[] u, double p)
    {
        if (u.Any(double.IsNaN)) return double.NaN;
        if (u.Length == 0) return 0;
        if (p == 0) return u.Count(value => value != 0);
        var most = p > 0 ? u.Max(Math.Abs) : u.Min(Math.Abs);
        if (most == 0 || double.IsInfinity(most) || double.IsInfinity(p)) return most;
        var (sum, unit) = (new ExactSum(), Math.ScaleB(1, Math.ILogB(most)));
        foreach (var value in u) sum.Add(Math.Pow(Math.Abs(value) / unit, p));
        return unit * (p == 2 ? Math.Sqrt(sum.Value) : Math.Pow(sum.Value, 1 / p));
    }

    private static double Squares(double[] a)
    {
        var sum = new ExactSum();
        foreach (var value in a) sum.Add(value * value);
        return sum.Value;
    }

    /// <summary>The cosine, with the sum of the magnitudes that it adds up as its floor.</summary>
    private static Expected Similarity(double[] a, double[] b, double norms)
    {
        var (sum, size) = (new ExactSum(), new ExactSum());
        for (var i = 0; i < a.Length; i++)
        {
            sum.Add(a[i] * b[i]);
            size.Add(Math.Abs(a[i] * b[i]));
        }
        return new(sum.Value / norms, size.Value / norms);
    }

    /// <summary>d(cosine)/da: what pulls towards the other vector, and what keeps the length.</summary>
    private static Expected Turn(Expected s, double own, double other) => Sum(other, s * -own);

    private static Expected Sum(double a, Expected b) => Sum(new Expected(a, 0), b);

    // What is not asked for is 0, whatever it is.
    private static Expected Part(Expected slope, double share) => share == 0 ? 0 : slope * share;

    private static double Floor(Expected e) => Math.Max(Math.Abs(e.Value), e.Floor);

    private sealed class Slopes(int dimensions)
    {
        public Expected[] First { get; } = new Expected[dimensions];
        public Expected[] Second { get; } = new Expected[dimensions];
    }
}
