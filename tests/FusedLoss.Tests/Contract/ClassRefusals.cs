using System.Numerics.Tensors;
using static FusedLoss.Tests.Contract.Refusal;

namespace FusedLoss.Tests.Contract;

/// <summary>Every way to call a loss over classes wrongly.</summary>
internal static class ClassRefusals
{
    private static readonly float[] X = new float[100];
    private static readonly int[] Y = new int[10];

    private static readonly long[] Wrapping = [0, 0, 0, 0, 0, 0, 0, 0, 0, (1L << 32) + 1];

    public static Refusal[] All { get; } = [.. Targets(), .. Lengths(), .. Options(), .. Shapes(), .. Memory()];

    private static Refusal[] Targets() =>
    [
        Range("label beyond the classes", o => Loss.CrossEntropy(X, Bad(7, 10), All100(o.Gradient)), "labels",
            "labels[7] is 10, but logits has 10 classes (0 to 9)."),
        Range("negative label", o => Loss.SoftmaxFocal(X, Bad(0, -1), All100(o.Gradient)), "labels",
            "labels[0] is -1, but logits has 10 classes (0 to 9)."),
        Range("label that 32 bits would wrap", o => Loss.CrossEntropy(X, Wrapping, All100(o.Gradient)), "labels",
            "labels[9] is 4294967297, but logits has 10 classes (0 to 9)."),
        Range("default ignore_index, when another is set",
            o => Loss.CrossEntropy(X, Bad(3, -100), All100(o.Gradient), new() { IgnoreIndex = 255 }), "labels",
            "labels[3] is -100, but logits has 10 classes (0 to 9)."),
        Range("bad label of an image",
            o => Loss.CrossEntropy<float>(
                new() { Logits = X, Shape = new(2, 5, 10), Labels = BadOf20(13, 5), Gradient = All100(o.Gradient),
                    Losses = o.Losses.AsSpan(0, 20) }),
            "labels", "labels[13] is 5, but logits has 5 classes (0 to 4)."),
        Argument("nothing to compare with",
            o => Loss.CrossEntropy<float>(new() { Logits = X, Gradient = All100(o.Gradient) }),
            "labels", "labels or probabilities must be given."),
        Argument("no labels",
            o => Loss.SoftmaxFocal<float>(new() { Logits = X, Gradient = All100(o.Gradient) }), "labels",
            "labels must be given."),
        Argument("labels and probabilities",
            o => Loss.CrossEntropy<float>(new() { Logits = X, Labels = Y, Probabilities = X,
                Gradient = All100(o.Gradient) }),
            "probabilities", "labels and probabilities are both given, but they exclude each other."),
        Argument("probabilities of softmax_focal",
            o => Loss.SoftmaxFocal<float>(new() { Logits = X, Probabilities = X, Shape = new(10, 10),
                Gradient = All100(o.Gradient) }),
            "probabilities", "probabilities has 100 elements but this loss does not take it."),
        Argument("gradient to labels",
            o => Loss.CrossEntropy<float>(new() { Logits = X, Labels = Y, TargetGradient = All100(o.TargetGradient) }),
            "targetGradient", "targetGradient needs probabilities, but labels are given."),
    ];

    private static Refusal[] Lengths() =>
    [
        Argument("labels that do not divide", o => Loss.CrossEntropy(X, new int[12], All100(o.Gradient)), "labels",
            "labels has 12 elements but logits has 100, which is no multiple of 12."),
        Argument("short gradient", o => Loss.CrossEntropy(X, Y, o.Gradient.AsSpan(0, 90)), "gradient",
            "gradient has 90 elements but logits has 100."),
        Argument("short losses",
            o => Loss.CrossEntropy<float>(new() { Logits = X, Labels = Y, Losses = o.Losses.AsSpan(0, 9) }),
            "losses", "losses has 9 elements but logits has 10 rows."),
        Argument("class weights of another number",
            o => Loss.CrossEntropy<float>(new() { Logits = X, Labels = Y, ClassWeights = new float[9],
                Gradient = All100(o.Gradient) }),
            "classWeights", "classWeights has 9 elements but logits has 10 classes."),
        Argument("labels of another number than the shape's rows",
            o => Loss.CrossEntropy<float>(new() { Logits = X, Labels = Y, Shape = new(5, 20),
                Gradient = All100(o.Gradient) }),
            "labels", "labels has 10 elements but logits has 5 rows."),
        Argument("upstream per row of a sum",
            o => Loss.CrossEntropy<float>(
                new() { Logits = X, Labels = Y, Upstream = new float[10], Gradient = All100(o.Gradient) },
                new() { Reduction = Reduction.Sum }),
            "upstream", "upstream has 10 elements, which needs Reduction.None, but Reduction is Sum."),
        Argument("logits without labels", o => Loss.CrossEntropy(X, Array.Empty<int>(), All100(o.Gradient)), "labels",
            "labels has 0 elements but logits has 100."),
    ];

