using FusedLoss.Cli.Npy;

namespace FusedLoss.Cli.Eval;

/// <summary>One loss over regions: (C), (N,C) or (N,C,d1,…), with labels, or with a target of the same
/// shape.</summary>
internal static class RegionEval
{
    public static EvalResult Run<T>(EvalRequest request, EvalArrays arrays, LossContext context) where T : unmanaged
    {
        NpyArray input = arrays.Input;
        ClassShape shape = ClassEval.Shape(input);
        long[] regions = Regions(request.Settings, shape);
        bool soft = IsSoft(arrays);
        arrays.CheckUpstream(regions, request.Reduction);
        var result = new EvalResult(request, arrays);
        var args = new ClassArgs<T>
        {
            Logits = arrays.Floating<T>("input"), Shape = shape,
            Labels = soft ? default : ClassEval.LabelsOf(arrays.Target),
            Probabilities = soft ? arrays.Floating<T>("target") : null,
            Upstream = arrays.Terms("upstream"), Losses = result.Losses(regions),
            Gradient = result.Elements<T>("grad_input", input),
        };
        return result.With(request.Options switch
        {
            DiceOptions options => Loss.Dice(args, options, context),
            TverskyOptions options => Loss.Tversky(args, options, context),
            var other => throw new NotSupportedException($"{other.GetType().Name} is not of a loss over regions."),
        });
    }

    /// <summary>The shape of the unreduced loss: (), (C), (N) or (N, C).</summary>
    private static long[] Regions(Settings settings, ClassShape shape)
    {
        long[] samples = settings.Get<bool>("per_sample") ? [shape.Outer] : [];
        return settings.Get<bool>("all_classes") ? samples : [.. samples, shape.Classes];
    }

    private static bool IsSoft(EvalArrays arrays)
    {
        NpyArray input = arrays.Input, target = arrays.Target;
        long[] rows = ClassEval.Rows(input);
        bool soft = target.Type.IsFloating();
        // A single row may have its label as () or, as in older code, as (1,).
        bool fits = target.Shape.AsSpan().SequenceEqual(soft ? input.Shape : rows)
            || (!soft && rows.Length == 0 && target.Shape is [1]);
        return fits ? soft : throw new UsageException(
            $"target is {target.Type.Name()} of shape {target.ShapeText}, but labels (int32, int64 or uint8) of shape "
            + $"{NpyArray.Text(rows)}, or {arrays.Type.Name()} of shape {input.ShapeText}, are needed.");
    }
}
