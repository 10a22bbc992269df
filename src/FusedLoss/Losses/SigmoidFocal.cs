using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of the focal loss on logits of independent binary decisions,
/// <c>torchvision.ops.sigmoid_focal_loss</c>.</summary>
public sealed record SigmoidFocalOptions : LossOptions
{
    internal static readonly SigmoidFocalOptions Default = new();

    /// <summary>Weight of positives, in [0, 1]; negatives weigh 1 - alpha. Negative: no weighting. Default
    /// 0.25.</summary>
    public double Alpha { get; init; } = 0.25;

    /// <summary>Focusing power: finite, at least 0. Default 2, which is also the fastest.</summary>
    public double Gamma { get; init; } = 2;

    /// <summary>What the gradient goes through. Default <see cref="FocalGradient.True"/>.</summary>
    public FocalGradient Gradient { get; init; } = FocalGradient.True;

    internal override void Check() => Require.Focal(Alpha, Gamma, Gradient);
}

public static partial class Loss
{
    /// <summary>Focal loss on logits of independent binary decisions, with its gradient, in one pass.</summary>
    /// <param name="input">Logits x, any shape, flattened.</param>
    /// <param name="target">Labels t, 0 or 1, or probabilities; as long as the input.</param>
    /// <param name="gradient">Out: d(loss)/dx, as long as the input; empty when it is not wanted. May be the very same
    /// memory as the input.</param>
    /// <param name="options">Reduction, alpha, gamma; <see langword="null"/> is PyTorch's defaults.</param>
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
    /// p = sigmoid(x), p_t = p t + (1 - p)(1 - t), a = alpha t + (1 - alpha)(1 - t), ce = binary cross-entropy of x
    /// term = a (1 - p_t)^gamma ce
    /// d/dx = a [(1 - p_t)^gamma (p - t) + gamma (1 - p_t)^(gamma - 1) p (1 - p)(1 - 2 t) ce]
    /// </code>
    /// Mean divides by the number of elements; give <see cref="LossOptions.Denominator"/> to divide by the number of
    /// positives. Weights are not taken. No NaN at saturation, also for gamma below 1. Error: 16 ulp of the larger
    /// summand. Same as <c>torchvision.ops.sigmoid_focal_loss</c>.
    /// </remarks>
    /// <example><code>
    /// float[] logits = [0, 2], target = [0, 1], gradient = new float[2];
    /// double loss = Loss.SigmoidFocal(logits, target, gradient,
    ///     new SigmoidFocalOptions { Reduction = Reduction.Sum });
    /// </code></example>
    public static double SigmoidFocal(
        ReadOnlySpan<float> input, ReadOnlySpan<float> target, Span<float> gradient = default,
        SigmoidFocalOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new SigmoidFocalKernel(options), context);

    /// <inheritdoc
    /// cref="SigmoidFocal(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, SigmoidFocalOptions?, LossContext?)"/>
    public static double SigmoidFocal(
        ReadOnlySpan<double> input, ReadOnlySpan<double> target, Span<double> gradient = default,
        SigmoidFocalOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new SigmoidFocalKernel(options), context);

    /// <inheritdoc
    /// cref="SigmoidFocal(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, SigmoidFocalOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double SigmoidFocal<T>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, Span<T> gradient = default,
        SigmoidFocalOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(input, target, gradient, new SigmoidFocalKernel(options), context);

    /// <inheritdoc
    /// cref="SigmoidFocal(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, SigmoidFocalOptions?, LossContext?)"/>
    public static double SigmoidFocal(
        InputView<float> input, InputView<float> target, OutputView<float> gradient = default,
        SigmoidFocalOptions? options = null, LossContext? context = null) =>
        SigmoidFocal(
            new PointwiseArgs<float> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <inheritdoc
    /// cref="SigmoidFocal(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, SigmoidFocalOptions?, LossContext?)"/>
    public static double SigmoidFocal(
        InputView<double> input, InputView<double> target, OutputView<double> gradient = default,
        SigmoidFocalOptions? options = null, LossContext? context = null) =>
        SigmoidFocal(
            new PointwiseArgs<double> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <summary>Focal loss on logits of independent binary decisions, with its gradient, in one pass, with named
    /// buffers: upstream gradients, unreduced terms, the gradient to the target.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction, alpha, gamma; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="SigmoidFocal(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, SigmoidFocalOptions?, LossContext?)"/>
    [OverloadResolutionPriority(1)] // `new() { ... }` means these arguments
    public static double SigmoidFocal<T>(
        scoped in PointwiseArgs<T> args, SigmoidFocalOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new SigmoidFocalKernel(options), context);

    /// <inheritdoc cref="SigmoidFocal{T}(in PointwiseArgs{T}, SigmoidFocalOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss SigmoidFocal<T>(
        DeviceBuffer<T> input, DeviceBuffer<T> target, DeviceBuffer<T>? gradient = null,
        SigmoidFocalOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => SigmoidFocal(
            new PointwiseArgs<T> { Input = input, Target = target, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="SigmoidFocal{T}(in PointwiseArgs{T}, SigmoidFocalOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss SigmoidFocal<T>(
        scoped in PointwiseArgs<T> args, SigmoidFocalOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new SigmoidFocalKernel(options), stream);
}

internal readonly unsafe struct SigmoidFocalKernel(SigmoidFocalOptions? options) : IPointwiseKernel
{
    private readonly SigmoidFocalOptions _options = options ?? SigmoidFocalOptions.Default;

    public LossOptions Options => _options;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args)
    {
        fl_sigmoid_focal_params hyper = new()
        {
            alpha = _options.Alpha, gamma = _options.Gamma, detach = (int)_options.Gradient,
        };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_sigmoid_focal(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_sigmoid_focal(machine.Context, args, &hyper);
    }
}
