using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of the logistic loss of a signed target, <c>torch.nn.functional.soft_margin_loss</c>.</summary>
public sealed record SoftMarginOptions : LossOptions
{
    internal static readonly SoftMarginOptions Default = new();
}

public static partial class Loss
{
    /// <summary>Logistic loss of a signed target, with its gradient, in one pass.</summary>
    /// <param name="input">Scores x, any shape, flattened.</param>
    /// <param name="target">Signs y, usually -1 or 1, as long as the input. There is no gradient to them.</param>
    /// <param name="gradient">Out: d(loss)/dx, as long as the input; empty when it is not wanted. May be the very same
    /// memory as the input.</param>
    /// <param name="options">Reduction; <see langword="null"/> is PyTorch's defaults.</param>
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
    /// term = ln(1 + exp(-y x))        d/dx = -y sigmoid(-y x)
    /// </code>
    /// Mean divides by the number of elements. Weights are not taken. Never overflows, where PyTorch gives infinity and
    /// NaN from -y x = 88.8 on. Error: 4 ulp per term and gradient. Same as
    /// <c>torch.nn.functional.soft_margin_loss</c>.
    /// </remarks>
    /// <example><code>
    /// float[] scores = [0, 2], signs = [-1, 1], gradient = new float[2];
    /// double loss = Loss.SoftMargin(scores, signs, gradient); // 0.410038, gradient [0.25, -0.0596015]
    /// </code></example>
    public static double SoftMargin(
        ReadOnlySpan<float> input, ReadOnlySpan<float> target, Span<float> gradient = default,
        SoftMarginOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new SoftMarginKernel(options), context);

    /// <inheritdoc
    /// cref="SoftMargin(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, SoftMarginOptions?, LossContext?)"/>
    public static double SoftMargin(
        ReadOnlySpan<double> input, ReadOnlySpan<double> target, Span<double> gradient = default,
        SoftMarginOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new SoftMarginKernel(options), context);

    /// <inheritdoc
    /// cref="SoftMargin(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, SoftMarginOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double SoftMargin<T>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, Span<T> gradient = default,
        SoftMarginOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(input, target, gradient, new SoftMarginKernel(options), context);

    /// <inheritdoc
    /// cref="SoftMargin(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, SoftMarginOptions?, LossContext?)"/>
    public static double SoftMargin(
        InputView<float> input, InputView<float> target, OutputView<float> gradient = default,
        SoftMarginOptions? options = null, LossContext? context = null) =>
        SoftMargin(new PointwiseArgs<float> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <inheritdoc
    /// cref="SoftMargin(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, SoftMarginOptions?, LossContext?)"/>
    public static double SoftMargin(
        InputView<double> input, InputView<double> target, OutputView<double> gradient = default,
        SoftMarginOptions? options = null, LossContext? context = null) =>
        SoftMargin(new PointwiseArgs<double> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <summary>Logistic loss of a signed target, with its gradient, in one pass, with named buffers: upstream
    /// gradients, unreduced terms.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="SoftMargin(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, SoftMarginOptions?, LossContext?)"/>
    [OverloadResolutionPriority(1)] // `new() { ... }` means these arguments
    public static double SoftMargin<T>(
        scoped in PointwiseArgs<T> args, SoftMarginOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new SoftMarginKernel(options), context);

    /// <inheritdoc cref="SoftMargin{T}(in PointwiseArgs{T}, SoftMarginOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss SoftMargin<T>(
        DeviceBuffer<T> input, DeviceBuffer<T> target, DeviceBuffer<T>? gradient = null,
        SoftMarginOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => SoftMargin(
            new PointwiseArgs<T> { Input = input, Target = target, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="SoftMargin{T}(in PointwiseArgs{T}, SoftMarginOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss SoftMargin<T>(
        scoped in PointwiseArgs<T> args, SoftMarginOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new SoftMarginKernel(options), stream);
}

internal readonly unsafe struct SoftMarginKernel(SoftMarginOptions? options) : IPointwiseKernel
{
    private readonly SoftMarginOptions _options = options ?? SoftMarginOptions.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits => PointwiseTraits.TargetIsConstant;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args) => machine.IsGpu
        ? (fl_status)CudaMethods.fl_cuda_soft_margin(args, machine.Call, machine.Stream)
        : NativeMethods.fl_soft_margin(machine.Context, args);
}
