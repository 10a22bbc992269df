using System.Numerics.Tensors;
using static FusedLoss.Tests.Contract.Refusal;

namespace FusedLoss.Tests.Contract;

/// <summary>Every way to call CTC wrongly.</summary>
internal static class CtcRefusals
{
    // Five frames of two samples, four classes; three labels and one.
    private static readonly float[] X = new float[40];
    private static readonly CtcShape Shape = new(T: 5, N: 2, C: 4);
    private static readonly int[] Y = [1, 2, 3, 1];
    private static readonly int[] Lengths = [3, 1];
    private static readonly long[] Wrapping = [1, 2, 3, (1L << 32) + 1];

    public static Refusal[] All { get; } =
        [.. Labels(), .. LengthsOf(), .. Buffers(), .. Shapes(), .. Tensors(), .. Options(), .. Memory()];

    private static Refusal[] Labels() =>
    [
        Range("label beyond the classes", o => Call(o, targets: [1, 2, 4, 1]), "targets",
            "targets[2], label 2 of sample 0, is 4, but logits has 4 classes (0 to 3)."),
        Range("negative label", o => Call(o, targets: [1, 2, 3, -1]), "targets",
            "targets[3], label 0 of sample 1, is -1, but logits has 4 classes (0 to 3)."),
        Range("blank among the labels", o => Call(o, targets: [1, 0, 3, 1]), "targets",
            "targets[1], label 1 of sample 0, is 0, which is the blank."),
        Range("another blank among the labels", o => Call(o, options: new() { Blank = 1 }), "targets",
            "targets[0], label 0 of sample 0, is 1, which is the blank."),
        Range("label that 32 bits would wrap",
            o => Loss.Ctc(X, Shape, Wrapping, Lengths, o.Gradient.AsSpan(0, 40)), "targets",
            "targets[3], label 0 of sample 1, is 4294967297, but logits has 4 classes (0 to 3)."),
        Range("padded label beyond the classes",
            o => Loss.Ctc(X, Shape, (int[])[1, 2, 3, 99, 7, -1, -1, -1], Lengths, o.Gradient.AsSpan(0, 40)), "targets",
            "targets[4], label 0 of sample 1, is 7, but logits has 4 classes (0 to 3)."),
    ];

    private static Refusal[] LengthsOf() =>
    [
        Argument("no target lengths",
            o => Loss.Ctc<float>(new() { Logits = X, Shape = Shape, Targets = Y, Gradient = o.Gradient.AsSpan(0, 40) }),
            "targetLengths", "targetLengths must be given."),
        Argument("target lengths of another batch", o => Call(o, lengths: [2, 1, 1]), "targetLengths",
            "targetLengths has 3 elements but logits has 2 samples."),
        Range("negative target length", o => Call(o, lengths: [5, -1]), "targetLengths",
            "targetLengths[0] is 5, but targets has 4 elements."),
        Range("target length below 0", o => Call(o, lengths: [4, -1]), "targetLengths",
            "targetLengths[1] is -1 but must be at least 0."),
        Argument("targets neither in a row nor padded", o => Call(o, lengths: [3, 2]), "targets",
            "targets has 4 elements, but targetLengths needs 5 one after the other, or 3 or more for each of 2 "
                + "samples."),
        Argument("input lengths of another batch", o => Call(o, frames: [5]), "inputLengths",
            "inputLengths has 1 elements but logits has 2 samples."),
        Range("more frames than there are", o => Call(o, frames: [5, 6]), "inputLengths",
            "inputLengths[1] is 6, but logits has 5 frames."),
        Range("negative frames", o => Call(o, frames: [-1, 5]), "inputLengths",
            "inputLengths[0] is -1, but logits has 5 frames."),
        Argument("lengths of two types",
            o => Loss.Ctc<float>(
                new() { Logits = X, Shape = Shape, Targets = Y, TargetLengths = (long[])[3, 1],
                    InputLengths = (int[])[5, 5], Gradient = o.Gradient.AsSpan(0, 40) }),
            "inputLengths",
            "inputLengths has elements of type int, but the other lengths are long."),
        Argument("lengths with gaps",
            o => Loss.Ctc<float>(
                new() { Logits = X, Shape = Shape, Targets = Y, Gradient = o.Gradient.AsSpan(0, 40),
                    TargetLengths = new ReadOnlyTensorSpan<int>([3, 0, 1], 0, [2], [2]) }),
            "targetLengths",
            "targetLengths is a tensor with gaps or another order, but must be dense; copy it to a dense tensor "
                + "first."),
    ];

