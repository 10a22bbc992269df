namespace FusedLoss.Tests.Contract;

public partial class OverloadTests
{
    [Fact]
    public void HingeEmbedding() => Pointwise(
        g => Loss.HingeEmbedding(X32, T32, g), g => Loss.HingeEmbedding(X64, T64, g),
        g => Loss.HingeEmbedding(Of(X32), Of(T32), Of(g)), g => Loss.HingeEmbedding(Of(X64), Of(T64), Of(g)),
        g => Loss.HingeEmbedding<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.HingeEmbedding<double>(new() { Input = X64, Target = T64, Gradient = g }));

    [Fact]
    public void HingeEmbeddingOfAnyType() => Generic(
        g => Loss.HingeEmbedding<float>(new() { Input = X32, Target = T32, Gradient = g }),
        g => Loss.HingeEmbedding<float>(X32, T32, g),
        g => Loss.HingeEmbedding<Half>(new() { Input = X16, Target = T16, Gradient = g }),
        g => Loss.HingeEmbedding(X16, T16, g),
        g => Loss.HingeEmbedding<BFloat16>(new() { Input = B16, Target = U16, Gradient = g }),
        g => Loss.HingeEmbedding(B16, U16, g));
}
