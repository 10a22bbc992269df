namespace FusedLoss.Tests.Tool;

/// <summary><c>eval ctc</c>: PyTorch's shapes, names and defaults.</summary>
public sealed class CtcToolTests : IDisposable
{
    private const int T = 4;
    private const int N = 2;
    private const int C = 3;
    private const int UsageError = 2;

    private static readonly double[] X = [.. Enumerable.Range(0, T * N * C).Select(i => Math.Cos(5 * i))];
    private static readonly long[] Apart = [1, 2, 2], Padded = [1, 2, 2, -9], Lengths = [2, 1];

    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void TakesTargetsPaddedOrApart()
    {
        var gradient = new double[X.Length];
        var expected = Loss.Ctc(X, new CtcShape(T, N, C), Apart, Lengths, gradient);
        string[] targets =
        [
            _tool.Array("targets", Padded, N, 2),
            _tool.Array("apart", Apart).Replace("apart=", "targets=", StringComparison.Ordinal),
        ];
        foreach (var each in targets)
        {
            Assert.Equal(0, Run(Logits(), each, _tool.Array("target_lengths", Lengths), Out("grad_logits")));
            Assert.Equal(expected, _tool.Json().GetProperty("loss").GetDouble());
            Assert.Equal(gradient, _tool.Doubles("grad_logits.npy"));
        }
    }

    [Fact]
    public void TakesLogProbabilitiesLengthsAndOptions()
    {
        var gradient = new double[X.Length];
        long[] frames = [4, 3];
        double[] upstream = [0.5, -2], losses = new double[N];
        Loss.Ctc(
            new CtcArgs<double>
            {
                LogProbabilities = X, Shape = new(T, N, C), Targets = (int[])[0, 1, 1], TargetLengths = Lengths,
                InputLengths = frames, Upstream = upstream, Losses = losses, Gradient = gradient,
            },
            new() { Blank = 2, TrueGradient = true, Reduction = Reduction.None });
        Assert.Equal(0, Run(
            _tool.Array("log_probs", X, T, N, C), _tool.Array("targets", [0L, 1, 1]),
            _tool.Array("target_lengths", Lengths), _tool.Array("input_lengths", frames),
            _tool.Array("upstream", upstream), Out("grad_log_probs"), Out("loss"), "--reduction", "none",
            "--set", "blank=2", "true_gradient=true"));
        Assert.Equal(losses, _tool.Doubles("loss.npy"));
        Assert.Equal(gradient, _tool.Doubles("grad_log_probs.npy"));
    }

    [Fact]
    public void TakesASingleSample()
    {
        float[] one = [.. X[..(T * C)].Select(x => (float)x)];
        Assert.Equal(0, Run(
            _tool.Array("logits", one, T, C), _tool.Array("targets", [1L, 1]), _tool.Array("target_lengths", [2L], 1),
            "--reduction", "none", Out("loss")));
        var expected = Loss.Ctc(
            one, new CtcShape(T, 1, C), (int[])[1, 1], (int[])[2], options: new() { Reduction = Reduction.Sum });
        Assert.Equal([(float)expected], _tool.Floats("loss.npy"));
    }

    [Fact]
    public void AnImpossibleSampleIsInfinite()
    {
        string[] arrays = [Logits(), _tool.Array("targets", [1L, 1, 1, 1]), _tool.Array("target_lengths", [3L, 1])];
        Assert.Equal(0, Run(arrays));
        Assert.Equal("Infinity", _tool.Json().GetProperty("loss").GetString());
        Assert.Equal(0, Run([.. arrays, "--set", "zero_infinity=true"]));
        Assert.True(_tool.Json().GetProperty("loss").GetDouble() > 0);
    }

    [Theory]
    [InlineData("logits is missing, but ctc needs logits=FILE.npy.", "targets", "target_lengths")]
    [InlineData("logits and log_probs are both given, but one of them is needed.", "logits", "log_probs", "targets",
        "target_lengths")]
    [InlineData("target_lengths is missing, but ctc needs target_lengths=FILE.npy.", "logits", "targets")]
    [InlineData("targets has shape (2,), but (2, S), or (3,) for one sample after the other, is needed.", "logits",
        "short", "target_lengths")]
    [InlineData("input_lengths is float64, but int32, int64 or uint8 is needed.", "logits", "targets",
        "target_lengths", "input_lengths")]
    public void MistakesAreTold(string message, params string[] given)
    {
        var arrays = new Dictionary<string, string>
        {
            ["logits"] = Logits(), ["log_probs"] = _tool.Array("log_probs", X, T, N, C),
            ["targets"] = _tool.Array("targets", Apart), ["target_lengths"] = _tool.Array("target_lengths", Lengths),
            ["short"] = _tool.Array("short", [1L, 2]).Replace("short=", "targets=", StringComparison.Ordinal),
            ["input_lengths"] = _tool.Array("input_lengths", [4.0, 4]),
        };
        Assert.Equal(UsageError, Run([.. given.Select(name => arrays[name])]));
        Assert.Equal($"fusedloss: {message}", _tool.Error.Trim());
    }

    private string Logits() => _tool.Array("logits", X, T, N, C);

    private string Out(string name) => $"--out={name}={_tool.PathOf(name + ".npy")}";

    private int Run(params string[] args) => _tool.Run(["eval", "ctc", .. args]);
}
