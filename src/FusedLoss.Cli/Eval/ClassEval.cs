using FusedLoss.Cli.Npy;

namespace FusedLoss.Cli.Eval;

/// <summary>One loss over classes: (C), (N,C) or (N,C,d1,…), with labels or with class probabilities.</summary>
internal static class ClassEval
{
    public static EvalResult Run<T>(EvalRequest request, EvalArrays arrays, LossContext context) where T : unmanaged
    {
        NpyArray input = arrays.Input;
        ClassShape shape = Shape(input);
        long[] rows = Rows(input);
        // A list of labels per row, or one label.
        long[] labels = request.Options is MultilabelMarginOptions ? input.Shape : rows;
        bool probabilities = HasProbabilities(request.Loss, arrays, labels);
        CheckTarget(request, arrays, labels, probabilities);
        CheckWeight(arrays, shape);
        CheckSampleWeight(arrays, rows);
        arrays.CheckUpstream(rows, request.Reduction);
        var result = new EvalResult(request, arrays);
        var args = new ClassArgs<T>
        {
            Logits = arrays.Floating<T>("input"), Shape = shape,
            Labels = LabelsOf(arrays.Find("target")),
            Probabilities = probabilities ? arrays.Floating<T>("target") : null,
            ClassWeights = arrays.Terms("weight"), SampleWeights = arrays.Terms("sample_weight"),
            Upstream = arrays.Terms("upstream"),
            Losses = result.Losses(rows), Gradient = result.Elements<T>("grad_input", input),
            TargetGradient = result.Elements<T>("grad_target", input),
            LogSumExp = result.Terms("lse", rows), Predictions = result.Predictions(rows),
        };
        double loss = request.Options switch
        {
            CrossEntropyOptions options => CrossEntropy(args, options, context, result),
            SoftmaxFocalOptions options => Loss.SoftmaxFocal(args, options, context),
            BalancedCrossEntropyOptions options => Loss.BalancedCrossEntropy(args, options, context),
            InfoNceOptions options => Loss.InfoNce(args, options, context),
            NllOptions options => Loss.Nll(args, options, context),
            MultiMarginOptions options => Loss.MultiMargin(args, options, context),
            MultilabelMarginOptions options => Loss.MultilabelMargin(args, options, context),
            var other => throw new NotSupportedException($"{other.GetType().Name} is not of a loss over classes."),
        };
        return result.With(loss);
    }

    private static double CrossEntropy<T>(
        in ClassArgs<T> args, CrossEntropyOptions options, LossContext context, EvalResult result) where T : unmanaged
    {
        if (!result.Predicts) return Loss.CrossEntropy(args, options, context);
        double loss = Loss.CrossEntropy(args, out long correct, options, context);
        result.Correct = correct;
        return loss;
    }

    public static ClassShape Shape(NpyArray input) => input.Shape switch
    {
        [] => throw new UsageException("input has shape (), but (C), (N, C) or (N, C, d1, …) is needed."),
        [long classes] => new ClassShape(1, classes),
        [long outer, long classes, .. long[] inner] => new(outer, classes, inner.Aggregate(1L, (a, b) => a * b)),
    };

    /// <summary>The shape of labels, and of an unreduced loss with one term per row.</summary>
    public static long[] Rows(NpyArray input) =>
        input.Shape.Length == 1 ? [] : [input.Shape[0], .. input.Shape[2..]];

    /// <summary>Labels as they are stored, uint8 as int32; none of an array that holds no integers.</summary>
    public static Labels LabelsOf(NpyArray? target) => target?.Data switch
    {
        int[] labels => labels,
        long[] labels => labels,
        byte[] labels => Array.ConvertAll(labels, label => (int)label),
        _ => default,
    };

    /// <summary>PyTorch's rule: a target of the input's shape holds class probabilities, any other holds
    /// labels.</summary>
    private static bool HasProbabilities(LossKey loss, EvalArrays arrays, long[] labels)
    {
        if (arrays.Find("target") is not { } target) return false;
        NpyArray input = arrays.Input;
        bool sameShape = target.Shape.AsSpan().SequenceEqual(input.Shape);
        if (target.Type.IsFloating() && (!sameShape || loss.Key != "cross_entropy"))
        {
            string or = loss.Key == "cross_entropy" ? $", or class probabilities of shape {input.ShapeText}," : "";
            throw new UsageException($"target is {target.Type.Name()} of shape {target.ShapeText}, "
                + $"but labels (int32, int64 or uint8) of shape {NpyArray.Text(labels)}{or} are needed.");
        }
        return target.Type.IsFloating();
    }

    /// <summary>One weight per class, if any.</summary>
    public static void CheckWeight(EvalArrays arrays, ClassShape shape)
    {
        if (arrays.Find("weight") is { } weight && (weight.Shape.Length != 1 || weight.Length != shape.Classes))
        {
            throw new UsageException(
                $"weight has shape {weight.ShapeText}, but one weight for each of {shape.Classes} classes is needed.");
        }
    }

    /// <summary>One weight per row, if any.</summary>
    private static void CheckSampleWeight(EvalArrays arrays, long[] rows)
    {
        if (arrays.Find("sample_weight") is { } sample && !(rows.Length == 0 && sample.Shape is [1])
            && !sample.Shape.AsSpan().SequenceEqual(rows))
        {
            throw new UsageException($"sample_weight has shape {sample.ShapeText}, "
                + $"but one weight for each row, {NpyArray.Text(rows)}, is needed.");
        }
    }

    private static void CheckTarget(EvalRequest request, EvalArrays arrays, long[] labels, bool probabilities)
    {
        NpyArray? target = arrays.Find("target");
        // A single row may have its label as () or, as in older code, as (1,).
        bool single = labels.Length == 0 && target?.Shape is [1];
        if (target is not null && !probabilities && !single && !target.Shape.AsSpan().SequenceEqual(labels))
        {
            throw new UsageException(
                $"target has shape {target.ShapeText}, "
                + $"but input {arrays.Input.ShapeText} needs labels of shape {NpyArray.Text(labels)}.");
        }
        if (!probabilities && request.Outputs.ContainsKey("grad_target"))
        {
            throw new UsageException("grad_target is asked for, but target holds labels, which have no gradient.");
        }
    }
}
