namespace FusedLoss.Cli.Eval;

internal static partial class LossKeys
{
    private static LossKey[] Pairs =>
    [
        new("cosine_embedding", "torch.nn.functional.cosine_embedding_loss", LossKin.Pairs, [], ["input1", "input2"],
            [new("margin", 0.0), DType], set => new CosineEmbeddingOptions { Margin = set.Get<double>("margin") })
        {
            Required = ["input1", "input2", "target"],
        },
        new("triplet_margin", "torch.nn.functional.triplet_margin_loss", LossKin.Pairs, [],
            ["anchor", "positive", "negative"],
            [new("margin", 1.0), new("p", 2.0), new("eps", 1e-6), new("swap", false), new("distance", "norm"), DType],
            set => new TripletMarginOptions
            {
                Margin = set.Get<double>("margin"), P = set.Get<double>("p"), Eps = set.Get<double>("eps"),
                Swap = set.Get<bool>("swap"), Distance = DistanceOf(set.Get<string>("distance")),
            })
        {
            Required = ["anchor", "positive", "negative"],
        },
        new("info_nce", "torch.nn.functional.cross_entropy of similarities", LossKin.Classes, ["target"], ["input"],
            [new("temperature", 0.07), new("nt_xent", false), DType],
            set => new InfoNceOptions
            {
                Temperature = set.Get<double>("temperature"),
                Positives = set.Get<bool>("nt_xent") ? InfoNcePositives.NtXent : InfoNcePositives.Diagonal,
            })
        {
            Required = ["input"],
        },
    ];

    private static TripletDistance DistanceOf(string name) => name switch
    {
        "norm" => TripletDistance.Norm,
        "cosine" => TripletDistance.Cosine,
        _ => throw new UsageException($"distance is '{name}', but norm or cosine is needed."),
    };
}