    private static Refusal[] Buffers() =>
    [
        Argument("no input", o => Loss.Ctc<float>(new() { Targets = Y, TargetLengths = Lengths }), "logits",
            "logits or logProbabilities must be given."),
        Argument("two inputs",
            o => Loss.Ctc<float>(
                new() { Logits = X, LogProbabilities = X, Shape = Shape, Targets = Y, TargetLengths = Lengths }),
            "logProbabilities",
            "logits and logProbabilities are both given, but they exclude each other."),
        Argument("short gradient",
            o => Loss.Ctc(X, Shape, Y, Lengths, o.Gradient.AsSpan(0, 39)), "gradient",
            "gradient has 39 elements but the input is CtcShape { T = 5, N = 2, C = 4 }."),
        Argument("losses of another batch",
            o => Loss.Ctc<float>(
                new() { Logits = X, Shape = Shape, Targets = Y, TargetLengths = Lengths,
                    Losses = o.Losses.AsSpan(0, 3) }),
            "losses", "losses has 3 elements but logits has 2 samples."),
        Argument("upstream of another batch",
            o => Loss.Ctc<float>(
                new() { Logits = X, Shape = Shape, Targets = Y, TargetLengths = Lengths, Upstream = new float[3],
                    Gradient = o.Gradient.AsSpan(0, 40) },
                new() { Reduction = Reduction.None }),
            "upstream", "upstream has 3 elements but the unreduced loss has 2."),
        Argument("upstream per sample of a mean",
            o => Loss.Ctc<float>(
                new() { Logits = X, Shape = Shape, Targets = Y, TargetLengths = Lengths, Upstream = new float[2] }),
            "upstream", "upstream has 2 elements, which needs Reduction.None, but Reduction is Mean."),
        Argument("losses of another type",
            o => Loss.Ctc<float>(
                new() { Logits = X, Shape = Shape, Targets = Y, TargetLengths = Lengths, Losses = new double[2] }),
            "losses", "losses has elements of type double, but logits' are float, which needs float."),
    ];

    private static Refusal[] Shapes() =>
    [
        Argument("no shape",
            o => Loss.Ctc<float>(new() { Logits = X, Targets = Y, TargetLengths = Lengths }), "shape",
            "shape is needed, unless logits is a tensor."),
        Argument("shape of another size",
            o => Loss.Ctc(X, new CtcShape(5, 2, 5), Y, Lengths, o.Gradient.AsSpan(0, 40)), "logits",
            "logits has 40 elements but shape is CtcShape { T = 5, N = 2, C = 5 }."),
        Argument("shape without classes",
            o => Loss.Ctc(X, new CtcShape(5, 2, 0), Y, Lengths, o.Gradient.AsSpan(0, 40)), "shape",
            "shape is CtcShape { T = 5, N = 2, C = 0 }, but T and N must be at least 0 and C at least 1."),
        Range("no layout",
            o => Loss.Ctc<float>(
                new() { Logits = X, Shape = Shape, Layout = (CtcLayout)2, Targets = Y, TargetLengths = Lengths }),
            "layout", "layout is 2 but must be a member of CtcLayout."),
    ];

