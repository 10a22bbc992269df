namespace FusedLoss.Catalogue;

internal static partial class LossCatalogue
{
    private static readonly PointwiseCall HingeEmbedding = PointwiseCall.Of<HingeEmbeddingOptions>(
        Loss.HingeEmbedding, Loss.HingeEmbedding, Loss.HingeEmbedding, Loss.HingeEmbedding);

    private static PointwiseCase[] Margins =>
    [
        HingeRow("", 1), HingeRow("margin=0.5", 0.5), HingeRow("margin=-1", -1),
    ];

    private static PointwiseCase HingeRow(string variant, double margin) =>
        new("hinge_embedding", variant, HingeEmbedding, new HingeEmbeddingOptions { Margin = margin },
            Oracles.HingeEmbedding(margin), Signs, Both(0.51, 0, 0))
        {
            TargetIsConstant = true,
        };
}
