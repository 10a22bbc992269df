namespace FusedLoss.Tests.Golden;

/// <summary>A small example with the numbers that another system printed for it. Absent arrays are empty.</summary>
internal sealed record Golden(string Key, string Name, LossOptions Options)
{
    public nint[] Shape { get; init; } = [];
    public double[] Input { get; init; } = [];
    public double[] Target { get; init; } = [];
    public long[] Labels { get; init; } = [];

    /// <summary>Of the elements, or of the classes.</summary>
    public double[] Weight { get; init; } = [];

    /// <summary>Shape of the weight where it is not the input's.</summary>
    public nint[]? WeightShape { get; init; }

    /// <summary>The third operand: positive weight, variance, second input.</summary>
    public double[] Extra { get; init; } = [];

    public nint[]? ExtraShape { get; init; }

    /// <summary>Of the rows.</summary>
    public double[] SampleWeight { get; init; } = [];

    public double[] Upstream { get; init; } = [];

    /// <summary>One number, or all terms when nothing is reduced.</summary>
    public double[] Loss { get; init; } = [];

    public double[] Gradient { get; init; } = [];
    public double[] TargetGradient { get; init; } = [];
    public double[] ExtraGradient { get; init; } = [];
    public double[] LogSumExp { get; init; } = [];
    public long[] Predictions { get; init; } = [];

    /// <summary>Decimals that were printed; 17 digits if null.</summary>
    public int? Decimals { get; init; }
}
