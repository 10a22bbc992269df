namespace FusedLoss;

/// <summary>Options of the likelihood of counts, <c>torch.nn.functional.poisson_nll_loss</c>.</summary>
public sealed record PoissonNllOptions : LossOptions
{
    internal static readonly PoissonNllOptions Default = new();

    /// <summary>Whether the input is the logarithm of the expected count, not that count itself. Default
    /// <see langword="true"/>.</summary>
    public bool LogInput { get; init; } = true;

    /// <summary>Whether to add Stirling's approximation of ln y! where the count y is above 1, so that losses compare
    /// across data. It does not change the gradient to the input. Default <see langword="false"/>.</summary>
    public bool Full { get; init; }

    /// <summary>Added to an expected count before its logarithm is taken: finite, above 0. Default 1e-8.</summary>
    public double Eps { get; init; } = 1e-8;

    internal override void Check() => Require.Positive(Eps, nameof(Eps));
}

/// <summary>Options of the Kullback-Leibler divergence, <c>torch.nn.functional.kl_div</c>.</summary>
public sealed record KlDivOptions : LossOptions
{
    internal static readonly KlDivOptions Default = new();

    /// <summary>Whether the target is a log-probability, not a probability. Default <see langword="false"/>.</summary>
    public bool LogTarget { get; init; }
}

/// <summary>Options of the likelihood under Gaussian distributions,
/// <c>torch.nn.functional.gaussian_nll_loss</c>.</summary>
public sealed record GaussianNllOptions : LossOptions
{
    internal static readonly GaussianNllOptions Default = new();

    /// <summary>Least variance, in the square of the input's unit; smaller ones count as it: finite, above 0. Default
    /// 1e-6.</summary>
    public double Eps { get; init; } = 1e-6;

    /// <summary>Whether to add the constant ln(2 pi) / 2, so that losses are log-likelihoods. It does not change any
    /// gradient. Default <see langword="false"/>.</summary>
    public bool Full { get; init; }

    internal override void Check() => Require.Positive(Eps, nameof(Eps));
}
