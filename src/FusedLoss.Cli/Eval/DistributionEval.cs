using FusedLoss.Cli.Npy;

namespace FusedLoss.Cli.Eval;

/// <summary>One loss that compares a value per class with another: (C), (N,C) or (N,C,d1,…), the target of the same
/// shape.</summary>
internal static class DistributionEval
{
    public static EvalResult Run<T>(EvalRequest request, EvalArrays arrays, LossContext context) where T : unmanaged
    {
        NpyArray input = arrays.Input, target = arrays.Target;
        if (!target.Shape.AsSpan().SequenceEqual(input.Shape))
        {
            throw new UsageException(
                $"target has shape {target.ShapeText}, but input's {input.ShapeText} is needed.");
        }
        bool last = request.Options is MultilabelSoftMarginOptions;
        ClassShape shape = last ? ClassesLast(input) : ClassEval.Shape(input);
        long[] rows = last ? input.Shape[..^1] : ClassEval.Rows(input);
        ClassEval.CheckWeight(arrays, shape);
        arrays.CheckUpstream(rows, request.Reduction);
        var result = new EvalResult(request, arrays);
        var args = new DistributionArgs<T>
        {
            Input = arrays.Floating<T>("input"), Target = arrays.Floating<T>("target"), Shape = shape,
            ClassWeights = arrays.Terms("weight"), Upstream = arrays.Terms("upstream"), Losses = result.Losses(rows),
            Gradient = result.Elements<T>("grad_input", input),
            TargetGradient = result.Elements<T>("grad_target", input),
        };
        return result.With(request.Options switch
        {
            JsdOptions options => Loss.Jsd(args, options, context),
            TvdOptions options => Loss.Tvd(args, options, context),
            MultilabelSoftMarginOptions options => Loss.MultilabelSoftMargin(args, options, context),
            var other => throw new NotSupportedException($"{other.GetType().Name} is not of such a loss."),
        });
    }

    private static ClassShape ClassesLast(NpyArray input) => input.Shape switch
    {
        [.. long[] rows, long classes] => new(rows.Aggregate(1L, (a, b) => a * b), classes),
        _ => throw new UsageException("input has shape (), but (C), (N, C) or (…, C) is needed."),
    };
}
