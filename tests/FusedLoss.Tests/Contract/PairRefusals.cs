using System.Numerics.Tensors;
using static FusedLoss.Tests.Contract.Refusal;

namespace FusedLoss.Tests.Contract;

/// <summary>Every way to call a loss over pairs or triples wrongly.</summary>
internal static class PairRefusals
{
    private static readonly float[] A = new float[12];
    private static readonly float[] B = new float[12];
    private static readonly float[] C = new float[12];
    private static readonly float[] Y = [1, -1, 1];

    public static Refusal[] All { get; } = [.. Lengths(), .. Terms(), .. Options(), .. Shapes(), .. Memory()];

    private static Refusal[] Lengths() =>
    [
        Argument("short second vectors", o => Loss.CosineEmbedding(A, new float[8], Y, o.Gradient.AsSpan(0, 12)),
            "input2", "input2 has 8 elements but input1 has 12."),
        Argument("targets that do not divide", o => Loss.CosineEmbedding(A, B, new float[5], o.Gradient.AsSpan(0, 12)),
            "target", "target has 5 elements but input1 has 12, which is no multiple of 5."),
        Argument("no targets", o => Loss.CosineEmbedding(A, B, Array.Empty<float>(), o.Gradient.AsSpan(0, 12)),
            "target", "target has 0 elements but input1 has 12."),
        Argument("targets of another number than the rows",
            o => Loss.CosineEmbedding<float>(
                new() { Input1 = A, Input2 = B, Target = Y, Dimensions = 6, Gradient1 = o.Gradient.AsSpan(0, 12) }),
            "target", "target has 3 elements but input1 has 2 rows."),
        Argument("short gradient", o => Loss.CosineEmbedding(A, B, Y, default, o.Gradient.AsSpan(0, 11)),
            "gradient2", "gradient2 has 11 elements but input1 has 12."),
        Argument("short losses",
            o => Loss.CosineEmbedding<float>(
                new() { Input1 = A, Input2 = B, Target = Y, Losses = o.Losses.AsSpan(0, 2) }),
            "losses", "losses has 2 elements but input1 has 3 rows."),
        Argument("short negatives",
            o => Loss.TripletMargin(A, B, new float[8], 4, new(o.Gradient.AsSpan(0, 12), default, default)),
            "negative", "negative has 8 elements but anchor has 12."),
        Argument("dimensions that do not divide",
            o => Loss.TripletMargin(A, B, C, 5, new(o.Gradient.AsSpan(0, 12), default, default)),
            "anchor", "anchor has 12 elements, which is no multiple of 5 dimensions."),
        Range("negative dimensions",
            o => Loss.TripletMargin(A, B, C, -4, new(o.Gradient.AsSpan(0, 12), default, default)),
            "dimensions", "dimensions is -4 but must be at least 1."),
        Argument("no dimensions",
            o => Loss.TripletMargin<float>(
                new() { Anchor = A, Positive = B, Negative = C, AnchorGradient = o.Gradient.AsSpan(0, 12) }),
            "dimensions", "dimensions must be given, unless anchor is a tensor."),
        Argument("short gradient to the negatives",
            o => Loss.TripletMargin(A, B, C, 4, new(default, default, o.Gradient.AsSpan(0, 8))),
            "negativeGradient", "negativeGradient has 8 elements but anchor has 12."),
    ];

    private static Refusal[] Terms() =>
    [
        Argument("targets of another precision",
            o => Loss.CosineEmbedding<float>(
                new() { Input1 = A, Input2 = B, Target = new double[3], Gradient1 = o.Gradient.AsSpan(0, 12) }),
            "target", "target has elements of type double, but input1's are float, which needs float."),
        Argument("losses of another precision",
            o => Loss.TripletMargin<Half>(
                new()
                {
                    Anchor = new Half[12], Positive = new Half[12], Negative = new Half[12], Dimensions = 4,
                    Losses = new double[3],
                }),
            "losses", "losses has elements of type double, but anchor's are Half, which needs float."),
        Argument("upstream per row of a mean",
            o => Loss.TripletMargin<float>(
                new()
                {
                    Anchor = A, Positive = B, Negative = C, Dimensions = 4, Upstream = Y,
                    AnchorGradient = o.Gradient.AsSpan(0, 12),
                }),
            "upstream", "upstream has 3 elements, which needs Reduction.None, but Reduction is Mean."),
    ];

