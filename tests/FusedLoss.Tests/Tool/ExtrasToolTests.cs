extern alias tool;

using System.Text.Json;
using tool::FusedLoss.Cli.Npy;

namespace FusedLoss.Tests.Tool;

/// <summary>The extras of cross-entropy in <c>eval</c>.</summary>
public sealed class ExtrasToolTests : IDisposable
{
    private static readonly double[] Logits = [1, 2, 3, 3, 1, 2, 0, 5, 1];

    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void SettingsAndArraysAreTheLibrarys()
    {
        var (lse, predictions, gradient) = (new double[3], new long[3], new double[9]);
        var expected = Loss.CrossEntropy(
            new ClassArgs<double>
            {
                Logits = Logits, Labels = (long[])[2, 1, 1], SampleWeights = (double[])[1, 0.5, 2],
                LogSumExp = lse, Predictions = predictions, Gradient = gradient,
            },
            out var correct, new() { ZLoss = 0.25, SoftCap = 4 });
        var status = _tool.Run(
            "eval", "cross_entropy", _tool.Array("input", Logits, 3, 3), _tool.Array("target", [2L, 1, 1]),
            _tool.Array("sample_weight", [1.0, 0.5, 2]), "--set", "z_loss=0.25", "soft_cap=4", "--isa",
            LossContext.Default.InstructionSet.ToString().ToLowerInvariant(), "--out", Out("lse"), Out("predictions"),
            Out("grad_input"));
        Assert.Equal((0, ""), (status, _tool.Error));
        Assert.Equal((expected, correct), (Number("loss"), _tool.Json().GetProperty("correct").GetInt64()));
        Assert.Equal(2, correct);
        Assert.Equal(lse, _tool.Doubles("lse.npy"));
        Assert.Equal(gradient, _tool.Doubles("grad_input.npy"));
        Assert.Equal(predictions, (long[])Read("predictions").Data);
    }

    [Fact]
    public void PredictionsOfInt32LabelsAreInt32AndCorrectIsOnlyToldWithThem()
    {
        string[] args = ["eval", "cross_entropy", _tool.Array("input", Logits, 1, 3, 3), Labels()];
        Assert.Equal(0, _tool.Run(args));
        Assert.False(_tool.Json().TryGetProperty("correct", out _));
        using var again = new ToolRun();
        Assert.Equal(0, again.Run([.. args, "--out", Out("predictions")]));
        Assert.Equal([1, 2, 0], (int[])Read("predictions").Data);
        Assert.Equal([1, 3], Read("predictions").Shape);
        Assert.Equal(1, again.Json().GetProperty("correct").GetInt64());
    }

    [Fact]
    public void WithProbabilitiesNothingIsCorrect()
    {
        var status = _tool.Run(
            "eval", "cross_entropy", _tool.Array("input", Logits, 3, 3), _tool.Array("target", new double[9], 3, 3),
            "--out", Out("predictions"));
        Assert.Equal((0, ""), (status, _tool.Error));
        Assert.Equal(JsonValueKind.Null, _tool.Json().GetProperty("correct").ValueKind);
        Assert.Equal([2L, 0, 1], (long[])Read("predictions").Data);
    }

    [Fact]
    public void SampleWeightsHaveTheShapeOfLabels()
    {
        var status = _tool.Run(
            "eval", "cross_entropy", _tool.Array("input", Logits, 3, 3), _tool.Array("target", [2L, 1, 1]),
            _tool.Array("sample_weight", [1.0, 0.5]));
        Assert.Equal(2, status);
        Assert.Contains(
            "sample_weight has shape (2,), but one weight for each row, (3,), is needed.", _tool.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void OtherLossesKnowNone()
    {
        var status = _tool.Run(
            "eval", "softmax_focal", _tool.Array("input", Logits, 3, 3), _tool.Array("target", [2L, 1, 1]),
            "--out", Out("lse"));
        Assert.Equal(2, status);
        Assert.Contains("lse is not among the outputs of softmax_focal", _tool.Error, StringComparison.Ordinal);
    }

    private double Number(string name) => _tool.Json().GetProperty(name).GetDouble();

    private string Out(string name) => $"{name}={_tool.PathOf(name + ".npy")}";

    private NpyArray Read(string name) => NpyReader.Read(name, _tool.PathOf(name + ".npy"));

    // int32 labels, one too few of them right.
    private string Labels()
    {
        using var stream = File.Create(_tool.PathOf("target.npy"));
        NpyWriter.Write(stream, new(NpyType.Int32, [1, 3], (int[])[1, 1, 1]));
        return $"target={stream.Name}";
    }
}
