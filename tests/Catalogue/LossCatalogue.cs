namespace FusedLoss.Catalogue;

/// <summary>Every loss, one row per variant. Tests, benches and `fusedloss verify` all read these lists.</summary>
internal static partial class LossCatalogue
{
    public static IEnumerable<LossCase> All => [.. Pointwise, .. Classes, .. Regions, .. Pairs, .. Ctc];

    public static LossCase Named(string name) => All.Single(row => row.Name == name);

    public static PointwiseCase PointwiseNamed(string name) => (PointwiseCase)Named(name);

    public static CtcCase CtcNamed(string name) => (CtcCase)Named(name);

    public static ClassCase ClassesNamed(string name) => (ClassCase)Named(name);

    public static PairCase PairsNamed(string name) => (PairCase)Named(name);
}
