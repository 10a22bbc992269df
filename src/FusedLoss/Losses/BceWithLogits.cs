using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of binary cross-entropy on logits,
/// <c>torch.nn.functional.binary_cross_entropy_with_logits</c>.</summary>
public sealed record BceWithLogitsOptions : LossOptions
{
    internal static readonly BceWithLogitsOptions Default = new();

    /// <summary>One weight for the positive part of every term; above 1 favours recall, below 1 precision. Default 1.
    /// One value per class is <see cref="PointwiseArgs{T}.PosWeight"/>; the two exclude each other.</summary>
    public double PosWeight { get; init; } = 1;
}

public static partial class Loss
{
    /// <summary>Binary cross-entropy on logits, with its gradient, in one pass.</summary>
    /// <param name="input">Logits x, any shape, flattened. An infinity gives the mathematical limit, 0 or infinity,
    /// where PyTorch gives NaN.</param>
    /// <param name="target">Probabilities t, as long as the input; values outside [0, 1] are taken as they are.</param>
    /// <param name="gradient">Out: d(loss)/dx, as long as the input; empty when it is not wanted. May be the very same
    /// memory as the input.</param>
    /// <param name="options">Reduction, positive weight; <see langword="null"/> is PyTorch's defaults.</param>
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
    /// s = sigmoid(x), q = positive weight, w = weight (1 when absent)
    /// term = -w [q t ln s + (1 - t) ln(1 - s)]
    /// d/dx = w [(q t + 1 - t) s - q t]        d/dt = w [ln(1 - s) - q ln s]
    /// </code>
    /// Mean divides by the number of elements, whatever the weights. Error: 4 ulp of the larger summand per term, 4 ulp
    /// of 1 per gradient. Same as <c>torch.nn.functional.binary_cross_entropy_with_logits</c>.
    /// </remarks>
    /// <example><code>
    /// float[] logits = [0, 2], target = [0, 1], gradient = new float[2];
    /// double loss = Loss.BceWithLogits(logits, target, gradient); // 0.410038, gradient [0.25, -0.0596015]
    /// </code></example>
    public static double BceWithLogits(
        ReadOnlySpan<float> input, ReadOnlySpan<float> target, Span<float> gradient = default,
        BceWithLogitsOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new BceWithLogitsKernel(options), context);

    /// <inheritdoc
    /// cref="BceWithLogits(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, BceWithLogitsOptions?,
    /// LossContext?)"/>
    public static double BceWithLogits(
        ReadOnlySpan<double> input, ReadOnlySpan<double> target, Span<double> gradient = default,
        BceWithLogitsOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new BceWithLogitsKernel(options), context);

    /// <inheritdoc
    /// cref="BceWithLogits(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, BceWithLogitsOptions?,
    /// LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double BceWithLogits<T>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, Span<T> gradient = default,
        BceWithLogitsOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(input, target, gradient, new BceWithLogitsKernel(options), context);

    /// <inheritdoc
    /// cref="BceWithLogits(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, BceWithLogitsOptions?,
    /// LossContext?)"/>
    public static double BceWithLogits(
        InputView<float> input, InputView<float> target, OutputView<float> gradient = default,
        BceWithLogitsOptions? options = null, LossContext? context = null) =>
        BceWithLogits(
            new PointwiseArgs<float> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <inheritdoc
    /// cref="BceWithLogits(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, BceWithLogitsOptions?,
    /// LossContext?)"/>
    public static double BceWithLogits(
        InputView<double> input, InputView<double> target, OutputView<double> gradient = default,
        BceWithLogitsOptions? options = null, LossContext? context = null) =>
        BceWithLogits(
            new PointwiseArgs<double> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <summary>Binary cross-entropy on logits, with its gradient, in one pass, with named buffers: weights, positive
    /// weights per class, upstream gradients, unreduced terms, the gradient to the target.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction, positive weight; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="BceWithLogits(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, BceWithLogitsOptions?,
    /// LossContext?)"/>
    [OverloadResolutionPriority(1)] // `new() { ... }` means these arguments
    public static double BceWithLogits<T>(
        scoped in PointwiseArgs<T> args, BceWithLogitsOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new BceWithLogitsKernel(options), context);

    /// <inheritdoc cref="BceWithLogits{T}(in PointwiseArgs{T}, BceWithLogitsOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss BceWithLogits<T>(
        DeviceBuffer<T> input, DeviceBuffer<T> target, DeviceBuffer<T>? gradient = null,
        BceWithLogitsOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => BceWithLogits(
            new PointwiseArgs<T> { Input = input, Target = target, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="BceWithLogits{T}(in PointwiseArgs{T}, BceWithLogitsOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss BceWithLogits<T>(
        scoped in PointwiseArgs<T> args, BceWithLogitsOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new BceWithLogitsKernel(options), stream);
}

internal readonly unsafe struct BceWithLogitsKernel(BceWithLogitsOptions? options) : IPointwiseKernel
{
    private readonly BceWithLogitsOptions _options = options ?? BceWithLogitsOptions.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits =>
        PointwiseTraits.Weight | PointwiseTraits.Extra | PointwiseTraits.ExtraBroadcasts;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args)
    {
        if (_options.PosWeight == 1) return Call(machine, args);
        if (args->extra != null) Require.ThrowTwice("PosWeight");

        double here;
        var repeat = stackalloc long[3];
        args->extra = machine.Place(args->dtype, _options.PosWeight, &here);
        args->extra_strides = repeat;
        if (args->shape[2] == 0) (args->shape[0], args->shape[1], args->shape[2]) = (1, 1, args->count);
        return Call(machine, args);
    }

    private static fl_status Call(Machine machine, fl_pointwise_args* args) => machine.IsGpu
        ? (fl_status)CudaMethods.fl_cuda_bce_with_logits(args, machine.Call, machine.Stream)
        : NativeMethods.fl_bce_with_logits(machine.Context, args);
}
