using System.Numerics.Tensors;
using static FusedLoss.Tests.Contract.Refusal;

namespace FusedLoss.Tests.Contract;

/// <summary>Mistakes are told in one sentence, and change nothing.</summary>
public class DivergenceRefusalTests
{
    public static TheoryData<string> Rows => [.. DivergenceRefusals.All.Select(refusal => refusal.What)];

    [Theory, MemberData(nameof(Rows))]
    public void Refuses(string what) => RefusalTests.Refused(DivergenceRefusals.All.Single(row => row.What == what));
}

/// <summary>Every way to call a distance between distributions or class-balanced cross-entropy wrongly.</summary>
internal static class DivergenceRefusals
{
    private static readonly float[] X = new float[100];
    private static readonly int[] Y = new int[10];

    private static readonly DistributionInput Logs = DistributionInput.LogProbabilities;

    public static Refusal[] All { get; } = [.. Divergences(), .. DivergenceOptions(), .. Balanced()];

    private static Refusal[] Divergences() =>
    [
        Range("jsd: no classes", o => Loss.Jsd(X, X.ToArray(), classes: 0, All100(o.Gradient)), "classes",
            "classes is 0 but must be at least 1."),
        Argument("jsd: classes that do not divide", o => Loss.Jsd(X, X.ToArray(), classes: 7, All100(o.Gradient)),
            "input", "input has 100 elements, which is no multiple of 7 classes."),
        Argument("tvd: short target", o => Loss.Tvd(X, new float[90], classes: 10, All100(o.Gradient)), "target",
            "target has 90 elements but input has 100."),
        Argument("tvd: no target", o => Loss.Tvd(X, default, classes: 10, All100(o.Gradient)), "target",
            "target must be given."),
        Argument("tvd: short gradient", o => Loss.Tvd(X, X.ToArray(), classes: 10, o.Gradient.AsSpan(0, 90)),
            "gradient", "gradient has 90 elements but input has 100."),
        Argument("jsd: no shape", o => Loss.Jsd<float>(new() { Input = X, Target = X.ToArray() }), "shape",
            "shape is needed with target, unless input is a tensor."),
        Argument("jsd: target of another shape",
            o => Loss.Jsd(new ReadOnlyTensorSpan<float>(X, [10, 10]), new ReadOnlyTensorSpan<float>(X, [20, 5])),
            "target", "target has shape [20, 5] but input has shape [10, 10]."),
        Argument("jsd: class weights",
            o => Loss.Jsd<float>(new() { Input = X, Target = X.ToArray(), Shape = new(10, 10),
                ClassWeights = new float[10] }),
            "classWeights", "classWeights has 10 elements but this loss does not take it."),
        Argument("jsd: gradient over the target",
            o => Loss.Jsd(X, All100(o.Gradient), classes: 10, All100(o.Gradient)), "gradient",
            "gradient overlaps target, which it must not."),
        Argument("tvd: target gradient over the target",
            o => Loss.Tvd<float>(new() { Input = X, Target = All100(o.TargetGradient), Shape = new(10, 10),
                TargetGradient = All100(o.TargetGradient) }),
            "targetGradient", "targetGradient overlaps target, which it must not."),
    ];

    private static Refusal[] DivergenceOptions() =>
    [
        Option("jsd: large beta", o => Jsd(o, new() { Beta = 1.5 }), "Beta is 1.5 but must be between 0 and 1."),
        Option("jsd: no temperature", o => Jsd(o, new() { Temperature = 0 }),
            "Temperature is 0 but must be finite and above 0."),
        Option("jsd: temperature of log-probabilities", o => Jsd(o, new() { Temperature = 2, Input = Logs }),
            "Temperature is 2 but must be 1 when Input is LogProbabilities."),
        Option("jsd: unknown input", o => Jsd(o, new() { Input = (DistributionInput)2 }),
            "Input is 2 but must be a member of DistributionInput."),
        Option("tvd: NaN temperature",
            o => Loss.Tvd(X, X.ToArray(), 10, All100(o.Gradient), new() { Temperature = double.NaN }),
            "Temperature is NaN but must be finite and above 0."),
        Option("tvd: temperature of log-probabilities",
            o => Loss.Tvd(X, X.ToArray(), 10, All100(o.Gradient), new() { Temperature = 0.5, Input = Logs }),
            "Temperature is 0.5 but must be 1 when Input is LogProbabilities."),
    ];

    private static Refusal[] Balanced() =>
    [
        Range("balanced: label beyond the classes",
            o => Loss.BalancedCrossEntropy(X, Bad(7, 10), All100(o.Gradient)), "labels",
            "labels[7] is 10, but logits has 10 classes (0 to 9)."),
        Argument("balanced: no labels",
            o => Loss.BalancedCrossEntropy<float>(new() { Logits = X, Gradient = All100(o.Gradient) }), "labels",
            "labels must be given."),
        Argument("balanced: probabilities",
            o => Loss.BalancedCrossEntropy<float>(new() { Logits = X, Shape = new(10, 10), Probabilities = X }),
            "probabilities", "probabilities has 100 elements but this loss does not take it."),
        Argument("balanced: class weights",
            o => Loss.BalancedCrossEntropy<float>(new() { Logits = X, Labels = Y, ClassWeights = new float[10] }),
            "classWeights", "classWeights has 10 elements but this loss does not take it."),
        Option("balanced: large beta",
            o => Loss.BalancedCrossEntropy(X, Y, All100(o.Gradient), new() { Beta = 2 }),
            "Beta is 2 but must be between 0 and 1."),
        Option("balanced: negative smoothing",
            o => Loss.BalancedCrossEntropy(X, Y, All100(o.Gradient), new() { LabelSmoothing = -0.1 }),
            "LabelSmoothing is -0.1 but must be between 0 and 1."),
    ];

    private static double Jsd(RefusedOutputs outputs, JsdOptions options) =>
        Loss.Jsd(X, X.ToArray(), classes: 10, All100(outputs.Gradient), options);

    private static int[] Bad(int row, int label) => [.. Y.Select((y, i) => i == row ? label : y)];

    private static Span<float> All100(float[] buffer) => buffer.AsSpan(0, 100);
}
