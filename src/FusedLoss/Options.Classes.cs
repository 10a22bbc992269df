namespace FusedLoss;

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
