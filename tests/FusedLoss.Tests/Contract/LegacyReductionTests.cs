namespace FusedLoss.Tests.Contract;

/// <summary>The nine combinations, as <c>torch.nn._reduction.legacy_get_string</c> of PyTorch 1.13 answers
/// them.</summary>
public class LegacyReductionTests
{
    [Theory]
    [InlineData(null, null, Reduction.Mean), InlineData(null, true, Reduction.Mean)]
    [InlineData(true, null, Reduction.Mean), InlineData(true, true, Reduction.Mean)]
    [InlineData(false, null, Reduction.Sum), InlineData(false, true, Reduction.Sum)]
    [InlineData(null, false, Reduction.None), InlineData(true, false, Reduction.None)]
    [InlineData(false, false, Reduction.None)]
    public void IsPyTorchs(bool? sizeAverage, bool? reduce, Reduction expected) =>
        Assert.Equal(expected, LegacyReduction.Of(sizeAverage, reduce));

    [Fact]
    public void ReducesALoss()
    {
        float[] input = [1, 2, 3], target = [1, 0, 3];
        MseOptions Options(bool? sizeAverage) => new() { Reduction = LegacyReduction.Of(sizeAverage, reduce: true) };
        Assert.Equal(4, Loss.Mse(input, target, options: Options(false)));
        Assert.Equal(4.0 / 3, Loss.Mse(input, target, options: Options(true)));
    }
}
