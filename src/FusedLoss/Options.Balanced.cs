namespace FusedLoss;

/// <summary>Options of class-balanced cross-entropy.</summary>
public sealed record BalancedCrossEntropyOptions : LossOptions
{
    internal static readonly BalancedCrossEntropyOptions Default = new();

    /// <summary>How much frequencies count, in [0, 1]. Default 1: a class weighs as its inverse frequency; 0: all
    /// classes weigh the same.</summary>
    public double Beta { get; init; } = 1;

    /// <summary>Share of the target that is spread evenly over all classes, in [0, 1]. Default 0.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Rows with this label count for nothing, even if it is a class. Default -100.</summary>
    public long IgnoreIndex { get; init; } = -100;

    internal override void Check()
    {
        Require.Fraction(Beta, nameof(Beta));
        Require.Fraction(LabelSmoothing, nameof(LabelSmoothing));
    }
}
