namespace FusedLoss.Catalogue;

internal static partial class LossCatalogue
{
    private static readonly PairInputs Triples = new(PairDomain.Triples);
    private static readonly PairInputs SmallTriples = new(PairDomain.SmallTriples);
    private static readonly PairInputs Lattice = new(PairDomain.Lattice);

    public static IReadOnlyList<PairCase> Pairs { get; } =
    [
        CosineRow("", 0), CosineRow("margin=0.5", 0.5), CosineRow("margin=-0.25", -0.25),
        NormRow("", Triples, new()), NormRow("margin=-1", Triples, new() { Margin = -1 }),
        NormRow("swap", Triples, new() { Swap = true }),
        NormRow("eps=0.1 margin=0.31", Triples, new() { Eps = 0.1, Margin = 0.31 }),
        NormRow("p=1", Triples, new() { P = 1 }), NormRow("p=1 lattice", Lattice, new() { P = 1, Eps = 0 }),
        NormRow("p=1 lattice swap", Lattice, new() { P = 1, Eps = 0, Swap = true }),
        NormRow("p=infinity", SmallTriples, new() { P = double.PositiveInfinity }),
        NormRow("p=infinity lattice swap", Lattice, new() { P = double.PositiveInfinity, Eps = 0, Swap = true }),
        NormRow("p=-infinity", SmallTriples, new() { P = double.NegativeInfinity }),
        NormRow("p=-infinity lattice swap", Lattice, new() { P = double.NegativeInfinity, Eps = 0, Swap = true }),
        NormRow("p=0", Triples, new() { P = 0 }),
        NormRow("p=0 lattice", Lattice, new() { P = 0, Eps = 0, Swap = true }),
        NormRow("p=3", Triples, new() { P = 3 }), NormRow("p=1.5 swap", Triples, new() { P = 1.5, Swap = true }),
        NormRow("p=20", Triples, new() { P = 20 }), NormRow("p=0.5", Triples, new() { P = 0.5 }),
        NormRow("p=-2", Triples, new() { P = -2 }),
        DistanceRow("cosine", new()), DistanceRow("cosine swap", new() { Swap = true, Margin = 0.5 }),
    ];

    private static PairCase CosineRow(string variant, double margin) =>
        new("cosine_embedding", variant, PairCall.CosineEmbedding, new CosineEmbeddingOptions { Margin = margin },
            Oracles.CosineEmbedding(margin), new(PairDomain.Pairs), new(new(0.51, 2, 0), new(2.1, 4.6, 0)));

    private static PairCase NormRow(string variant, PairInputs inputs, TripletMarginOptions options)
    {
        var oracle = Oracles.TripletMargin(options.Margin, options.Swap, Oracles.NormDistance(options.P, options.Eps));
        return new("triplet_margin", variant, PairCall.TripletMargin, options, oracle, inputs, NormLimits(options.P));
    }

    private static PairCase DistanceRow(string variant, TripletMarginOptions options)
    {
        options = options with { Distance = TripletDistance.Cosine };
        var oracle = Oracles.TripletMargin(options.Margin, options.Swap, Oracles.CosineDistance);
        return new("triplet_margin", variant, PairCall.TripletMargin, options, oracle, Triples,
            new(new(0.51, 3.5, 0), new(3.6, 7.6, 0)));
    }

    // A slope is a power of p - 1, which takes the errors of its base that many times.
    private static Limits NormLimits(double p) => p switch
    {
        0 or 1 or 2 => new(new(1, 1.3, 0), new(2, 1.6, 0)),
        _ when double.IsInfinity(p) => new(new(0.8, 0.51, 0), new(0, 0, 0)),
        20 => new(new(1.5, 7.1, 0), new(2, 15.1, 0)),
        _ => new(new(2.4, 2.6, 0), new(3.5, 5.6, 0)),
    };
}
