namespace FusedLoss;

/// <summary>What the input of a loss over regions holds.</summary>
public enum RegionInput
{
    /// <summary>Unnormalised scores; softmax over the classes, or sigmoid where there is one, is part of the
    /// loss.</summary>
    Logits = 0,

    /// <summary>Probabilities; the gradient is with respect to them.</summary>
    Probabilities = 1,
}

/// <summary>What counts as one region.</summary>
public enum Regions
{
    /// <summary>A region for every class.</summary>
    PerClass = 0,

    /// <summary>One region over all classes.</summary>
    AllClasses = 1,
}

/// <summary>Options of the soft Dice loss.</summary>
public sealed record DiceOptions : LossOptions
{
    internal static readonly DiceOptions Default = new();

    /// <summary>Added to numerator and denominator: finite, at least 0. Default 1.</summary>
    public double Smooth { get; init; } = 1;

    /// <summary>Rows with this label count for nothing, even if it is a class. Only with labels. Default
    /// -100.</summary>
    public long IgnoreIndex { get; init; } = -100;

    /// <summary>What the input holds. Default <see cref="RegionInput.Logits"/>.</summary>
    public RegionInput Input { get; init; } = RegionInput.Logits;

    /// <summary>What counts as one region. Default <see cref="FusedLoss.Regions.PerClass"/>.</summary>
    public Regions Regions { get; init; } = Regions.PerClass;

    /// <summary>Whether every sample has regions of its own, and not the whole batch together. Default
    /// <see langword="false"/>.</summary>
    public bool PerSample { get; init; }

    internal override void Check() => RegionCalls.Check(Smooth, Input, Regions);
}

/// <summary>Options of the Tversky loss.</summary>
public sealed record TverskyOptions : LossOptions
{
    internal static readonly TverskyOptions Default = new();

    /// <summary>Weight of false positives: finite, at least 0. Default 0.5.</summary>
    public double Alpha { get; init; } = 0.5;

    /// <summary>Weight of false negatives: finite, at least 0. Default 0.5.</summary>
    public double Beta { get; init; } = 0.5;

    /// <inheritdoc cref="DiceOptions.Smooth"/>
    public double Smooth { get; init; } = 1;

    /// <inheritdoc cref="DiceOptions.IgnoreIndex"/>
    public long IgnoreIndex { get; init; } = -100;

    /// <inheritdoc cref="DiceOptions.Input"/>
    public RegionInput Input { get; init; } = RegionInput.Logits;

    /// <inheritdoc cref="DiceOptions.Regions"/>
    public Regions Regions { get; init; } = Regions.PerClass;

    /// <inheritdoc cref="DiceOptions.PerSample"/>
    public bool PerSample { get; init; }

    internal override void Check()
    {
        Require.NonNegative(Alpha, nameof(Alpha));
        Require.NonNegative(Beta, nameof(Beta));
        RegionCalls.Check(Smooth, Input, Regions);
    }
}
