using FusedLoss.Cli.Npy;

namespace FusedLoss.Cli.Eval;

/// <summary>CTC on (T,N,C), or (T,C) for a single sample: logits or log-probabilities, targets padded to (N,S) or one
/// sample after the other.</summary>
internal static class CtcEval
{
    public static EvalResult Run<T>(EvalRequest request, EvalArrays arrays, LossContext context) where T : unmanaged
    {
        NpyArray input = arrays.Input;
        CtcShape shape = Shape(arrays);
        long[] samples = input.Shape.Length == 3 ? [shape.N] : [];
        long[] targetLengths = Lengths(arrays, "target_lengths", shape)!;
        CheckTargets(arrays, shape, targetLengths);
        arrays.CheckUpstream(samples, request.Reduction);
        CheckOutputs(request, arrays.MainName);
        bool logits = arrays.MainName == "logits";
        var result = new EvalResult(request, arrays);
        return result.With(Loss.Ctc(
            new CtcArgs<T>
            {
                Logits = logits ? arrays.Floating<T>("logits") : null,
                LogProbabilities = logits ? null : arrays.Floating<T>("log_probs"), Shape = shape,
                Targets = ClassEval.LabelsOf(arrays.Find("targets")), TargetLengths = targetLengths,
                InputLengths = Lengths(arrays, "input_lengths", shape), Upstream = arrays.Terms("upstream"),
                Losses = result.Losses(samples), Gradient = result.Elements<T>("grad_" + arrays.MainName, input),
            },
            (CtcOptions)request.Options, context));
    }

    private static CtcShape Shape(EvalArrays arrays) => arrays.Input.Shape switch
    {
        [long frames, long samples, long classes] => new(frames, samples, classes),
        [long frames, long classes] => new(frames, 1, classes),
        _ => throw new UsageException(
            $"{arrays.MainName} has shape {arrays.Input.ShapeText}, but (T, N, C) or (T, C) is needed."),
    };

    private static long[]? Lengths(EvalArrays arrays, string name, CtcShape shape)
    {
        if (arrays.Find(name) is not { } lengths) return null;
        CheckIntegers(name, lengths);
        // A single sample may have its length as () or as (1,).
        bool fits = lengths.Shape is [long count] ? count == shape.N : lengths.Shape is [] && shape.N == 1;
        return fits ? Array.ConvertAll(lengths.Doubles(), length => (long)length) : throw new UsageException(
            $"{name} has shape {lengths.ShapeText}, but one length for each of {shape.N} samples is needed.");
    }

    /// <summary>PyTorch's rule: two dimensions are padded, one is one sample after the other.</summary>
    private static void CheckTargets(EvalArrays arrays, CtcShape shape, long[] lengths)
    {
        NpyArray targets = arrays.Find("targets")!;
        CheckIntegers("targets", targets);
        bool fits = targets.Shape switch
        {
            [long count] => count == lengths.Sum(),
            [long samples, _] => samples == shape.N,
            _ => false,
        };
        if (fits) return;
        throw new UsageException($"targets has shape {targets.ShapeText}, "
            + $"but ({shape.N}, S), or ({lengths.Sum()},) for one sample after the other, is needed.");
    }

    private static void CheckIntegers(string name, NpyArray array)
    {
        if (array.Type is NpyType.Int32 or NpyType.Int64 or NpyType.UInt8) return;
        throw new UsageException($"{name} is {array.Type.Name()}, but int32, int64 or uint8 is needed.");
    }

    private static void CheckOutputs(EvalRequest request, string input)
    {
        string other = input == "logits" ? "log_probs" : "logits";
        if (!request.Outputs.ContainsKey("grad_" + other)) return;
        throw new UsageException($"grad_{other} is asked for, but {input} is given, which has grad_{input}.");
    }
}
