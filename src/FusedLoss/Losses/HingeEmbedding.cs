using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of the hinge on distances of pairs, <c>torch.nn.functional.hinge_embedding_loss</c>.</summary>
public sealed record HingeEmbeddingOptions : LossOptions
{
    internal static readonly HingeEmbeddingOptions Default = new();

    /// <summary>How far apart dissimilar pairs have to be, in the unit of the input: finite. Default 1.</summary>
    public double Margin { get; init; } = 1;

    internal override void Check() => Require.Finite(Margin, nameof(Margin));
}

public static partial class Loss
{
    /// <summary>Hinge on distances of similar and dissimilar pairs, with its gradient, in one pass.</summary>
    /// <param name="input">Distances x, any shape, flattened.</param>
    /// <param name="target">1 for similar pairs, -1 for dissimilar ones, as long as the input. There is no gradient to
    /// it.</param>
    /// <param name="gradient">Out: d(loss)/dx, as long as the input; empty when it is not wanted. May be the very same
    /// memory as the input.</param>
    /// <param name="options">Reduction, margin; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN with <see cref="Reduction.None"/>, without <see cref="LossOptions.ComputeLoss"/>,
    /// and for the mean of an empty input.</returns>
    /// <exception cref="ArgumentException">Lengths or shapes differ, the gradient overlaps another buffer in part, or
    /// strides do not fit into three nested loops.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its documented range.</exception>
    /// <exception cref="ObjectDisposedException">The context has been disposed.</exception>
    /// <exception cref="DllNotFoundException">The native library was not found.</exception>
    /// <remarks>
    /// <code>
    /// term = x                       if y = 1         d/dx = 1
    ///        max(0, margin - x)      if y = -1        d/dx = -1 where x &lt;= margin, else 0
    ///        the sum of both         for any other y  d/dx = the sum of both
    /// </code>
    /// Mean divides by the number of elements. Weights are not taken. Error: 1 ulp per term, of the larger summand;
    /// gradients are exact. Same as <c>torch.nn.functional.hinge_embedding_loss</c>.
    /// </remarks>
    /// <example><code>
    /// float[] distances = [0.5f, 0.25f], similar = [1, -1], gradient = new float[2];
    /// double loss = Loss.HingeEmbedding(distances, similar, gradient); // 0.625, gradient [0.5, -0.5]
    /// </code></example>
    public static double HingeEmbedding(
        ReadOnlySpan<float> input, ReadOnlySpan<float> target, Span<float> gradient = default,
        HingeEmbeddingOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new HingeEmbeddingKernel(options), context);

    /// <inheritdoc
    /// cref="HingeEmbedding(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, HingeEmbeddingOptions?,
    /// LossContext?)"/>
    public static double HingeEmbedding(
        ReadOnlySpan<double> input, ReadOnlySpan<double> target, Span<double> gradient = default,
        HingeEmbeddingOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new HingeEmbeddingKernel(options), context);

    /// <inheritdoc
    /// cref="HingeEmbedding(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, HingeEmbeddingOptions?,
    /// LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double HingeEmbedding<T>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, Span<T> gradient = default,
        HingeEmbeddingOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(input, target, gradient, new HingeEmbeddingKernel(options), context);

    /// <inheritdoc
    /// cref="HingeEmbedding(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, HingeEmbeddingOptions?,
    /// LossContext?)"/>
    public static double HingeEmbedding(
        InputView<float> input, InputView<float> target, OutputView<float> gradient = default,
        HingeEmbeddingOptions? options = null, LossContext? context = null) =>
        HingeEmbedding(
            new PointwiseArgs<float> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <inheritdoc
    /// cref="HingeEmbedding(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, HingeEmbeddingOptions?,
    /// LossContext?)"/>
    public static double HingeEmbedding(
        InputView<double> input, InputView<double> target, OutputView<double> gradient = default,
        HingeEmbeddingOptions? options = null, LossContext? context = null) =>
        HingeEmbedding(
            new PointwiseArgs<double> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <summary>Hinge on distances of similar and dissimilar pairs, with its gradient, in one pass, with named buffers:
    /// upstream gradients, unreduced terms.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction, margin; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="HingeEmbedding(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, HingeEmbeddingOptions?,
    /// LossContext?)"/>
    [OverloadResolutionPriority(1)] // `new() { ... }` means these arguments
    public static double HingeEmbedding<T>(
        scoped in PointwiseArgs<T> args, HingeEmbeddingOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new HingeEmbeddingKernel(options), context);

    /// <inheritdoc cref="HingeEmbedding{T}(in PointwiseArgs{T}, HingeEmbeddingOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss HingeEmbedding<T>(
        DeviceBuffer<T> input, DeviceBuffer<T> target, DeviceBuffer<T>? gradient = null,
        HingeEmbeddingOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => HingeEmbedding(
            new PointwiseArgs<T> { Input = input, Target = target, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="HingeEmbedding{T}(in PointwiseArgs{T}, HingeEmbeddingOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss HingeEmbedding<T>(
        scoped in PointwiseArgs<T> args, HingeEmbeddingOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new HingeEmbeddingKernel(options), stream);
}

internal readonly unsafe struct HingeEmbeddingKernel(HingeEmbeddingOptions? options) : IPointwiseKernel
{
    private readonly HingeEmbeddingOptions _options = options ?? HingeEmbeddingOptions.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits => PointwiseTraits.TargetIsConstant;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args)
    {
        fl_hinge_embedding_params hyper = new() { margin = _options.Margin };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_hinge_embedding(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_hinge_embedding(machine.Context, args, &hyper);
    }
}
