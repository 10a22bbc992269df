using System.Numerics.Tensors;
using static FusedLoss.Tests.Contract.Refusal;

namespace FusedLoss.Tests.Contract;

/// <summary>Every way to call a point-wise loss wrongly.</summary>
internal static class PointwiseRefusals
{
    private static readonly float[] X = new float[10];
    private static readonly float[] T = new float[10];

    public static Refusal[] All { get; } = [.. Lengths(), .. Options(), .. Shapes(), .. Precisions(), .. Memory()];

    private static Refusal[] Lengths() =>
    [
        Argument("short gradient", o => Loss.Mse(X, T, o.Gradient.AsSpan(0, 9)), "gradient",
            "gradient has 9 elements but input has 10."),
        Argument("long target", o => Loss.Mse(X, new float[12], o.Gradient.AsSpan(0, 10)), "target",
            "target has 12 elements but input has 10."),
        Argument("target of nothing", o => Loss.Mse<float>(new() { Input = X, Gradient = Ten(o.Gradient) }), "target",
            "target has 0 elements but input has 10."),
        Argument("short losses", o => Loss.L1<float>(new() { Input = X, Target = T, Losses = o.Losses.AsSpan(0, 3) }),
            "losses", "losses has 3 elements but input has 10."),
        Argument("long target gradient",
            o => Loss.L1<float>(new() { Input = X, Target = T, TargetGradient = o.TargetGradient }),
            "targetGradient", "targetGradient has 200 elements but input has 10."),
        Argument("weight of smooth_l1",
            o => Loss.SmoothL1<float>(new() { Input = X, Target = T, Weight = X, Losses = Ten(o.Losses) }),
            "weight", "weight has 10 elements but this loss does not take it."),
        Argument("weight of sigmoid_focal",
            o => Loss.SigmoidFocal<float>(new() { Input = X, Target = T, Weight = X, Losses = Ten(o.Losses) }),
            "weight", "weight has 10 elements but this loss does not take it."),
        Argument("pos_weight of mse",
            o => Loss.Mse<float>(new() { Input = X, Target = T, PosWeight = X, Losses = Ten(o.Losses) }),
            "posWeight", "posWeight has 10 elements but this loss does not take it."),
        Argument("weight that does not repeat",
            o => Loss.Mse<float>(new() { Input = X, Target = T, Weight = new float[3], Losses = Ten(o.Losses) }),
            "weight", "weight has 3 elements, which do not repeat evenly over the 10 elements of input."),
        Argument("long weight",
            o => Loss.Mse<float>(new() { Input = X, Target = T, Weight = new float[20], Losses = Ten(o.Losses) }),
            "weight", "weight has 20 elements, which do not repeat evenly over the 10 elements of input."),
        Argument("upstream per term of a mean",
            o => Loss.Mse<float>(new() { Input = X, Target = T, Upstream = X, Gradient = Ten(o.Gradient) }),
            "upstream", "upstream has 10 elements, which needs Reduction.None, but Reduction is Mean."),
        Argument("upstream of another length",
            o => Loss.Mse<float>(new() { Input = X, Target = T, Upstream = new float[7], Gradient = Ten(o.Gradient) },
                None),
            "upstream", "upstream has 7 elements but the unreduced loss has 10."),
    ];

    private static MseOptions None { get; } = new() { Reduction = Reduction.None };

