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
}
