using static FusedLoss.Tests.Properties.Properties;

namespace FusedLoss.Tests.Properties;

/// <summary>What must hold of info_nce for every batch.</summary>
public class InfoNceProperties
{
    private static readonly double[] Temperatures = [0.07, 0.5, 1, 3];

    [Fact]
    public void ItIsCrossEntropyOfScaledSimilarities() => Hold(batch =>
    {
        var (n, c) = (batch.Rows, batch.Rows + batch.Seed % 5);
        var x = Similarities(batch.Seed, n * c);
        var labels = Enumerable.Range(0, n).Select(i => (long)i).ToArray();
        foreach (var t in Temperatures)
        {
            var scaled = Array.ConvertAll(x, value => value / t);
            var (a, b) = (new double[x.Length], new double[x.Length]);
            var loss = Loss.CrossEntropy(scaled, labels, a);
            var same = Loss.InfoNce<double>(
                new() { Logits = x, Shape = new(n, c), Gradient = b }, new() { Temperature = t });
            Near(loss, same, 1 + 2 / t);
            for (var i = 0; i < a.Length; i++) Near(a[i] / t, b[i], (1 + 2 / t) / t / n);
        }
    });

    [Fact]
    public void NtXentIsCrossEntropyWithoutTheDiagonal() => Hold(batch =>
    {
        var n = 2 * batch.Rows;
        var x = Similarities(batch.Seed, n * n);
        var masked = x.ToArray();
        for (var i = 0; i < n; i++) masked[i * n + i] = double.NegativeInfinity;
        var labels = Enumerable.Range(0, n).Select(i => (i + n / 2) % n).ToArray();
        var (a, b) = (new double[x.Length], new double[x.Length]);
        var loss = Loss.CrossEntropy(masked, labels, a);
        var options = new InfoNceOptions { Temperature = 1, Positives = InfoNcePositives.NtXent };
        Near(loss, Loss.InfoNce(x, b, options), 1 + loss);
        for (var i = 0; i < a.Length; i++) Near(a[i], b[i], 1.0 / n);
    });

    [Fact]
    public void GradientsOfARowSumToZero() => Hold(batch =>
    {
        var n = 2 * batch.Rows;
        var (x, gradient) = (Similarities(batch.Seed, n * n), new double[n * n]);
        foreach (var positives in Enum.GetValues<InfoNcePositives>())
        {
            Loss.InfoNce(x, gradient, new() { Positives = positives, Reduction = Reduction.Sum, Temperature = 0.25 });
            foreach (var row in gradient.Chunk(n)) Near(0, row.Sum(), Math.Max(4, row.Sum(Math.Abs)));
        }
    });

    private static double[] Similarities(int seed, int count)
    {
        var random = new Random(seed);
        var values = new double[count];
        foreach (ref var value in values.AsSpan()) value = 2 * random.NextDouble() - 1;
        return values;
    }
}