    private static Refusal[] Options() =>
    [
        Option("undefined reduction", o => Loss.Mse(X, T, Ten(o.Gradient), new() { Reduction = (Reduction)9 }),
            "Reduction is 9 but must be a member of Reduction."),
        Option("undefined empty mean", o => Loss.Mse(X, T, Ten(o.Gradient), new() { EmptyMean = (EmptyMean)(-1) }),
            "EmptyMean is -1 but must be a member of EmptyMean."),
        Option("negative denominator", o => Loss.Mse(X, T, Ten(o.Gradient), new() { Denominator = -1 }),
            "Denominator is -1 but must be finite and above 0."),
        Option("NaN denominator", o => Loss.Mse(X, T, Ten(o.Gradient), new() { Denominator = double.NaN }),
            "Denominator is NaN but must be finite and above 0."),
        Option("denominator of a sum",
            o => Loss.Mse(X, T, Ten(o.Gradient), new() { Denominator = 3, Reduction = Reduction.Sum }),
            "Denominator is 3 but must be 0 when Reduction is Sum."),
        Option("negative beta", o => Loss.SmoothL1(X, T, Ten(o.Gradient), new() { Beta = -1 }),
            "Beta is -1 but must be finite and at least 0."),
        Option("infinite beta", o => Loss.SmoothL1(X, T, Ten(o.Gradient), new() { Beta = double.PositiveInfinity }),
            "Beta is Infinity but must be finite and at least 0."),
        Option("no delta",
            o => Loss.Huber(X, T, Ten(o.Gradient), new() { Delta = 0 }), "Delta is 0 but must be finite and above 0."),
        Option("NaN delta", o => Loss.Huber(X, T, Ten(o.Gradient), new() { Delta = double.NaN }),
            "Delta is NaN but must be finite and above 0."),
        Option("large alpha", o => Loss.SigmoidFocal(X, T, Ten(o.Gradient), new() { Alpha = 1.5 }),
            "Alpha is 1.5 but must be between 0 and 1, or negative for no weighting."),
        Option("NaN alpha", o => Loss.SigmoidFocal(X, T, Ten(o.Gradient), new() { Alpha = double.NaN }),
            "Alpha is NaN but must be between 0 and 1, or negative for no weighting."),
        Option("negative gamma", o => Loss.SigmoidFocal(X, T, Ten(o.Gradient), new() { Gamma = -0.5 }),
            "Gamma is -0.5 but must be finite and at least 0."),
        Option("undefined focal gradient",
            o => Loss.SigmoidFocal(X, T, Ten(o.Gradient), new() { Gradient = (FocalGradient)2 }),
            "Gradient is 2 but must be a member of FocalGradient."),
        Option("NaN margin", o => Loss.HingeEmbedding(X, T, Ten(o.Gradient), new() { Margin = double.NaN }),
            "Margin is NaN but must be finite."),
        Option("no epsilon", o => Loss.PoissonNll(X, T, Ten(o.Gradient), new() { Eps = 0 }),
            "Eps is 0 but must be finite and above 0."),
        Argument("gradient to signs",
            o => Loss.SoftMargin<float>(new() { Input = X, Target = T, TargetGradient = Ten(o.Gradient) }),
            "targetGradient", "targetGradient has 10 elements but this loss has no gradient to its target."),
        Argument("gradient to similarity",
            o => Loss.HingeEmbedding<float>(new() { Input = X, Target = T, TargetGradient = Ten(o.Gradient) }),
            "targetGradient", "targetGradient has 10 elements but this loss has no gradient to its target."),
        Argument("two upstream gradients",
            o => Loss.Mse<float>(
                new() { Input = X, Target = T, Upstream = new float[1], Gradient = Ten(o.Gradient) },
                    new() { Upstream = 2 }),
            "options", "Upstream is given twice, in the options and as a buffer."),
        Argument("two pos_weights",
            o => Loss.BceWithLogits<float>(
                new() { Input = X, Target = T, PosWeight = X, Gradient = Ten(o.Gradient) }, new() { PosWeight = 2 }),
            "options", "PosWeight is given twice, in the options and as a buffer."),
        Range("negative batch",
            o => Loss.Mse<float>(new() { Input = X, Target = T, Batch = -1, Gradient = Ten(o.Gradient) }),
            "batch", "batch is -1 but must be at least 0."),
        new("integers", _ =>
            Loss.Mse<int>(new() { Input = new int[2], Target = new int[2] }), typeof(NotSupportedException), null,
            "Losses take float, double, Half or BFloat16, not Int32."),
    ];

