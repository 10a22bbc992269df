namespace FusedLoss.Catalogue;

internal static partial class LossCatalogue
{
    private static ClassCase[] EntropyExtras =>
    [
        ExtrasRow("sample weights", new()),
        ExtrasRow("sample weights weight ignored", new(Weights: true, Ignored: DefaultIgnoreIndex)),
        ExtrasRow("sample weights probabilities weight", new(ClassTarget.Probabilities, Weights: true)),
        ExtrasRow("z_loss", Labelled, new() { ZLoss = 1e-4 }),
        ExtrasRow("z_loss weight smoothing ignored", new(Weights: true, Ignored: 255),
            new() { ZLoss = 0.05, LabelSmoothing = 0.1 }),
        ExtrasRow("z_loss probabilities weight", new(ClassTarget.Probabilities, Weights: true),
            new() { ZLoss = 0.05 }),
        ExtrasRow("soft_cap", Labelled, new() { SoftCap = 30 }),
        ExtrasRow("soft_cap=5 weight smoothing ignored", new(Weights: true, Ignored: 0),
            new() { SoftCap = 5, LabelSmoothing = 0.1 }),
        ExtrasRow("soft_cap probabilities smoothing", new(ClassTarget.Probabilities),
            new() { SoftCap = 30, LabelSmoothing = 0.1 }),
        ExtrasRow("sample weights z_loss soft_cap weight smoothing ignored",
            new(Weights: true, Ignored: DefaultIgnoreIndex),
            new() { ZLoss = 0.01, SoftCap = 50, LabelSmoothing = 0.2 }),
        ExtrasRow("sample weights z_loss soft_cap any numbers", new(ClassTarget.AnyNumbers, Weights: true),
            new() { ZLoss = 0.01, SoftCap = 50 }),
    ];

    private static ClassCase ExtrasRow(string variant, ClassInputs inputs, CrossEntropyOptions? options = null)
    {
        var ignored = inputs.Ignored ?? DefaultIgnoreIndex;
        options = (options ?? new()) with { IgnoreIndex = ignored };
        var oracle = Oracles.CrossEntropy(options.LabelSmoothing, ignored, options.ZLoss, options.SoftCap);
        var limits = inputs.Target == ClassTarget.Labels ? ExtrasLimits : ExtrasProbabilityLimits;
        inputs = inputs with { SampleWeights = variant.StartsWith("sample weights", StringComparison.Ordinal) };
        return new("cross_entropy", variant, CrossEntropy, options, oracle, inputs, limits)
        {
            Mean = inputs.Weights ? Divisor.Weights : Divisor.Count,
            Score = (logit, _, _) => Oracles.Capped(logit, options.SoftCap),
        };
    }

    private static Limits ExtrasLimits => new(new(4, 5, 0, LogSumExp: 3), new(6.5, 6, 0, LogSumExp: 3));

    private static Limits ExtrasProbabilityLimits => new(new(4.5, 5, 5, LogSumExp: 4), new(5, 6, 5, LogSumExp: 4));
}
