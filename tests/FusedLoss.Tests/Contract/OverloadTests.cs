using System.Numerics.Tensors;

namespace FusedLoss.Tests.Contract;

/// <summary>However a loss is called, it is the same loss: every overload gives the bits of the named
/// arguments.</summary>
public class OverloadTests
{
    private const int N = 6;
    private const int C = 4;

    private static readonly double[] X64 = [.. Enumerable.Range(0, N * C).Select(i => Math.Sin(7 * i) * 3)];
    private static readonly double[] T64 = [.. Enumerable.Range(0, N * C).Select(i => i % 2.0)];
    private static readonly float[] X32 = Array.ConvertAll(X64, x => (float)x);
    private static readonly float[] T32 = Array.ConvertAll(T64, x => (float)x);
    private static readonly int[] Y32 = [3, 0, 1, 2, 2, 0];
    private static readonly long[] Y64 = Array.ConvertAll(Y32, y => (long)y);

    [Fact]
    public void Mse() => Pointwise(
        g => Loss.Mse(X32, T32, g), g => Loss.Mse(X64, T64, g), g => Loss.Mse(Of(X32), Of(T32), Of(g)),
        g => Loss.Mse(Of(X64), Of(T64), Of(g)), g => Loss.Mse<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.Mse<double>(new() { Input = X64, Target = T64, Gradient = g }));

    [Fact]
    public void L1() => Pointwise(
        g => Loss.L1(X32, T32, g), g => Loss.L1(X64, T64, g), g => Loss.L1(Of(X32), Of(T32), Of(g)),
        g => Loss.L1(Of(X64), Of(T64), Of(g)), g => Loss.L1<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.L1<double>(new() { Input = X64, Target = T64, Gradient = g }));

    [Fact]
    public void SmoothL1() => Pointwise(
        g => Loss.SmoothL1(X32, T32, g), g => Loss.SmoothL1(X64, T64, g), g => Loss.SmoothL1(Of(X32), Of(T32), Of(g)),
        g => Loss.SmoothL1(Of(X64), Of(T64), Of(g)),
        g => Loss.SmoothL1<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.SmoothL1<double>(new() { Input = X64, Target = T64, Gradient = g }));

    [Fact]
    public void Huber() => Pointwise(
        g => Loss.Huber(X32, T32, g), g => Loss.Huber(X64, T64, g), g => Loss.Huber(Of(X32), Of(T32), Of(g)),
        g => Loss.Huber(Of(X64), Of(T64), Of(g)), g =>
            Loss.Huber<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.Huber<double>(new() { Input = X64, Target = T64, Gradient = g }));

    [Fact]
    public void Bce() => Pointwise(
        g => Loss.Bce(X32, T32, g), g => Loss.Bce(X64, T64, g),
        g => Loss.Bce(Of(X32), Of(T32), Of(g)), g => Loss.Bce(Of(X64), Of(T64), Of(g)),
        g => Loss.Bce<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.Bce<double>(new() { Input = X64, Target = T64, Gradient = g }));

    [Fact]
    public void BceWithLogits() => Pointwise(
        g => Loss.BceWithLogits(X32, T32, g), g => Loss.BceWithLogits(X64, T64, g),
        g => Loss.BceWithLogits(Of(X32), Of(T32), Of(g)), g => Loss.BceWithLogits(Of(X64), Of(T64), Of(g)),
        g => Loss.BceWithLogits<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.BceWithLogits<double>(new() { Input = X64, Target = T64, Gradient = g }));

    [Fact]
    public void SigmoidFocal() => Pointwise(
        g => Loss.SigmoidFocal(X32, T32, g), g => Loss.SigmoidFocal(X64, T64, g),
        g => Loss.SigmoidFocal(Of(X32), Of(T32), Of(g)), g => Loss.SigmoidFocal(Of(X64), Of(T64), Of(g)),
        g => Loss.SigmoidFocal<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.SigmoidFocal<double>(new() { Input = X64, Target = T64, Gradient = g }));

    [Fact]
    public void SoftMargin() => Pointwise(
        g => Loss.SoftMargin(X32, T32, g), g => Loss.SoftMargin(X64, T64, g),
        g => Loss.SoftMargin(Of(X32), Of(T32), Of(g)), g => Loss.SoftMargin(Of(X64), Of(T64), Of(g)),
        g => Loss.SoftMargin<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.SoftMargin<double>(new() { Input = X64, Target = T64, Gradient = g }));

