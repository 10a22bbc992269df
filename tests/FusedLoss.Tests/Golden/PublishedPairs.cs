namespace FusedLoss.Tests.Golden;

/// <summary>Numbers from PyTorch's C++ API tests and articles about it, as printed there.</summary>
internal static class PublishedPairs
{
    public static PairGolden[] All { get; } =
    [
        new("cosine_embedding", "article, loss", new CosineEmbeddingOptions())
        {
            Dimensions = 3,
            Input1 = [0.3, 0.5, 0.7, 0.3, 0.5, 0.7],
            Input2 = [0.1, 0.3, 0.5, 0.1, 0.3, 0.5],
            Target = [1, -1],
            Loss = [0.5],
            Gradient1 = [0.0849439468, 0.0178829362, -0.0491780744, -0.0849439468, -0.0178829362, 0.0491780744],
            Gradient2 = [-0.1378263437, -0.0424081058, 0.0530101322, 0.1378263437, 0.0424081058, -0.0530101322],
            Decimals = 10,
        },
        new("cosine_embedding", "C++ API, margin", new CosineEmbeddingOptions { Margin = 0.5 })
        {
            Dimensions = 3,
            Input1 = [2, 3, 4, 6, 2, 4],
            Input2 = [2, 3, 5, 9, 12, 0],
            Target = [1, -1],
            Loss = [0.1004],
            Decimals = 4,
        },
        new("triplet_margin", "C++ API", new TripletMarginOptions())
        {
            Dimensions = 2, Input1 = [3, 3], Input2 = [2, 2], Input3 = [0, 0], Loss = [0], Decimals = 7,
        },
    ];
}
