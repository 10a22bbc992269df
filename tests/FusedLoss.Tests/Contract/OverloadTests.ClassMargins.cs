using System.Numerics.Tensors;

namespace FusedLoss.Tests.Contract;

public partial class OverloadTests
{
    private static readonly int[] Lists32 =
        [3, 0, -1, 1, -1, -1, -1, -1, 2, 2, 1, -1, 0, 1, 2, 3, 1, -1, 0, 0, 3, 2, -1, -1];

    private static readonly long[] Lists64 = Array.ConvertAll(Lists32, label => (long)label);

    [Fact]
    public void Nll()
    {
        Same<float>(
            g => Loss.Nll<float>(new() { Logits = X32, Labels = Y32, Gradient = g }), g => Loss.Nll(X32, Y32, g),
            g => Loss.Nll(X32, Y64, g), g => Loss.Nll<float>(X32, Y32, g), g => Loss.Nll(Of(X32), Y32, Of(g)));
        Same<double>(
            g => Loss.Nll<double>(new() { Logits = X64, Labels = Y32, Gradient = g }), g => Loss.Nll(X64, Y32, g),
            g => Loss.Nll(X64, Y64, g), g => Loss.Nll<double>(X64, Y32, g), g => Loss.Nll(Of(X64), Y32, Of(g)));
    }

    [Fact]
    public void MultiMargin()
    {
        Same<float>(
            g => Loss.MultiMargin<float>(new() { Logits = X32, Labels = Y32, Gradient = g }),
            g => Loss.MultiMargin(X32, Y32, g), g => Loss.MultiMargin(X32, Y64, g),
            g => Loss.MultiMargin<float>(X32, Y32, g), g => Loss.MultiMargin(Of(X32), Y32, Of(g)));
        Same<double>(
            g => Loss.MultiMargin<double>(new() { Logits = X64, Labels = Y32, Gradient = g }),
            g => Loss.MultiMargin(X64, Y32, g), g => Loss.MultiMargin(X64, Y64, g),
            g => Loss.MultiMargin<double>(X64, Y32, g), g => Loss.MultiMargin(Of(X64), Y32, Of(g)));
    }

    [Fact]
    public void MultilabelMargin()
    {
        Same<float>(
            g => Loss.MultilabelMargin<float>(
                new() { Logits = X32, Labels = Lists32, Shape = new(N, C), Gradient = g }),
            g => Loss.MultilabelMargin(X32, Lists32, C, g), g => Loss.MultilabelMargin(X32, Lists64, C, g),
            g => Loss.MultilabelMargin<float>(X32, Lists32, C, g),
            g => Loss.MultilabelMargin(Of(X32), Lists32, Of(g)),
            g => Loss.MultilabelMargin(Of(X32), new ReadOnlyTensorSpan<int>(Lists32, [N, C]), Of(g)));
        Same<double>(
            g => Loss.MultilabelMargin<double>(
                new() { Logits = X64, Labels = Lists32, Shape = new(N, C), Gradient = g }),
            g => Loss.MultilabelMargin(X64, Lists32, C, g), g => Loss.MultilabelMargin(X64, Lists64, C, g),
            g => Loss.MultilabelMargin<double>(X64, Lists32, C, g),
            g => Loss.MultilabelMargin(Of(X64), Lists64, Of(g)));
    }

    [Fact]
    public void MultilabelSoftMargin()
    {
        Same<float>(
            g => Loss.MultilabelSoftMargin<float>(
                new() { Input = X32, Target = T32, Shape = new(N, C), Gradient = g }),
            g => Loss.MultilabelSoftMargin(X32, T32, C, g), g => Loss.MultilabelSoftMargin<float>(X32, T32, C, g),
            g => Loss.MultilabelSoftMargin(Of(X32), Of(T32), Of(g)),
            g => Loss.MultilabelSoftMargin(
                new ReadOnlyTensorSpan<float>(X32, [2, 3, C]), new ReadOnlyTensorSpan<float>(T32, [2, 3, C]), g));
        Same<double>(
            g => Loss.MultilabelSoftMargin<double>(
                new() { Input = X64, Target = T64, Shape = new(N, C), Gradient = g }),
            g => Loss.MultilabelSoftMargin(X64, T64, C, g), g => Loss.MultilabelSoftMargin<double>(X64, T64, C, g),
            g => Loss.MultilabelSoftMargin(Of(X64), Of(T64), Of(g)));
    }
}
