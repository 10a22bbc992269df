namespace FusedLoss.Tests.Tool;

/// <summary><c>eval</c> of losses over vectors and similarities, and of 16-bit arrays.</summary>
public sealed class PairToolTests : IDisposable
{
    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void CosineEmbeddingTakesPairs()
    {
        Assert.Equal(0, Run(
            "cosine_embedding", _tool.Array("input1", [3f, 4, 1, 0], 2, 2), _tool.Array("input2", [4f, 3, 1, 1], 2, 2),
            _tool.Array("target", [1L, -1], 2), Out("loss"), Out("grad_input2"), "--reduction", "none"));
        Assert.Equal(0.04f, _tool.Floats("loss.npy")[0], Ulp.OfIdentity(Precision.Float32, 1));
        var gradient = new float[4];
        Loss.CosineEmbedding([3f, 4, 1, 0], [4f, 3, 1, 1], [1f, -1], default, gradient,
            new() { Reduction = Reduction.None });
        Assert.Equal(gradient, _tool.Floats("grad_input2.npy"));
    }

    [Fact]
    public void TripletMarginTakesOneTriple()
    {
        Assert.Equal(0, Run(
            "triplet_margin", _tool.Array("anchor", [0.0, 0], 2), _tool.Array("positive", [3.0, 4], 2),
            _tool.Array("negative", [6.0, 0], 2), Out("grad_anchor"), Out("grad_negative"), Out("loss"),
            "--set", "p=1", "eps=0", "margin=0.5", "swap=true"));
        Assert.Equal(1.5, _tool.Json().GetProperty("loss").GetDouble()); // 0.5 + 7 - 6
        Assert.Equal([1.5], _tool.Doubles("loss.npy"));
        Assert.Equal([0, -1], _tool.Doubles("grad_anchor.npy"));
        Assert.Equal([-1, 0], _tool.Doubles("grad_negative.npy"));
    }

    [Theory, InlineData("norm", 1), InlineData("cosine", 0.2)]
    public void TripletMarginHasDistances(string distance, double expected)
    {
        Assert.Equal(0, Run(
            "triplet_margin", _tool.Array("anchor", [2.0, 0], 1, 2), _tool.Array("positive", [3.0, 4], 1, 2),
            _tool.Array("negative", [3.0, 4], 1, 2), "--set", $"distance={distance}", $"margin={expected}"));
        Assert.Equal(expected, _tool.Json().GetProperty("loss").GetDouble(), Ulp.OfIdentity(Precision.Float64, 4));
    }

    [Fact]
    public void InfoNceNeedsNoTarget()
    {
        float[] x = [0.9f, 0.2f, 0.1f, 0.8f];
        Assert.Equal(0, Run("info_nce", _tool.Array("input", x, 2, 2)));
        Assert.Equal(Loss.InfoNce(x), _tool.Json().GetProperty("loss").GetDouble());
        Assert.Equal(0, Run("info_nce", _tool.Array("input", x, 2, 2), _tool.Array("target", [1L, 1], 2)));
        int[] labels = [1, 1];
        Assert.Equal(
            Loss.InfoNce<float>(new() { Logits = x, Labels = labels }), _tool.Json().GetProperty("loss").GetDouble());
        Assert.Equal(0, Run("info_nce", _tool.Array("input", x, 2, 2), "--set", "nt_xent=true"));
        Assert.Equal(0, _tool.Json().GetProperty("loss").GetDouble());
    }

    [Fact]
    public void SixteenBitArraysHaveTermsInFloat32()
    {
        Half[] x = [(Half)0.9, (Half)0.2, (Half)0.1, (Half)0.8], gradient = new Half[4];
        Assert.Equal(0, Run("info_nce", _tool.Array("input", x, 2, 2), "--reduction", "none", Out("loss"),
            Out("grad_input"), _tool.Array("upstream", [2f, 3], 2)));
        var losses = new float[2];
        Loss.InfoNce<Half>(
            new()
            {
                Logits = x, Shape = new(2, 2), Losses = losses, Gradient = gradient, Upstream = new[] { 2f, 3 },
            },
            new() { Reduction = Reduction.None });
        Assert.Equal(losses, _tool.Floats("loss.npy"));
        Assert.Equal(gradient, _tool.Halves("grad_input.npy"));
        var bits = Array.ConvertAll(x, value => ((BFloat16)(float)value).ToBits());
        Assert.Equal(0, Run("info_nce", _tool.Array("input", bits, 2, 2), Out("grad_input"), "--set",
            "dtype=bfloat16"));
        var narrow = new BFloat16[4];
        var loss = Loss.InfoNce(Array.ConvertAll(bits, BFloat16.FromBits), narrow);
        Assert.Equal(loss, _tool.Json().GetProperty("loss").GetDouble());
        Assert.Equal(Array.ConvertAll(narrow, value => value.ToBits()), _tool.Bits("grad_input.npy"));
    }

    [Theory]
    [InlineData("positive has shape (3,), but (2,) is needed for anchor (2,).", "[3]")]
    [InlineData("positive is missing, but triplet_margin needs positive=FILE.npy.", "")]
    public void MistakesAreOneSentence(string message, string positive)
    {
        string[] more = positive.Length == 0 ? [] : [_tool.Array("positive", [1.0, 2, 3], 3)];
        Assert.Equal(2, Run(
            ["triplet_margin", _tool.Array("anchor", [0.0, 0], 2), _tool.Array("negative", [6.0, 0], 2), .. more]));
        Assert.Contains(message, _tool.Error, StringComparison.Ordinal);
    }

    private int Run(params string[] args) => _tool.Run(["eval", .. args]);

    private string Out(string name) => $"--out={name}={_tool.PathOf(name + ".npy")}";
}
