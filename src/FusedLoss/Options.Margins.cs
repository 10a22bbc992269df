namespace FusedLoss;

/// <summary>Options of the hinge on distances of pairs, <c>torch.nn.functional.hinge_embedding_loss</c>.</summary>
public sealed record HingeEmbeddingOptions : LossOptions
{
    internal static readonly HingeEmbeddingOptions Default = new();

    /// <summary>How far apart dissimilar pairs have to be, in the unit of the input: finite. Default 1.</summary>
    public double Margin { get; init; } = 1;

    internal override void Check() => Require.Finite(Margin, nameof(Margin));
}

/// <summary>Options of the hinge on the order of two scores,
/// <c>torch.nn.functional.margin_ranking_loss</c>.</summary>
public sealed record MarginRankingOptions : LossOptions
{
    internal static readonly MarginRankingOptions Default = new();

    /// <summary>By how much the higher ranked score has to lead, in the unit of the inputs: finite. Default
    /// 0.</summary>
    public double Margin { get; init; }

    internal override void Check() => Require.Finite(Margin, nameof(Margin));
}

/// <summary>Options of the multi-class hinge, <c>torch.nn.functional.multi_margin_loss</c>.</summary>
public sealed record MultiMarginOptions : LossOptions
{
    internal static readonly MultiMarginOptions Default = new();

    /// <summary>The power that each class's hinge is raised to: 1 (default) or 2.</summary>
    public int P { get; init; } = 1;

    /// <summary>By how much the label's score has to lead, in the unit of the scores: finite, negative ones too.
    /// Default 1.</summary>
    public double Margin { get; init; } = 1;

    internal override void Check()
    {
        if (P is not (1 or 2)) Require.ThrowOption(nameof(P), P, "1 or 2");
        Require.Finite(Margin, nameof(Margin));
    }
}

/// <summary>Options of the multi-label hinge, <c>torch.nn.functional.multilabel_margin_loss</c>.</summary>
public sealed record MultilabelMarginOptions : LossOptions
{
    internal static readonly MultilabelMarginOptions Default = new();
}

/// <summary>Options of the binary cross-entropy of every class,
/// <c>torch.nn.functional.multilabel_soft_margin_loss</c>.</summary>
public sealed record MultilabelSoftMarginOptions : LossOptions
{
    internal static readonly MultilabelSoftMarginOptions Default = new();
}
