using System.Globalization;
using System.IO.Compression;

namespace FusedLoss.Cli.Demo;

/// <summary>Samples: rows of features, and one target per row.</summary>
internal sealed record Samples(int Columns, float[] Features, float[] Targets)
{
    public int Rows => Targets.Length;

    /// <summary>The targets as class labels, for losses that take those.</summary>
    public int[] Labels { get; } = Array.ConvertAll(Targets, target => (int)MathF.Round(target));

    public Samples Take(ReadOnlySpan<int> rows)
    {
        var features = new float[rows.Length * Columns];
        var targets = new float[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            Features.AsSpan(rows[i] * Columns, Columns).CopyTo(features.AsSpan(i * Columns));
            targets[i] = Targets[rows[i]];
        }
        return new Samples(Columns, features, targets);
    }
}

/// <summary>A data set split into what models are trained on and what they never see.</summary>
/// <param name="TargetScale">Standard deviation of the targets before they were standardised; 1 where they are
/// classes.</param>
internal sealed record Split(Samples Train, Samples HeldOut, float TargetScale);

/// <summary>The data sets of the demo, from embedded resources (see Data/README.md).</summary>
internal static class DataSets
{
    private const int Seed = 20;
    private const double HeldOutShare = 0.2;

    public static readonly IReadOnlyList<string> Names = ["digits", "breast-cancer", "diabetes"];

    public static Split Load(string name) => name switch
    {
        "digits" => Standardised(Read("digits.csv.gz"), regression: false),
        "breast-cancer" => Standardised(Malignant(Read("breast_cancer.csv.gz", headerLines: 1)), regression: false),
        "diabetes" => Standardised(Read("diabetes.csv.gz"), regression: true),
        _ => throw new UsageException($"NAME is '{name}', but one of {string.Join(", ", Names)}, ctc is needed."),
    };

    /// <summary>The images of digits with their grey levels as they are, cut as <see cref="Load"/> cuts them.</summary>
    public static (Samples Train, Samples HeldOut) Digits() => Cut(Read("digits.csv.gz"));

    private static Samples Read(string resource, int headerLines = 0)
    {
        using Stream packed = typeof(DataSets).Assembly.GetManifestResourceStream(resource)!;
        using var lines = new StreamReader(new GZipStream(packed, CompressionMode.Decompress));
        for (int i = 0; i < headerLines; i++) lines.ReadLine();
        var features = new List<float>();
        var targets = new List<float>();
        while (lines.ReadLine() is { Length: > 0 } line)
        {
            float[] numbers = [.. line.Split(',').Select(text => float.Parse(text, CultureInfo.InvariantCulture))];
            features.AddRange(numbers.AsSpan(0, numbers.Length - 1));
            targets.Add(numbers[^1]);
        }
        return new Samples(features.Count / targets.Count, [.. features], [.. targets]);
    }

    /// <summary>The class to be found is the one that matters: 1 becomes malignant.</summary>
    private static Samples Malignant(Samples samples) =>
        new(samples.Columns, samples.Features, Array.ConvertAll(samples.Targets, benign => 1 - benign));

    private static Split Standardised(Samples all, bool regression)
    {
        (Samples train, Samples rest) = Cut(all);
        // What is held out is scaled by what was seen: anything else would let it leak into the model.
        for (int column = 0; column < all.Columns; column++)
        {
            Scale(train.Features, rest.Features, column, all.Columns);
        }
        float scale = regression ? Scale(train.Targets, rest.Targets, 0, 1) : 1;
        return new Split(train, rest, scale);
    }

    private static (Samples Train, Samples HeldOut) Cut(Samples all)
    {
        int[] order = [.. Enumerable.Range(0, all.Rows)];
        new Random(Seed).Shuffle(order);
        int heldOut = (int)Math.Round(all.Rows * HeldOutShare);
        return (all.Take(order.AsSpan(heldOut)), all.Take(order.AsSpan(0, heldOut)));
    }

    /// <summary>Gives a column of both arrays the mean 0 and the deviation 1 of the first; returns the
    /// deviation.</summary>
    private static float Scale(float[] train, float[] heldOut, int column, int columns)
    {
        double sum = 0, squares = 0;
        int rows = train.Length / columns;
        for (int i = column; i < train.Length; i += columns) sum += train[i];
        double mean = sum / rows;
        for (int i = column; i < train.Length; i += columns) squares += (train[i] - mean) * (train[i] - mean);
        double deviation = squares > 0 ? Math.Sqrt(squares / rows) : 1; // some corner pixels are always empty
        foreach (float[] table in (float[][])[train, heldOut])
        {
            for (int i = column; i < table.Length; i += columns) table[i] = (float)((table[i] - mean) / deviation);
        }
        return (float)deviation;
    }
}
