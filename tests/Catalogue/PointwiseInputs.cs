namespace FusedLoss.Catalogue;

/// <summary>What a point-wise loss is tried on.</summary>
internal enum Domain
{
    /// <summary>Predictions and targets of any magnitude, with ties and with |x - t| exactly at the knots 0.5, 1 and
    /// 1.5.</summary>
    Regression,

    /// <summary>Logits out to saturation, targets exactly 0 or 1.</summary>
    HardTargets,

    /// <summary>Logits out to saturation, targets in [0, 1], ends included.</summary>
    SoftTargets,

    /// <summary>Probabilities, 0, 1 and what is next to them included, for targets in [0, 1], ends included.</summary>
    Probabilities,

    /// <summary>Scores out to saturation, or distances; targets -1 or 1, and now and then 0. Some scores are exactly
    /// 0.5, 1 or -1, where margins are.</summary>
    Signs,

    /// <summary>Logarithms of rates in [-20, 20], counts 0 to 50.</summary>
    LogRates,

    /// <summary>Rates from 0 to 1000, counts 0 to 50.</summary>
    Rates,

    /// <summary>Log-probabilities, for targets that are probabilities, 0 included.</summary>
    LogProbabilities,

    /// <summary>Log-probabilities, for targets that are log-probabilities.</summary>
    LogTargets,

    /// <summary>Predictions and targets as in <see cref="Regression"/>; the third operand is a variance, now and then
    /// 0 or next to it.</summary>
    Variances,

    /// <summary>Two inputs as in <see cref="Regression"/>, the second being the third operand, for targets that are -1
    /// or 1, and now and then another number.</summary>
    Ranks,
}

/// <summary>How far logits go.</summary>
internal enum Reach
{
    /// <summary>Far beyond where exp(-|x|) becomes 0.</summary>
    Saturated,

    /// <summary>As far as exp(-|x|) is a normal number: a power below 1 of what was flushed to 0 is anything but
    /// 0.</summary>
    Normal,
}

/// <summary>Arrays of one check. Optional ones are null.</summary>
internal sealed record PointwiseSample<T>(T[] Input, T[] Target, T[]? Weight, T[]? Extra) where T : unmanaged
{
    /// <summary>The same numbers in a wider type.</summary>
    public PointwiseSample<TWide> As<TWide>() where TWide : unmanaged => new(
        Element.Convert<T, TWide>(Input), Element.Convert<T, TWide>(Target),
        Weight is null ? null : Element.Convert<T, TWide>(Weight),
        Extra is null ? null : Element.Convert<T, TWide>(Extra));
}

