using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of the quantile loss.</summary>
public sealed record QuantileOptions : LossOptions
{
    internal static readonly QuantileOptions Default = new();

    /// <summary>Which quantile of the targets the input estimates: in [0, 1]. Default 0.5, the median.</summary>
    public double Q { get; init; } = 0.5;

    internal override void Check() => Require.Fraction(Q, nameof(Q));
}

public static partial class Loss
{
    /// <summary>Quantile (pinball) loss, whose minimum is a quantile of the targets, with its gradient, in one
    /// pass.</summary>
    /// <param name="input">Predictions x, any shape, flattened.</param>
    /// <param name="target">What x should have been, t, in the unit of the input; as long as the input.</param>
    /// <param name="gradient">Out: d(loss)/dx, as long as the input; empty when it is not wanted. May be the very same
    /// memory as the input.</param>
    /// <param name="options">Reduction, quantile; <see langword="null"/> is the defaults.</param>
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
    /// term = w (1 - q) d   if d &gt; 0        d/dx = w (1 - q)
    ///        -w q d        otherwise        d/dx = -w q, 0 where x = t        d/dt = -d/dx
    /// </code>
    /// Mean divides by the sum of the weights w, or the number of elements. Error: 2 ulp per term, 1 ulp per gradient.
    /// From R. Koenker and G. Bassett, Regression Quantiles (1978); PyTorch has no such function.
    /// </remarks>
    public static double Quantile(
        ReadOnlySpan<float> input, ReadOnlySpan<float> target, Span<float> gradient = default,
        QuantileOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new QuantileKernel(options), context);

    /// <inheritdoc
    /// cref="Quantile(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, QuantileOptions?, LossContext?)"/>
    public static double Quantile(
        ReadOnlySpan<double> input, ReadOnlySpan<double> target, Span<double> gradient = default,
        QuantileOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new QuantileKernel(options), context);

    /// <inheritdoc
    /// cref="Quantile(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, QuantileOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double Quantile<T>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, Span<T> gradient = default,
        QuantileOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(input, target, gradient, new QuantileKernel(options), context);

    /// <inheritdoc
    /// cref="Quantile(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, QuantileOptions?, LossContext?)"/>
    public static double Quantile(
        InputView<float> input, InputView<float> target, OutputView<float> gradient = default,
        QuantileOptions? options = null, LossContext? context = null) =>
        Quantile(new PointwiseArgs<float> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <inheritdoc
    /// cref="Quantile(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, QuantileOptions?, LossContext?)"/>
    public static double Quantile(
        InputView<double> input, InputView<double> target, OutputView<double> gradient = default,
        QuantileOptions? options = null, LossContext? context = null) =>
        Quantile(new PointwiseArgs<double> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <summary>Quantile (pinball) loss, whose minimum is a quantile of the targets, with its gradient, in one pass,
    /// with named buffers: weights, upstream gradients, unreduced terms, the gradient to the target.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction, quantile; <see langword="null"/> is the defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="Quantile(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, QuantileOptions?, LossContext?)"/>
    [OverloadResolutionPriority(1)] // `new() { ... }` means these arguments
    public static double Quantile<T>(
        scoped in PointwiseArgs<T> args, QuantileOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new QuantileKernel(options), context);

    /// <inheritdoc cref="Quantile{T}(in PointwiseArgs{T}, QuantileOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Quantile<T>(
        DeviceBuffer<T> input, DeviceBuffer<T> target, DeviceBuffer<T>? gradient = null,
        QuantileOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => Quantile(
            new PointwiseArgs<T> { Input = input, Target = target, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="Quantile{T}(in PointwiseArgs{T}, QuantileOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Quantile<T>(
        scoped in PointwiseArgs<T> args, QuantileOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new QuantileKernel(options), stream);
}

internal readonly unsafe struct QuantileKernel(QuantileOptions? options) : IPointwiseKernel
{
    private readonly QuantileOptions _options = options ?? QuantileOptions.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits => PointwiseTraits.Weight;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args)
    {
        fl_quantile_params hyper = new() { q = _options.Q };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_quantile(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_quantile(machine.Context, args, &hyper);
    }
}
