using FusedLoss.Catalogue;
using FusedLoss.Cli.Npy;

namespace FusedLoss.Cli.Eval;

/// <summary>One point-wise loss of three arrays of any rank: a variance repeats as in PyTorch, its gradient is summed
/// over what repeated.</summary>
internal static class ThirdOperandEval
{
    public static EvalResult Run<T>(EvalRequest request, EvalArrays arrays, LossContext context) where T : unmanaged
    {
        arrays.CheckUpstream(arrays.Input.Shape, request.Reduction);
        var result = new EvalResult(request, arrays);
        return result.With(request.Options switch
        {
            GaussianNllOptions options => Gaussian<T>(arrays, result, options, context),
            MarginRankingOptions options => Ranking<T>(arrays, result, options, context),
            var other => throw new NotSupportedException($"{other.GetType().Name} is not of three arrays."),
        });
    }

    private static double Ranking<T>(
        EvalArrays arrays, EvalResult result, MarginRankingOptions options, LossContext context)
        where T : unmanaged
    {
        NpyArray like = arrays.Input;
        CheckShape(arrays, "input2");
        CheckShape(arrays, "target");
        return Loss.MarginRanking(
            new MarginRankingArgs<T>
            {
                Input1 = arrays.Floating<T>("input1"), Input2 = arrays.Floating<T>("input2"),
                Target = arrays.Floating<T>("target"), Upstream = arrays.Terms("upstream"),
                Losses = result.Losses(like.Shape), Gradient1 = result.Elements<T>("grad_input1", like),
                Gradient2 = result.Elements<T>("grad_input2", like),
                TargetGradient = result.Elements<T>("grad_target", like), Batch = Batch(like),
            },
            options, context);
    }

    private static double Gaussian<T>(
        EvalArrays arrays, EvalResult result, GaussianNllOptions options, LossContext context)
        where T : unmanaged
    {
        NpyArray input = arrays.Input, variance = Variance(arrays);
        CheckShape(arrays, "target");
        T[]? summed = result.Elements<T>("grad_var", arrays.Find("var")!);
        bool repeats = variance.Length != input.Length;
        double loss = Loss.GaussianNll(
            new GaussianNllArgs<T>
            {
                Input = PointwiseEval.View(arrays.Floating<T>("input"), input, input),
                Target = PointwiseEval.View(arrays.Floating<T>("target"), input, input),
                Var = PointwiseEval.View(arrays.Floating<T>("var"), variance, input),
                Upstream = arrays.Terms("upstream"), Losses = result.Losses(input.Shape),
                Gradient = result.Elements<T>("grad_input", input),
                TargetGradient = result.Elements<T>("grad_target", input),
                VarGradient = repeats ? null : summed, Batch = Batch(input),
            },
            options, context);
        if (!repeats || summed is null) return loss;
        if (arrays.Type == NpyType.Float64) Sum<T, double>(arrays, variance, summed, options, context);
        else Sum<T, float>(arrays, variance, summed, options, context); // 16-bit parts would be rounded before the sum
        return loss;
    }

    /// <summary>The gradient to a variance that repeats, in a type that holds each part.</summary>
    private static void Sum<T, TWide>(
        EvalArrays arrays, NpyArray variance, T[] summed, GaussianNllOptions options, LossContext context)
        where T : unmanaged where TWide : unmanaged
    {
        NpyArray input = arrays.Input;
        var parts = new TWide[input.Length];
        TWide[] Wide(string name) => Element.Convert<T, TWide>(arrays.Floating<T>(name)!);
        Loss.GaussianNll(
            new GaussianNllArgs<TWide>
            {
                Input = PointwiseEval.View(Wide("input"), input, input),
                Target = PointwiseEval.View(Wide("target"), input, input),
                Var = PointwiseEval.View(Wide("var"), variance, input),
                Upstream = arrays.Terms("upstream"), VarGradient = parts, Batch = Batch(input),
            },
            options, context);
        var sums = new double[summed.Length];
        for (long i = 0; i < parts.Length; i++) sums[Origin(i, variance.Shape, input.Shape)] += Element.Value(parts[i]);
        for (int i = 0; i < sums.Length; i++) summed[i] = Element.Of<T>(sums[i]);
    }

    /// <summary>The variance, with the last dimension that it may lack.</summary>
    private static NpyArray Variance(EvalArrays arrays)
    {
        NpyArray input = arrays.Input, variance = arrays.Find("var")!;
        if (variance.Shape.AsSpan().SequenceEqual(input.Shape)) return variance;
        long[] shape = [.. variance.Shape, 1];
        if (shape.Length == input.Shape.Length && shape.AsSpan()[..^1].SequenceEqual(input.Shape.AsSpan()[..^1]))
            return variance with { Shape = shape };
        return PointwiseEval.BroadcastsTo(variance.Shape, input.Shape) ? variance : throw new UsageException(
            $"var has shape {variance.ShapeText}, but input's {input.ShapeText}, one that broadcasts to it, "
            + "or one without its last dimension is needed.");
    }

    /// <summary>Which element of an array of shape <paramref name="from"/> element <paramref name="index"/> of shape
    /// <paramref name="to"/> repeats.</summary>
    private static long Origin(long index, long[] from, long[] to)
    {
        var (origin, stride) = (0L, 1L);
        for (int i = 1; i <= from.Length; i++)
        {
            origin += index % to[^i] % from[^i] * stride;
            stride *= from[^i];
            index /= to[^i];
        }
        return origin;
    }

    private static void CheckShape(EvalArrays arrays, string name)
    {
        NpyArray array = arrays.Find(name)!, first = arrays.Input;
        if (array.Shape.AsSpan().SequenceEqual(first.Shape)) return;
        throw new UsageException($"{name} has shape {array.ShapeText}, but {first.ShapeText} is needed.");
    }

    private static long Batch(NpyArray array) => array.Shape is [long first, ..] ? first : 1;
}
