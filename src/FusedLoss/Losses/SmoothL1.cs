using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of the smooth absolute error, <c>torch.nn.functional.smooth_l1_loss</c>.</summary>
public sealed record SmoothL1Options : LossOptions
{
    internal static readonly SmoothL1Options Default = new();

    /// <summary>Where the loss turns linear, in the unit of the input: finite, at least 0; 0 is the absolute error.
    /// Default 1.</summary>
    public double Beta { get; init; } = 1;

    internal override void Check() => Require.NonNegative(Beta, nameof(Beta));
}

public static partial class Loss
{
    /// <summary>Absolute error that is quadratic near zero, with its gradient, in one pass.</summary>
    /// <param name="input">Predictions x, any shape, flattened.</param>
    /// <param name="target">What x should have been, t, in the unit of the input; as long as the input.</param>
    /// <param name="gradient">Out: d(loss)/dx, as long as the input; empty when it is not wanted. May be the very same
    /// memory as the input.</param>
    /// <param name="options">Reduction, beta; <see langword="null"/> is PyTorch's defaults.</param>
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
    /// d = x - t
    /// term = d^2 / (2 beta)   if |d| &lt; beta        d/dx = d / beta
    ///        |d| - beta / 2   otherwise            d/dx = sign(d)          d/dt = -d/dx
    /// </code>
    /// Mean divides by the number of elements. beta 0 is <c>L1</c>. Weights are not taken. Error: 3 ulp per term and
    /// gradient. Same as <c>torch.nn.functional.smooth_l1_loss</c>.
    /// </remarks>
    /// <example><code>
    /// float[] input = [0.1f, 1.2f, 4.7f], target = [0, 1, 5], gradient = new float[3];
    /// double loss = Loss.SmoothL1(input, target, gradient, new SmoothL1Options { Beta = 0.2 }); // 0.108333
    /// </code></example>
    public static double SmoothL1(
        ReadOnlySpan<float> input, ReadOnlySpan<float> target, Span<float> gradient = default,
        SmoothL1Options? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new SmoothL1Kernel(options), context);

    /// <inheritdoc
    /// cref="SmoothL1(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, SmoothL1Options?, LossContext?)"/>
    public static double SmoothL1(
        ReadOnlySpan<double> input, ReadOnlySpan<double> target, Span<double> gradient = default,
        SmoothL1Options? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new SmoothL1Kernel(options), context);

    /// <inheritdoc
    /// cref="SmoothL1(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, SmoothL1Options?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double SmoothL1<T>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, Span<T> gradient = default,
        SmoothL1Options? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(input, target, gradient, new SmoothL1Kernel(options), context);

    /// <inheritdoc
    /// cref="SmoothL1(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, SmoothL1Options?, LossContext?)"/>
    public static double SmoothL1(
        InputView<float> input, InputView<float> target, OutputView<float> gradient = default,
        SmoothL1Options? options = null, LossContext? context = null) =>
        SmoothL1(new PointwiseArgs<float> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <inheritdoc
    /// cref="SmoothL1(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, SmoothL1Options?, LossContext?)"/>
    public static double SmoothL1(
        InputView<double> input, InputView<double> target, OutputView<double> gradient = default,
        SmoothL1Options? options = null, LossContext? context = null) =>
        SmoothL1(new PointwiseArgs<double> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <summary>Absolute error that is quadratic near zero, with its gradient, in one pass, with named buffers:
    /// upstream gradients, unreduced terms, the gradient to the target.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction, beta; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="SmoothL1(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, SmoothL1Options?, LossContext?)"/>
    [OverloadResolutionPriority(1)] // `new() { ... }` means these arguments
    public static double SmoothL1<T>(
        scoped in PointwiseArgs<T> args, SmoothL1Options? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new SmoothL1Kernel(options), context);

    /// <inheritdoc cref="SmoothL1{T}(in PointwiseArgs{T}, SmoothL1Options?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss SmoothL1<T>(
        DeviceBuffer<T> input, DeviceBuffer<T> target, DeviceBuffer<T>? gradient = null,
        SmoothL1Options? options = null, CudaStream? stream = null)
        where T : unmanaged => SmoothL1(
            new PointwiseArgs<T> { Input = input, Target = target, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="SmoothL1{T}(in PointwiseArgs{T}, SmoothL1Options?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss SmoothL1<T>(
        scoped in PointwiseArgs<T> args, SmoothL1Options? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new SmoothL1Kernel(options), stream);
}

internal readonly unsafe struct SmoothL1Kernel(SmoothL1Options? options) : IPointwiseKernel
{
    private readonly SmoothL1Options _options = options ?? SmoothL1Options.Default;

    public LossOptions Options => _options;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args)
    {
        fl_smooth_l1_params hyper = new() { beta = _options.Beta };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_smooth_l1(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_smooth_l1(machine.Context, args, &hyper);
    }
}
