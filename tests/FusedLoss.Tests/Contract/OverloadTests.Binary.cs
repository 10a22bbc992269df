namespace FusedLoss.Tests.Contract;

public partial class OverloadTests
{
    [Fact]
    public void Bce() => Pointwise(
        g => Loss.Bce(X32, T32, g), g => Loss.Bce(X64, T64, g),
        g => Loss.Bce(Of(X32), Of(T32), Of(g)), g => Loss.Bce(Of(X64), Of(T64), Of(g)),
        g => Loss.Bce<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.Bce<double>(new() { Input = X64, Target = T64, Gradient = g }));

    [Fact]
    public void BceOfAnyType() => Generic(
        g => Loss.Bce<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.Bce<float>(X32, T32, g),
        g => Loss.Bce<Half>(new() { Input = X16, Target = T16, Gradient = g }),
        g => Loss.Bce(X16, T16, g),
        g => Loss.Bce<BFloat16>(new() { Input = B16, Target = U16, Gradient = g }),
        g => Loss.Bce(B16, U16, g));

    [Fact]
    public void BceWithLogits() => Pointwise(
        g => Loss.BceWithLogits(X32, T32, g), g => Loss.BceWithLogits(X64, T64, g),
        g => Loss.BceWithLogits(Of(X32), Of(T32), Of(g)), g => Loss.BceWithLogits(Of(X64), Of(T64), Of(g)),
        g => Loss.BceWithLogits<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.BceWithLogits<double>(new() { Input = X64, Target = T64, Gradient = g }));

    [Fact]
    public void BceWithLogitsOfAnyType() => Generic(
        g => Loss.BceWithLogits<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.BceWithLogits<float>(X32, T32, g),
        g => Loss.BceWithLogits<Half>(new() { Input = X16, Target = T16, Gradient = g }),
        g => Loss.BceWithLogits(X16, T16, g),
        g => Loss.BceWithLogits<BFloat16>(new() { Input = B16, Target = U16, Gradient = g }),
        g => Loss.BceWithLogits(B16, U16, g));

    [Fact]
    public void SigmoidFocal() => Pointwise(
        g => Loss.SigmoidFocal(X32, T32, g), g => Loss.SigmoidFocal(X64, T64, g),
        g => Loss.SigmoidFocal(Of(X32), Of(T32), Of(g)), g => Loss.SigmoidFocal(Of(X64), Of(T64), Of(g)),
        g => Loss.SigmoidFocal<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.SigmoidFocal<double>(new() { Input = X64, Target = T64, Gradient = g }));

    [Fact]
    public void SigmoidFocalOfAnyType() => Generic(
        g => Loss.SigmoidFocal<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.SigmoidFocal<float>(X32, T32, g),
        g => Loss.SigmoidFocal<Half>(new() { Input = X16, Target = T16, Gradient = g }),
        g => Loss.SigmoidFocal(X16, T16, g),
        g => Loss.SigmoidFocal<BFloat16>(new() { Input = B16, Target = U16, Gradient = g }),
        g => Loss.SigmoidFocal(B16, U16, g));

    [Fact]
    public void SoftMargin() => Pointwise(
        g => Loss.SoftMargin(X32, T32, g), g => Loss.SoftMargin(X64, T64, g),
        g => Loss.SoftMargin(Of(X32), Of(T32), Of(g)), g => Loss.SoftMargin(Of(X64), Of(T64), Of(g)),
        g => Loss.SoftMargin<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.SoftMargin<double>(new() { Input = X64, Target = T64, Gradient = g }));

    [Fact]
    public void SoftMarginOfAnyType() => Generic(
        g => Loss.SoftMargin<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.SoftMargin<float>(X32, T32, g),
        g => Loss.SoftMargin<Half>(new() { Input = X16, Target = T16, Gradient = g }),
        g => Loss.SoftMargin(X16, T16, g),
        g => Loss.SoftMargin<BFloat16>(new() { Input = B16, Target = U16, Gradient = g }),
        g => Loss.SoftMargin(B16, U16, g));
}
