namespace FusedLoss.Tests.Contract;

public partial class OverloadTests
{
    [Fact]
    public void Dice()
    {
        Same<float>(
            g => Loss.Dice(X32, Y32, g), g => Loss.Dice(X32, Y64, g), g => Loss.Dice(Of(X32), Y32, Of(g)),
            g => Loss.Dice<float>(X32, Y32, g),
            g => Loss.Dice<float>(new() { Logits = X32, Labels = Y32, Gradient = g }),
            g => Loss.Tversky(X32, Y32, g, new() { Smooth = 0.5 }));
        Same<double>(
            g => Loss.Dice(X64, Y32, g), g => Loss.Dice(Of(X64), Y64, Of(g)),
            g => Loss.Dice<double>(new() { Logits = X64, Labels = Y32, Gradient = g }));
        Same<Half>(
            g => Loss.Dice<Half>(X16, Y32, g),
            g => Loss.Dice<Half>(new() { Logits = X16, Labels = Y32, Gradient = g }));
    }

    [Fact]
    public void Tversky()
    {
        Same<float>(
            g => Loss.Tversky(X32, Y32, g), g => Loss.Tversky(X32, Y64, g), g => Loss.Tversky(Of(X32), Y32, Of(g)),
            g => Loss.Tversky<float>(X32, Y32, g),
            g => Loss.Tversky<float>(new() { Logits = X32, Labels = Y32, Gradient = g }));
        Same<double>(
            g => Loss.Tversky(X64, Y32, g), g => Loss.Tversky(Of(X64), Y64, Of(g)),
            g => Loss.Tversky<double>(new() { Logits = X64, Labels = Y32, Gradient = g }));
        Same<Half>(
            g => Loss.Tversky<Half>(X16, Y32, g),
            g => Loss.Tversky<Half>(new() { Logits = X16, Labels = Y32, Gradient = g }));
    }
}
