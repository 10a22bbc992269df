using System.Numerics.Tensors;
using static FusedLoss.Tests.Contract.Refusal;

namespace FusedLoss.Tests.Contract;

/// <summary>Every way to call nll and the margins over classes wrongly.</summary>
internal static class MarginRefusals
{
    private static readonly float[] X = new float[100];
    private static readonly int[] Y = new int[10];
    private static readonly int[] Lists = [.. Enumerable.Repeat(-1, 100)];

    public static Refusal[] All { get; } =
        [.. Labels(), .. LabelLists(), .. Lengths(), .. Options(), .. NotTaken(), .. Memory()];

    private static Refusal[] Labels() =>
    [
        Range("nll: label beyond the classes", o => Loss.Nll(X, With(Y, 7, 10), All100(o.Gradient)), "labels",
            "labels[7] is 10, but input has 10 classes (0 to 9)."),
        Range("nll: default ignore_index, when another is set",
            o => Loss.Nll(X, With(Y, 3, -100), All100(o.Gradient), new() { IgnoreIndex = 255 }), "labels",
            "labels[3] is -100, but input has 10 classes (0 to 9)."),
        Range("nll: bad label of an image",
            o => Loss.Nll<float>(
                new() { Logits = X, Shape = new(2, 5, 10), Labels = With(new int[20], 13, 5),
                    Gradient = All100(o.Gradient), Losses = o.Losses.AsSpan(0, 20) }),
            "labels", "labels[13] is 5, but input has 5 classes (0 to 4)."),
        Range("multi_margin: label beyond the classes", o => Loss.MultiMargin(X, With(Y, 9, 10), All100(o.Gradient)),
            "labels", "labels[9] is 10, but input has 10 classes (0 to 9)."),
        Range("multi_margin: nothing is ignored", o => Loss.MultiMargin(X, With(Y, 2, -100), All100(o.Gradient)),
            "labels", "labels[2] is -100, but input has 10 classes (0 to 9)."),
        Range("multi_margin: label that 32 bits would wrap",
            o => Loss.MultiMargin(X, (long[])[0, 0, 0, 0, 0, 0, 0, 0, 0, 1L << 32], All100(o.Gradient)),
            "labels", "labels[9] is 4294967296, but input has 10 classes (0 to 9)."),
    ];

    private static Refusal[] LabelLists() =>
    [
        Range("multilabel_margin: label beyond the classes",
            o => Loss.MultilabelMargin(X, With(Lists, 40, 10), classes: 10, All100(o.Gradient)), "labels",
            "labels[40] is 10, but input has 10 classes (-1 to 9)."),
        Range("multilabel_margin: a bad label behind the -1",
            o => Loss.MultilabelMargin(X, With(Lists, 99, -2), classes: 10, All100(o.Gradient)), "labels",
            "labels[99] is -2, but input has 10 classes (-1 to 9)."),
        Range("multilabel_margin: label that 32 bits would wrap",
            o => Loss.MultilabelMargin(
                X, Array.ConvertAll(With(Lists, 1, 7), label => label == 7 ? 1L << 32 : label), classes: 10,
                All100(o.Gradient)),
            "labels", "labels[1] is 4294967296, but input has 10 classes (-1 to 9)."),
        Argument("multilabel_margin: one label per row",
            o => Loss.MultilabelMargin(X, Y, classes: 10, All100(o.Gradient)), "labels",
            "labels has 10 elements but input has 100."),
        Argument("multilabel_margin: spans without a number of classes",
            o => Loss.MultilabelMargin<float>(new() { Logits = X, Labels = Lists, Gradient = All100(o.Gradient) }),
            "shape", "shape is needed unless input is a tensor."),
        Argument("multilabel_margin: more classes than fit",
            o => Loss.MultilabelMargin(new float[8193], new int[8193], classes: 8193), "input",
            "input has 8193 classes, but at most 8192 fit."),
        Argument("multilabel_margin: images",
            o => Loss.MultilabelMargin(
                new ReadOnlyTensorSpan<float>(X, [2, 10, 5]), new ReadOnlyTensorSpan<int>(Lists, [2, 10, 5]),
                All100(o.Gradient)),
            "input", "input has 5 elements after the class dimension, but this loss takes [N, C] only."),
    ];

