using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of the loss on the cosine of pairs, <c>torch.nn.functional.cosine_embedding_loss</c>.</summary>
public sealed record CosineEmbeddingOptions : LossOptions
{
    internal static readonly CosineEmbeddingOptions Default = new();

    /// <summary>Cosine up to which a dissimilar pair costs nothing: finite, usually in [-1, 1]. Default 0.</summary>
    public double Margin { get; init; }

    internal override void Check() => Require.Finite(Margin, nameof(Margin));
}

public static partial class Loss
{
    /// <summary>Cosine distance of similar pairs of vectors and hinge on the cosine of dissimilar ones, with their
    /// gradients, in one pass.</summary>
    /// <param name="input1">One vector a of each pair, [N, D]: D is the number of elements over that of
    /// targets.</param>
    /// <param name="input2">The other vector b of each pair, as long as <paramref name="input1"/>.</param>
    /// <param name="target">y for each pair, [N]: 1 when it is similar, -1 when it is not. There is no gradient to
    /// it.</param>
    /// <param name="gradient1">Out: d(loss)/da, as long as the inputs; empty when it is not wanted. May be the very
    /// same memory as <paramref name="input1"/>.</param>
    /// <param name="gradient2">Out: d(loss)/db, likewise for <paramref name="input2"/>.</param>
    /// <param name="options">Reduction, margin; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN with <see cref="Reduction.None"/>, without <see cref="LossOptions.ComputeLoss"/>,
    /// and for the mean of an empty batch.</returns>
    /// <exception cref="ArgumentException">Lengths or shapes do not fit together, vectors are not dense, or a gradient
    /// overlaps another buffer than its input, or that one in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its documented range.</exception>
    /// <exception cref="ObjectDisposedException">The context has been disposed.</exception>
    /// <exception cref="DllNotFoundException">The native library was not found.</exception>
    /// <remarks>
    /// <code>
    /// A = sum a_i^2 + 1e-12, B = sum b_i^2 + 1e-12, s = (sum a_i b_i) / sqrt(A B)
    /// term    = 1 - s                if y = 1          0 for any other y
    ///           max(0, s - margin)   if y = -1
    /// ds/da_i = b_i / sqrt(A B) - s a_i / A            ds/db_i likewise
    /// </code>
    /// Mean divides by the number of pairs. The hinge has its slope also at its corner. A vector of zeros has cosine 0,
    /// and the gradient to it is a million times the other one's direction. NaN gives NaN in its own row. Error: 8 ulp
    /// of 1 per term, gradients 16 ulp of the larger summand. Same as <c>torch.nn.functional.cosine_embedding_loss</c>.
    /// </remarks>
    /// <example><code>
    /// float[] a = [3, 4, 1, 0], b = [4, 3, 1, 1], similar = [1, -1], toA = new float[4], toB = new float[4];
    /// double loss = Loss.CosineEmbedding(a, b, similar, toA, toB); // 0.373553
    /// </code></example>
    public static double CosineEmbedding(
        ReadOnlySpan<float> input1, ReadOnlySpan<float> input2, ReadOnlySpan<float> target,
        Span<float> gradient1 = default, Span<float> gradient2 = default, CosineEmbeddingOptions? options = null,
        LossContext? context = null) => CosineEmbedding(
            new PairArgs<float>
            {
                Input1 = input1, Input2 = input2, Target = target, Gradient1 = gradient1, Gradient2 = gradient2,
            },
            options, context);

    /// <inheritdoc
    /// cref="CosineEmbedding(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, Span{float},
    /// CosineEmbeddingOptions?, LossContext?)"/>
    public static double CosineEmbedding(
        ReadOnlySpan<double> input1, ReadOnlySpan<double> input2, ReadOnlySpan<double> target,
        Span<double> gradient1 = default, Span<double> gradient2 = default, CosineEmbeddingOptions? options = null,
        LossContext? context = null) => CosineEmbedding(
            new PairArgs<double>
            {
                Input1 = input1, Input2 = input2, Target = target, Gradient1 = gradient1, Gradient2 = gradient2,
            },
            options, context);

    /// <inheritdoc
    /// cref="CosineEmbedding(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, Span{float},
    /// CosineEmbeddingOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double CosineEmbedding<T>(
        ReadOnlySpan<T> input1, ReadOnlySpan<T> input2, InputTerms target,
        Span<T> gradient1 = default, Span<T> gradient2 = default, CosineEmbeddingOptions? options = null,
        LossContext? context = null)
        where T : unmanaged => CosineEmbedding(
            new PairArgs<T>
            {
                Input1 = input1, Input2 = input2, Target = target, Gradient1 = gradient1, Gradient2 = gradient2,
            },
            options, context);

    /// <inheritdoc
    /// cref="CosineEmbedding(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, Span{float},
    /// CosineEmbeddingOptions?, LossContext?)"/>
    public static double CosineEmbedding(
        InputView<float> input1, InputView<float> input2, InputTerms target, OutputView<float> gradient1 = default,
        OutputView<float> gradient2 = default, CosineEmbeddingOptions? options = null, LossContext? context = null) =>
        CosineEmbedding(
            new PairArgs<float>
            {
                Input1 = input1, Input2 = input2, Target = target, Gradient1 = gradient1, Gradient2 = gradient2,
            },
            options, context);

    /// <inheritdoc
    /// cref="CosineEmbedding(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, Span{float},
    /// CosineEmbeddingOptions?, LossContext?)"/>
    public static double CosineEmbedding(
        InputView<double> input1, InputView<double> input2, InputTerms target, OutputView<double> gradient1 = default,
        OutputView<double> gradient2 = default, CosineEmbeddingOptions? options = null, LossContext? context = null) =>
        CosineEmbedding(
            new PairArgs<double>
            {
                Input1 = input1, Input2 = input2, Target = target, Gradient1 = gradient1, Gradient2 = gradient2,
            },
            options, context);

    /// <summary>Cosine distance of similar pairs of vectors and hinge on the cosine of dissimilar ones, with their
    /// gradients, in one pass, with named buffers: upstream gradients, unreduced terms.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction, margin; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="CosineEmbedding(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, Span{float},
    /// CosineEmbeddingOptions?, LossContext?)"/>
    public static double CosineEmbedding<T>(
        scoped in PairArgs<T> args, CosineEmbeddingOptions? options = null, LossContext? context = null)
        where T : unmanaged => PairCalls.Run(args._buffers, new CosineEmbeddingKernel(options), context);

    /// <inheritdoc cref="CosineEmbedding{T}(in PairArgs{T}, CosineEmbeddingOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss CosineEmbedding<T>(
        scoped in PairArgs<T> args, CosineEmbeddingOptions? options, CudaStream stream)
        where T : unmanaged => PairCalls.Run(args._buffers, new CosineEmbeddingKernel(options), stream);
}

internal readonly unsafe struct CosineEmbeddingKernel(CosineEmbeddingOptions? options) : IPairKernel
{
    private readonly CosineEmbeddingOptions _options = options ?? CosineEmbeddingOptions.Default;

    public static PairNames Names => PairNames.Pair;

    public LossOptions Options => _options;

    public fl_status Invoke(Machine machine, fl_pair_args* args)
    {
        fl_cosine_embedding_params hyper = new() { margin = _options.Margin };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_cosine_embedding(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_cosine_embedding(machine.Context, args, &hyper);
    }
}
