namespace FusedLoss.Catalogue;

internal static partial class Oracles
{
    /// <summary>Gemma 2's soft cap, k tanh(x / k); k = 0 is none.</summary>
    internal static double Capped(double x, double softCap) => softCap == 0 ? x : softCap * Math.Tanh(x / softCap);

    // 1 - tanh(u)^2, without cancellation.
    private static double CapSlope(double x, double softCap)
    {
        var cosh = softCap == 0 ? 1 : Math.Cosh(x / softCap);
        return 1 / (cosh * cosh);
    }

    // Cross-entropy of capped logits, plus z lse^2 (PaLM, section 5), which class weights do not touch.
    internal static ClassOracle CrossEntropy(double smoothing, long ignoreIndex, double zLoss, double softCap)
    {
        var plain = CrossEntropy(smoothing, ignoreIndex);
        return (in row, in gradients) =>
        {
            if (row.Probabilities.IsEmpty && row.Label == ignoreIndex) return Ignored(gradients);
            var logits = new double[row.Logits.Length];
            for (var c = 0; c < logits.Length; c++) logits[c] = Capped(row.Logits[c], softCap);
            var term = plain(
                new()
                {
                    Logits = logits, Rounded = softCap != 0, Label = row.Label, Probabilities = row.Probabilities,
                    Weights = row.Weights,
                },
                gradients);
            if (zLoss != 0) term = AddZLoss(zLoss, new(logits, softCap != 0), term, gradients.Logits);
            // The derivative of the cap is documented as a difference from 1: floors stay what they are.
            for (var c = 0; c < logits.Length; c++)
            {
                var slope = gradients.Logits[c];
                gradients.Logits[c] = new(Times(slope.Value, CapSlope(row.Logits[c], softCap)), slope.Floor);
            }
            return term;
        };
    }

    private static Expected AddZLoss(double zLoss, in Softmax soft, Expected term, Span<Expected> gradient)
    {
        var (lse, part) = soft.LogSumExp;
        for (var c = 0; c < gradient.Length; c++)
        {
            var (value, floor) = gradient[c];
            gradient[c] = new(value + 2 * zLoss * lse * soft.P(c), Math.Max(floor, 2 * zLoss * part * soft.Bent(c)));
        }
        return new(term.Value + zLoss * lse * lse, Math.Max(term.Floor, zLoss * part * part));
    }

    /// <summary>The class with the largest logit, the first of several; -1 where any is NaN.</summary>
    internal static long Prediction(ReadOnlySpan<double> logits)
    {
        var best = 0;
        for (var c = 0; c < logits.Length; c++)
        {
            if (double.IsNaN(logits[c])) return -1;
            if (logits[c] > logits[best]) best = c;
        }
        return best;
    }
}
