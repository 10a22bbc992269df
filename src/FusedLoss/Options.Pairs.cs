namespace FusedLoss;

/// <summary>Options of the loss on the cosine of pairs, <c>torch.nn.functional.cosine_embedding_loss</c>.</summary>
public sealed record CosineEmbeddingOptions : LossOptions
{
    internal static readonly CosineEmbeddingOptions Default = new();

    /// <summary>Cosine up to which a dissimilar pair costs nothing: finite, usually in [-1, 1]. Default 0.</summary>
    public double Margin { get; init; }

    internal override void Check() => Require.Finite(Margin, nameof(Margin));
}

/// <summary>How far apart two vectors are.</summary>
public enum TripletDistance
{
    /// <summary>The p-norm of their difference.</summary>
    Norm = 0,

    /// <summary>1 - the cosine of their angle, with norms of at least 1e-8.</summary>
    Cosine = 1,
}

/// <summary>Options of the margin between distances, <c>torch.nn.functional.triplet_margin_loss</c>.</summary>
public sealed record TripletMarginOptions : LossOptions
{
    internal static readonly TripletMarginOptions Default = new();

    /// <summary>By how much the negative has to be farther from the anchor than the positive, in the unit of the
    /// distance: finite. Default 1.</summary>
    public double Margin { get; init; } = 1;

    /// <summary>Order of the norm: any number, infinities and negative ones too; 0 counts the components that differ.
    /// Default 2. Of <see cref="TripletDistance.Norm"/> only.</summary>
    public double P { get; init; } = 2;

    /// <summary>Added to every component of a difference, sign and all: finite, at least 0. Default 1e-6. Of
    /// <see cref="TripletDistance.Norm"/> only.</summary>
    public double Eps { get; init; } = 1e-6;

    /// <summary>Whether the positive stands in for the anchor where it is the nearer one to the negative. Default
    /// <see langword="false"/>.</summary>
    public bool Swap { get; init; }

    /// <summary>How far apart two vectors are. Default <see cref="TripletDistance.Norm"/>.</summary>
    public TripletDistance Distance { get; init; }

    internal override void Check()
    {
        Require.Finite(Margin, nameof(Margin));
        if (double.IsNaN(P)) Require.ThrowOption(nameof(P), P, "a number");
        Require.NonNegative(Eps, nameof(Eps));
        Require.Defined(Distance, TripletDistance.Cosine, nameof(Distance));
    }
}

/// <summary>Which keys are the positives of a contrastive loss without labels.</summary>
public enum InfoNcePositives
{
    /// <summary>Key i of query i.</summary>
    Diagonal = 0,

    /// <summary>Two views of N / 2 samples, one after the other: the positive of i is the other view of the same
    /// sample, (i + N / 2) mod N, and i itself is none of its keys.</summary>
    NtXent = 1,
}

/// <summary>Options of the contrastive loss over similarities.</summary>
public sealed record InfoNceOptions : LossOptions
{
    internal static readonly InfoNceOptions Default = new();

    /// <summary>What similarities are divided by: finite, above 0. Default 0.07.</summary>
    public double Temperature { get; init; } = 0.07;

    /// <summary>Which keys are the positives where there are no labels. Default
    /// <see cref="InfoNcePositives.Diagonal"/>.</summary>
    public InfoNcePositives Positives { get; init; }

    internal override void Check()
    {
        Require.Positive(Temperature, nameof(Temperature));
        Require.Defined(Positives, InfoNcePositives.NtXent, nameof(Positives));
    }
}
