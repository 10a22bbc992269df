using FusedLoss.Tests.Tool;

namespace FusedLoss.Tests.Cuda;

/// <summary>The tool on a GPU.</summary>
[Collection(Gpu.Collection)]
public sealed class CudaToolTests : IDisposable
{
    private readonly ToolRun _tool = new();

    public static bool IsMissing => Gpu.IsMissing;

    [Fact(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation")]
    public void EvalRunsThere()
    {
        string[] arrays =
        [
            _tool.Array("input", [1f, 2f, 4f]), _tool.Array("target", [1f, 4f, 1f]),
            "--out", $"grad_input={_tool.PathOf("g.npy")}",
        ];
        Assert.Equal(0, _tool.Run(["eval", "mse", .. arrays, "--device", "cuda:0", "--reduction", "sum"]));
        Assert.Equal(13, _tool.Json().GetProperty("loss").GetDouble());
        Assert.Equal("cuda:0", _tool.Json().GetProperty("device").GetString());
        Assert.StartsWith("sm_", _tool.Json().GetProperty("isa").GetString());
        Assert.Equal([0f, -4f, 6f], _tool.Floats("g.npy"));
    }

    [Fact(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation")]
    public void EvalRunsRegionsThere()
    {
        string[] arrays = [_tool.Array("input", [2f, 0f, 0f, 1f], 2, 2), _tool.Array("target", [0L, 1L], 2)];
        Assert.Equal(0, _tool.Run(["eval", "dice", .. arrays, "--device", "cuda"]));
        Assert.Equal(0.129705, _tool.Json().GetProperty("loss").GetDouble(), 6);
    }

    [Fact(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation")]
    public void InfoListsThem()
    {
        Assert.Equal(0, _tool.Run("info"));
        Assert.All(CudaDevice.All, device => Assert.Contains(device.Name, _tool.Output, StringComparison.Ordinal));
    }

    public void Dispose() => _tool.Dispose();
}
