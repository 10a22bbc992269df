using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of the focal loss over softmax probabilities.</summary>
public sealed record SoftmaxFocalOptions : LossOptions
{
    internal static readonly SoftmaxFocalOptions Default = new();

    /// <summary>Focusing power: finite, at least 0. Default 2.</summary>
    public double Gamma { get; init; } = 2;

    /// <summary>For two classes: class 0 weighs alpha, class 1 weighs 1 - alpha, alpha in [0, 1]. Negative (default):
    /// no weighting. Any number of classes is weighted by <see cref="ClassArgs{T}.ClassWeights"/>.</summary>
    public double Alpha { get; init; } = -1;

    /// <summary>Rows with this label count for nothing, even if it is a class. Default -100.</summary>
    public long IgnoreIndex { get; init; } = -100;

    /// <summary>What the gradient goes through. Default <see cref="FocalGradient.True"/>.</summary>
    public FocalGradient Gradient { get; init; } = FocalGradient.True;

    internal override void Check() => Require.Focal(Alpha, Gamma, Gradient);
}

public static partial class Loss
{
    /// <summary>Focal loss over softmax probabilities, with its gradient, in one pass.</summary>
    /// <param name="logits">Unnormalised scores x, [N, C], N being the number of labels; as a tensor also [C] and [N,
    /// C, d1, ...].</param>
    /// <param name="labels">The class of each row, [N] or [N, d1, ...], <see cref="int"/> or
    /// <see cref="long"/>.</param>
    /// <param name="gradient">Out: d(loss)/dx, shaped like the logits; empty when it is not wanted. May be the very
    /// same memory as the logits.</param>
    /// <param name="options">Reduction, gamma, alpha, ignored label; <see langword="null"/> is the defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN with <see cref="Reduction.None"/>, without <see cref="LossOptions.ComputeLoss"/>,
    /// and for the mean over no row.</returns>
    /// <exception cref="ArgumentException">Lengths or shapes do not fit together, the gradient overlaps another buffer
    /// in part, or what follows the class dimension is not dense.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is neither a class nor ignored (nothing has been written
    /// then), or an option is out of its documented range.</exception>
    /// <exception cref="ObjectDisposedException">The context has been disposed.</exception>
    /// <exception cref="DllNotFoundException">The native library was not found.</exception>
    /// <remarks>
    /// <code>
    /// p = softmax(x) over the classes, a = class weight, or alpha and 1 - alpha for two classes (1 when absent)
    /// term   = -a_y (1 - p_y)^gamma ln p_y
    /// d/dx_c = a_y (1 - p_y)^gamma [gamma p_y ln(p_y) / (1 - p_y) - 1] ([c = y] - p_c)
    /// </code>
    /// Mean divides by the number of rows that are not ignored; give <see cref="LossOptions.Denominator"/> for another
    /// number. No NaN where p_y is 0 or 1, also for gamma below 1. Special values as in <c>CrossEntropy</c>. Error: 16
    /// ulp of the term, gradient 16 ulp of a_y. PyTorch has no such function.
    /// </remarks>
    /// <example><code>
    /// float[] logits = [3, 1, 1, 2], gradient = new float[4];
    /// int[] labels = [0, 1];
    /// double loss = Loss.SoftmaxFocal(logits, labels, gradient, new SoftmaxFocalOptions { Gamma = 1.5 });
    /// </code></example>
    public static double SoftmaxFocal(
        ReadOnlySpan<float> logits, Labels labels, Span<float> gradient = default,
        SoftmaxFocalOptions? options = null, LossContext? context = null) =>
        ClassCalls.Run(logits, labels, gradient, new SoftmaxFocalKernel(options), context);

    /// <inheritdoc cref="SoftmaxFocal(ReadOnlySpan{float}, Labels, Span{float}, SoftmaxFocalOptions?, LossContext?)"/>
    public static double SoftmaxFocal(
        ReadOnlySpan<double> logits, Labels labels, Span<double> gradient = default,
        SoftmaxFocalOptions? options = null, LossContext? context = null) =>
        ClassCalls.Run(logits, labels, gradient, new SoftmaxFocalKernel(options), context);

