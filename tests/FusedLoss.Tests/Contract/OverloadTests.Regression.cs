namespace FusedLoss.Tests.Contract;

public partial class OverloadTests
{
    [Fact]
    public void Mse() => Pointwise(
        g => Loss.Mse(X32, T32, g), g => Loss.Mse(X64, T64, g), g => Loss.Mse(Of(X32), Of(T32), Of(g)),
        g => Loss.Mse(Of(X64), Of(T64), Of(g)), g => Loss.Mse<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.Mse<double>(new() { Input = X64, Target = T64, Gradient = g }));

    [Fact]
    public void MseOfAnyType() => Generic(
        g => Loss.Mse<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.Mse<float>(X32, T32, g),
        g => Loss.Mse<Half>(new() { Input = X16, Target = T16, Gradient = g }),
        g => Loss.Mse(X16, T16, g),
        g => Loss.Mse<BFloat16>(new() { Input = B16, Target = U16, Gradient = g }),
        g => Loss.Mse(B16, U16, g));

    [Fact]
    public void L1() => Pointwise(
        g => Loss.L1(X32, T32, g), g => Loss.L1(X64, T64, g), g => Loss.L1(Of(X32), Of(T32), Of(g)),
        g => Loss.L1(Of(X64), Of(T64), Of(g)), g => Loss.L1<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.L1<double>(new() { Input = X64, Target = T64, Gradient = g }));

    [Fact]
    public void L1OfAnyType() => Generic(
        g => Loss.L1<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.L1<float>(X32, T32, g),
        g => Loss.L1<Half>(new() { Input = X16, Target = T16, Gradient = g }),
        g => Loss.L1(X16, T16, g),
        g => Loss.L1<BFloat16>(new() { Input = B16, Target = U16, Gradient = g }),
        g => Loss.L1(B16, U16, g));

    [Fact]
    public void SmoothL1() => Pointwise(
        g => Loss.SmoothL1(X32, T32, g), g => Loss.SmoothL1(X64, T64, g), g => Loss.SmoothL1(Of(X32), Of(T32), Of(g)),
        g => Loss.SmoothL1(Of(X64), Of(T64), Of(g)),
        g => Loss.SmoothL1<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.SmoothL1<double>(new() { Input = X64, Target = T64, Gradient = g }));

    [Fact]
    public void SmoothL1OfAnyType() => Generic(
        g => Loss.SmoothL1<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.SmoothL1<float>(X32, T32, g),
        g => Loss.SmoothL1<Half>(new() { Input = X16, Target = T16, Gradient = g }),
        g => Loss.SmoothL1(X16, T16, g),
        g => Loss.SmoothL1<BFloat16>(new() { Input = B16, Target = U16, Gradient = g }),
        g => Loss.SmoothL1(B16, U16, g));

    [Fact]
    public void Huber() => Pointwise(
        g => Loss.Huber(X32, T32, g), g => Loss.Huber(X64, T64, g), g => Loss.Huber(Of(X32), Of(T32), Of(g)),
        g => Loss.Huber(Of(X64), Of(T64), Of(g)), g =>
            Loss.Huber<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.Huber<double>(new() { Input = X64, Target = T64, Gradient = g }));

    [Fact]
    public void HuberOfAnyType() => Generic(
        g => Loss.Huber<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.Huber<float>(X32, T32, g),
        g => Loss.Huber<Half>(new() { Input = X16, Target = T16, Gradient = g }),
        g => Loss.Huber(X16, T16, g),
        g => Loss.Huber<BFloat16>(new() { Input = B16, Target = U16, Gradient = g }),
        g => Loss.Huber(B16, U16, g));
}
