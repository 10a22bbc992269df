using System.Numerics.Tensors;

namespace FusedLoss.Tests.Contract;

public partial class OverloadTests
{
    private static readonly double[] V64 = Array.ConvertAll(X64, x => 0.25 + x * x);
    private static readonly float[] V32 = Array.ConvertAll(V64, x => (float)x);

    [Fact]
    public void GaussianNll()
    {
        Same<float>(
            g => Loss.GaussianNll<float>(new() { Input = X32, Target = T32, Var = V32, Gradient = g }),
            g => Loss.GaussianNll(X32, T32, V32, g), g => Loss.GaussianNll<float>(X32, T32, V32, g),
            g => Loss.GaussianNll(Of(X32), Of(T32), Of(V32), Of(g)));
        Same<double>(
            g => Loss.GaussianNll<double>(new() { Input = X64, Target = T64, Var = V64, Gradient = g }),
            g => Loss.GaussianNll(X64, T64, V64, g), g => Loss.GaussianNll<double>(X64, T64, V64, g),
            g => Loss.GaussianNll(Of(X64), Of(T64), Of(V64), Of(g)));
    }

    [Theory]
    [InlineData("24", true), InlineData("6,1", true), InlineData("6", true), InlineData("1,4", true)]
    [InlineData("1", true), InlineData("24", false), InlineData("4", false), InlineData("1", false)]
    public void AVarianceRepeatsAsInPyTorch(string text, bool tensor)
    {
        // [6] lacks the last dimension, [4] of a span repeats along the first.
        nint[] shape = text == "24" && tensor ? [N, C] : [.. text.Split(',').Select(nint.Parse)];
        var small = V64[..(int)shape.Aggregate((nint)1, (a, b) => a * b)];
        var full = Enumerable.Range(0, N * C).Select(i => small[small.Length == N && tensor ? i / C
            : i % small.Length]).ToArray();
        Assert.Equal(Gaussian(full), tensor ? Gaussian(new ReadOnlyTensorSpan<double>(small, shape)) : Gaussian(small));
    }

    [Fact]
    public void MarginRanking()
    {
        Same<float>(
            g => Loss.MarginRanking<float>(new() { Input1 = X32, Input2 = V32, Target = T32, Gradient1 = g }),
            g => Loss.MarginRanking(X32, V32, T32, g), g => Loss.MarginRanking<float>(X32, V32, T32, g),
            g => Loss.MarginRanking(Of(X32), Of(V32), Of(T32), Of(g)));
        Same<double>(
            g => Loss.MarginRanking<double>(new() { Input1 = X64, Input2 = V64, Target = T64, Gradient2 = g }),
            g => Loss.MarginRanking(X64, V64, T64, default, g), g => Loss.MarginRanking<double>(X64, V64, T64, [], g),
            g => Loss.MarginRanking(Of(X64), Of(V64), Of(T64), gradient2: Of(g)));
    }

    private static double[] Gaussian(InputView<double> variance)
    {
        var (gradient, toVariance) = (new double[N * C], new double[N * C]);
        var loss = Loss.GaussianNll<double>(
            new() { Input = Of(X64), Target = Of(T64), Var = variance, Gradient = gradient, VarGradient = toVariance });
        return [loss, .. gradient, .. toVariance];
    }
}
