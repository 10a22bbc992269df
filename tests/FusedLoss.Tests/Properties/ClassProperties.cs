using static FusedLoss.Tests.Properties.Properties;

namespace FusedLoss.Tests.Properties;

/// <summary>What must hold of losses over classes for every batch.</summary>
public class ClassProperties
{
    private static readonly CrossEntropyOptions Sum = new() { Reduction = Reduction.Sum };

    [Fact]
    public void GradientsOfARowSumToZero() => Hold(batch =>
    {
        var (x, y) = Sample(batch);
        foreach (var smoothing in new[] { 0, 0.2 })
        {
            var gradient = new double[x.Length];
            Loss.CrossEntropy(x, y, gradient, Sum with { LabelSmoothing = smoothing });
            foreach (var row in gradient.Chunk(batch.Classes)) Near(0, row.Sum(), Math.Max(1, row.Sum(Math.Abs)));
            Loss.SoftmaxFocal(x, y, gradient, new() { Reduction = Reduction.Sum });
            foreach (var row in gradient.Chunk(batch.Classes)) Near(0, row.Sum(), Math.Max(1, row.Sum(Math.Abs)));
        }
    });

    [Fact]
    public void TwoHalvesMakeTheWhole() => Hold(batch =>
    {
        var (x, y) = Sample(batch);
        var (cut, whole, parts) = (batch.Rows / 2, new double[x.Length], new double[x.Length]);
        var at = cut * batch.Classes;
        var loss = Loss.CrossEntropy(x, y, whole, Sum);
        var first = Loss.CrossEntropy(x.AsSpan(0, at), y.AsSpan(0, cut), parts.AsSpan(0, at), Sum);
        var second = Loss.CrossEntropy(x.AsSpan(at), y.AsSpan(cut), parts.AsSpan(at), Sum);
        Near(loss, first + second, loss);
        Near(whole, parts);
    });

    [Fact]
    public void ShiftedLogitsChangeNothing() => Hold(batch =>
    {
        // Multiples of 1/64, so that the shift is exact: then not even a bit changes.
        var (x, y) = Sample(batch);
        var exact = Array.ConvertAll(x, value => (float)Math.Round(Math.Clamp(value, -100, 100) * 64) / 64);
        var shifted = Array.ConvertAll(exact, value => value + 1000 - batch.Seed % 2000);
        var (a, b) = (new float[x.Length], new float[x.Length]);
        Assert.Equal(Loss.CrossEntropy(exact, y, a), Loss.CrossEntropy(shifted, y, b));
        Assert.Equal(a, b);
        Assert.Equal(Loss.SoftmaxFocal(exact, y, a), Loss.SoftmaxFocal(shifted, y, b));
        Assert.Equal(a, b);
    });

    [Fact]
    public void PermutedClassesPermuteGradients() => Hold(batch =>
    {
        var (x, y) = Sample(batch);
        var (n, c) = (batch.Rows, batch.Classes);
        var order = Enumerable.Range(0, c).ToArray();
        new Random(batch.Seed).Shuffle(order);
        var (permuted, labels) = (new double[x.Length], y.Select(label => Array.IndexOf(order, (int)label)).ToArray());
        for (var i = 0; i < x.Length; i++) permuted[i] = x[i / c * c + order[i % c]];
        var (a, b) = (new double[x.Length], new double[x.Length]);
        var loss = Loss.CrossEntropy(x, y, a);
        Near(loss, Loss.CrossEntropy(permuted, labels, b), loss);
        Near([.. Enumerable.Range(0, n * c).Select(i => a[i / c * c + order[i % c]])], b);
    });

    [Fact]
    public void MeanIsSumOverCount() => Hold(batch =>
    {
        var (x, y) = Sample(batch);
        var (a, b) = (new double[x.Length], new double[x.Length]);
        var (sum, mean) = (Loss.CrossEntropy(x, y, a, Sum), Loss.CrossEntropy(x, y, b));
        Near(sum, mean * batch.Rows, sum);
        Near(b, a, batch.Rows);
    });

    [Fact]
    public void UpstreamIsAFactor() => Hold(batch =>
    {
        var (x, y) = Sample(batch);
        var (one, two, odd) = (new double[x.Length], new double[x.Length], new double[x.Length]);
        Loss.CrossEntropy(x, y, one);
        Loss.CrossEntropy(x, y, two, new() { Upstream = -2 });
        Loss.CrossEntropy(x, y, odd, new() { Upstream = 0.3 });
        Assert.Equal(one.Select(value => value * -2), two);
        Near(one, odd, 0.3);
    });

    [Fact]
    public void OneHotProbabilitiesAreLabels() => Hold(batch =>
    {
        var (x, y) = Sample(batch);
        var t = new double[x.Length];
        for (var row = 0; row < batch.Rows; row++) t[row * batch.Classes + y[row]] = 1;
        var (a, b) = (new double[x.Length], new double[x.Length]);
        var loss = Loss.CrossEntropy(x, y, a, Sum);
        var same = Loss.CrossEntropy<double>(
            new() { Logits = x, Shape = new(batch.Rows, batch.Classes), Probabilities = t, Gradient = b }, Sum);
        Near(loss, same, loss + batch.Rows);
        Near(a, b);
    });

    [Fact]
    public void SmoothingIsLinear() => Hold(batch =>
    {
        var (x, y) = Sample(batch);
        var (hard, soft, mixed) = (new double[x.Length], new double[x.Length], new double[x.Length]);
        var a = Loss.CrossEntropy(x, y, hard, Sum);
        var b = Loss.CrossEntropy(x, y, soft, Sum with { LabelSmoothing = 1 });
        var c = Loss.CrossEntropy(x, y, mixed, Sum with { LabelSmoothing = 0.25 });
        Near(0.75 * a + 0.25 * b, c, a + b);
        Near([.. hard.Zip(soft, (h, s) => 0.75 * h + 0.25 * s)], mixed);
    });

    [Fact]
    public void FocalWithoutFocusIsCrossEntropy() => Hold(batch =>
    {
        var (x, y) = Sample(batch);
        var (a, b) = (new double[x.Length], new double[x.Length]);
        var loss = Loss.CrossEntropy(x, y, a);
        Near(loss, Loss.SoftmaxFocal(x, y, b, new() { Gamma = 0 }), loss);
        Near(a, b);
    });

    private static (double[] Logits, long[] Labels) Sample(Batch batch)
    {
        var sample = new ClassInputs().Sample<double>(new(batch.Rows, batch.Classes), batch.Seed);
        return (sample.Logits, sample.Labels);
    }
}