    private static Refusal[] Options() =>
    [
        Option("large smoothing", o => Loss.CrossEntropy(X, Y, All100(o.Gradient), new() { LabelSmoothing = 1.1 }),
            "LabelSmoothing is 1.1 but must be between 0 and 1."),
        Option("NaN smoothing", o => Loss.CrossEntropy(X, Y, All100(o.Gradient), new() { LabelSmoothing = double.NaN }),
            "LabelSmoothing is NaN but must be between 0 and 1."),
        Option("negative gamma", o => Loss.SoftmaxFocal(X, Y, All100(o.Gradient), new() { Gamma = -1 }),
            "Gamma is -1 but must be finite and at least 0."),
        Option("large alpha", o => Loss.SoftmaxFocal(X, Y, All100(o.Gradient), new() { Alpha = 2 }),
            "Alpha is 2 but must be between 0 and 1, or negative for no weighting."),
    ];

    private static Refusal[] Shapes() =>
    [
        Argument("probabilities without a shape",
            o => Loss.CrossEntropy<float>(new() { Logits = X, Probabilities = X.ToArray(),
                Gradient = All100(o.Gradient) }),
            "shape", "shape is needed with probabilities, unless logits is a tensor."),
        Argument("shape of another size",
            o => Loss.CrossEntropy<float>(new() { Logits = X, Labels = Y, Shape = new(10, 9),
                Gradient = All100(o.Gradient) }),
            "logits", "logits has 100 elements but shape is ClassShape { Outer = 10, Classes = 9, Inner = 1 }."),
        Argument("shape without classes",
            o => Loss.CrossEntropy<float>(new() { Logits = X, Labels = Y, Shape = new(10, 0),
                Gradient = All100(o.Gradient) }),
            "shape",
            "shape is ClassShape { Outer = 10, Classes = 0, Inner = 1 }, but Outer and Inner must be at least 0 "
                + "and Classes at least 1."),
        Argument("classes apart",
            o => Loss.CrossEntropy<float>(
                new() { Logits = new ReadOnlyTensorSpan<float>(X, 0, [10, 5], [10, 2]), Labels = Y,
                    Gradient = o.Gradient.AsSpan(0, 50) }),
            "logits",
                "logits has shape [10, 5] and strides [10, 2], but the class dimension must be dense; "
                    + "copy it to a dense tensor first."),
    ];

    private static Refusal[] Memory() =>
    [
        Argument("gradient over part of the logits",
            o => Loss.CrossEntropy(All100(o.Gradient), Y, o.Gradient.AsSpan(4, 100)), "gradient",
            "gradient overlaps logits in part; it may only be the very same memory."),
        Argument("losses over the logits",
            o => Loss.CrossEntropy<float>(new() { Logits = All100(o.Losses), Labels = Y,
                Losses = o.Losses.AsSpan(0, 10) }),
            "losses", "losses overlaps logits, which it must not."),
        Argument("gradient over the probabilities",
            o => Loss.CrossEntropy<float>(
                new() { Logits = X, Probabilities = All100(o.Gradient), Shape = new(10, 10),
                    Gradient = All100(o.Gradient) }),
            "gradient", "gradient overlaps probabilities, which it must not."),
        Argument("target gradient over part of the probabilities",
            o => Loss.CrossEntropy<float>(
                new() { Logits = X, Probabilities = All100(o.Gradient), Shape = new(10, 10),
                    TargetGradient = o.Gradient.AsSpan(1, 100) }),
            "targetGradient", "targetGradient overlaps probabilities, which it must not."),
    ];

    private static int[] Bad(int row, int label) => [.. Y.Select((y, i) => i == row ? label : y)];

    private static int[] BadOf20(int row, int label) =>
        [.. Enumerable.Range(0, 20).Select(i => i == row ? label : i % 5)];

    private static Span<float> All100(float[] buffer) => buffer.AsSpan(0, 100);
}