    [Fact]
    public void HingeEmbedding() => Pointwise(
        g => Loss.HingeEmbedding(X32, T32, g), g => Loss.HingeEmbedding(X64, T64, g),
        g => Loss.HingeEmbedding(Of(X32), Of(T32), Of(g)), g => Loss.HingeEmbedding(Of(X64), Of(T64), Of(g)),
        g => Loss.HingeEmbedding<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.HingeEmbedding<double>(new() { Input = X64, Target = T64, Gradient = g }));

    [Fact]
    public void PoissonNll() => Pointwise(
        g => Loss.PoissonNll(X32, T32, g), g => Loss.PoissonNll(X64, T64, g),
        g => Loss.PoissonNll(Of(X32), Of(T32), Of(g)), g => Loss.PoissonNll(Of(X64), Of(T64), Of(g)),
        g => Loss.PoissonNll<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.PoissonNll<double>(new() { Input = X64, Target = T64, Gradient = g }));

    [Fact]
    public void KlDiv() => Pointwise(
        g => Loss.KlDiv(X32, T32, g), g => Loss.KlDiv(X64, T64, g),
        g => Loss.KlDiv(Of(X32), Of(T32), Of(g)), g => Loss.KlDiv(Of(X64), Of(T64), Of(g)),
        g => Loss.KlDiv<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.KlDiv<double>(new() { Input = X64, Target = T64, Gradient = g }));

    [Fact]
    public void CrossEntropy()
    {
        Same<float>(
            g => Loss.CrossEntropy(X32, Y32, g), g => Loss.CrossEntropy(X32, Y64, g),
            g => Loss.CrossEntropy(X32.AsSpan(), Y32.AsSpan(), g.AsSpan()), g => Loss.CrossEntropy(Of(X32), Y32, Of(g)),
            g => Loss.CrossEntropy(Of(X32), new ReadOnlyTensorSpan<int>(Y32, [N]), Of(g)),
            g => Loss.CrossEntropy<float>(new() { Logits = X32, Labels = Y32, Gradient = g }),
            g => Loss.CrossEntropy<float>(new() { Logits = X32, Labels = Y64, Shape = new(N, C), Gradient = Of(g) }));
        Same<double>(
            g => Loss.CrossEntropy(X64, Y32, g), g => Loss.CrossEntropy(X64, Y64, g), g =>
                Loss.CrossEntropy(Of(X64), Y64, Of(g)),
            g => Loss.CrossEntropy<double>(new() { Logits = X64, Labels = Y32, Gradient = g }));
    }

    [Fact]
    public void SoftmaxFocal()
    {
        Same<float>(
            g => Loss.SoftmaxFocal(X32, Y32, g), g => Loss.SoftmaxFocal(X32, Y64, g), g =>
                Loss.SoftmaxFocal(Of(X32), Y32, Of(g)),
            g => Loss.SoftmaxFocal<float>(new() { Logits = X32, Labels = Y32, Gradient = g }));
        Same<double>(
            g => Loss.SoftmaxFocal(X64, Y32, g), g => Loss.SoftmaxFocal(X64, Y64, g), g =>
                Loss.SoftmaxFocal(Of(X64), Y64, Of(g)),
            g => Loss.SoftmaxFocal<double>(new() { Logits = X64, Labels = Y32, Gradient = g }));
    }

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

    private static void Pointwise(
        Func<float[], double> spans32, Func<double[], double> spans64, Func<float[], double> tensors32,
        Func<double[], double> tensors64, Func<float[], double> named32, Func<double[], double> named64)
    {
        Same(named32, spans32, tensors32);
        Same(named64, spans64, tensors64);
    }

    private static void Same<T>(Func<T[], double> first, params Func<T[], double>[] others)
    {
        var expected = new T[N * C];
        var loss = first(expected);
        foreach (var other in others)
        {
            var actual = new T[N * C];
            Assert.Equal(loss, other(actual));
            Assert.Equal(expected, actual);
        }
    }

    private static TensorSpan<T> Of<T>(T[] values) => new(values, [N, C]);
}
