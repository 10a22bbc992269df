namespace FusedLoss.Tests.Golden;

/// <summary>A small example of pairs or triples with the numbers that another system printed for it. Absent arrays are
/// empty.</summary>
internal sealed record PairGolden(string Key, string Name, LossOptions Options)
{
    public int Dimensions { get; init; }
    public double[] Input1 { get; init; } = [];
    public double[] Input2 { get; init; } = [];
    public double[] Input3 { get; init; } = [];
    public double[] Target { get; init; } = [];
    public double[] Upstream { get; init; } = [];

    /// <summary>One number, or all terms when nothing is reduced.</summary>
    public double[] Loss { get; init; } = [];

    public double[] Gradient1 { get; init; } = [];
    public double[] Gradient2 { get; init; } = [];
    public double[] Gradient3 { get; init; } = [];

    /// <summary>Decimals that were printed; 17 digits if null.</summary>
    public int? Decimals { get; init; }
}
