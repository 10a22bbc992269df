namespace FusedLoss.Catalogue;

/// <summary>A loss over regions as tests and `verify` see it: the call, the oracle, the inputs, the limits.</summary>
internal sealed record RegionCase(
    string Key, string Variant, ClassCall Call, LossOptions Options, RegionFormula Formula, RegionCut Cut,
    RegionInputs Inputs, Limits Limits) : LossCase(Key, Variant, Options, Limits);

internal static partial class LossCatalogue
{
    private static readonly ClassCall Dice =
        ClassCall.Of<DiceOptions>(Loss.Dice, Loss.Dice, Loss.Dice, Loss.Dice);
    private static readonly ClassCall Tversky =
        ClassCall.Of<TverskyOptions>(Loss.Tversky, Loss.Tversky, Loss.Tversky, Loss.Tversky);

    public static IReadOnlyList<RegionCase> Regions { get; } =
    [
        DiceRow("", new(), new()), DiceRow("smooth=0", new(Smooth: 0), new()),
        DiceRow("all_classes", new(AllClasses: true), new()), DiceRow("per_sample", new(PerSample: true), new()),
        DiceRow("all_classes per_sample smooth=0.1", new(0.1, AllClasses: true, PerSample: true), new()),
        DiceRow("probabilities", new(Probabilities: true), new(Probabilities: true)),
        DiceRow("probabilities soft per_sample", new(Probabilities: true, PerSample: true),
            new(Soft: true, Probabilities: true)),
        DiceRow("soft", new(), new(Soft: true)), DiceRow("ignored", new(), new(Ignored: DefaultIgnoreIndex)),
        DiceRow("ignore_index=0 all_classes", new(AllClasses: true), new(Ignored: 0)),
        TverskyRow("", 0.5, 0.5, new(), new()), TverskyRow("alpha=0.3 beta=0.7", 0.3, 0.7, new(), new()),
        TverskyRow("alpha=0 beta=0", 0, 0, new(), new()), TverskyRow("alpha=2 beta=0", 2, 0, new(), new()),
        TverskyRow("alpha=0 beta=1 soft", 0, 1, new(), new(Soft: true)),
        TverskyRow("per_sample ignore_index=255", 0.7, 0.3, new(PerSample: true), new(Ignored: 255)),
        TverskyRow("all_classes smooth=0", 0.3, 0.7, new(0, AllClasses: true), new()),
        TverskyRow("probabilities soft", 0.25, 1.5, new(Probabilities: true), new(Soft: true, Probabilities: true)),
        TverskyRow("probabilities ignored all_classes per_sample", 0.7, 0.3,
            new(Probabilities: true, AllClasses: true, PerSample: true),
            new(Probabilities: true, Ignored: DefaultIgnoreIndex)),
    ];

    public static RegionCase RegionsNamed(string name) => (RegionCase)Named(name);

    private static RegionCase DiceRow(string variant, RegionCut cut, RegionInputs inputs)
    {
        var options = new DiceOptions
        {
            Smooth = cut.Smooth, IgnoreIndex = inputs.Ignored ?? DefaultIgnoreIndex, Input = InputOf(cut),
            Regions = RegionsOf(cut), PerSample = cut.PerSample,
        };
        return new("dice", variant, Dice, options, Oracles.Dice, cut, inputs, RegionLimits);
    }

    private static RegionCase TverskyRow(
        string variant, double alpha, double beta, RegionCut cut, RegionInputs inputs)
    {
        var options = new TverskyOptions
        {
            Alpha = alpha, Beta = beta, Smooth = cut.Smooth, IgnoreIndex = inputs.Ignored ?? DefaultIgnoreIndex,
            Input = InputOf(cut), Regions = RegionsOf(cut), PerSample = cut.PerSample,
        };
        return new("tversky", variant, Tversky, options, Oracles.Tversky(alpha, beta), cut, inputs, RegionLimits);
    }

    private static RegionInput InputOf(RegionCut cut) =>
        cut.Probabilities ? RegionInput.Probabilities : RegionInput.Logits;

    private static FusedLoss.Regions RegionsOf(RegionCut cut) =>
        cut.AllClasses ? FusedLoss.Regions.AllClasses : FusedLoss.Regions.PerClass;

    private static Limits RegionLimits => new(new(0.75, 5.5, 0), new(1.5, 6.5, 0));
}
