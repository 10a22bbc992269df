namespace FusedLoss.Catalogue;

/// <summary>Limits in ulp: of the loss term (and, as a rule, of sums), of the gradient, of the target's gradient, of
/// the third operand's, of log-sum-exps.</summary>
internal sealed record Tolerance(
    double Loss, double Gradient, double Target, double Extra = 0, double LogSumExp = 0);

/// <summary>Limits of both precisions that kernels calculate in; the 16-bit types have those of float32.</summary>
internal sealed record Limits(Tolerance Float32, Tolerance Float64)
{
    public Tolerance For(Precision precision) => precision == Precision.Float64 ? Float64 : Float32;
}

/// <summary>What a mean divides by.</summary>
internal enum Divisor { Count, Weights }

/// <summary>One row of the catalogue.</summary>
/// <param name="Key">The loss, as in <c>fl_key</c>.</param>
/// <param name="Variant">Its options in a word; empty for the defaults.</param>
/// <param name="Options">Its options.</param>
/// <param name="Limits">The tolerance columns.</param>
internal abstract record LossCase(string Key, string Variant, LossOptions Options, Limits Limits)
{
    public string Name => Variant.Length == 0 ? Key : $"{Key}/{Variant}";

    public Divisor Mean { get; init; }

    public sealed override string ToString() => Name;
}

/// <summary>A point-wise loss as tests, benches and `verify` see it: the call, the oracle, the inputs, the
/// limits.</summary>
internal sealed record PointwiseCase(
    string Key, string Variant, PointwiseCall Call, LossOptions Options, PointwiseOracle Oracle, PointwiseInputs Inputs,
    Limits Limits) : LossCase(Key, Variant, Options, Limits)
{
    /// <summary>There is no gradient to the target.</summary>
    public bool TargetIsConstant { get; init; }

    /// <summary>There is a gradient to the third operand.</summary>
    public bool HasExtraGradient { get; init; }

    /// <summary>What others print for this loss, if they stand in no list of their own.</summary>
    public Printed? Printed { get; init; }
}

/// <summary>Terms and gradients of a few elements, as they stand in print or follow by hand.</summary>
/// <param name="Source">Where.</param>
internal sealed record Printed(
    string Source, double[] Input, double[] Target, double[] Losses, double[] Gradient);

/// <summary>The score of a class, given its logit, its row and itself.</summary>
internal delegate double ScoreOracle(double logit, long row, long c);

/// <summary>A loss over classes, likewise.</summary>
internal sealed record ClassCase(
    string Key, string Variant, ClassCall Call, LossOptions Options, ClassOracle Oracle, ClassInputs Inputs,
    Limits Limits)
    : LossCase(Key, Variant, Options, Limits)
{
    /// <summary>The only number of classes that the variant has; 0 for any.</summary>
    public long OnlyClasses { get; init; }

    /// <summary>Whether the variant takes this shape.</summary>
    public Func<ClassShape, bool> Takes { get; init; } = _ => true;

    /// <summary>Class weights that the loss makes itself, of all labels and the number of classes.</summary>
    public Func<long[], long, double[]>? WeightsOf { get; init; }

    /// <summary>What log-sum-exps and predictions are taken of; null where the loss has none. A score that is not its
    /// logit carries a rounding of its own.</summary>
    public ScoreOracle? Score { get; init; }
}