/// <summary>How the inputs of a point-wise loss are sampled: the only place that says so.</summary>
internal sealed record PointwiseInputs(
    Domain Domain, bool Weight = false, bool PosWeight = false, Reach Reach = Reach.Saturated)
{
    public PointwiseSample<T> Sample<T>(int length, int seed) where T : unmanaged
    {
        var random = new Random(seed);
        var (x, t) = (new T[length], new T[length]);
        var far = Reach == Reach.Saturated ? double.MaxValue : typeof(T) == typeof(double) ? 700 : 87;
        for (var i = 0; i < length; i++)
        {
            var (a, b) = Domain switch
            {
                Domain.Regression or Domain.Variances or Domain.Ranks => Pair(random, i),
                Domain.HardTargets or Domain.SoftTargets => Decision(random, i),
                Domain.Probabilities => (Probability(random, i), Share(random)),
                Domain.Signs => Sign(random, i),
                Domain.LogProbabilities => (LogProbability(random), Probability(random, i)),
                Domain.LogTargets => (LogProbability(random), LogProbability(random)),
                _ => Count(random, i),
            };
            (x[i], t[i]) = (Element.Of<T>(Math.Clamp(a, -far, far)), Element.Of<T>(b));
        }
        var weights = Weight ? Weights<T>(random, length) : null;
        return Domain switch
        {
            Domain.Variances => new(x, t, weights, Each(length, i => Element.Of<T>(Variance(random, i)))),
            Domain.Ranks => new(x, Each(length, _ => Element.Of<T>(Order(random))), weights, t),
            _ => new(x, t, weights, PosWeight ? Weights<T>(random, length) : null),
        };
    }

    private static T[] Each<T>(int length, Func<int, T> make)
    {
        var values = new T[length];
        for (var i = 0; i < length; i++) values[i] = make(i);
        return values;
    }

    /// <summary>Positive weights around 1, exact zeros among them.</summary>
    public static T[] Weights<T>(Random random, int length) where T : unmanaged
    {
        var weights = new T[length];
        for (var i = 0; i < length; i++)
            weights[i] = random.Next(19) == 0 ? default : Element.Of<T>(Math.Pow(2, 4 * random.NextDouble() - 2));
        return weights;
    }

    private static (double X, double T) Pair(Random random, int i)
    {
        var t = (random.NextDouble() - 0.5) * Math.Pow(10, random.NextDouble() * 4 - 2);
        var sign = random.Next(2) == 0 ? 1 : -1;
        switch (i % 16)
        {
            case 3: return (t, t);
            case 7: // exact knots: quarters subtract without rounding
                t = random.Next(-40, 40) * 0.25;
                return (t + sign * 0.5 * random.Next(1, 4), t);
            case 11: return (t + sign * Math.Pow(10, random.NextDouble() * 8 - 6), t);
            default: return (t + 4 * (random.NextDouble() - 0.5), t);
        }
    }

    private static (double X, double T) Sign(Random random, int i)
    {
        var x = 2 * random.NextDouble() - 1;
        x = (i % 16) switch
        {
            1 => 0.5, 3 => 0, 5 => 1, 7 => 110 * x, 8 => -1, 9 => 1e-3 * x, 11 => 800 * x, _ => 6 * x,
        };
        return (x, random.Next(16) == 0 ? 0 : 2 * random.Next(2) - 1);
    }

    private static double Variance(Random random, int i) => (i % 16) switch
    {
        1 => 0,
        6 => 1e-6 * random.NextDouble(),
        11 => Math.Pow(10, 12 * random.NextDouble() - 8),
        _ => Math.Pow(10, 3 * random.NextDouble() - 2),
    };

    private static double Order(Random random) => random.Next(16) switch
    {
        0 => 0,
        1 => 4 * random.NextDouble() - 2,
        var other => other % 2 == 0 ? 1 : -1,
    };

    private (double X, double T) Count(Random random, int i)
    {
        var y = random.Next(4) == 0 ? random.Next(3) : random.Next(51);
        if (Domain == Domain.LogRates) return (40 * random.NextDouble() - 20, y);
        return (i % 16 == 3 ? 0 : Math.Pow(10, 6 * random.NextDouble() - 3), y);
    }

    private static double LogProbability(Random random) =>
        random.NextDouble() * (random.Next(8) == 0 ? -80 : -6);

    private static double Share(Random random) => random.Next(8) == 0 ? random.Next(2) : random.NextDouble();

    private static double Probability(Random random, int i) => (i % 16) switch
    {
        3 => 0,
        5 => 1,
        7 => Math.Pow(10, -37 * random.NextDouble()),
        9 => 1 - Math.Pow(10, -17 * random.NextDouble()),
        _ => random.NextDouble(),
    };

    private (double X, double T) Decision(Random random, int i)
    {
        var x = 2 * random.NextDouble() - 1;
        x *= (i % 16) switch { 3 => 0, 5 or 6 => 40, 7 => 110, 9 => 1e-3, 11 => 800, _ => 6 };
        var hard = Domain == Domain.HardTargets || random.Next(8) == 0;
        return (x, hard ? random.Next(2) : random.NextDouble());
    }
}
