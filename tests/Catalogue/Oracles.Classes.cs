namespace FusedLoss.Catalogue;

/// <summary>One row of class scores as an oracle reads it; Label is meaningless when there are probabilities.</summary>
internal readonly ref struct ClassRow
{
    public ReadOnlySpan<double> Logits { get; init; }

    /// <summary>The logits are results themselves, with a rounding of their own.</summary>
    public bool Rounded { get; init; }
    public long Label { get; init; }
    public ReadOnlySpan<double> Probabilities { get; init; }

    /// <summary>Instead of one label: a list of them, ended by -1.</summary>
    public ReadOnlySpan<long> Labels { get; init; }

    public ReadOnlySpan<double> Weights { get; init; }

    public double Weight(int c) => Weights.IsEmpty ? 1 : Weights[c];
}

/// <summary>Where an oracle writes the gradients of one row.</summary>
internal readonly ref struct ClassRowGradients
{
    public Span<Expected> Logits { get; init; }
    public Span<Expected> Probabilities { get; init; }
}

/// <summary>Loss term of one row; gradients go to the second parameter.</summary>
internal delegate Expected ClassOracle(in ClassRow row, in ClassRowGradients gradients);

internal static partial class Oracles
{
    // PyTorch docs, CrossEntropyLoss, class indices: both terms weigh with class weights; the mean divides by the sum
    // of w_y.
    internal static ClassOracle CrossEntropy(double smoothing, long ignoreIndex) => (in row, in gradients) =>
    {
        if (!row.Probabilities.IsEmpty) return CrossEntropyOfProbabilities(smoothing, row, gradients);
        if (row.Label == ignoreIndex) return Ignored(gradients);
        var y = (int)row.Label;
        var classes = row.Logits.Length;
        var soft = new Softmax(row.Logits, row.Rounded);
        var all = new ExactSum();
        var (smooth, smoothFloor) = (new ExactSum(), new ExactSum());
        for (var c = 0; c < classes; c++)
        {
            all.Add(row.Weight(c));
            if (smoothing == 0) continue;
            smooth.Add(row.Weight(c) * soft.MinusLog(c)); // PyTorch: NaN for a class of no weight and no probability
            smoothFloor.Add(Times(row.Weight(c), soft.MinusLogFloor(c)));
        }
        var (hard, share, rest) = ((1 - smoothing) * row.Weight(y), smoothing / classes, soft.Rest(y).Value);
        for (var c = 0; c < classes; c++)
        {
            var hit = c == y;
            var value = hard * (hit ? -rest : soft.P(c)) + share * (soft.P(c) * all.Value - row.Weight(c));
            var pulled = soft.Bent(c) * (hard + share * all.Value);
            gradients.Logits[c] = new(value, Math.Max(pulled, (hit ? hard : 0) + share * row.Weight(c)));
        }
        var loss = Times(hard, soft.MinusLog(y)) + Times(share, smooth.Value);
        return new(loss, Times(hard, soft.MinusLogFloor(y)) + Times(share, smoothFloor.Value));
    };

    // The same with class probabilities t, smoothed: the mean divides by the number of rows, weights not counted. Here
    // no relative accuracy is promised for tiny terms: ln S is that of a sum S of 1 and the rest, so floors are at
    // least 1.
    private static Expected CrossEntropyOfProbabilities(
        double smoothing, in ClassRow row, in ClassRowGradients gradients)
    {
        var classes = row.Logits.Length;
        var soft = new Softmax(row.Logits, row.Rounded);
        var (mass, size, loss, floor) = (new ExactSum(), new ExactSum(), new ExactSum(), new ExactSum());
        for (var c = 0; c < classes; c++)
        {
            var u = row.Weight(c) * ((1 - smoothing) * row.Probabilities[c] + smoothing / classes);
            mass.Add(u);
            size.Add(Math.Abs(u));
            loss.Add(u * soft.MinusLog(c));
            floor.Add(Math.Abs(u) * Math.Max(1, soft.MinusLogFloor(c)));
        }
        for (var c = 0; c < classes; c++)
        {
            var u = row.Weight(c) * ((1 - smoothing) * row.Probabilities[c] + smoothing / classes);
            gradients.Logits[c] = new(soft.P(c) * mass.Value - u, Math.Max(soft.Bent(c) * size.Value, Math.Abs(u)));
            var slope = (1 - smoothing) * row.Weight(c);
            gradients.Probabilities[c] = new(slope * soft.MinusLog(c), slope * Math.Max(1, soft.MinusLogFloor(c)));
        }
        return new(loss.Value, floor.Value);
    }

    // Lin et al., "Focal Loss for Dense Object Detection", over softmax probabilities; alpha < 0 leaves the class
    // weights.
    internal static ClassOracle SoftmaxFocal(double gamma, double alpha, long ignoreIndex, bool detach) =>
        (in row, in gradients) =>
    {
        if (row.Label == ignoreIndex) return Ignored(gradients);
        var y = (int)row.Label;
        var soft = new Softmax(row.Logits);
        var a = alpha < 0 ? row.Weight(y) : y == 0 ? alpha : 1 - alpha;
        var ((rest, inherited), log) = (soft.Rest(y), -soft.MinusLog(y));
        var power = a * Math.Pow(rest, gamma);
        var bend = detach ? 0 : gamma * Times(soft.P(y), rest == 0 ? -1 : log / rest);
        for (var c = 0; c < row.Logits.Length; c++)
        {
            var pull = c == y ? rest : -soft.P(c);
            var floor = Math.Max(Math.Abs(pull) * inherited, c == y ? 0 : soft.Bent(c));
            gradients.Logits[c] = new(power * (bend - 1) * pull, Math.Abs(power * (bend - 1)) * floor);
        }
        var summand = Math.Max(soft.MinusLogFloor(y), -log * inherited);
        return new(Times(power, -log), Times(power, summand));
    };

    private static Expected Ignored(in ClassRowGradients gradients)
    {
        gradients.Logits.Clear();
        gradients.Probabilities.Clear();
        return default;
    }
}
