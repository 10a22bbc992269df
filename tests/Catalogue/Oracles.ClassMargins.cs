namespace FusedLoss.Catalogue;

internal static partial class Oracles
{
    // PyTorch docs, NLLLoss: the mean divides by the sum of w_y.
    internal static ClassOracle Nll(long ignoreIndex) => (in row, in gradients) =>
    {
        gradients.Logits.Clear();
        if (row.Label == ignoreIndex) return default;
        var y = (int)row.Label;
        gradients.Logits[y] = -row.Weight(y);
        return -row.Weight(y) * row.Logits[y];
    };

    // PyTorch docs, MultiMarginLoss. At the corner of the hinge, where z is 0, there is no slope; NaN is larger than
    // nothing, but a term all the same.
    internal static ClassOracle MultiMargin(int p, double margin) => (in row, in gradients) =>
    {
        var y = (int)row.Label;
        var share = row.Weight(y) / row.Logits.Length;
        var (loss, slopes) = (new ExactSum(), new ExactSum());
        var (lossFloor, slopeFloor) = (0.0, 0.0);
        for (var c = 0; c < row.Logits.Length; c++)
        {
            gradients.Logits[c] = 0;
            if (c == y) continue;
            var z = Sum(row.Logits[c] - row.Logits[y], margin);
            if (double.IsNaN(z.Value)) loss.Add(z.Value);
            if (!(z.Value > 0)) continue;
            var (value, slope) = p == 1 ? (z, 1) : (z * z.Value, z * 2);
            loss.Add(value.Value);
            slopes.Add(slope.Value);
            (lossFloor, slopeFloor) = (Math.Max(lossFloor, value.Floor), Math.Max(slopeFloor, slope.Floor));
            gradients.Logits[c] = slope * share;
        }
        gradients.Logits[y] = new Expected(-slopes.Value, slopeFloor) * share;
        return new Expected(loss.Value, lossFloor) * share;
    };

    // PyTorch docs, MultiLabelMarginLoss: every listed class against every class that is not listed, a class as often
    // as it is listed.
    internal static Expected MultilabelMargin(in ClassRow row, in ClassRowGradients gradients)
    {
        var scores = row.Logits;
        var end = row.Labels.IndexOf(-1);
        var positives = end < 0 ? row.Labels : row.Labels[..end];
        var (listed, counts) = (new bool[scores.Length], new double[scores.Length]);
        foreach (var j in positives) listed[j] = true;
        var (loss, floor) = (new ExactSum(), 0.0);
        foreach (var j in positives)
        {
            for (var c = 0; c < scores.Length; c++)
            {
                var z = Sum(scores[c] - scores[(int)j], 1);
                if (listed[c] || z.Value <= 0) continue;
                loss.Add(z.Value);
                if (double.IsNaN(z.Value)) continue;
                floor = Math.Max(floor, z.Floor);
                counts[c]++;
                counts[j]--;
            }
        }
        for (var c = 0; c < scores.Length; c++) gradients.Logits[c] = counts[c] / scores.Length;
        return new Expected(loss.Value, floor) * (1.0 / scores.Length);
    }

    // PyTorch docs, MultiLabelSoftMarginLoss: the mean of binary cross-entropies over the classes.
    internal static Expected MultilabelSoftMargin(in ClassRow row, in ClassRowGradients gradients)
    {
        var (loss, floor) = (new ExactSum(), 0.0);
        for (var c = 0; c < row.Logits.Length; c++)
        {
            var share = row.Weight(c) / row.Logits.Length;
            var term = BceWithLogits(row.Logits[c], row.Probabilities[c], share, 1);
            loss.Add(term.Loss.Value);
            floor = Math.Max(floor, Math.Max(Math.Abs(term.Loss.Value), term.Loss.Floor));
            (gradients.Logits[c], gradients.Probabilities[c]) = (term.Gradient, term.TargetGradient);
        }
        return new(loss.Value, floor);
    }
}
