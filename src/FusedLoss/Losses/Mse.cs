using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of the squared error, <c>torch.nn.functional.mse_loss</c>.</summary>
public sealed record MseOptions : LossOptions
{
    internal static readonly MseOptions Default = new();
}

public static partial class Loss
{
    /// <summary>Squared error with its gradient, in one pass.</summary>
    /// <param name="input">Predictions x, any shape, flattened.</param>
    /// <param name="target">What x should have been, t, in the unit of the input; as long as the input.</param>
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
    /// term = w (x - t)^2      d/dx = 2 w (x - t)      d/dt = -d/dx
    /// </code>
    /// Mean divides by the number of elements, or by the sum of the weights w when there are any. Error: 1.5 ulp per
    /// term and gradient. Same as <c>torch.nn.functional.mse_loss</c>.
    /// </remarks>
    /// <example><code>
    /// float[] input = [1, 2, 3], target = [1, 0, 3], gradient = new float[3];
    /// double loss = Loss.Mse(input, target, gradient); // 1.333..., gradient [0, 1.333..., 0]
    /// </code></example>
    public static double Mse(
        ReadOnlySpan<float> input, ReadOnlySpan<float> target, Span<float> gradient = default,
        MseOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new MseKernel(options), context);

    /// <inheritdoc cref="Mse(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, MseOptions?, LossContext?)"/>
    public static double Mse(
        ReadOnlySpan<double> input, ReadOnlySpan<double> target, Span<double> gradient = default,
        MseOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new MseKernel(options), context);

    /// <inheritdoc cref="Mse(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, MseOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double Mse<T>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, Span<T> gradient = default,
        MseOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(input, target, gradient, new MseKernel(options), context);

    /// <inheritdoc cref="Mse(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, MseOptions?, LossContext?)"/>
    public static double Mse(
        InputView<float> input, InputView<float> target, OutputView<float> gradient = default,
        MseOptions? options = null, LossContext? context = null) =>
        Mse(new PointwiseArgs<float> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <inheritdoc cref="Mse(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, MseOptions?, LossContext?)"/>
    public static double Mse(
        InputView<double> input, InputView<double> target, OutputView<double> gradient = default,
        MseOptions? options = null, LossContext? context = null) =>
        Mse(new PointwiseArgs<double> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <summary>Squared error with its gradient, in one pass, with named buffers: weights, upstream gradients,
    /// unreduced terms, the gradient to the target.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="Mse(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, MseOptions?, LossContext?)"/>
    [OverloadResolutionPriority(1)] // `new() { ... }` means these arguments
    public static double Mse<T>(
        scoped in PointwiseArgs<T> args, MseOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new MseKernel(options), context);

    /// <inheritdoc cref="Mse{T}(in PointwiseArgs{T}, MseOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Mse<T>(
        DeviceBuffer<T> input, DeviceBuffer<T> target, DeviceBuffer<T>? gradient = null,
        MseOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => Mse(
            new PointwiseArgs<T> { Input = input, Target = target, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="Mse{T}(in PointwiseArgs{T}, MseOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Mse<T>(
        scoped in PointwiseArgs<T> args, MseOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new MseKernel(options), stream);
}

internal readonly unsafe struct MseKernel(MseOptions? options) : IPointwiseKernel
{
    private readonly MseOptions _options = options ?? MseOptions.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits => PointwiseTraits.Weight;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args) => machine.IsGpu
        ? (fl_status)CudaMethods.fl_cuda_mse(args, machine.Call, machine.Stream)
        : NativeMethods.fl_mse(machine.Context, args);
}
