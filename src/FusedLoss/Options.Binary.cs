namespace FusedLoss;

/// <summary>Options of binary cross-entropy on probabilities,
/// <c>torch.nn.functional.binary_cross_entropy</c>.</summary>
public sealed record BceOptions : LossOptions
{
    internal static readonly BceOptions Default = new();
}

/// <summary>Options of binary cross-entropy on logits,
/// <c>torch.nn.functional.binary_cross_entropy_with_logits</c>.</summary>
public sealed record BceWithLogitsOptions : LossOptions
{
    internal static readonly BceWithLogitsOptions Default = new();

    /// <summary>One weight for the positive part of every term; above 1 favours recall, below 1 precision. Default 1.
    /// One value per class is <see cref="PointwiseArgs{T}.PosWeight"/>; the two exclude each other.</summary>
    public double PosWeight { get; init; } = 1;
}

/// <summary>Options of the focal loss on logits of independent binary decisions,
/// <c>torchvision.ops.sigmoid_focal_loss</c>.</summary>
public sealed record SigmoidFocalOptions : LossOptions
{
    internal static readonly SigmoidFocalOptions Default = new();

    /// <summary>Weight of positives, in [0, 1]; negatives weigh 1 - alpha. Negative: no weighting. Default
    /// 0.25.</summary>
    public double Alpha { get; init; } = 0.25;

    /// <summary>Focusing power: finite, at least 0. Default 2, which is also the fastest.</summary>
    public double Gamma { get; init; } = 2;

    /// <summary>What the gradient goes through. Default <see cref="FocalGradient.True"/>.</summary>
    public FocalGradient Gradient { get; init; } = FocalGradient.True;

    internal override void Check() => Require.Focal(Alpha, Gamma, Gradient);
}

/// <summary>Options of the logistic loss of a signed target, <c>torch.nn.functional.soft_margin_loss</c>.</summary>
public sealed record SoftMarginOptions : LossOptions
{
    internal static readonly SoftMarginOptions Default = new();
}
