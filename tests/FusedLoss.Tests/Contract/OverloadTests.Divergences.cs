namespace FusedLoss.Tests.Contract;

public partial class OverloadTests
{
    [Fact]
    public void BalancedCrossEntropy()
    {
        Same<float>(
            g => Loss.BalancedCrossEntropy(X32, Y32, g), g => Loss.BalancedCrossEntropy(X32, Y64, g),
            g => Loss.BalancedCrossEntropy(Of(X32), Y32, Of(g)),
            g => Loss.BalancedCrossEntropy<float>(X32, Y32, g),
            g => Loss.BalancedCrossEntropy<float>(new() { Logits = X32, Labels = Y32, Gradient = g }));
        Same<double>(
            g => Loss.BalancedCrossEntropy(X64, Y32, g), g => Loss.BalancedCrossEntropy(Of(X64), Y64, Of(g)),
            g => Loss.BalancedCrossEntropy<double>(new() { Logits = X64, Labels = Y32, Gradient = g }));
        Same<Half>(
            g => Loss.BalancedCrossEntropy<Half>(X16, Y32, g),
            g => Loss.BalancedCrossEntropy<Half>(new() { Logits = X16, Labels = Y32, Gradient = g }));
    }

    [Fact]
    public void Jsd()
    {
        Same<float>(
            g => Loss.Jsd(X32, T32, C, g), g => Loss.Jsd(Of(X32), Of(T32), Of(g)), g => Loss.Jsd<float>(X32, T32, C, g),
            g => Loss.Jsd<float>(new() { Input = X32, Target = T32, Shape = new(N, C), Gradient = g }));
        Same<double>(
            g => Loss.Jsd(X64, T64, C, g), g => Loss.Jsd(Of(X64), Of(T64), Of(g)),
            g => Loss.Jsd<double>(new() { Input = Of(X64), Target = T64, Gradient = g }));
        Same<Half>(
            g => Loss.Jsd<Half>(X16, T16, C, g),
            g => Loss.Jsd<Half>(new() { Input = X16, Target = T16, Shape = new(N, C), Gradient = g }));
    }

    [Fact]
    public void Tvd()
    {
        Same<float>(
            g => Loss.Tvd(X32, T32, C, g), g => Loss.Tvd(Of(X32), Of(T32), Of(g)), g => Loss.Tvd<float>(X32, T32, C, g),
            g => Loss.Tvd<float>(new() { Input = X32, Target = T32, Shape = new(N, C), Gradient = g }));
        Same<double>(
            g => Loss.Tvd(X64, T64, C, g), g => Loss.Tvd(Of(X64), Of(T64), Of(g)),
            g => Loss.Tvd<double>(new() { Input = Of(X64), Target = T64, Gradient = g }));
        Same<Half>(
            g => Loss.Tvd<Half>(X16, T16, C, g),
            g => Loss.Tvd<Half>(new() { Input = X16, Target = T16, Shape = new(N, C), Gradient = g }));
    }
}
