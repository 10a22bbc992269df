namespace FusedLoss;

/// <summary>How the terms of a loss become one number; the gradient is scaled to match.</summary>
public enum Reduction
{
    /// <summary>No number: the terms go to <c>Losses</c>, and the gradient is that of each term.</summary>
    None = 0,

    /// <summary>The sum divided by the loss's own denominator, which each loss documents, or by
    /// <see cref="LossOptions.Denominator"/>.</summary>
    Mean = 1,

    /// <summary>The plain sum.</summary>
    Sum = 2,

    /// <summary>The sum divided by the size of the first dimension.</summary>
    BatchMean = 3,
}

/// <summary>What a mean over nothing is: an empty batch, or one in which every label is ignored.</summary>
public enum EmptyMean
{
    /// <summary>NaN, as in PyTorch. The gradient is zero all the same.</summary>
    NaN = 0,

    /// <summary>Zero.</summary>
    Zero = 1,
}

/// <summary>What the gradient of a focal loss goes through.</summary>
public enum FocalGradient
{
    /// <summary>The derivative of the whole formula.</summary>
    True = 0,

    /// <summary>The modulating factor (1 - p)^gamma counts as a constant, as if it were detached in PyTorch.</summary>
    Detached = 1,
}

/// <summary>What all losses share: the reduction, and what is computed. Immutable; safe to share between
/// threads.</summary>
public abstract record LossOptions
{
    private protected LossOptions()
    {
    }

    /// <summary>How terms become one number. Default <see cref="Reduction.Mean"/>.</summary>
    public Reduction Reduction { get; init; } = Reduction.Mean;

    /// <summary>Divides sum and gradient instead of the loss's own denominator, for example by the number of positives
    /// or by a batch that several calls share. Needs <see cref="Reduction.Mean"/>; positive and finite, or 0 (default)
    /// for the loss's own.</summary>
    public double Denominator { get; init; }

    /// <summary>The gradient that flows in from above: multiplies the gradients, not the loss. Default 1. One value per
    /// term is <see cref="PointwiseArgs{T}.Upstream"/> or <see cref="ClassArgs{T}.Upstream"/>.</summary>
    public double Upstream { get; init; } = 1;

    /// <summary>Whether the loss is wanted. When it is not, its arithmetic is skipped and the call returns NaN. Default
    /// <see langword="true"/>.</summary>
    public bool ComputeLoss { get; init; } = true;

    /// <summary>What a mean over nothing is. Default <see cref="EmptyMean.NaN"/>, as in PyTorch.</summary>
    public EmptyMean EmptyMean { get; init; } = EmptyMean.NaN;

    /// <summary>Checks the hyper-parameters of the loss itself.</summary>
    internal virtual void Check()
    {
    }
}

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

/// <summary>Options of the hinge on distances of pairs, <c>torch.nn.functional.hinge_embedding_loss</c>.</summary>
public sealed record HingeEmbeddingOptions : LossOptions
{
    internal static readonly HingeEmbeddingOptions Default = new();

    /// <summary>How far apart dissimilar pairs have to be, in the unit of the input: finite. Default 1.</summary>
    public double Margin { get; init; } = 1;

    internal override void Check() => Require.Finite(Margin, nameof(Margin));
}

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

/// <summary>Options of softmax cross-entropy, <c>torch.nn.functional.cross_entropy</c>.</summary>
public sealed record CrossEntropyOptions : LossOptions
{
    internal static readonly CrossEntropyOptions Default = new();

    /// <summary>Share of the target that is spread evenly over all classes, in [0, 1]. Default 0.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Rows with this label count for nothing, even if it is a class. Only with labels. Default
    /// -100.</summary>
    public long IgnoreIndex { get; init; } = -100;

    internal override void Check() => Require.Fraction(LabelSmoothing, nameof(LabelSmoothing));
}

/// <summary>Options of the focal loss over softmax probabilities.</summary>
public sealed record SoftmaxFocalOptions : LossOptions
{
    internal static readonly SoftmaxFocalOptions Default = new();

    /// <summary>Focusing power: finite, at least 0. Default 2.</summary>
    public double Gamma { get; init; } = 2;

    /// <summary>For two classes: class 0 weighs alpha, class 1 weighs 1 - alpha, alpha in [0, 1]. Negative (default):
    /// no weighting. Any number of classes is weighted by <see cref="ClassArgs{T}.ClassWeights"/>.</summary>
    public double Alpha { get; init; } = -1;

    /// <summary>Rows with this label count for nothing, even if it is a class. Default -100.</summary>
    public long IgnoreIndex { get; init; } = -100;

    /// <summary>What the gradient goes through. Default <see cref="FocalGradient.True"/>.</summary>
    public FocalGradient Gradient { get; init; } = FocalGradient.True;

    internal override void Check() => Require.Focal(Alpha, Gamma, Gradient);
}
