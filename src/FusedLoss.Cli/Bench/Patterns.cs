using FusedLoss.Catalogue;

namespace FusedLoss.Cli.Bench;

/// <summary>Ordinary inputs, as in training: the catalogue's own are edges, where exponentials underflow and times are
/// not typical.</summary>
/// <remarks>
/// They also are such that a gradient may be taken for the next input, again and again, and stays an ordinary number.
/// For that, the gradients of terms are an eighth of what they are (<see cref="Scale"/>), and a few ranges are narrower
/// than they need be.
/// </remarks>
internal static class Patterns
{
    /// <summary>What the gradient of a single term is multiplied by, instead of being divided by the number of terms,
    /// as one scales the loss when gradients have 16 bits.</summary>
    public const double Scale = 1.0 / 8;

    /// <summary>A prime: rows of every length begin everywhere in the pattern.</summary>
    private const int Period = 65521;

    private static readonly Func<Random, double> Sign = random => 2 * random.Next(2) - 1;

    /// <summary>Input, target and, where there is one, the third operand.</summary>
    public static T[][] Pointwise<T>(Domain domain) where T : unmanaged
    {
        Func<Random, double>[] draws = domain switch
        {
            // Both branches of a Huber loss, and no two that are nearly the same.
            Domain.Regression => [Sixtyfourths(5), random => Sixtyfourths(2)(random) + 1 / 128.0],
            Domain.HardTargets => [Logit<T>(), random => random.Next(2)],
            // A small target: the gradient (x - t) / (x (1 - x)) is a probability itself.
            Domain.Probabilities => [Between(0.1, 0.8), Between(0, 0.03)],
            Domain.Signs => [Between(-3, 3), Sign],
            Domain.LogRates => [Between(-3, 1.5), random => random.Next(20)],
            Domain.LogProbabilities => [Between(-6, 0), Between(0.05, 1)],
            Domain.Variances => [Between(-5, 5), Between(-2, 2), Between(0.5, 2)],
            Domain.Ranks => [Between(-3, 3), Sign, Between(-3, 3)],
            _ => throw new NotSupportedException($"No ordinary inputs for {domain}."),
        };
        return [.. draws.Select((draw, seed) => Of<T>(seed, draw))];
    }

    public static T[] Scores<T>(double most, int seed = 0) where T : unmanaged =>
        Of<T>(seed, Between(-most, most));

    /// <summary>What stands for the truth of each class.</summary>
    public static T[] Target<T>(ClassTarget target, string key, int classes) where T : unmanaged => target switch
    {
        ClassTarget.Scores or ClassTarget.ScoresApart => Scores<T>(5, seed: 1),
        ClassTarget.Probabilities when key == "multilabel_soft_margin" => Of<T>(1, random => random.Next(2)),
        ClassTarget.Probabilities => Of<T>(1, Between(0, 2.0 / classes)),
        _ => throw new NotSupportedException($"No ordinary targets for {target}."),
    };

    public static T[] Vectors<T>(int seed) where T : unmanaged => Of<T>(seed, Between(-1, 1));

    public static int[] Labels(int from, int classes)
    {
        var random = new Random(0);
        return [.. Enumerable.Range(0, Period).Select(_ => random.Next(from, classes))];
    }

    // The square of a small probability would not be a normal number of 16 bits.
    private static Func<Random, double> Logit<T>() => typeof(T) == typeof(Half) ? Between(-2, 2) : Between(-6, 6);

    private static Func<Random, double> Between(double low, double high) =>
        random => low + (high - low) * random.NextDouble();

    private static Func<Random, double> Sixtyfourths(int most) => random => random.Next(-64 * most, 64 * most) / 64.0;

    private static T[] Of<T>(int seed, Func<Random, double> draw) where T : unmanaged
    {
        var random = new Random(seed);
        var values = new T[Period];
        foreach (ref T value in values.AsSpan()) value = Element.Of<T>(draw(random));
        return values;
    }
}