    private static Refusal[] Shapes() =>
    [
        Argument("target of another shape",
            o => Loss.Mse<float>(new() { Input = Of(X, 2, 5), Target = Of(T, 5, 2), Gradient = Ten(o.Gradient) }),
            "target", "target has shape [5, 2], which differs from the shape [2, 5] of input."),
        Argument("weight that does not broadcast",
            o => Loss.Mse<float>(new() { Input = Of(X, 2, 5), Target = T, Weight = Of(new float[2], 2),
                Gradient = Ten(o.Gradient) }),
            "weight", "weight has shape [2], which does not broadcast to the shape [2, 5] of input."),
        Argument("weight of more dimensions",
            o => Loss.Mse<float>(
                new() { Input = Of(X, 2, 5), Target = T, Weight = Of(new float[10], 2, 1, 5),
                    Gradient = Ten(o.Gradient) }),
            "weight", "weight has shape [2, 1, 5], which does not broadcast to the shape [2, 5] of input."),
        Argument("losses with gaps",
            o => Loss.Mse<float>(new() { Input = X, Target = T,
                Losses = new TensorSpan<float>(o.Losses, 0, [2, 5], [7, 1]) }),
            "losses",
            "losses is a tensor with gaps or another order, but must be dense; copy it to a dense tensor first."),
    ];

    private static Refusal[] Precisions() =>
    [
        Argument("losses in double",
            o => Loss.Mse<float>(new() { Input = X, Target = T, Losses = new double[10], Gradient = Ten(o.Gradient) }),
            "losses", "losses has elements of type double, but input's are float, which needs float."),
        Argument("upstream in double",
            o => Loss.Mse<float>(new() { Input = X, Target = T, Upstream = new double[1], Gradient = Ten(o.Gradient) }),
            "upstream", "upstream has elements of type double, but input's are float, which needs float."),
        Argument("losses of doubles in float",
            o => Loss.Mse<double>(new() { Input = new double[10], Target = new double[10], Losses = Ten(o.Losses) }),
            "losses", "losses has elements of type float, but input's are double, which needs double."),
        Argument("upstream of halves in double",
            _ => Loss.Mse<Half>(new() { Input = new Half[10], Target = new Half[10], Upstream = new double[1] }),
            "upstream", "upstream has elements of type double, but input's are Half, which needs float."),
        Argument("upstream of bfloat16s in double",
            o => Loss.Mse<BFloat16>(new() { Input = new BFloat16[10], Target = new BFloat16[10],
                Upstream = new double[1], Losses = Ten(o.Losses) }),
            "upstream", "upstream has elements of type double, but input's are BFloat16, which needs float."),
        new("terms of integers", _ => InputTerms.From<int>(new int[1]), typeof(NotSupportedException), null,
            "Terms are float or double, not Int32."),
    ];

    private static Refusal[] Memory() =>
    [
        Argument("gradient over part of the input",
            o => Loss.Mse(Ten(o.Gradient), T, o.Gradient.AsSpan(1, 10)), "gradient",
            "gradient overlaps input in part; it may only be the very same memory."),
        Argument("named gradient over part of the input",
            o => Loss.Mse<float>(new() { Input = o.Gradient.AsSpan(9, 10), Target = T, Gradient = Ten(o.Gradient) }),
                "gradient",
            "gradient overlaps input in part; it may only be the very same memory."),
        Argument("gradient over the target", o => Loss.Mse(X, Ten(o.Gradient), Ten(o.Gradient)), "gradient",
            "gradient overlaps target, which it must not."),
        Argument("losses over the input",
            o => Loss.Mse<float>(new() { Input = Ten(o.Losses), Target = T, Losses = Ten(o.Losses) }),
            "losses", "losses overlaps input, which it must not."),
        Argument("gradient over the losses",
            o => Loss.Mse<float>(new() { Input = X, Target = T, Losses = Ten(o.Losses), Gradient = Ten(o.Losses) }),
            "gradient", "gradient overlaps losses, which it must not."),
        Argument("target gradient over the input",
            o => Loss.Mse<float>(new() { Input = Ten(o.Gradient), Target = T, TargetGradient = Ten(o.Gradient) }),
            "targetGradient", "targetGradient overlaps input, which it must not."),
        Argument("gradient over the weight",
            o => Loss.Mse<float>(new() { Input = X, Target = T, Weight = Ten(o.Gradient), Gradient = Ten(o.Gradient) }),
            "gradient", "gradient overlaps weight, which it must not."),
    ];

    private static Span<float> Ten(float[] buffer) => buffer.AsSpan(0, 10);

    private static ReadOnlyTensorSpan<float> Of(float[] values, params nint[] shape) => new(values, shape);
}
