namespace FusedLoss;

/// <summary>Options of the squared error, <c>torch.nn.functional.mse_loss</c>.</summary>
public sealed record MseOptions : LossOptions
{
    internal static readonly MseOptions Default = new();
}

/// <summary>Options of the absolute error, <c>torch.nn.functional.l1_loss</c>.</summary>
public sealed record L1Options : LossOptions
{
    internal static readonly L1Options Default = new();
}

/// <summary>Options of the smooth absolute error, <c>torch.nn.functional.smooth_l1_loss</c>.</summary>
public sealed record SmoothL1Options : LossOptions
{
    internal static readonly SmoothL1Options Default = new();

    /// <summary>Where the loss turns linear, in the unit of the input: finite, at least 0; 0 is the absolute error.
    /// Default 1.</summary>
    public double Beta { get; init; } = 1;

    internal override void Check() => Require.NonNegative(Beta, nameof(Beta));
}

/// <summary>Options of the Huber loss, <c>torch.nn.functional.huber_loss</c>.</summary>
public sealed record HuberOptions : LossOptions
{
    internal static readonly HuberOptions Default = new();

    /// <summary>Where the loss turns linear, in the unit of the input: finite, above 0. Default 1.</summary>
    public double Delta { get; init; } = 1;

    internal override void Check() => Require.Positive(Delta, nameof(Delta));
}
