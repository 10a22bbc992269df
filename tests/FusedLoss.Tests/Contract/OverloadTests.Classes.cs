using System.Numerics.Tensors;

namespace FusedLoss.Tests.Contract;

public partial class OverloadTests
{
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
    public void CrossEntropyOfAnyType() => Generic(
        g => Loss.CrossEntropy<float>(new() { Logits = X32, Labels = Y32, Gradient = g }),
        g => Loss.CrossEntropy<float>(X32, Y32, g),
        g => Loss.CrossEntropy<Half>(new() { Logits = X16, Labels = Y32, Gradient = g }),
        g => Loss.CrossEntropy(X16, Y64, g),
        g => Loss.CrossEntropy<BFloat16>(new() { Logits = B16, Labels = Y32, Gradient = g }),
        g => Loss.CrossEntropy(B16, Y32, g));

    [Fact]
    public void SoftmaxFocalOfAnyType() => Generic(
        g => Loss.SoftmaxFocal<float>(new() { Logits = X32, Labels = Y32, Gradient = g }),
        g => Loss.SoftmaxFocal<float>(X32, Y32, g),
        g => Loss.SoftmaxFocal<Half>(new() { Logits = X16, Labels = Y32, Gradient = g }),
        g => Loss.SoftmaxFocal(X16, Y64, g),
        g => Loss.SoftmaxFocal<BFloat16>(new() { Logits = B16, Labels = Y32, Gradient = g }),
        g => Loss.SoftmaxFocal(B16, Y32, g));
}
