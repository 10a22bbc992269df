using System.Numerics.Tensors;
using FusedLoss.Catalogue;
using FusedLoss.Cli.Npy;

namespace FusedLoss.Cli.Eval;

/// <summary>One point-wise loss on arrays of any rank; weights broadcast as in PyTorch.</summary>
internal static class PointwiseEval
{
    public static EvalResult Run<T>(EvalRequest request, EvalArrays arrays, LossContext context) where T : unmanaged
    {
        Check(request, arrays);
        NpyArray input = arrays.Input;
        var result = new EvalResult(request, arrays);
        var run = new PointwiseRun<T>
        {
            Input = View(arrays.Floating<T>("input"), input, input),
            Target = View(arrays.Floating<T>("target"), arrays.Target, input),
            Weight = View(arrays.Floating<T>("weight"), arrays.Find("weight"), input),
            Extra = View(arrays.Floating<T>("pos_weight"), arrays.Find("pos_weight"), input),
            Upstream = arrays.Terms("upstream"), Losses = result.Losses(input.Shape),
            Gradient = result.Elements<T>("grad_input", input),
            TargetGradient = result.Elements<T>("grad_target", arrays.Target),
            Batch = input.Shape is [long first, ..] ? first : 1,
        };
        PointwiseCall call = LossCatalogue.Pointwise.First(row => row.Key == request.Loss.Key).Call;
        return result.With(call.Run(run, request.Options, context));
    }

    /// <summary>A tensor where the shape says more than the length does: an input, a weight that broadcasts.</summary>
    public static InputView<T> View<T>(T[]? data, NpyArray? array, NpyArray input) where T : unmanaged
    {
        if (data is null || array is null || data.Length <= 1 || input.Length == 0) return data;
        var view = new ReadOnlyTensorSpan<T>(data, Lengths(array.Shape));
        // Any three dimensions can be walked as they are; more may need the elements repeated in memory.
        bool walked = input.Shape.Length <= 3 || data.Length == input.Length;
        return walked ? view : Tensor.Broadcast<T>(view, Lengths(input.Shape));
    }

    private static nint[] Lengths(long[] shape) => Array.ConvertAll(shape, size => (nint)size);

    private static void Check(EvalRequest request, EvalArrays arrays)
    {
        NpyArray input = arrays.Input, target = arrays.Target;
        if (!target.Shape.AsSpan().SequenceEqual(input.Shape))
        {
            throw new UsageException($"target has shape {target.ShapeText}, but input's {input.ShapeText} is needed.");
        }
        foreach (string name in request.Loss.Optional)
        {
            if (arrays.Find(name) is { } weight && !BroadcastsTo(weight.Shape, input.Shape))
            {
                throw new UsageException(
                    $"{name} has shape {weight.ShapeText}, but one that broadcasts to {input.ShapeText} is needed.");
            }
        }
        if (arrays.Find("pos_weight") is not null && request.Settings.IsGiven("pos_weight"))
        {
            throw new UsageException("pos_weight is given as an array and with --set, but one of them is needed.");
        }
        arrays.CheckUpstream(input.Shape, request.Reduction);
    }

    public static bool BroadcastsTo(long[] shape, long[] to)
    {
        if (shape.Length > to.Length) return false;
        for (int i = 1; i <= shape.Length; i++)
        {
            if (shape[^i] != 1 && shape[^i] != to[^i]) return false;
        }
        return true;
    }
}
