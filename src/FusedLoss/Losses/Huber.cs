using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of the Huber loss, <c>torch.nn.functional.huber_loss</c>.</summary>
public sealed record HuberOptions : LossOptions
{
    internal static readonly HuberOptions Default = new();

    /// <summary>Where the loss turns linear, in the unit of the input: finite, above 0. Default 1.</summary>
    public double Delta { get; init; } = 1;

    internal override void Check() => Require.Positive(Delta, nameof(Delta));
}

public static partial class Loss
{
    /// <summary>Squared error that is linear far from zero, with its gradient, in one pass.</summary>
    /// <param name="input">Predictions x, any shape, flattened.</param>
    /// <param name="target">What x should have been, t, in the unit of the input; as long as the input.</param>
    /// <param name="gradient">Out: d(loss)/dx, as long as the input; empty when it is not wanted. May be the very same
    /// memory as the input.</param>
    /// <param name="options">Reduction, delta; <see langword="null"/> is PyTorch's defaults.</param>
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
    /// term = w d^2 / 2                   if |d| &lt;= delta        d/dx = w d
    ///        w delta (|d| - delta / 2)   otherwise             d/dx = w delta sign(d)          d/dt = -d/dx
    /// </code>
    /// Mean divides by the number of elements, whatever the weights w. Error: 3 ulp per term and gradient. Same as
    /// <c>torch.nn.functional.huber_loss</c>.
    /// </remarks>
    /// <example><code>
    /// float[] input = [0.1f, 1.2f, 4.7f], target = [0, 1, 5], gradient = new float[3];
    /// double loss = Loss.Huber(input, target, gradient, new HuberOptions { Delta = 0.2 }); // 0.0216666
    /// </code></example>
    public static double Huber(
        ReadOnlySpan<float> input, ReadOnlySpan<float> target, Span<float> gradient = default,
        HuberOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new HuberKernel(options), context);

    /// <inheritdoc cref="Huber(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, HuberOptions?, LossContext?)"/>
    public static double Huber(
        ReadOnlySpan<double> input, ReadOnlySpan<double> target, Span<double> gradient = default,
        HuberOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new HuberKernel(options), context);

    /// <inheritdoc cref="Huber(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, HuberOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double Huber<T>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, Span<T> gradient = default,
        HuberOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(input, target, gradient, new HuberKernel(options), context);

    /// <inheritdoc cref="Huber(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, HuberOptions?, LossContext?)"/>
    public static double Huber(
        InputView<float> input, InputView<float> target, OutputView<float> gradient = default,
        HuberOptions? options = null, LossContext? context = null) =>
        Huber(new PointwiseArgs<float> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <inheritdoc cref="Huber(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, HuberOptions?, LossContext?)"/>
    public static double Huber(
        InputView<double> input, InputView<double> target, OutputView<double> gradient = default,
        HuberOptions? options = null, LossContext? context = null) =>
        Huber(new PointwiseArgs<double> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <summary>Squared error that is linear far from zero, with its gradient, in one pass, with named buffers:
    /// weights, upstream gradients, unreduced terms, the gradient to the target.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction, delta; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="Huber(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, HuberOptions?, LossContext?)"/>
    [OverloadResolutionPriority(1)] // `new() { ... }` means these arguments
    public static double Huber<T>(
        scoped in PointwiseArgs<T> args, HuberOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new HuberKernel(options), context);

    /// <inheritdoc cref="Huber{T}(in PointwiseArgs{T}, HuberOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Huber<T>(
        DeviceBuffer<T> input, DeviceBuffer<T> target, DeviceBuffer<T>? gradient = null,
        HuberOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => Huber(
            new PointwiseArgs<T> { Input = input, Target = target, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="Huber{T}(in PointwiseArgs{T}, HuberOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Huber<T>(
        scoped in PointwiseArgs<T> args, HuberOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new HuberKernel(options), stream);
}

internal readonly unsafe struct HuberKernel(HuberOptions? options) : IPointwiseKernel
{
    private readonly HuberOptions _options = options ?? HuberOptions.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits => PointwiseTraits.Weight;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args)
    {
        fl_huber_params hyper = new() { delta = _options.Delta };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_huber(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_huber(machine.Context, args, &hyper);
    }
}
