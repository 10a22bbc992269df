using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of binary cross-entropy on probabilities,
/// <c>torch.nn.functional.binary_cross_entropy</c>.</summary>
public sealed record BceOptions : LossOptions
{
    internal static readonly BceOptions Default = new();
}

public static partial class Loss
{
    /// <summary>Binary cross-entropy on probabilities, with its gradient, in one pass.</summary>
    /// <param name="input">Probabilities x, any shape, flattened. Outside [0, 1] everything is NaN, where PyTorch
    /// refuses.</param>
    /// <param name="target">Probabilities t, as long as the input; values outside [0, 1] are taken as they are.</param>
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
    /// w = weight (1 when absent)
    /// term = -w [t max(ln x, -100) + (1 - t) max(ln(1 - x), -100)]
    /// d/dx = w (x - t) / max(x (1 - x), 1e-12)        d/dt = w [ln(1 - x) - ln x], not clamped
    /// </code>
    /// Mean divides by the number of elements, whatever the weights. Logits keep more digits than the probabilities
    /// made of them: prefer <c>BceWithLogits</c> where there are any. Error: 3 ulp per term and gradient, the latter to
    /// the target of the larger summand. Same as <c>torch.nn.functional.binary_cross_entropy</c>.
    /// </remarks>
    /// <example><code>
    /// float[] probabilities = [0.5f, 0.75f], target = [0, 1], gradient = new float[2];
    /// double loss = Loss.Bce(probabilities, target, gradient); // 0.490415, gradient [1, -0.666...]
    /// </code></example>
    public static double Bce(
        ReadOnlySpan<float> input, ReadOnlySpan<float> target, Span<float> gradient = default,
        BceOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new BceKernel(options), context);

    /// <inheritdoc cref="Bce(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, BceOptions?, LossContext?)"/>
    public static double Bce(
        ReadOnlySpan<double> input, ReadOnlySpan<double> target, Span<double> gradient = default,
        BceOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new BceKernel(options), context);

    /// <inheritdoc cref="Bce(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, BceOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double Bce<T>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, Span<T> gradient = default,
        BceOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(input, target, gradient, new BceKernel(options), context);

    /// <inheritdoc cref="Bce(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, BceOptions?, LossContext?)"/>
    public static double Bce(
        InputView<float> input, InputView<float> target, OutputView<float> gradient = default,
        BceOptions? options = null, LossContext? context = null) =>
        Bce(new PointwiseArgs<float> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <inheritdoc cref="Bce(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, BceOptions?, LossContext?)"/>
    public static double Bce(
        InputView<double> input, InputView<double> target, OutputView<double> gradient = default,
        BceOptions? options = null, LossContext? context = null) =>
        Bce(new PointwiseArgs<double> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <summary>Binary cross-entropy on probabilities, with its gradient, in one pass, with named buffers: weights,
    /// upstream gradients, unreduced terms, the gradient to the target.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="Bce(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, BceOptions?, LossContext?)"/>
    [OverloadResolutionPriority(1)] // `new() { ... }` means these arguments
    public static double Bce<T>(
        scoped in PointwiseArgs<T> args, BceOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new BceKernel(options), context);

    /// <inheritdoc cref="Bce{T}(in PointwiseArgs{T}, BceOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Bce<T>(
        DeviceBuffer<T> input, DeviceBuffer<T> target, DeviceBuffer<T>? gradient = null,
        BceOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => Bce(
            new PointwiseArgs<T> { Input = input, Target = target, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="Bce{T}(in PointwiseArgs{T}, BceOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Bce<T>(
        scoped in PointwiseArgs<T> args, BceOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new BceKernel(options), stream);
}

internal readonly unsafe struct BceKernel(BceOptions? options) : IPointwiseKernel
{
    private readonly BceOptions _options = options ?? BceOptions.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits => PointwiseTraits.Weight;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args) => machine.IsGpu
        ? (fl_status)CudaMethods.fl_cuda_bce(args, machine.Call, machine.Stream)
        : NativeMethods.fl_bce(machine.Context, args);
}
