namespace FusedLoss.Catalogue;

internal static partial class Oracles
{
    // van den Oord et al. 2018, arXiv 1807.03748: cross-entropy of x / T. NT-Xent, Chen et al. 2020, arXiv 2002.05709,
    // leaves each sample out of its own classes; its other view is half of the batch away.
    internal static ClassOracle InfoNce(double temperature, bool ntXent) => (in row, in gradients) =>
    {
        var x = row.Logits;
        var positive = (int)row.Label;
        var own = ntXent ? (positive + x.Length / 2) % x.Length : -1;
        var others = new int[ntXent ? x.Length - 1 : x.Length];
        for (int c = 0, next = 0; c < x.Length; c++)
            if (c != own) others[next++] = c;
        // From the largest on, so that quotients of large similarities lose no digits of their differences.
        var top = double.NegativeInfinity;
        foreach (var c in others) top = Math.Max(top, x[c]);
        if (!double.IsFinite(top)) top = 0;
        var scaled = new double[others.Length];
        for (var i = 0; i < scaled.Length; i++) scaled[i] = (x[others[i]] - top) / temperature;
        var soft = new Softmax(scaled);
        gradients.Logits.Clear();
        for (var i = 0; i < others.Length; i++)
        {
            var hit = others[i] == positive ? 1 : 0;
            gradients.Logits[others[i]] =
                new Expected(soft.P(i) - hit, Math.Max(soft.Bent(i), hit)) * (1 / temperature);
        }
        var index = Array.IndexOf(others, positive);
        return new(soft.MinusLog(index), soft.MinusLogFloor(index));
    };
}
