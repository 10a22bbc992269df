using static FusedLoss.Tests.Contract.Refusal;

namespace FusedLoss.Tests.Contract;

/// <summary>Mistakes are told in one sentence, and change nothing.</summary>
public class RegionRefusalTests
{
    public static TheoryData<string> Rows => [.. RegionRefusals.All.Select(refusal => refusal.What)];

    [Theory, MemberData(nameof(Rows))]
    public void Refuses(string what) => RefusalTests.Refused(RegionRefusals.All.Single(row => row.What == what));
}

/// <summary>Every way to call a loss over regions wrongly.</summary>
internal static class RegionRefusals
{
    private static readonly float[] X = new float[100];
    private static readonly int[] Y = new int[10];

    public static Refusal[] All { get; } = [.. Overlaps(), .. RegionOptions()];

    private static Refusal[] Overlaps() =>
    [
        Range("dice: label beyond the classes", o => Loss.Dice(X, Bad(7, 10), All100(o.Gradient)), "labels",
            "labels[7] is 10, but input has 10 classes (0 to 9)."),
        Range("dice: label of the binary case",
            o => Loss.Dice(X.AsSpan(0, 10), Bad(3, 2), o.Gradient.AsSpan(0, 10)), "labels",
            "labels[3] is 2, but input has 1 classes (0 to 1)."),
        Range("tversky: negative label", o => Loss.Tversky(X, Bad(0, -1), All100(o.Gradient)), "labels",
            "labels[0] is -1, but input has 10 classes (0 to 9)."),
        Argument("dice: labels that do not divide", o => Loss.Dice(X, new int[12], All100(o.Gradient)), "labels",
            "labels has 12 elements but input has 100, which is no multiple of 12."),
        Argument("dice: nothing to compare with",
            o => Loss.Dice<float>(new() { Logits = X, Gradient = All100(o.Gradient) }), "labels",
            "labels or probabilities must be given."),
        Argument("dice: losses per row",
            o => Loss.Dice<float>(new() { Logits = X, Shape = new(20, 5), Labels = new int[20],
                Losses = o.Losses.AsSpan(0, 20) }),
            "losses", "losses has 20 elements but the loss has 5 terms."),
        Argument("tversky: losses of one sample's regions",
            o => Loss.Tversky<float>(
                new() { Logits = X, Shape = new(10, 5, 2), Labels = new int[20], Losses = o.Losses.AsSpan(0, 5) },
                new() { PerSample = true }),
            "losses", "losses has 5 elements but the loss has 50 terms."),
        Argument("tversky: upstream per row",
            o => Loss.Tversky<float>(
                new() { Logits = X, Labels = Y, Upstream = new float[10], Gradient = All100(o.Gradient) },
                new() { Reduction = Reduction.None, Regions = Regions.AllClasses }),
            "upstream", "upstream has 10 elements but the unreduced loss has 1."),
        Argument("dice: class weights",
            o => Loss.Dice<float>(new() { Logits = X, Labels = Y, ClassWeights = new float[10] }), "classWeights",
            "classWeights has 10 elements but this loss does not take it."),
        Argument("dice: target gradient",
            o => Loss.Dice<float>(new() { Logits = X, Shape = new(10, 10), Probabilities = X.ToArray(),
                TargetGradient = All100(o.TargetGradient) }),
            "targetGradient", "targetGradient has 100 elements but this loss does not take it."),
    ];

    private static Refusal[] RegionOptions() =>
    [
        Option("dice: negative smooth", o => Loss.Dice(X, Y, All100(o.Gradient), new() { Smooth = -1 }),
            "Smooth is -1 but must be finite and at least 0."),
        Option("dice: unknown input", o => Loss.Dice(X, Y, All100(o.Gradient), new() { Input = (RegionInput)2 }),
            "Input is 2 but must be a member of RegionInput."),
        Option("dice: unknown regions", o => Loss.Dice(X, Y, All100(o.Gradient), new() { Regions = (Regions)(-1) }),
            "Regions is -1 but must be a member of Regions."),
        Option("tversky: negative alpha", o => Loss.Tversky(X, Y, All100(o.Gradient), new() { Alpha = -0.5 }),
            "Alpha is -0.5 but must be finite and at least 0."),
        Option("tversky: infinite beta",
            o => Loss.Tversky(X, Y, All100(o.Gradient), new() { Beta = double.PositiveInfinity }),
            "Beta is Infinity but must be finite and at least 0."),
        Option("tversky: NaN smooth", o => Loss.Tversky(X, Y, All100(o.Gradient), new() { Smooth = double.NaN }),
            "Smooth is NaN but must be finite and at least 0."),
    ];

    private static int[] Bad(int row, int label) => [.. Y.Select((y, i) => i == row ? label : y)];

    private static Span<float> All100(float[] buffer) => buffer.AsSpan(0, 100);
}
