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

    /// <summary>Adds this many times lse^2, the squared log-sum-exp of its logits, to the term of each row, which keeps
    /// logits near 0: finite, at least 0. Class weights do not touch it, sample weights do. 0 (default) adds nothing;
    /// 1e-4 is usual (PaLM).</summary>
    public double ZLoss { get; init; }

    /// <summary>Logits x count as k tanh(x / k), so that none is larger than k: finite, above 0. Gradients go through
    /// the cap. 0 (default) leaves them as they are; 30 is usual (Gemma 2).</summary>
    public double SoftCap { get; init; }

    internal override void Check()
    {
        Require.Fraction(LabelSmoothing, nameof(LabelSmoothing));
        Require.NonNegative(ZLoss, nameof(ZLoss));
        Require.NonNegative(SoftCap, nameof(SoftCap));
    }
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

/// <summary>Options of the negative log-likelihood of labels, <c>torch.nn.functional.nll_loss</c>.</summary>
public sealed record NllOptions : LossOptions
{
    internal static readonly NllOptions Default = new();

    /// <summary>Rows with this label count for nothing, even if it is a class. Default -100.</summary>
    public long IgnoreIndex { get; init; } = -100;
}
