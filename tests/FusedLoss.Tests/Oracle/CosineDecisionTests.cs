namespace FusedLoss.Tests.Oracle;

/// <summary>What cosine_embedding does where its formula ends, one decision at a time.</summary>
public class CosineDecisionTests
{
    private static readonly float[] None = [];

    [Fact]
    public void AnotherTargetCostsNothing()
    {
        float[] a = [1, 2, 3, -4, 0, 1], b = [2, 1, -1, 2, 1, 1], y = [0, 2, float.NaN];
        var (losses, ga, gb) = Run(a, b, y);
        Assert.Equal(new float[3], losses);
        Assert.Equal(new float[6], ga);
        Assert.Equal(new float[6], gb);
    }

    [Fact]
    public void TheHingeHasASlopeAtItsCorner()
    {
        var (losses, ga, gb) = Run([1, 0, 0, -1], [0, 2, 4, 0], [-1, -1]);
        Assert.Equal([0, 0], losses);
        Assert.Equal([0, 1, 1, 0], ga);
        Assert.Equal([0.5f, 0, 0, -0.25f], gb);
    }

    [Fact]
    public void TheHingeHasNoSlopeBelowItsCorner()
    {
        var (losses, ga, gb) = Run([1, 0, 1, 1], [-1, 1, 1, -1], [-1, -1], margin: 0.5);
        Assert.Equal([0, 0], losses);
        Assert.Equal(new float[4], ga);
        Assert.Equal(new float[4], gb);
    }

    [Fact]
    public void ZeroVectorsHaveCosineZeroAndAGradientOfAMillionth()
    {
        var (losses, ga, gb) = Run([0, 0, 0, 0], [3, 4, 0, 0], [1, 1]);
        Assert.Equal([1, 1], losses);
        Assert.Equal([-600_000, -800_000, 0, 0], ga); // b / |b| / 1e-6
        Assert.Equal(new float[4], gb);
    }

    [Theory, InlineData(1e18f), InlineData(1e30f), InlineData(3e38f)]
    public void HugeVectorsHaveAnAngle(float size)
    {
        var (losses, ga, gb) = Run([size, 0, size, size], [size, size, -size, -size], [-1, 1]);
        Assert.Equal([(float)Math.Sqrt(0.5), 2], losses);
        Assert.All([.. ga, .. gb], value => Assert.True(Math.Abs(value) * size <= 1));
    }

    [Theory, InlineData(1e-12f), InlineData(1e-20f), InlineData(1e-30f)]
    public void TinyVectorsAreNoVectors(float size)
    {
        var (losses, ga, gb) = Run([size, size], [size, -size], [1]);
        Assert.Equal([1], losses);
        var slope = (float)(size / 1e-12);
        Assert.All([-ga[0], ga[1], -gb[0], -gb[1]], value =>
            Assert.InRange(Math.Abs(value), float.BitDecrement(slope), float.BitIncrement(slope)));
    }

    [Fact]
    public void AnEmptyBatchIsNaNOrZero()
    {
        Assert.Equal(double.NaN, Loss.CosineEmbedding(None, None, None));
        var zero = new CosineEmbeddingOptions { EmptyMean = EmptyMean.Zero };
        Assert.Equal(0, Loss.CosineEmbedding(None, None, None, options: zero));
        var sum = new CosineEmbeddingOptions { Reduction = Reduction.Sum };
        Assert.Equal(0, Loss.CosineEmbedding(None, None, None, options: sum));
    }

    [Fact]
    public void VectorsWithoutDimensionsHaveCosineZero()
    {
        float[] y = [1, -1, 0], losses = new float[3];
        var loss = Loss.CosineEmbedding<float>(new() { Input1 = None, Input2 = None, Target = y, Losses = losses },
            new() { Margin = -0.5 });
        Assert.Equal([1, 0.5f, 0], losses);
        Assert.Equal(0.5, loss);
    }

    [Fact]
    public void NaNStaysInItsRow()
    {
        var (losses, ga, gb) = Run([1, 2, float.NaN, 1, 3, 4], [2, 1, 1, 1, 1, 0], [1, 1, -1]);
        Assert.Equal([false, true, false], losses.Select(float.IsNaN));
        Assert.Equal([false, false, true, true, false, false], ga.Select(float.IsNaN));
        Assert.Equal([false, false, true, true, false, false], gb.Select(float.IsNaN));
    }

    private static (float[] Losses, float[] Gradient1, float[] Gradient2) Run(
        float[] a, float[] b, float[] y, double margin = 0)
    {
        var (losses, ga, gb) = (new float[y.Length], new float[a.Length], new float[a.Length]);
        Loss.CosineEmbedding<float>(
            new() { Input1 = a, Input2 = b, Target = y, Losses = losses, Gradient1 = ga, Gradient2 = gb },
            new() { Margin = margin, Reduction = Reduction.None });
        return (losses, ga, gb);
    }
}
