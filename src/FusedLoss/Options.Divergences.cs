namespace FusedLoss;

/// <summary>What the arrays of a distance between distributions hold.</summary>
public enum DistributionInput
{
    /// <summary>Unnormalised scores; softmax over the classes is part of the loss.</summary>
    Logits = 0,

    /// <summary>Logarithms of probabilities, as <c>log_softmax</c> gives them.</summary>
    LogProbabilities = 1,
}

/// <summary>Options of the generalised Jensen-Shannon divergence.</summary>
public sealed record JsdOptions : LossOptions
{
    internal static readonly JsdOptions Default = new();

    /// <summary>Weight of the target's distribution p in the mixture, in [0, 1]. Default 0.5, which is symmetric. 0 is
    /// KL(p || q) and 1 is KL(q || p), q being the input's.</summary>
    public double Beta { get; init; } = 0.5;

    /// <summary>Logits are divided by it: finite, above 0. Default 1, which it must be with log-probabilities. Nothing
    /// is multiplied by its square.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>What input and target hold. Default <see cref="DistributionInput.Logits"/>.</summary>
    public DistributionInput Input { get; init; } = DistributionInput.Logits;

    internal override void Check()
    {
        Require.Fraction(Beta, nameof(Beta));
        DistributionCalls.Check(Input, Temperature);
    }
}

/// <summary>Options of the total variation distance.</summary>
public sealed record TvdOptions : LossOptions
{
    internal static readonly TvdOptions Default = new();

    /// <summary>Logits are divided by it: finite, above 0. Default 1, which it must be with
    /// log-probabilities.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>What input and target hold. Default <see cref="DistributionInput.Logits"/>.</summary>
    public DistributionInput Input { get; init; } = DistributionInput.Logits;

    internal override void Check() => DistributionCalls.Check(Input, Temperature);
}
