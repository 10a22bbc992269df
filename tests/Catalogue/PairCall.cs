namespace FusedLoss.Catalogue;

/// <summary>A loss over pairs or triples for every element type. Pairs leave out what is negative.</summary>
internal abstract class PairCall
{
    public static PairCall CosineEmbedding { get; } = new Pairs();

    public static PairCall TripletMargin { get; } = new Triplets();

    public abstract double Run<T>(
        scoped in TripletArgs<T> args, InputTerms target, LossOptions? options, LossContext? context)
        where T : unmanaged;

    private sealed class Pairs : PairCall
    {
        public override double Run<T>(
            scoped in TripletArgs<T> args, InputTerms target, LossOptions? options, LossContext? context) =>
            Loss.CosineEmbedding(
                new PairArgs<T>
                {
                    Input1 = args.Anchor,
                    Input2 = args.Positive,
                    Target = target,
                    Dimensions = args.Dimensions,
                    Upstream = args.Upstream,
                    Losses = args.Losses,
                    Gradient1 = args.AnchorGradient,
                    Gradient2 = args.PositiveGradient,
                },
                (CosineEmbeddingOptions?)options, context);
    }

    private sealed class Triplets : PairCall
    {
        public override double Run<T>(
            scoped in TripletArgs<T> args, InputTerms target, LossOptions? options, LossContext? context) =>
            Loss.TripletMargin(args, (TripletMarginOptions?)options, context);
    }
}

/// <summary>A loss over pairs or triples of vectors as tests and `verify` see it.</summary>
internal sealed record PairCase(
    string Key, string Variant, PairCall Call, LossOptions Options, PairOracle Oracle, PairInputs Inputs, Limits Limits)
    : LossCase(Key, Variant, Options, Limits);
