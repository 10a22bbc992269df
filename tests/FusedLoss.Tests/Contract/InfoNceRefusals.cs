using System.Numerics.Tensors;
using static FusedLoss.Tests.Contract.Refusal;

namespace FusedLoss.Tests.Contract;

/// <summary>Every way to call info_nce wrongly that other losses over classes do not have.</summary>
internal static class InfoNceRefusals
{
    private static readonly float[] X = new float[12];
    private static readonly int[] Y = [0, 3, 1];
    private static readonly InfoNceOptions NtXent = new() { Positives = InfoNcePositives.NtXent };

    public static Refusal[] All { get; } =
    [
        Argument("no square", o => Loss.InfoNce(X, o.Gradient.AsSpan(0, 12)), "similarities",
            "similarities has 12 elements, which is no square number."),
        Argument("neither shape nor labels",
            o => Loss.InfoNce<float>(new() { Logits = X, Gradient = o.Gradient.AsSpan(0, 12) }), "shape",
            "shape is needed unless similarities is a tensor."),
        Argument("more queries than keys",
            o => Loss.InfoNce<float>(
                new() { Logits = X, Shape = new(4, 3), Gradient = o.Gradient.AsSpan(0, 12) }), "similarities",
            "similarities has 4 queries but 3 keys, which needs labels that name the positives."),
        Range("label that is no key",
            o => Loss.InfoNce<float>(
                new() { Logits = X, Labels = (int[])[0, 4, 1], Gradient = o.Gradient.AsSpan(0, 12) }), "labels",
            "labels[1] is 4, but similarities has 4 classes (0 to 3)."),
        Option("labels of two views",
            o => Loss.InfoNce<float>(
                new() { Logits = X, Labels = Y, Gradient = o.Gradient.AsSpan(0, 12) }, NtXent),
            "Positives is NtXent but must be Diagonal, because labels name the positives."),
        Argument("two views of half a sample", o => Loss.InfoNce(X.AsSpan(0, 9), o.Gradient.AsSpan(0, 9), NtXent),
            "similarities",
            "similarities has 3 queries and 3 keys, but NtXent needs as many of both, an even number."),
        Argument("two views that are not square",
            o => Loss.InfoNce(new ReadOnlyTensorSpan<float>(X, [2, 6]), o.Gradient.AsSpan(0, 12), NtXent),
            "similarities",
            "similarities has 2 queries and 6 keys, but NtXent needs as many of both, an even number."),
        Argument("similarities of images",
            o => Loss.InfoNce(new ReadOnlyTensorSpan<float>(X, [2, 2, 3]), o.Gradient.AsSpan(0, 12)), "similarities",
            "similarities has 3 elements after the class dimension, but this loss takes [N, C] only."),
        Argument("class weights",
            o => Loss.InfoNce<float>(
                new() { Logits = X, Labels = Y, ClassWeights = new float[4], Gradient = o.Gradient.AsSpan(0, 12) }),
            "classWeights", "classWeights has 4 elements but this loss does not take it."),
        Option("temperature of 0",
            o => Loss.InfoNce(X.AsSpan(0, 9), o.Gradient.AsSpan(0, 9), new() { Temperature = 0 }),
            "Temperature is 0 but must be finite and above 0."),
        Option("unknown positives",
            o => Loss.InfoNce(X.AsSpan(0, 9), o.Gradient.AsSpan(0, 9), new() { Positives = (InfoNcePositives)2 }),
            "Positives is 2 but must be a member of InfoNcePositives."),
    ];
}
