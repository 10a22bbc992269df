namespace FusedLoss.Tests.Tool;

/// <summary>What scripts depend on: the line of JSON, the files, the exit status.</summary>
public sealed class ToolTests : IDisposable
{
    private const int Ok = 0, LibraryError = 1, UsageError = 2;

    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void EvalPrintsOneLineOfJsonAndWritesWhatIsAskedFor()
    {
        var status = _tool.Run(
            "eval", "mse", _tool.Array("input", [1f, 2f, 4f]), _tool.Array("target", [1f, 4f, 1f]),
            "--out", $"grad_input={_tool.PathOf("g.npy")}", "--isa", "baseline");
        Assert.Equal((Ok, ""), (status, _tool.Error));
        Assert.EndsWith("\n", _tool.Output);
        Assert.Single(_tool.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(13.0 / 3, _tool.Json().GetProperty("loss").GetDouble());
        Assert.Equal("mse", _tool.Json().GetProperty("key").GetString());
        Assert.Equal(3, _tool.Json().GetProperty("elements").GetInt32());
        Assert.Equal("baseline", _tool.Json().GetProperty("isa").GetString());
        Assert.Equal("cpu", _tool.Json().GetProperty("device").GetString());
        Assert.Equal([0f, -4f / 3, 2f], _tool.Floats("g.npy"));
    }

    [Fact]
    public void EvalOfClassesTakesShapesAndSettingsAsPyTorchDoes()
    {
        var status = _tool.Run(
            "eval", "cross_entropy", _tool.Array("input", [1.0, 2, 3, 1, 2, 3], 2, 3),
            _tool.Array("target", [1L, -7L], 2),
            "--set", "ignore_index=-7", "--reduction", "none", "--out", $"loss={_tool.PathOf("l.npy")}");
        Assert.Equal((Ok, ""), (status, _tool.Error));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, _tool.Json().GetProperty("loss").ValueKind);
        var expected = Loss.CrossEntropy([1.0, 2, 3], new[] { 1 });
        Assert.Equal([expected, 0], _tool.Doubles("l.npy"));
    }

    [Fact]
    public void NumbersThatJsonLacksAreStrings()
    {
        string[] target = ["--reduction", "mean", _tool.Array("target", System.Array.Empty<float>())];
        Assert.Equal(Ok, _tool.Run(["eval", "l1", _tool.Array("input", System.Array.Empty<float>()), .. target]));
        Assert.Equal("NaN", _tool.Json().GetProperty("loss").GetString());
    }

    [Theory]
    [InlineData(UsageError, "target has", "eval", "mse", "{input}", "{short}")]
    [InlineData(UsageError, "target is missing", "eval", "mse", "{input}")]
    [InlineData(UsageError, "KEY is 'nothing'", "eval", "nothing", "{input}")]
    [InlineData(UsageError, "beta", "eval", "mse", "{input}", "{target}", "--set", "beta=1")]
    [InlineData(UsageError, "--reduction is 'most'", "eval", "mse", "{input}", "{target}", "--reduction", "most")]
    [InlineData(UsageError, "nowhere", "eval", "mse", "input=nowhere.npy", "{target}")]
    [InlineData(UsageError, "--device is 'gpu'", "eval", "mse", "{input}", "{target}", "--device", "gpu")]
    [InlineData(UsageError, "--device is 'cuda:x'", "eval", "mse", "{input}", "{target}", "--device", "cuda:x")]
    [InlineData(LibraryError, "GPU", "eval", "mse", "{input}", "{target}", "--device", "cuda:77")]
    [InlineData(LibraryError, "Beta", "eval", "smooth_l1", "{input}", "{target}", "--set", "beta=-1")]
    [InlineData(UsageError, "frobnicate", "frobnicate")]
    public void MistakesAreOneSentenceAndLeaveNoFile(int status, string words, params string[] args)
    {
        var arrays = new Dictionary<string, string>
        {
            ["{input}"] = _tool.Array("input", [1f, 2f, 4f]), ["{target}"] = _tool.Array("target", [1f, 4f, 1f]),
            ["{short}"] = _tool.Array("short", [1f, 4f]).Replace("short=", "target=", StringComparison.Ordinal),
        };
        var before = _tool.Files.Order().ToArray();
        string[] output = args[0] == "eval" ? ["--out", $"grad_input={_tool.PathOf("g.npy")}"] : [];
        var got = _tool.Run([.. args.Select(arg => arrays.GetValueOrDefault(arg, arg)), .. output]);
        Assert.Equal(status, got);
        Assert.Contains(words, _tool.Error, StringComparison.Ordinal);
        Assert.Single(_tool.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("", _tool.Output);
        Assert.Equal(before, _tool.Files.Order());
    }

    [Fact]
    public void ALabelOutOfRangeIsAnErrorOfTheLibrary()
    {
        var status = _tool.Run(
            "eval", "cross_entropy", _tool.Array("input", [1f, 2f], 1, 2), _tool.Array("target", [2L], 1));
        Assert.Equal(LibraryError, status);
        Assert.Contains("labels[0] is 2", _tool.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ListAndInfoNameWhatThereIs()
    {
        Assert.Equal(Ok, _tool.Run("eval", "--list"));
        Assert.All(
            LossCatalogue.All.Select(row => row.Key).Distinct(),
            key => Assert.Contains($"\n{key}", "\n" + _tool.Output, StringComparison.Ordinal));
        Assert.Equal(Ok, _tool.Run("info"));
        Assert.Contains(LossContext.LibraryPath, _tool.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void TheDemoLearnsDigitsAndDraws()
    {
        Assert.Equal(Ok, _tool.Run("demo", "digits", "--plot", _tool.PathOf("curves.svg")));
        var accuracy = System.Text.RegularExpressions.Regex.Match(_tool.Output, @"accuracy (\d+\.\d) %");
        Assert.True(accuracy.Success, _tool.Output);
        var percent = double.Parse(accuracy.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(percent, 95, 100);
        Assert.StartsWith("<svg", File.ReadAllText(_tool.PathOf("curves.svg")), StringComparison.Ordinal);
    }

    [Fact]
    public void VerifyOfOneInstructionSetPasses()
    {
        Assert.Equal(Ok, _tool.Run("verify", "--isa", "baseline"));
        Assert.DoesNotContain("FAILED", _tool.Output, StringComparison.Ordinal);
    }
}
