namespace FusedLoss.Tests.Tool;

/// <summary>eval of losses of three arrays, and of lists of labels.</summary>
public sealed class MarginToolTests : IDisposable
{
    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Theory, InlineData("2,2"), InlineData("2,1"), InlineData("2"), InlineData("1,2"), InlineData("1")]
    public void GradientsToAVarianceHaveItsOwnShape(string text)
    {
        long[] shape = [.. text.Split(',').Select(long.Parse)];
        var variance = new double[shape.Aggregate(1L, (a, b) => a * b)];
        Array.Fill(variance, 0.5);
        var status = _tool.Run(
            "eval", "gaussian_nll", _tool.Array("input", [1.0, 2, 4, 0], 2, 2),
            _tool.Array("target", [1.0, 3, 2, 1], 2, 2), _tool.Array("var", variance, shape), "--reduction", "sum",
            "--out", $"grad_var={_tool.PathOf("v.npy")}", $"grad_input={_tool.PathOf("x.npy")}");
        Assert.Equal((0, ""), (status, _tool.Error));
        Assert.Equal([0, -2, 4, -2], _tool.Doubles("x.npy"));
        // (1 / v - d^2 / v^2) / 2 of d = 0, -1, 2, -1
        double[] expected = text switch
        {
            "2,2" => [1, -1, -7, -1], "2,1" or "2" => [0, -8], "1,2" => [-6, -2], _ => [-8],
        };
        Assert.Equal(expected, _tool.Doubles("v.npy"));
    }

    [Fact]
    public void AVarianceMayLackTheLastOfFourDimensions()
    {
        var (x, v) = (Enumerable.Range(0, 24).Select(i => (double)i).ToArray(), new double[12]);
        Array.Fill(v, 2);
        var status = _tool.Run(
            "eval", "gaussian_nll", _tool.Array("input", x, 2, 3, 2, 2), _tool.Array("target", x, 2, 3, 2, 2),
            _tool.Array("var", v, 2, 3, 2), "--set", "full=true", "--out", $"grad_var={_tool.PathOf("v.npy")}",
            "--reduction", "sum");
        Assert.Equal((0, ""), (status, _tool.Error));
        Assert.All(_tool.Doubles("v.npy"), value => Assert.Equal(0.5, value));
    }

    [Fact]
    public void RankingHasThreeGradients()
    {
        var status = _tool.Run(
            "eval", "margin_ranking", _tool.Array("input1", [0.5f, 2]), _tool.Array("input2", [1f, 1]),
            _tool.Array("target", [1f, -1]), "--set", "margin=0.5", "--reduction", "none",
            "--out", $"loss={_tool.PathOf("l.npy")}", $"grad_input1={_tool.PathOf("1.npy")}",
            $"grad_input2={_tool.PathOf("2.npy")}", $"grad_target={_tool.PathOf("t.npy")}");
        Assert.Equal((0, ""), (status, _tool.Error));
        Assert.Equal([1, 1.5f], _tool.Floats("l.npy"));
        Assert.Equal([-1, 1], _tool.Floats("1.npy"));
        Assert.Equal([1, -1], _tool.Floats("2.npy"));
        Assert.Equal([0.5f, -1], _tool.Floats("t.npy"));
    }

    [Fact]
    public void MultilabelMarginTakesListsOfLabels()
    {
        var status = _tool.Run(
            "eval", "multilabel_margin", _tool.Array("input", [0.1, 0.2, 0.4, 0.8], 1, 4),
            _tool.Array("target", [3L, 0, -1, 1], 1, 4));
        Assert.Equal((0, ""), (status, _tool.Error));
        Assert.Equal(0.85, Math.Round(_tool.Json().GetProperty("loss").GetDouble(), 12));
    }

    [Fact]
    public void MultilabelSoftMarginHasItsClassesLast()
    {
        var status = _tool.Run(
            "eval", "multilabel_soft_margin", _tool.Array("input", new double[12], 2, 2, 3),
            _tool.Array("target", new double[12], 2, 2, 3), _tool.Array("weight", [3.0, 6, 0]), "--reduction", "none",
            "--out", $"loss={_tool.PathOf("l.npy")}");
        Assert.Equal((0, ""), (status, _tool.Error));
        Assert.Equal(4, _tool.Doubles("l.npy").Length);
        Assert.All(_tool.Doubles("l.npy"), term => Assert.Equal(2.0794, Math.Round(term, 4)));
    }

    [Theory]
    [InlineData("var has shape (3,), but input's (2, 2), one that broadcasts to it, or one without its last dimension "
        + "is needed.", "gaussian_nll", "input", "var3")]
    [InlineData("var is missing, but gaussian_nll needs var=FILE.npy.", "gaussian_nll", "input", "")]
    [InlineData("target has shape (2, 2), but input (2, 2) needs labels of shape (2,).", "nll", "input", "")]
    [InlineData("P is 3 but must be 1 or 2.", "multi_margin", "labels", "p=3")]
    public void MistakesAreOneSentence(string message, string key, string target, string more)
    {
        string[] arrays =
        [
            _tool.Array("input", [1.0, 2, 4, 0], 2, 2),
            target == "labels" ? _tool.Array("target", [0L, 1], 2)
                : key == "nll" ? _tool.Array("target", new long[4], 2, 2)
                : _tool.Array("target", [1.0, 3, 2, 1], 2, 2),
        ];
        string[] extra = more switch { "" => [], "var3" => [_tool.Array("var", [1.0, 2, 3])], _ => ["--set", more] };
        Assert.NotEqual(0, _tool.Run(["eval", key, .. arrays, .. extra]));
        Assert.Contains(message, _tool.Error, StringComparison.Ordinal);
        Assert.Single(_tool.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