    private static Refusal[] Tensors() =>
    [
        Argument("tensor of four dimensions",
            o => Loss.Ctc(new ReadOnlyTensorSpan<float>(X, [5, 2, 2, 2]), Y, Lengths), "logits",
            "logits has shape [5, 2, 2, 2], but [T, N, C] or [T, C] is needed."),
        Argument("tensor of another shape",
            o => Loss.Ctc<float>(
                new() { Logits = new ReadOnlyTensorSpan<float>(X, [2, 5, 4]), Shape = Shape, Targets = Y,
                    TargetLengths = Lengths }),
            "logits", "logits has shape [2, 5, 4] but shape is CtcShape { T = 5, N = 2, C = 4 }."),
        Argument("gradient of another shape",
            o => Loss.Ctc(
                new ReadOnlyTensorSpan<float>(X, [5, 2, 4]), Y, Lengths,
                new TensorSpan<float>(o.Gradient, [2, 5, 4])),
            "gradient", "gradient has shape [2, 5, 4] but the input is CtcShape { T = 5, N = 2, C = 4 }."),
        Argument("classes apart",
            o => Loss.Ctc(new ReadOnlyTensorSpan<float>(X, 0, [5, 2, 2], [8, 4, 2]), (int[])[1, 1], (int[])[1, 1]),
            "logits",
            "logits has shape [5, 2, 2] and strides [8, 4, 2], but each frame must be dense; copy it to a dense "
                + "tensor first."),
        Argument("the same frame again and again",
            o => Loss.Ctc(new ReadOnlyTensorSpan<float>(X, 0, [5, 2, 4], [0, 0, 1]), Y, Lengths), "logits",
            "logits has shape [5, 2, 4] and strides [0, 0, 1], but the same frame must not stand for all; copy it to "
                + "a dense tensor first."),
    ];

    private static Refusal[] Options() =>
    [
        Option("blank beyond the classes", o => Call(o, options: new() { Blank = 4 }),
            "Blank is 4 but must be between 0 and 3, because logits has 4 classes."),
        Option("negative blank", o => Call(o, options: new() { Blank = -1 }),
            "Blank is -1 but must be between 0 and 3, because logits has 4 classes."),
        Option("true gradient of logits", o => Call(o, options: new() { TrueGradient = true }),
            "TrueGradient is True but must be False with logits, whose gradient is the true one anyway."),
        Option("unknown reduction", o => Call(o, options: new() { Reduction = (Reduction)4 }),
            "Reduction is 4 but must be a member of Reduction."),
    ];

    private static Refusal[] Memory() =>
    [
        Argument("gradient over part of the logits",
            o => Loss.Ctc(o.Gradient.AsSpan(0, 40), Shape, Y, Lengths, o.Gradient.AsSpan(4, 40)), "gradient",
            "gradient overlaps logits in part; it may only be the very same memory."),
        Argument("gradient over the logits in another order",
            o => Loss.Ctc<float>(
                new() { Logits = o.Gradient.AsSpan(0, 40), Shape = Shape, Targets = Y, TargetLengths = Lengths,
                    Gradient = new TensorSpan<float>(o.Gradient, 0, [5, 2, 4], [4, 20, 1]) }),
            "gradient", "gradient overlaps logits, which it must not."),
        Argument("losses over the log-probabilities",
            o => Loss.Ctc<float>(
                new() { LogProbabilities = o.Losses.AsSpan(0, 40), Shape = Shape, Targets = Y,
                    TargetLengths = Lengths, Losses = o.Losses.AsSpan(38, 2) }),
            "losses", "losses overlaps logProbabilities, which it must not."),
    ];

    private static void Call(
        RefusedOutputs outputs, int[]? targets = null, int[]? lengths = null, int[]? frames = null,
        CtcOptions? options = null) => Loss.Ctc(
            new CtcArgs<float>
            {
                Logits = X, Shape = Shape, Targets = targets ?? Y, TargetLengths = lengths ?? Lengths,
                InputLengths = frames, Losses = outputs.Losses.AsSpan(0, 2), Gradient = outputs.Gradient.AsSpan(0, 40),
            },
            options);
}
