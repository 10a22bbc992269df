namespace FusedLoss.Catalogue;

/// <summary>How large a check of CTC is: frames, samples, classes, and the most labels of a sample.</summary>
internal readonly record struct CtcSize(int T, int N, int C, int L)
{
    public override string ToString() => $"{T}x{N}x{C}, {L} labels";
}

/// <summary>Arrays of one check, the input in the order of the layout. Lengths are absent when they are all
/// frames.</summary>
internal sealed record CtcSample<T>(
    CtcSize Size, T[] Input, long[] Targets, long[] TargetLengths, long[] InputLengths, int[][] Labels, int Blank)
    where T : unmanaged
{
    /// <summary>The same numbers in a wider type.</summary>
    public CtcSample<TWide> As<TWide>() where TWide : unmanaged => new(
        Size, Element.Convert<T, TWide>(Input), Targets, TargetLengths, InputLengths, Labels, Blank);
}

/// <summary>What a check of CTC is about.</summary>
internal enum CtcKind
{
    /// <summary>Frames of every confidence, at least as many as the labels need.</summary>
    Ordinary,

    /// <summary>As many frames as the labels need, not one more.</summary>
    Exact,

    /// <summary>Every third sample has too few.</summary>
    Impossible,

    /// <summary>Frames that are sure of something else: losses in the thousands.</summary>
    Peaked,

    /// <summary>Classes with probability 0.</summary>
    Holes,
}

/// <summary>How the inputs of CTC are sampled: the only place that says so.</summary>
/// <param name="Kind">What the frames look like, and how many there are.</param>
/// <param name="Blank">The blank's place among the classes: 0 for the first, 1 for the last.</param>
/// <param name="Logs">Log-probabilities instead of logits.</param>
/// <param name="Padded">Targets [N, S], with what is no label behind those of each sample.</param>
/// <param name="AllFrames">Every sample has all frames, and no lengths are given.</param>
/// <param name="Layout">Which dimension comes first.</param>
internal sealed record CtcInputs(
    CtcKind Kind = CtcKind.Ordinary, double Blank = 0, bool Logs = false, bool Padded = false, bool AllFrames = false,
    CtcLayout Layout = CtcLayout.TimeMajor)
{
    /// <summary>What must not be looked at.</summary>
    private const long Padding = -7;

    public CtcSample<T> Sample<T>(CtcSize size, int seed) where T : unmanaged
    {
        var random = new Random(seed);
        var blank = (int)Math.Round(Blank * (size.C - 1));
        var (frames, labels) = (new long[size.N], new int[size.N][]);
        for (var n = 0; n < size.N; n++) (frames[n], labels[n]) = Lengths(random, size, blank, n);
        var input = new T[size.T * size.N * size.C];
        var row = new double[size.C];
        for (var t = 0; t < size.T; t++)
        {
            for (var n = 0; n < size.N; n++)
            {
                FillFrame(random, row, size, t, labels[n]);
                for (var c = 0; c < size.C; c++) input[Index(size, t, n, c)] = Element.Of<T>(row[c]);
            }
        }
        var targets = Padded
            ? labels.SelectMany(own => Enumerable.Range(0, size.L + 2).Select(i => i < own.Length ? own[i] : Padding))
            : labels.SelectMany(own => own.Select(label => (long)label));
        return new(size, input, [.. targets], [.. labels.Select(own => (long)own.Length)], frames, labels, blank);
    }

    /// <summary>Position of an element in the input.</summary>
    public long Index(CtcSize size, int t, int n, int c) => Layout == CtcLayout.TimeMajor
        ? ((long)t * size.N + n) * size.C + c
        : ((long)n * size.T + t) * size.C + c;

    /// <summary>Sizes of the input's dimensions.</summary>
    public nint[] Dimensions(CtcSize size) =>
        Layout == CtcLayout.TimeMajor ? [size.T, size.N, size.C] : [size.N, size.T, size.C];

    /// <summary>Frames that a path needs: one per label, and a blank between equal ones.</summary>
    public static int Needed(ReadOnlySpan<int> labels)
    {
        var needed = labels.Length;
        for (var i = 1; i < labels.Length; i++)
            if (labels[i] == labels[i - 1]) needed++;
        return needed;
    }

    private (long Frames, int[] Labels) Lengths(Random random, CtcSize size, int blank, int n)
    {
        var most = size.C == 1 || random.Next(8) == 0 ? 0 : random.Next(4) == 0 ? size.L : random.Next(size.L + 1);
        var labels = new int[most];
        for (var i = 0; i < most; i++)
        {
            var other = random.Next(size.C - 1);
            labels[i] = i > 0 && random.Next(4) == 0 ? labels[i - 1] : other < blank ? other : other + 1;
        }
        var frames = AllFrames || random.Next(2) == 0 ? size.T : random.Next(size.T + 1);
        if (Kind == CtcKind.Impossible && n % 3 == 0) return (Math.Min(frames, Math.Max(0, most - 1)), labels);
        if (Needed(labels) > size.T) labels = [];
        if (Needed(labels) > frames || Kind == CtcKind.Exact) frames = AllFrames ? size.T : Needed(labels);
        return (frames, labels);
    }

    // Frames of every confidence: flat, ordinary, sharp, equal, all shifted far away; some point at a label.
    private void FillFrame(Random random, double[] row, CtcSize size, int t, int[] labels)
    {
        var scale = Kind == CtcKind.Peaked ? 60 : random.Next(8) switch { 0 => 0.1, 1 => 0, 2 => 10, _ => 3 };
        var shift = random.Next(6) switch { 0 => 500, 1 => -50, _ => 0 };
        for (var c = 0; c < row.Length; c++)
            row[c] = shift + scale * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
        var at = (int)((long)t * labels.Length / Math.Max(1, size.T));
        if (labels.Length > 0 && Kind != CtcKind.Peaked && random.Next(2) == 0) row[labels[at]] += 4;
        if (Kind == CtcKind.Holes)
        {
            for (var c = 0; c < row.Length; c++)
                if (random.Next(6) == 0 && c != random.Next(row.Length)) row[c] = double.NegativeInfinity;
            if (row.All(double.IsNegativeInfinity)) row[0] = 0;
        }
        if (!Logs) return;
        var logs = Oracles.LogSoftmax(row);
        for (var c = 0; c < row.Length; c++) row[c] = logs[c].Value;
    }
}
