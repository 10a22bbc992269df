using System.Numerics.Tensors;
using static FusedLoss.Tests.Contract.Refusal;

namespace FusedLoss.Tests.Contract;

/// <summary>Every way to call a loss of three operands wrongly.</summary>
internal static class ThirdOperandRefusals
{
    private static readonly float[] X = new float[10];
    private static readonly float[] T = new float[10];
    private static readonly float[] V = new float[10];

    public static Refusal[] All { get; } = [.. Lengths(), .. Options(), .. Shapes(), .. Memory()];

    private static Refusal[] Lengths() =>
    [
        Argument("no variance", o => Loss.GaussianNll(X, T, [], Ten(o.Gradient)), "var", "var must be given."),
        Argument("variance that does not repeat", o => Loss.GaussianNll(X, T, new float[3], Ten(o.Gradient)), "var",
            "var has 3 elements, which do not repeat evenly over the 10 elements of input."),
        Argument("long variance", o => Loss.GaussianNll(X, T, new float[20], Ten(o.Gradient)), "var",
            "var has 20 elements, which do not repeat evenly over the 10 elements of input."),
        Argument("short target", o => Loss.GaussianNll(X, new float[9], V, Ten(o.Gradient)), "target",
            "target has 9 elements but input has 10."),
        Argument("gradient to a variance that repeats, as long as it",
            o => Loss.GaussianNll<float>(new() { Input = X, Target = T, Var = new float[1],
                VarGradient = o.Gradient.AsSpan(0, 1) }),
            "varGradient", "varGradient has 1 elements but input has 10."),
        Argument("losses of another precision",
            o => Loss.GaussianNll<float>(new() { Input = X, Target = T, Var = V, Losses = new double[10],
                Gradient = Ten(o.Gradient) }),
            "losses", "losses has elements of type double, but input's are float, which needs float."),
        Argument("no second input", o => Loss.MarginRanking(X, [], T, Ten(o.Gradient)), "input2",
            "input2 must be given."),
        Argument("one second input", o => Loss.MarginRanking(X, new float[1], T, Ten(o.Gradient)), "input2",
            "input2 has 1 elements but input1 has 10."),
        Argument("one order", o => Loss.MarginRanking(X, V, new float[1], Ten(o.Gradient)), "target",
            "target has 1 elements but input1 has 10."),
        Argument("short second gradient",
            o => Loss.MarginRanking(X, V, T, Ten(o.Gradient), o.TargetGradient.AsSpan(0, 9)), "gradient2",
            "gradient2 has 9 elements but input1 has 10."),
        Argument("short first gradient", o => Loss.MarginRanking(X, V, T, o.Gradient.AsSpan(0, 9)), "gradient1",
            "gradient1 has 9 elements but input1 has 10."),
    ];

    private static Refusal[] Options() =>
    [
        Option("no least variance", o => Loss.GaussianNll(X, T, V, Ten(o.Gradient), new() { Eps = 0 }),
            "Eps is 0 but must be finite and above 0."),
        Option("least variance NaN", o => Loss.GaussianNll(X, T, V, Ten(o.Gradient), new() { Eps = double.NaN }),
            "Eps is NaN but must be finite and above 0."),
        Option("infinite margin of ranks",
            o => Loss.MarginRanking(X, V, T, Ten(o.Gradient), options: new() { Margin = double.PositiveInfinity }),
            "Margin is Infinity but must be finite."),
        new("integers with variances", _ => Loss.GaussianNll<int>(new int[2], new int[2], new int[2]),
            typeof(NotSupportedException), null, "Losses take float, double, Half or BFloat16, not Int32."),
    ];

    private static Refusal[] Shapes() =>
    [
        Argument("variance of another shape",
            o => Loss.GaussianNll<float>(
                new() { Input = Of(X, 2, 5), Target = Of(T, 2, 5), Var = Of(new float[8], 2, 4),
                    Gradient = Ten(o.Gradient) }),
            "var", "var has shape [2, 4], which does not broadcast to the shape [2, 5] of input."),
        Argument("second input of another shape",
            o => Loss.MarginRanking<float>(
                new() { Input1 = Of(X, 2, 5), Input2 = Of(V, 5, 2), Target = T, Gradient1 = Ten(o.Gradient) }),
            "input2", "input2 has shape [5, 2], which differs from the shape [2, 5] of input1."),
        Argument("second input that would broadcast",
            o => Loss.MarginRanking<float>(
                new() { Input1 = Of(X, 2, 5), Input2 = Of(new float[5], 1, 5), Target = T,
                    Gradient1 = Ten(o.Gradient) }),
            "input2", "input2 has 5 elements but input1 has 10."),
    ];

    private static Refusal[] Memory() =>
    [
        Argument("gradient over part of the variance",
            o => Loss.GaussianNll(X, T, o.Gradient.AsSpan(3, 10), Ten(o.Gradient)), "gradient",
            "gradient overlaps var, which it must not."),
        Argument("variance gradient over a variance that repeats",
            o => Loss.GaussianNll<float>(
                new() { Input = X, Target = T, Var = o.Gradient.AsSpan(0, 5), VarGradient = Ten(o.Gradient) }),
            "varGradient", "varGradient overlaps var in part; it may only be the very same memory."),
        Argument("both gradients in one place",
            o => Loss.MarginRanking(X, V, T, Ten(o.Gradient), Ten(o.Gradient)), "gradient2",
            "gradient2 overlaps gradient1, which it must not."),
        Argument("second gradient over the first input",
            o => Loss.MarginRanking(Ten(o.Gradient), V, T, default, Ten(o.Gradient)), "gradient2",
            "gradient2 overlaps input1, which it must not."),
    ];

    private static ReadOnlyTensorSpan<float> Of(float[] values, params nint[] shape) => new(values, shape);

    private static Span<float> Ten(float[] buffer) => buffer.AsSpan(0, 10);
}
