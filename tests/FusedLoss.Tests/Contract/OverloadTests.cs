using System.Numerics.Tensors;

namespace FusedLoss.Tests.Contract;

/// <summary>However a loss is called, it is the same loss: every overload gives the bits of the named arguments.
/// <see cref="EveryPointwiseTests"/> has those with one term per element.</summary>
public partial class OverloadTests
{
    private const int N = 6;
    private const int C = 4;

    private static readonly double[] X64 = [.. Enumerable.Range(0, N * C).Select(i => Math.Sin(7 * i) * 3)];
    private static readonly double[] T64 = [.. Enumerable.Range(0, N * C).Select(i => i % 2.0)];
    private static readonly float[] X32 = Array.ConvertAll(X64, x => (float)x);
    private static readonly float[] T32 = Array.ConvertAll(T64, x => (float)x);
    private static readonly Half[] X16 = Element.Of<Half>(X64), T16 = Element.Of<Half>(T64);
    private static readonly BFloat16[] B16 = Element.Of<BFloat16>(X64), U16 = Element.Of<BFloat16>(T64);
    private static readonly int[] Y32 = [3, 0, 1, 2, 2, 0];
    private static readonly long[] Y64 = Array.ConvertAll(Y32, y => (long)y);

    [Fact]
    public void ShapesAreInferredFromTensors()
    {
        var one = Loss.CrossEntropy(new ReadOnlyTensorSpan<float>(X32, [N * C]), (int[])[5]);
        Assert.Equal(Loss.CrossEntropy(X32, (int[])[5]), one);
        int[] pixels = [0, 1, 1, 0, 1, 0, 0, 0, 1, 1, 0, 1];
        var image = Loss.CrossEntropy(new ReadOnlyTensorSpan<float>(X32, [3, 2, 2, 2]), pixels);
        Assert.Equal(Loss.CrossEntropy<float>(new() { Logits = X32, Shape = new(3, 2, 4), Labels = pixels }), image);
    }

    [Fact]
    public void WhatIsNotWantedIsNaN()
    {
        var gradient = new float[N * C];
        Assert.Equal(double.NaN, Loss.Mse(X32, T32, gradient, new() { Reduction = Reduction.None }));
        Assert.Equal(double.NaN, Loss.Mse(X32, T32, gradient, new() { ComputeLoss = false }));
        Assert.Equal(double.NaN, Loss.CrossEntropy(X32, Y32, gradient, new() { ComputeLoss = false }));
        Assert.DoesNotContain(float.NaN, gradient);
    }

    [Fact]
    public void NothingWantedIsAllowed() =>
        Assert.Equal(double.NaN, Loss.Mse(X32, T32, default, new() { ComputeLoss = false }));

    /// <summary>The overload for any of the four types.</summary>
    private static void Generic(
        Func<float[], double> named32, Func<float[], double> generic32, Func<Half[], double> named16,
        Func<Half[], double> spans16, Func<BFloat16[], double> namedB16, Func<BFloat16[], double> spansB16)
    {
        Same(named32, generic32);
        Same(named16, spans16);
        Same(namedB16, spansB16);
    }

    private static void Same<T>(Func<T[], double> first, params Func<T[], double>[] others)
    {
        var expected = new T[N * C];
        var loss = first(expected);
        Assert.Contains(expected, value => !value!.Equals(default(T)));
        foreach (var other in others)
        {
            var actual = new T[N * C];
            Assert.Equal(loss, other(actual));
            Assert.Equal(expected, actual);
        }
    }

    private static TensorSpan<T> Of<T>(T[] values) => new(values, [N, C]);
}
