namespace FusedLoss;

/// <summary>Options of the hinge on distances of pairs, <c>torch.nn.functional.hinge_embedding_loss</c>.</summary>
public sealed record HingeEmbeddingOptions : LossOptions
{
    internal static readonly HingeEmbeddingOptions Default = new();

    /// <summary>How far apart dissimilar pairs have to be, in the unit of the input: finite. Default 1.</summary>
    public double Margin { get; init; } = 1;

    internal override void Check() => Require.Finite(Margin, nameof(Margin));
}
