namespace FusedLoss.Tests.Golden;

/// <summary>A small example of CTC with the numbers that another system printed for it. Absent arrays are
/// empty.</summary>
internal sealed record CtcGolden(string Name, CtcOptions Options)
{
    public CtcShape Shape { get; init; }

    /// <summary>Log-probabilities, not logits.</summary>
    public bool IsLogs { get; init; }

    public double[] Input { get; init; } = [];
    public int[] Targets { get; init; } = [];
    public int[] InputLengths { get; init; } = [];
    public int[] TargetLengths { get; init; } = [];
    public double[] Upstream { get; init; } = [];

    /// <summary>One number, or that of each sample when nothing is reduced.</summary>
    public double[] Loss { get; init; } = [];

    public double[] Gradient { get; init; } = [];

    /// <summary>Decimals that were printed; 17 digits if null.</summary>
    public int? Decimals { get; init; }
}
