namespace FusedLoss.Catalogue;

/// <summary>Arrays of one check: logits [outer, classes, inner], labels [outer, inner] in both types.</summary>
internal sealed record ClassSample<T>(
    ClassShape Shape, T[] Logits, long[] Labels, T[]? Probabilities, double[]? Weights)
    where T : unmanaged
{
    /// <summary>One per row.</summary>
    public double[]? SampleWeights { get; init; }

    /// <summary>The same numbers in a wider type.</summary>
    public ClassSample<TWide> As<TWide>() where TWide : unmanaged => new(
        Shape, Element.Convert<T, TWide>(Logits), Labels,
        Probabilities is null ? null : Element.Convert<T, TWide>(Probabilities), Weights)
    {
        SampleWeights = SampleWeights, HasLists = HasLists,
    };

    /// <summary>There is not one label per row, but a list of them, [outer, classes].</summary>
    public bool HasLists { get; init; }

    /// <summary>The label of a row, or a class that its list may begin with.</summary>
    public long LabelOf(int row) => HasLists ? Math.Max(0, ListOf(row)[0]) : Labels[row];

    /// <summary>The list of a row.</summary>
    public ReadOnlySpan<long> ListOf(int row) =>
        HasLists ? Labels.AsSpan((int)(row * Shape.Classes), (int)Shape.Classes) : [];

    public int[] Labels32 { get; } = Array.ConvertAll(Labels, label => (int)label);
}

/// <summary>What stands for the truth in a check of a class loss.</summary>
internal enum ClassTarget
{
    Labels,

    /// <summary>Non-negative and summing to 1 up to rounding, exact zeros among them.</summary>
    Probabilities,

    /// <summary>Any numbers, negative ones among them: PyTorch accepts them.</summary>
    AnyNumbers,

    /// <summary>Lists of labels, ended by -1.</summary>
    LabelLists,

    /// <summary>Scores of the same kind as the logits: those of a teacher.</summary>
    Scores,

    /// <summary>Such scores that make no probability nearly, but not quite, that of the logits.</summary>
    ScoresApart,

    /// <summary>Both are log-probabilities.</summary>
    LogProbabilities,

    /// <summary>Both are log-probabilities, and none is nearly, but not quite, the other.</summary>
    LogProbabilitiesApart,
}

/// <summary>How the inputs of a class loss are sampled: the only place that says so.</summary>
/// <param name="Target">Labels or probabilities.</param>
/// <param name="Weights">With class weights.</param>
/// <param name="Ignored">About one row in five has this label; null for none.</param>
internal sealed record ClassInputs(ClassTarget Target = ClassTarget.Labels, bool Weights = false, long? Ignored = null)
{
    /// <summary>Labels follow from the row and are not given.</summary>
    public InfoNcePositives? Positives { get; init; }

    /// <summary>What divides scores before they are distributions.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>With sample weights.</summary>
    public bool SampleWeights { get; init; }

    /// <summary>Scores are multiples of 1/1024: their differences are exact, and often a margin.</summary>
    public bool Grid { get; init; }

    public ClassSample<T> Sample<T>(ClassShape shape, int seed) where T : unmanaged
    {
        if (Target >= ClassTarget.Scores) return DistributionInputs.Sample<T>(shape, Target, Temperature, seed);
        var random = new Random(seed);
        var rows = checked((int)(shape.Outer * shape.Inner));
        var (logits, labels) = (new T[rows * shape.Classes], new long[rows]);
        var lists = Target == ClassTarget.LabelLists;
        var probabilities = Target == ClassTarget.Labels || lists ? null : new T[logits.Length];
        for (var row = 0; row < rows; row++)
        {
            var drawn = FillRow(random, logits, shape, row);
            labels[row] = Positives switch
            {
                InfoNcePositives.Diagonal => row,
                InfoNcePositives.NtXent => (row + rows / 2) % rows,
                _ => drawn,
            };
            if (probabilities is not null) FillTarget(random, probabilities, shape, row);
        }
        var weights = Weights ? WeightsOf<T>(random, (int)shape.Classes) : null;
        if (lists) labels = Lists(random, shape);
        return new(shape, logits, labels, probabilities, weights)
        {
            SampleWeights = SampleWeights ? WeightsOf<T>(random, rows) : null, HasLists = lists,
        };
    }

    /// <summary>Element (row, c) of a dense [outer, classes, inner] array.</summary>
    public static long Index(ClassShape shape, long row, long c) =>
        (row / shape.Inner * shape.Classes + c) * shape.Inner + row % shape.Inner;

    // Of the type that terms have.
    private static double[] WeightsOf<T>(Random random, int count) where T : unmanaged =>
        Array.ConvertAll(PointwiseInputs.Weights<double>(random, count), Element.Term<T>);

    // Rows of every confidence: flat, ordinary, sharp, saturated, equal logits, all shifted far away.
    private long FillRow<T>(Random random, T[] logits, ClassShape shape, int row)
        where T : unmanaged
    {
        var kind = random.Next(8);
        var scale = kind switch { 0 => 0.1, 1 => 0, 2 => 10, 3 => 60, _ => 3 };
        var shift = random.Next(6) switch { 0 => 1000, 1 => -50, _ => 0 };
        var (best, top) = (0L, double.NegativeInfinity);
        for (var c = 0L; c < shape.Classes; c++)
        {
            var x = shift + scale * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
            if (Grid) x = Math.Round(x * 1024) / 1024;
            logits[Index(shape, row, c)] = Element.Of<T>(x);
            if (x > top) (best, top) = (c, x);
        }
        if (Ignored is { } ignored && random.Next(5) == 0) return ignored;
        return random.Next(3) == 0 ? best : random.NextInt64(shape.Classes);
    }

    // None, some or all classes, some of them twice; anything that is a label behind the -1.
    private static long[] Lists(Random random, ClassShape shape)
    {
        var lists = new long[shape.Outer * shape.Classes];
        for (var i = 0; i < lists.Length; i++) lists[i] = random.NextInt64(-1, shape.Classes);
        for (var row = 0L; row < shape.Outer; row++)
        {
            var list = lists.AsSpan((int)(row * shape.Classes), (int)shape.Classes);
            var length = random.Next(6) == 0 ? 0 : random.Next(8) == 0 ? list.Length : random.Next(1, 12);
            length = Math.Min(length, Math.Min(list.Length, 40));
            for (var i = 0; i < length; i++) list[i] = random.NextInt64(shape.Classes);
            if (length < list.Length) list[length] = -1;
        }
        return lists;
    }

    private void FillTarget<T>(Random random, T[] probabilities, ClassShape shape, int row)
        where T : unmanaged
    {
        var values = new double[shape.Classes];
        for (var c = 0; c < values.Length; c++)
            values[c] = Target == ClassTarget.AnyNumbers ? 2 * random.NextDouble() - 1
                : random.Next(4) == 0 ? 0 : random.NextDouble();
        var sum = Target == ClassTarget.AnyNumbers ? 1 : Math.Max(values.Sum(), double.Epsilon);
        for (var c = 0; c < values.Length; c++)
            probabilities[Index(shape, row, c)] = Element.Of<T>(values[c] / sum);
    }
}
