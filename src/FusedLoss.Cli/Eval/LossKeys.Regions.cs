namespace FusedLoss.Cli.Eval;

internal static partial class LossKeys
{
    private static Setting Temperature => new("temperature", 1.0);
    private static Setting LogProbabilities => new("log_probabilities", false);

    // Shared by losses over regions, which is most of what they have.
    private static Setting[] RegionSettings =>
    [
        new("smooth", 1.0), IgnoreIndex, new("probabilities", false), new("all_classes", false),
        new("per_sample", false), DType,
    ];

    private static LossKey[] Overlaps =>
    [
        new("balanced_cross_entropy", "cross_entropy weighted by the labels' frequencies; not in PyTorch",
            LossKin.Classes, [], ["input"],
            [new("beta", 1.0), new("label_smoothing", 0.0), IgnoreIndex, DType],
            set => new BalancedCrossEntropyOptions
            {
                Beta = set.Get<double>("beta"), LabelSmoothing = set.Get<double>("label_smoothing"),
                IgnoreIndex = set.Get<long>("ignore_index"),
            }),
        new("dice", "soft Dice loss; not in PyTorch", LossKin.Regions, [], ["input"], RegionSettings,
            set => new DiceOptions
            {
                Smooth = set.Get<double>("smooth"), IgnoreIndex = set.Get<long>("ignore_index"),
                Input = RegionInputOf(set), Regions = RegionsOf(set), PerSample = set.Get<bool>("per_sample"),
            }),
        new("tversky", "Tversky loss; not in PyTorch", LossKin.Regions, [], ["input"],
            [new("alpha", 0.5), new("beta", 0.5), .. RegionSettings],
            set => new TverskyOptions
            {
                Alpha = set.Get<double>("alpha"), Beta = set.Get<double>("beta"),
                Smooth = set.Get<double>("smooth"), IgnoreIndex = set.Get<long>("ignore_index"),
                Input = RegionInputOf(set), Regions = RegionsOf(set), PerSample = set.Get<bool>("per_sample"),
            }),
    ];

    private static LossKey[] Divergences =>
    [
        new("jsd", "generalised Jensen-Shannon divergence; not in PyTorch", LossKin.Distributions, [], Both,
            [new("beta", 0.5), Temperature, LogProbabilities, DType],
            set => new JsdOptions
            {
                Beta = set.Get<double>("beta"), Temperature = set.Get<double>("temperature"),
                Input = DistributionInputOf(set),
            }),
        new("tvd", "total variation distance; not in PyTorch", LossKin.Distributions, [], Both,
            [Temperature, LogProbabilities, DType],
            set => new TvdOptions
            {
                Temperature = set.Get<double>("temperature"), Input = DistributionInputOf(set),
            }),
    ];

    private static RegionInput RegionInputOf(Settings set) =>
        set.Get<bool>("probabilities") ? RegionInput.Probabilities : RegionInput.Logits;

    private static Regions RegionsOf(Settings set) =>
        set.Get<bool>("all_classes") ? Regions.AllClasses : Regions.PerClass;

    private static DistributionInput DistributionInputOf(Settings set) =>
        set.Get<bool>("log_probabilities") ? DistributionInput.LogProbabilities : DistributionInput.Logits;
}