    private static Refusal[] Lengths() =>
    [
        Argument("nll: short gradient", o => Loss.Nll(X, Y, o.Gradient.AsSpan(0, 90)), "gradient",
            "gradient has 90 elements but input has 100."),
        Argument("multi_margin: labels that do not divide",
            o => Loss.MultiMargin(X, new int[12], All100(o.Gradient)), "labels",
            "labels has 12 elements but input has 100, which is no multiple of 12."),
        Argument("multilabel_margin: classes that do not divide",
            o => Loss.MultilabelMargin(X, Lists, classes: 7, All100(o.Gradient)), "input",
            "input has 100 elements, which is no multiple of 7 classes."),
        Argument("multilabel_soft_margin: classes that do not divide",
            o => Loss.MultilabelSoftMargin(X, X.ToArray(), classes: 7, All100(o.Gradient)), "input",
            "input has 100 elements, which is no multiple of 7 classes."),
        Argument("multilabel_soft_margin: short target",
            o => Loss.MultilabelSoftMargin(X, new float[90], classes: 10, All100(o.Gradient)), "target",
            "target has 90 elements but input has 100."),
        Argument("multilabel_soft_margin: class weights of another number",
            o => Loss.MultilabelSoftMargin<float>(
                new() { Input = X, Target = X.ToArray(), Shape = new(10, 10), ClassWeights = new float[9],
                    Gradient = All100(o.Gradient) }),
            "classWeights", "classWeights has 9 elements but input has 10 classes."),
        Argument("multilabel_soft_margin: no target",
            o => Loss.MultilabelSoftMargin(X, [], classes: 10, All100(o.Gradient)), "target", "target must be given."),
        Argument("multilabel_soft_margin: images",
            o => Loss.MultilabelSoftMargin<float>(
                new() { Input = X, Target = X.ToArray(), Shape = new(2, 10, 5), Gradient = All100(o.Gradient) }),
            "input", "input has 5 elements after the class dimension, but this loss takes [N, C] only."),
    ];

    private static Refusal[] Options() =>
    [
        Option("multi_margin: third power", o => Loss.MultiMargin(X, Y, All100(o.Gradient), new() { P = 3 }),
            "P is 3 but must be 1 or 2."),
        Option("multi_margin: no power", o => Loss.MultiMargin(X, Y, All100(o.Gradient), new() { P = 0 }),
            "P is 0 but must be 1 or 2."),
        Option("multi_margin: margin NaN",
            o => Loss.MultiMargin(X, Y, All100(o.Gradient), new() { Margin = double.NaN }),
            "Margin is NaN but must be finite."),
        Range("multilabel_margin: no classes", o => Loss.MultilabelMargin(X, Lists, classes: 0, All100(o.Gradient)),
            "classes", "classes is 0 but must be at least 1."),
    ];

    private static Refusal[] NotTaken() =>
    [
        Argument("nll: probabilities",
            o => Loss.Nll<float>(new() { Logits = X, Probabilities = X.ToArray(), Gradient = All100(o.Gradient) }),
            "target", "target has 100 elements but this loss does not take it."),
        Argument("nll: sample weights",
            o => Loss.Nll<float>(new() { Logits = X, Labels = Y, SampleWeights = new float[10],
                Gradient = All100(o.Gradient) }),
            "sampleWeights", "sampleWeights has 10 elements but this loss does not take it."),
        Argument("multi_margin: predictions",
            o => Loss.MultiMargin<float>(new() { Logits = X, Labels = Y, Predictions = new int[10],
                Gradient = All100(o.Gradient) }),
            "predictions", "predictions has 10 elements but this loss does not take it."),
        Argument("multilabel_margin: class weights",
            o => Loss.MultilabelMargin<float>(new() { Logits = X, Labels = Lists, ClassWeights = new float[10],
                Shape = new(10, 10), Gradient = All100(o.Gradient) }),
            "classWeights", "classWeights has 10 elements but this loss does not take it."),
        Argument("nll: no labels", o => Loss.Nll<float>(new() { Logits = X, Gradient = All100(o.Gradient) }), "labels",
            "labels must be given."),
    ];

    private static Refusal[] Memory() =>
    [
        Argument("nll: gradient over part of the input",
            o => Loss.Nll(All100(o.Gradient), Y, o.Gradient.AsSpan(4, 100)), "gradient",
            "gradient overlaps input in part; it may only be the very same memory."),
        Argument("multilabel_soft_margin: gradient over the target",
            o => Loss.MultilabelSoftMargin(X, All100(o.Gradient), classes: 10, All100(o.Gradient)), "gradient",
            "gradient overlaps target, which it must not."),
        Argument("multi_margin: losses over the gradient",
            o => Loss.MultiMargin<float>(new() { Logits = X, Labels = Y, Losses = o.Gradient.AsSpan(0, 10),
                Gradient = All100(o.Gradient) }),
            "gradient", "gradient overlaps losses, which it must not."),
    ];

    private static int[] With(int[] labels, int index, int label) =>
        [.. labels.Select((y, i) => i == index ? label : y)];

    private static Span<float> All100(float[] buffer) => buffer.AsSpan(0, 100);
}
