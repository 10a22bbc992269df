using FsCheck;
using FsCheck.Fluent;

namespace FusedLoss.Tests.Properties;

/// <summary>A batch that FsCheck made up: a seed for the sampler, and a size.</summary>
public readonly record struct Batch(int Seed, int Rows, int Classes);

/// <summary>Runs properties; the seed is pinned, so that a failure is there again tomorrow.</summary>
internal static class Properties
{
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(150).WithReplay(20250101, 7);

    /// <summary>Batches of few rows and classes and of many, shrinking towards small ones.</summary>
    private static readonly Arbitrary<Batch> Batches = Arb.From(
        from seed in Gen.Choose(0, int.MaxValue - 1)
        from rows in Gen.Choose(1, 80)
        from classes in Gen.Frequency((3, Gen.Choose(1, 12)), (1, Gen.Choose(13, 300)))
        select new Batch(seed, rows, classes),
        batch => Smaller(batch));

    public static void Hold(Action<Batch> property) => Prop.ForAll(Batches, property).Check(Config);

    /// <summary>Equal up to the rounding of sums whose parts have this magnitude together.</summary>
    public static void Near(double expected, double actual, double magnitude, Precision precision = Precision.Float64)
    {
        var limit = Ulp.OfIdentity(precision, magnitude);
        Assert.True(
            Math.Abs(expected - actual) <= limit,
            FormattableString.Invariant($"expected {expected:R}, got {actual:R}, limit {limit:G3}"));
    }

    public static void Near(double[] expected, double[] actual, double factor = 1)
    {
        var magnitude = expected.Max(Math.Abs) * Math.Abs(factor);
        for (var i = 0; i < expected.Length; i++) Near(expected[i] * factor, actual[i], magnitude);
    }

    private static IEnumerable<Batch> Smaller(Batch batch)
    {
        if (batch.Rows > 1) yield return batch with { Rows = batch.Rows / 2 };
        if (batch.Classes > 1) yield return batch with { Classes = batch.Classes / 2 };
        if (batch.Rows > 1) yield return batch with { Rows = batch.Rows - 1 };
        if (batch.Classes > 1) yield return batch with { Classes = batch.Classes - 1 };
    }
}
