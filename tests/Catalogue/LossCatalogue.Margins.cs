namespace FusedLoss.Catalogue;

internal static partial class LossCatalogue
{
    private static readonly PointwiseCall HingeEmbedding = PointwiseCall.Of<HingeEmbeddingOptions>(
        Loss.HingeEmbedding, Loss.HingeEmbedding, Loss.HingeEmbedding, Loss.HingeEmbedding);

    private static PointwiseCase[] Margins =>
    [
        HingeRow("", 1), HingeRow("margin=0.5", 0.5), HingeRow("margin=-1", -1),
        RankingRow("", 0), RankingRow("margin=0.5", 0.5), RankingRow("margin=1.3", 1.3), RankingRow("margin=-1", -1),
    ];

    private static PointwiseCase HingeRow(string variant, double margin) =>
        new("hinge_embedding", variant, HingeEmbedding, new HingeEmbeddingOptions { Margin = margin },
            Oracles.HingeEmbedding(margin), Signs, Both(0.51, 0, 0))
        {
            TargetIsConstant = true,
        };

    private static PointwiseCase RankingRow(string variant, double margin)
    {
        var options = new MarginRankingOptions { Margin = margin };
        return new(
            "margin_ranking", variant, new MarginRankingCall(), options, Oracles.MarginRanking(margin),
            new(Domain.Ranks), new(new(1.2, 0, 0.51), new(0.51, 0, 0.51)))
        {
            HasExtraGradient = true,
        };
    }
}
