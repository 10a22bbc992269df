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
