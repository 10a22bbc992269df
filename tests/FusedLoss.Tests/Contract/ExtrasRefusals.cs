using static FusedLoss.Tests.Contract.Refusal;

namespace FusedLoss.Tests.Contract;

/// <summary>Every way to use the extras of cross-entropy wrongly.</summary>
internal static class ExtrasRefusals
{
    private static readonly float[] X = new float[100];
    private static readonly int[] Y = new int[10];

    public static Refusal[] All { get; } = [.. Lengths(), .. Kinds(), .. Options(), .. NotTaken(), .. Memory()];

    private static Refusal[] Lengths() =>
    [
        Argument("sample weights of another number",
            o => Loss.CrossEntropy<float>(
                new() { Logits = X, Labels = Y, SampleWeights = new float[9], Gradient = All100(o.Gradient) }),
            "sampleWeights", "sampleWeights has 9 elements but logits has 10 rows."),
        Argument("short log-sum-exp",
            o => Loss.CrossEntropy<float>(new() { Logits = X, Labels = Y, LogSumExp = o.Losses.AsSpan(0, 9) }),
            "logSumExp", "logSumExp has 9 elements but logits has 10 rows."),
        Argument("predictions of another number",
            o => Loss.CrossEntropy<float>(
                new() { Logits = X, Labels = Y, Predictions = new int[11], Gradient = All100(o.Gradient) }),
            "predictions", "predictions has 11 elements but logits has 10 rows."),
        Argument("sample weights of another number than the shape's rows",
            o => Loss.CrossEntropy<float>(
                new() { Logits = X, Shape = new(2, 5, 10), Probabilities = X.ToArray(), SampleWeights = new float[2],
                    Gradient = All100(o.Gradient) }),
            "sampleWeights", "sampleWeights has 2 elements but logits has 20 rows."),
    ];

    private static Refusal[] Kinds() =>
    [
        Argument("sample weights of another precision",
            o => Loss.CrossEntropy<float>(
                new() { Logits = X, Labels = Y, SampleWeights = new double[10], Gradient = All100(o.Gradient) }),
            "sampleWeights",
            "sampleWeights has elements of type double, but logits' are float, which needs float."),
        Argument("log-sum-exp of another precision",
            o => Loss.CrossEntropy<float>(
                new() { Logits = X, Labels = Y, LogSumExp = new double[10], Gradient = All100(o.Gradient) }),
            "logSumExp", "logSumExp has elements of type double, but logits' are float, which needs float."),
        Argument("predictions of another type than the labels",
            o => Loss.CrossEntropy<float>(
                new() { Logits = X, Labels = Y, Predictions = new long[10], Gradient = All100(o.Gradient) }),
            "predictions", "predictions has elements of type long, but labels are int."),
    ];

    private static Refusal[] Options() =>
    [
        Option("negative z_loss", o => Loss.CrossEntropy(X, Y, All100(o.Gradient), new() { ZLoss = -1e-4 }),
            "ZLoss is -0.0001 but must be finite and at least 0."),
        Option("z_loss NaN", o => Loss.CrossEntropy(X, Y, All100(o.Gradient), new() { ZLoss = double.NaN }),
            "ZLoss is NaN but must be finite and at least 0."),
        Option("soft_cap NaN", o => Loss.CrossEntropy(X, Y, All100(o.Gradient), new() { SoftCap = double.NaN }),
            "SoftCap is NaN but must be finite and at least 0."),
        Option("negative soft_cap", o => Loss.CrossEntropy(X, Y, All100(o.Gradient), new() { SoftCap = -30 }),
            "SoftCap is -30 but must be finite and at least 0."),
        Option("infinite soft_cap",
            o => Loss.CrossEntropy(X, Y, All100(o.Gradient), new() { SoftCap = double.PositiveInfinity }),
            "SoftCap is Infinity but must be finite and at least 0."),
    ];

    private static Refusal[] NotTaken() =>
    [
        Argument("sample weights of softmax_focal",
            o => Loss.SoftmaxFocal<float>(
                new() { Logits = X, Labels = Y, SampleWeights = new float[10], Gradient = All100(o.Gradient) }),
            "sampleWeights", "sampleWeights has 10 elements but this loss does not take it."),
        Argument("log-sum-exp of softmax_focal",
            o => Loss.SoftmaxFocal<float>(new() { Logits = X, Labels = Y, LogSumExp = o.Losses.AsSpan(0, 10) }),
            "logSumExp", "logSumExp has 10 elements but this loss does not take it."),
        Argument("predictions of softmax_focal",
            o => Loss.SoftmaxFocal<float>(
                new() { Logits = X, Labels = Y, Predictions = new int[10], Gradient = All100(o.Gradient) }),
            "predictions", "predictions has 10 elements but this loss does not take it."),
    ];

    private static Refusal[] Memory() =>
    [
        Argument("log-sum-exp over the losses",
            o => Loss.CrossEntropy<float>(
                new() { Logits = X, Labels = Y, Losses = o.Losses.AsSpan(0, 10), LogSumExp = o.Losses.AsSpan(9, 10) }),
            "logSumExp", "logSumExp overlaps losses, which it must not."),
        Argument("log-sum-exp over the sample weights",
            o => Loss.CrossEntropy<float>(
                new() { Logits = X, Labels = Y, SampleWeights = o.Losses.AsSpan(0, 10),
                    LogSumExp = o.Losses.AsSpan(0, 10) }),
            "logSumExp", "logSumExp overlaps sampleWeights, which it must not."),
        Argument("gradient over the sample weights",
            o => Loss.CrossEntropy<float>(
                new() { Logits = X, Labels = Y, SampleWeights = o.Gradient.AsSpan(0, 10),
                    Gradient = All100(o.Gradient) }),
            "gradient", "gradient overlaps sampleWeights, which it must not."),
        Argument("predictions over the labels",
            o =>
            {
                var labels = Y.ToArray();
                Loss.CrossEntropy<float>(
                    new() { Logits = X, Labels = labels, Predictions = labels, Gradient = All100(o.Gradient) });
            },
            "predictions", "predictions overlaps labels, which it must not."),
    ];

    private static Span<float> All100(float[] buffer) => buffer.AsSpan(0, 100);
}
