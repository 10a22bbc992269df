using FusedLoss.Bench.Managed;

namespace FusedLoss.Bench;

/// <summary>Ordinary inputs, as in training. The tests' catalogue samples edges instead, where exponentials underflow
/// and times are not typical.</summary>
internal static class Inputs
{
    private const int Seed = 1;

    /// <summary>Targets around zero and predictions up to 3 away: both branches of the Huber loss are taken.</summary>
    public static (float[] Input, float[] Target) Regression(int length)
    {
        var random = new Random(Seed);
        var (x, t) = (new float[length], new float[length]);
        for (int i = 0; i < length; i++)
        {
            t[i] = 4 * random.NextSingle() - 2;
            x[i] = t[i] + 6 * random.NextSingle() - 3;
        }
        return (x, t);
    }

    /// <summary>Logits in [-6, 6], and as many positives as negatives.</summary>
    public static (float[] Input, float[] Target) Binary(int length)
    {
        var random = new Random(Seed);
        var (x, t) = (new float[length], new float[length]);
        for (int i = 0; i < length; i++) (x[i], t[i]) = (12 * random.NextSingle() - 6, random.Next(2));
        return (x, t);
    }

    /// <summary>As many whole rows as there are elements for, at least one. Logits in [-5, 5], any labels.</summary>
    public static ClassBatch Classes(int elements, int classes)
    {
        var random = new Random(Seed);
        var batch = new ClassBatch(Math.Max(1, elements / classes), classes, probabilities: false);
        foreach (ref float x in batch.Logits.Span) x = 10 * random.NextSingle() - 5;
        foreach (ref int label in batch.Labels.AsSpan()) label = random.Next(classes);
        return batch;
    }

    /// <summary>The same with probabilities, which need not sum to 1 exactly.</summary>
    public static ClassBatch Mixtures(int elements, int classes)
    {
        var random = new Random(Seed);
        var batch = new ClassBatch(Math.Max(1, elements / classes), classes, probabilities: true);
        foreach (ref float x in batch.Logits.Span) x = 10 * random.NextSingle() - 5;
        foreach (ref float p in batch.Probabilities.Span) p = 2 * random.NextSingle() / classes;
        return batch;
    }
}
