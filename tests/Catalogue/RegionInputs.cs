namespace FusedLoss.Catalogue;

/// <summary>Arrays of one check: input and target [outer, classes, inner], labels [outer, inner] in both
/// types.</summary>
internal sealed record RegionSample<T>(ClassShape Shape, T[] Input, long[] Labels, T[]? Target)
    where T : unmanaged
{
    /// <summary>The same numbers in a wider type.</summary>
    public RegionSample<TWide> As<TWide>() where TWide : unmanaged => new(
        Shape, Element.Convert<T, TWide>(Input), Labels, Target is null ? null : Element.Convert<T, TWide>(Target));

    public int[] Labels32 { get; } = Array.ConvertAll(Labels, label => (int)label);

    /// <summary>What the oracle reads: a target for every element.</summary>
    public RegionBatch Batch(long ignored)
    {
        var (input, skipped) = (Element.Values(Input), new bool[Labels.Length]);
        if (Target is not null) return new(Shape, input, Element.Values(Target), skipped);
        var target = new double[Input.Length];
        for (var row = 0; row < Labels.Length; row++)
        {
            skipped[row] = Labels[row] == ignored;
            if (skipped[row]) continue;
            // One class is the foreground, and label 0 the background.
            if (Shape.Classes == 1) target[row] = Labels[row];
            else target[ClassInputs.Index(Shape, row, Labels[row])] = 1;
        }
        return new(Shape, input, target, skipped);
    }
}

/// <summary>How the inputs of a loss over regions are sampled: the only place that says so.</summary>
/// <param name="Soft">A target in [0, 1] for every class, instead of labels.</param>
/// <param name="Probabilities">The input holds probabilities, exact zeros and ones among them.</param>
/// <param name="Ignored">About one row in five has this label; null for none.</param>
internal sealed record RegionInputs(bool Soft = false, bool Probabilities = false, long? Ignored = null)
{
    public RegionSample<T> Sample<T>(ClassShape shape, int seed) where T : unmanaged
    {
        var input = new ClassInputs().Sample<T>(shape, seed).Logits;
        var random = new Random(seed + 1);
        if (Probabilities)
            for (var i = 0; i < input.Length; i++) input[i] = Element.Of<T>(Share(random));
        var labels = new long[shape.Outer * shape.Inner];
        for (var row = 0; row < labels.Length; row++) labels[row] = Label(random, shape.Classes);
        if (!Soft) return new(shape, input, labels, null);
        var target = new T[input.Length];
        for (var i = 0; i < target.Length; i++) target[i] = Element.Of<T>(Share(random));
        return new(shape, input, labels, target);
    }

    private long Label(Random random, long classes) => Ignored is { } ignored && random.Next(5) == 0
        ? ignored
        : random.NextInt64(Math.Max(classes, 2));

    private static double Share(Random random) => random.Next(5) == 0 ? random.Next(2) : random.NextDouble();
}
