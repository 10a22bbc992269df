namespace FusedLoss.Catalogue;

/// <summary>CTC as tests and `verify` see it.</summary>
internal sealed record CtcCase(string Variant, CtcOptions CtcOptions, CtcInputs Inputs, Limits Limits)
    : LossCase("ctc", Variant, CtcOptions, Limits)
{
    public bool ZeroInfinity => CtcOptions.ZeroInfinity;

    public bool TrueGradient => CtcOptions.TrueGradient;
}

internal static partial class LossCatalogue
{
    private static readonly CtcOptions ZeroInfinity = new() { ZeroInfinity = true };

    private static readonly Lazy<CtcCase[]> s_ctc = new(() =>
    [
        Row("", new()), Row("padded all frames", new(Padded: true, AllFrames: true)),
        Row("batch major blank=last", new(Blank: 1, Layout: CtcLayout.BatchMajor)),
        Row("log_probs", new(Logs: true, Padded: true)),
        Row("log_probs true_gradient blank=middle", new(Blank: 0.5, Logs: true), new() { TrueGradient = true }),
        Row("exact", new(CtcKind.Exact)), Row("impossible", new(CtcKind.Impossible)),
        Row("impossible zero_infinity", new(CtcKind.Impossible), ZeroInfinity), PeakedRow,
        Row("holes", new(CtcKind.Holes, Padded: true), ZeroInfinity),
    ]);

    public static IReadOnlyList<CtcCase> Ctc => s_ctc.Value;

    private static CtcCase Row(string variant, CtcInputs inputs, CtcOptions? options = null) =>
        new(variant, options ?? new(), inputs, CtcLimits);

    // Logits hundreds apart: their differences are rounded before any exponential.
    private static CtcCase PeakedRow =>
        Row("peaked", new(CtcKind.Peaked)) with { Limits = new(new(1, 3.5, 0), new(1.5, 5, 0)) };

    private static Limits CtcLimits => new(new(1, 3.5, 0), new(1.5, 3.5, 0));
}