    private static Refusal[] Options() =>
    [
        Option("margin of infinity",
            o => Loss.CosineEmbedding(A, B, Y, o.Gradient.AsSpan(0, 12), default,
                new() { Margin = double.PositiveInfinity }),
            "Margin is Infinity but must be finite."),
        Wrong("margin that is none", new() { Margin = double.NaN }, "Margin is NaN but must be finite."),
        Wrong("order that is none", new() { P = double.NaN }, "P is NaN but must be a number."),
        Wrong("negative eps", new() { Eps = -1 }, "Eps is -1 but must be finite and at least 0."),
        Wrong("unknown distance", new() { Distance = (TripletDistance)2 },
            "Distance is 2 but must be a member of TripletDistance."),
    ];

    private static Refusal Wrong(string what, TripletMarginOptions options, string message) => Option(
        what, o => Loss.TripletMargin(A, B, C, 4, new(o.Gradient.AsSpan(0, 12), default, default), options), message);

    private static Refusal[] Shapes() =>
    [
        Argument("tensors of other shapes",
            o => Loss.CosineEmbedding(Of(A, 3, 4), Of(B, 4, 3), Y, o.Gradient.AsSpan(0, 12)),
            "input2", "input2 has shape [4, 3] but input1 has shape [3, 4]."),
        Argument("a tensor of longer vectors than the spans'",
            o => Loss.TripletMargin<float>(
                new()
                {
                    Anchor = A, Positive = Of(B, 2, 6), Negative = C, Dimensions = 4,
                    AnchorGradient = o.Gradient.AsSpan(0, 12),
                }),
            "positive", "positive has shape [2, 6], but vectors of 4 elements are needed."),
        Argument("other dimensions than the tensor's",
            o => Loss.TripletMargin<float>(
                new()
                {
                    Anchor = Of(A, 3, 4), Positive = B, Negative = C, Dimensions = 6,
                    AnchorGradient = o.Gradient.AsSpan(0, 12),
                }),
            "dimensions", "dimensions is 6 but anchor has shape [3, 4]."),
        Argument("components apart",
            o => Loss.CosineEmbedding(new ReadOnlyTensorSpan<float>(A, 0, [3, 2], [4, 2]), B.AsSpan(0, 6), Y,
                o.Gradient.AsSpan(0, 6)),
            "input1",
            "input1 has shape [3, 2] and strides [4, 2], but its vectors must be dense; copy it to a dense tensor "
                + "first."),
        Argument("vectors at uneven distances",
            o => Loss.TripletMargin(new ReadOnlyTensorSpan<float>(A, 0, [2, 2, 2], [6, 2, 1]), Of(B, 2, 2, 2),
                Of(C, 2, 2, 2), new(o.Gradient.AsSpan(0, 8), default, default)),
            "anchor",
            "anchor has shape [2, 2, 2] and strides [6, 2, 1], but its vectors must be one stride apart; copy it to a "
                + "dense tensor first."),
        Argument("one vector for all rows",
            o => Loss.CosineEmbedding(A, new ReadOnlyTensorSpan<float>(B, 0, [3, 4], [0, 1]), Y,
                o.Gradient.AsSpan(0, 12)),
            "input2",
            "input2 has shape [3, 4] and strides [0, 1], but its vectors must be one stride apart; copy it to a dense "
                + "tensor first."),
    ];

    private static Refusal[] Memory() =>
    [
        Argument("gradient over part of its input",
            o => Loss.CosineEmbedding(o.Gradient.AsSpan(4, 12), B, Y, o.Gradient.AsSpan(0, 12)), "gradient1",
            "gradient1 overlaps input1 in part; it may only be the very same memory."),
        Argument("gradient over the other input",
            o => Loss.CosineEmbedding(A, o.Gradient.AsSpan(0, 12), Y, o.Gradient.AsSpan(0, 12)), "gradient1",
            "gradient1 overlaps input2, which it must not."),
        Argument("gradient over the target",
            o => Loss.CosineEmbedding(A, B, o.Gradient.AsSpan(0, 3), default, o.Gradient.AsSpan(0, 12)), "gradient2",
            "gradient2 overlaps target, which it must not."),
        Argument("two gradients in one place",
            o => Loss.TripletMargin(A, B, C, 4, new(o.Gradient.AsSpan(0, 12), o.Gradient.AsSpan(0, 12), default)),
            "positiveGradient", "positiveGradient overlaps anchorGradient, which it must not."),
        Argument("losses over an input",
            o => Loss.TripletMargin<float>(
                new()
                {
                    Anchor = A, Positive = B, Negative = o.Losses.AsSpan(0, 12), Dimensions = 4,
                    Losses = o.Losses.AsSpan(0, 3),
                }),
            "losses", "losses overlaps negative, which it must not."),
    ];

    private static ReadOnlyTensorSpan<float> Of(float[] values, params nint[] shape)
    {
        var count = (int)shape.Aggregate((product, size) => product * size);
        return new(values.AsSpan(0, count), shape);
    }
}
