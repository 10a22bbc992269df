namespace FusedLoss.Catalogue;

internal static partial class Oracles
{
    /// <summary>Class weights from the labels' own frequencies (Cui et al. 2019): (1 - b) / (1 - b^n_c), the inverse
    /// count for b = 1, nothing for a class that does not occur; scaled so that the rows' weights add up to the number
    /// of rows.</summary>
    internal static double[] BalancedWeights(long[] labels, long classes, double beta, long ignoreIndex)
    {
        var counts = new long[classes];
        foreach (var label in labels)
            if (label != ignoreIndex) counts[label]++;
        var effective = Array.ConvertAll(counts, n => n == 0 ? 0 : 1 / GeometricSum(beta, n));
        var (rows, weight) = (counts.Sum(), new ExactSum());
        for (var c = 0; c < classes; c++) weight.Add(counts[c] * effective[c]);
        return Array.ConvertAll(effective, v => v == 0 ? 0 : v * rows / weight.Value);
    }

    // (1 - b^n) / (1 - b), without the cancellation and also for b = 1.
    private static double GeometricSum(double beta, long n)
    {
        var sum = new ExactSum();
        for (var i = 0L; i < n && Math.Pow(beta, i) is var power and > 0; i++) sum.Add(power);
        return sum.Value;
    }
}
