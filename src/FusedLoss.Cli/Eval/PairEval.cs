using FusedLoss.Cli.Npy;

namespace FusedLoss.Cli.Eval;

/// <summary>One loss over pairs or triples of vectors: (N,D), or (D) for a single one.</summary>
internal static class PairEval
{
    public static EvalResult Run<T>(EvalRequest request, EvalArrays arrays, LossContext context) where T : unmanaged
    {
        NpyArray first = arrays.Input;
        long[] rows = first.Shape is { Length: 1 or 2 } shape ? shape[..^1] : throw new UsageException(
            $"{request.Loss.Required[0]} has shape {first.ShapeText}, but (N, D) or (D) is needed.");
        Check(request, arrays, rows);
        var result = new EvalResult(request, arrays);
        return result.With(request.Options switch
        {
            CosineEmbeddingOptions options => Cosine<T>(arrays, rows, result, options, context),
            TripletMarginOptions options => Triplet<T>(arrays, rows, result, options, context),
            var other => throw new NotSupportedException($"{other.GetType().Name} is not of a loss over vectors."),
        });
    }

    private static double Cosine<T>(
        EvalArrays arrays, long[] rows, EvalResult result, CosineEmbeddingOptions options, LossContext context)
        where T : unmanaged
    {
        NpyArray like = arrays.Input;
        return Loss.CosineEmbedding(
            new PairArgs<T>
            {
                Input1 = arrays.Vectors<T>("input1"), Input2 = arrays.Vectors<T>("input2"),
                Target = arrays.Terms("target"), Upstream = arrays.Terms("upstream"), Losses = result.Losses(rows),
                Gradient1 = result.Elements<T>("grad_input1", like),
                Gradient2 = result.Elements<T>("grad_input2", like),
            },
            options, context);
    }

    private static double Triplet<T>(
        EvalArrays arrays, long[] rows, EvalResult result, TripletMarginOptions options, LossContext context)
        where T : unmanaged
    {
        NpyArray like = arrays.Input;
        return Loss.TripletMargin(
            new TripletArgs<T>
            {
                Anchor = arrays.Vectors<T>("anchor"), Positive = arrays.Vectors<T>("positive"),
                Negative = arrays.Vectors<T>("negative"), Upstream = arrays.Terms("upstream"),
                Losses = result.Losses(rows), AnchorGradient = result.Elements<T>("grad_anchor", like),
                PositiveGradient = result.Elements<T>("grad_positive", like),
                NegativeGradient = result.Elements<T>("grad_negative", like),
            },
            options, context);
    }

    private static void Check(EvalRequest request, EvalArrays arrays, long[] rows)
    {
        string main = request.Loss.Required[0];
        foreach (string name in request.Loss.Required)
        {
            NpyArray array = arrays.Find(name)!;
            long[] needed = name == "target" ? rows : arrays.Input.Shape;
            if (array.Shape.AsSpan().SequenceEqual(needed)) continue;
            throw new UsageException($"{name} has shape {array.ShapeText}, "
                + $"but {NpyArray.Text(needed)} is needed for {main} {arrays.Input.ShapeText}.");
        }
        arrays.CheckUpstream(rows, request.Reduction);
    }
}