    /// <inheritdoc cref="SoftmaxFocal(ReadOnlySpan{float}, Labels, Span{float}, SoftmaxFocalOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double SoftmaxFocal<T>(
        ReadOnlySpan<T> logits, Labels labels, Span<T> gradient = default,
        SoftmaxFocalOptions? options = null, LossContext? context = null)
        where T : unmanaged => ClassCalls.Run(logits, labels, gradient, new SoftmaxFocalKernel(options), context);

    /// <inheritdoc cref="SoftmaxFocal(ReadOnlySpan{float}, Labels, Span{float}, SoftmaxFocalOptions?, LossContext?)"/>
    public static double SoftmaxFocal(
        InputView<float> logits, Labels labels, OutputView<float> gradient = default,
        SoftmaxFocalOptions? options = null, LossContext? context = null) =>
        SoftmaxFocal(new ClassArgs<float> { Logits = logits, Labels = labels, Gradient = gradient }, options, context);

    /// <inheritdoc cref="SoftmaxFocal(ReadOnlySpan{float}, Labels, Span{float}, SoftmaxFocalOptions?, LossContext?)"/>
    public static double SoftmaxFocal(
        InputView<double> logits, Labels labels, OutputView<double> gradient = default,
        SoftmaxFocalOptions? options = null, LossContext? context = null) =>
        SoftmaxFocal(new ClassArgs<double> { Logits = logits, Labels = labels, Gradient = gradient }, options, context);

    /// <summary>Focal loss over softmax probabilities, with its gradient, in one pass, with named buffers: class
    /// weights, upstream gradients, unreduced terms.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction, gamma, alpha, ignored label; <see langword="null"/> is the defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="SoftmaxFocal(ReadOnlySpan{float}, Labels, Span{float}, SoftmaxFocalOptions?, LossContext?)"/>
    [OverloadResolutionPriority(1)] // `new() { ... }` means these arguments
    public static double SoftmaxFocal<T>(
        scoped in ClassArgs<T> args, SoftmaxFocalOptions? options = null, LossContext? context = null)
        where T : unmanaged => ClassCalls.Run(args._buffers, new SoftmaxFocalKernel(options), context);

    /// <inheritdoc cref="SoftmaxFocal{T}(in ClassArgs{T}, SoftmaxFocalOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss SoftmaxFocal<T>(
        DeviceBuffer<T> logits, Labels labels, DeviceBuffer<T>? gradient = null,
        SoftmaxFocalOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => SoftmaxFocal(
            new ClassArgs<T> { Logits = logits, Labels = labels, Gradient = gradient }, options,
            stream ?? logits.Context.Stream);

    /// <inheritdoc cref="SoftmaxFocal{T}(in ClassArgs{T}, SoftmaxFocalOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss SoftmaxFocal<T>(
        scoped in ClassArgs<T> args, SoftmaxFocalOptions? options, CudaStream stream)
        where T : unmanaged => ClassCalls.Run(args._buffers, new SoftmaxFocalKernel(options), stream);
}

internal readonly unsafe struct SoftmaxFocalKernel(SoftmaxFocalOptions? options) : IClassKernel
{
    private readonly SoftmaxFocalOptions _options = options ?? SoftmaxFocalOptions.Default;

    public LossOptions Options => _options;

    public static ClassTraits Traits => ClassTraits.Labels | ClassTraits.ClassWeights;

    public fl_status Invoke(Machine machine, fl_row_args* args)
    {
        if (_options.Alpha >= 0) Require.Alpha(_options.Alpha, args->classes, args->class_weight != null);
        fl_softmax_focal_params hyper = new()
        {
            gamma = _options.Gamma,
            alpha = _options.Alpha,
            ignore_index = _options.IgnoreIndex,
            detach = (int)_options.Gradient,
        };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_softmax_focal(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_softmax_focal(machine.Context, args, &hyper);
    }
}
