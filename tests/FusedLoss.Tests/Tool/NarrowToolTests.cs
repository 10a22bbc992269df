namespace FusedLoss.Tests.Tool;

/// <summary><c>eval</c> on arrays of float16 and bfloat16.</summary>
public sealed class NarrowToolTests : IDisposable
{
    private const int Ok = 0, UsageError = 2;

    private static readonly double[] X = [1.5, -2, 0.25, 4], T = [1, -1.5, 0.25, 2], W = [0.5, 2, 1, 0.25];

    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Float16IsReadAndWritten()
    {
        var (x, t, w) = (Element.Of<Half>(X), Element.Of<Half>(T), Element.Of<Half>(W));
        Assert.Equal(Ok, _tool.Run("eval", "mse", _tool.Array("input", x), _tool.Array("target", t),
            _tool.Array("weight", w), "--out", Path("loss"), "--out", Path("grad_input"), "--reduction", "none"));
        var (losses, gradient) = (new float[4], new Half[4]);
        Loss.Mse<Half>(new() { Input = x, Target = t, Weight = w, Losses = losses, Gradient = gradient },
            new() { Reduction = Reduction.None });
        Assert.Equal(losses, _tool.Floats("loss.npy"));
        Assert.Equal(gradient, _tool.Halves("grad_input.npy"));
    }

    [Fact]
    public void BFloat16IsReadAndWrittenAsItsBits()
    {
        var x = Element.Of<BFloat16>(X);
        var bits = Array.ConvertAll(x, value => value.ToBits());
        Assert.Equal(Ok, _tool.Run("eval", "cross_entropy", _tool.Array("input", bits, 2, 2),
            _tool.Array("target", [1L, 0], 2), _tool.Array("weight", [0.5f, 2], 2), "--set", "dtype=bfloat16", "--out",
            Path("grad_input")));
        var gradient = new BFloat16[4];
        var loss = Loss.CrossEntropy<BFloat16>(new()
        {
            Logits = x, Labels = new[] { 1, 0 }, ClassWeights = new[] { 0.5f, 2 }, Gradient = gradient,
        });
        Assert.Equal(loss, _tool.Json().GetProperty("loss").GetDouble());
        Assert.Equal(Array.ConvertAll(gradient, value => value.ToBits()), _tool.Bits("grad_input.npy"));
    }

    [Fact]
    public void TermsMayBeOfTheInputsType()
    {
        var (x, t, upstream) = (Element.Of<Half>(X), Element.Of<Half>(T), Element.Of<Half>(W));
        string[] call = ["eval", "l1", _tool.Array("input", x), _tool.Array("target", t), "--reduction", "none",
            "--out", Path("grad_input")];
        Assert.Equal(Ok, _tool.Run([.. call, _tool.Array("upstream", upstream)]));
        var narrow = _tool.Halves("grad_input.npy");
        Assert.Equal(Ok, _tool.Run([.. call, _tool.Array("upstream", Element.Of<float>(W))]));
        Assert.Equal(narrow, _tool.Halves("grad_input.npy"));
    }

    [Theory]
    [InlineData("input is uint16, which needs --set dtype=bfloat16 to say that it holds bfloat16.", false)]
    [InlineData("target is float32, but bfloat16 as input is needed.", true)]
    public void MistakesAreTold(string message, bool said)
    {
        var bits = Array.ConvertAll(Element.Of<BFloat16>(X), value => value.ToBits());
        string[] set = said ? ["--set", "dtype=bfloat16"] : [];
        var status = _tool.Run(
            ["eval", "mse", _tool.Array("input", bits), _tool.Array("target", Element.Of<float>(T)), .. set]);
        Assert.Equal(UsageError, status);
        Assert.Contains(message, _tool.Error, StringComparison.Ordinal);
    }

    private string Path(string output) => $"{output}={_tool.PathOf($"{output}.npy")}";
}
