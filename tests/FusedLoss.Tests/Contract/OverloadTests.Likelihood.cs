namespace FusedLoss.Tests.Contract;

public partial class OverloadTests
{
    [Fact]
    public void PoissonNll() => Pointwise(
        g => Loss.PoissonNll(X32, T32, g), g => Loss.PoissonNll(X64, T64, g),
        g => Loss.PoissonNll(Of(X32), Of(T32), Of(g)), g => Loss.PoissonNll(Of(X64), Of(T64), Of(g)),
        g => Loss.PoissonNll<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.PoissonNll<double>(new() { Input = X64, Target = T64, Gradient = g }));

    [Fact]
    public void PoissonNllOfAnyType() => Generic(
        g => Loss.PoissonNll<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.PoissonNll<float>(X32, T32, g),
        g => Loss.PoissonNll<Half>(new() { Input = X16, Target = T16, Gradient = g }),
        g => Loss.PoissonNll(X16, T16, g),
        g => Loss.PoissonNll<BFloat16>(new() { Input = B16, Target = U16, Gradient = g }),
        g => Loss.PoissonNll(B16, U16, g));

    [Fact]
    public void KlDiv() => Pointwise(
        g => Loss.KlDiv(X32, T32, g), g => Loss.KlDiv(X64, T64, g),
        g => Loss.KlDiv(Of(X32), Of(T32), Of(g)), g => Loss.KlDiv(Of(X64), Of(T64), Of(g)),
        g => Loss.KlDiv<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.KlDiv<double>(new() { Input = X64, Target = T64, Gradient = g }));

    [Fact]
    public void KlDivOfAnyType() => Generic(
        g => Loss.KlDiv<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.KlDiv<float>(X32, T32, g),
        g => Loss.KlDiv<Half>(new() { Input = X16, Target = T16, Gradient = g }),
        g => Loss.KlDiv(X16, T16, g),
        g => Loss.KlDiv<BFloat16>(new() { Input = B16, Target = U16, Gradient = g }),
        g => Loss.KlDiv(B16, U16, g));
}
