using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of the multi-class hinge, <c>torch.nn.functional.multi_margin_loss</c>.</summary>
public sealed record MultiMarginOptions : LossOptions
{
    internal static readonly MultiMarginOptions Default = new();

    /// <summary>The power that each class's hinge is raised to: 1 (default) or 2.</summary>
    public int P { get; init; } = 1;

    /// <summary>By how much the label's score has to lead, in the unit of the scores: finite, negative ones too.
    /// Default 1.</summary>
    public double Margin { get; init; } = 1;

    internal override void Check()
    {
        if (P is not (1 or 2)) Require.ThrowOption(nameof(P), P, "1 or 2");
        Require.Finite(Margin, nameof(Margin));
    }
}

public static partial class Loss
{
    /// <summary>Multi-class hinge: the label's score has to lead every other by a margin, with its gradient, in one
    /// pass.</summary>
    /// <param name="input">Scores x, [N, C], N being the number of labels; as a tensor also [C] and [N, C, d1,
    /// ...].</param>
    /// <param name="labels">The class of each row, [N] or [N, d1, ...], <see cref="int"/> or <see cref="long"/>; none
    /// is ignored.</param>
    /// <param name="gradient">Out: d(loss)/dx, shaped like the input; empty when it is not wanted. May be the very
    /// same memory as the input.</param>
    /// <param name="options">Reduction, power, margin; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN with <see cref="Reduction.None"/>, without <see cref="LossOptions.ComputeLoss"/>,
    /// and for the mean over no row.</returns>
    /// <exception cref="ArgumentException">Lengths or shapes do not fit together, the gradient overlaps another buffer
    /// in part, or what follows the class dimension is not dense.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class (nothing has been written then), or an option
    /// is out of its documented range.</exception>
    /// <exception cref="ObjectDisposedException">The context has been disposed.</exception>
    /// <exception cref="DllNotFoundException">The native library was not found.</exception>
    /// <remarks>
    /// <code>
    /// z_c = margin - x_y + x_c, w = class weight (1 when absent)
    /// term = (w_y / C) sum over c != y of max(0, z_c)^p
    /// d/dx_c = (w_y / C) p z_c^(p - 1) for c != y where z_c > 0, else 0        d/dx_y = -(their sum)
    /// </code>
    /// A tie of z_c with 0 has no slope, as in PyTorch. NaN gives a term of NaN. Mean divides by the number of rows,
    /// whatever the weights, which are <see cref="ClassArgs{T}.ClassWeights"/>. Error: 4 ulp of the largest summand.
    /// Same as <c>torch.nn.functional.multi_margin_loss</c>.
    /// </remarks>
    /// <example><code>
    /// float[] scores = [0.3f, 0.7f, 0.5f, 0.5f], gradient = new float[4];
    /// int[] labels = [0, 1];
    /// double loss = Loss.MultiMargin(scores, labels, gradient); // 0.6, gradient [-0.25, 0.25, 0.25, -0.25]
    /// </code></example>
    public static double MultiMargin(
        ReadOnlySpan<float> input, Labels labels, Span<float> gradient = default,
        MultiMarginOptions? options = null, LossContext? context = null) =>
        ClassCalls.Run(input, labels, gradient, new MultiMarginKernel(options), context);

    /// <inheritdoc cref="MultiMargin(ReadOnlySpan{float}, Labels, Span{float}, MultiMarginOptions?, LossContext?)"/>
    public static double MultiMargin(
        ReadOnlySpan<double> input, Labels labels, Span<double> gradient = default,
        MultiMarginOptions? options = null, LossContext? context = null) =>
        ClassCalls.Run(input, labels, gradient, new MultiMarginKernel(options), context);

    /// <inheritdoc cref="MultiMargin(ReadOnlySpan{float}, Labels, Span{float}, MultiMarginOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double MultiMargin<T>(
        ReadOnlySpan<T> input, Labels labels, Span<T> gradient = default,
        MultiMarginOptions? options = null, LossContext? context = null)
        where T : unmanaged =>
        ClassCalls.Run(input, labels, gradient, new MultiMarginKernel(options), context);

    /// <inheritdoc cref="MultiMargin(ReadOnlySpan{float}, Labels, Span{float}, MultiMarginOptions?, LossContext?)"/>
    public static double MultiMargin(
        InputView<float> input, Labels labels, OutputView<float> gradient = default,
        MultiMarginOptions? options = null, LossContext? context = null) =>
        MultiMargin(new ClassArgs<float> { Logits = input, Labels = labels, Gradient = gradient }, options, context);

    /// <inheritdoc cref="MultiMargin(ReadOnlySpan{float}, Labels, Span{float}, MultiMarginOptions?, LossContext?)"/>
    public static double MultiMargin(
        InputView<double> input, Labels labels, OutputView<double> gradient = default,
        MultiMarginOptions? options = null, LossContext? context = null) =>
        MultiMargin(new ClassArgs<double> { Logits = input, Labels = labels, Gradient = gradient }, options, context);

    /// <summary>Multi-class hinge: the label's score has to lead every other by a margin, with its gradient, in one
    /// pass, with named buffers: class weights, upstream gradients, unreduced terms.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction, power, margin; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="MultiMargin(ReadOnlySpan{float}, Labels, Span{float}, MultiMarginOptions?, LossContext?)"/>
    [OverloadResolutionPriority(1)] // `new() { ... }` means these arguments
    public static double MultiMargin<T>(
        scoped in ClassArgs<T> args, MultiMarginOptions? options = null, LossContext? context = null)
        where T : unmanaged => ClassCalls.Run(args._buffers, new MultiMarginKernel(options), context);

    /// <inheritdoc cref="MultiMargin{T}(in ClassArgs{T}, MultiMarginOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss MultiMargin<T>(
        DeviceBuffer<T> input, Labels labels, DeviceBuffer<T>? gradient = null,
        MultiMarginOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => MultiMargin(
            new ClassArgs<T> { Logits = input, Labels = labels, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="MultiMargin{T}(in ClassArgs{T}, MultiMarginOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss MultiMargin<T>(
        scoped in ClassArgs<T> args, MultiMarginOptions? options, CudaStream stream)
        where T : unmanaged => ClassCalls.Run(args._buffers, new MultiMarginKernel(options), stream);
}

internal readonly unsafe struct MultiMarginKernel(MultiMarginOptions? options) : IClassKernel
{
    private readonly MultiMarginOptions _options = options ?? MultiMarginOptions.Default;

    public LossOptions Options => _options;

    public static ClassTraits Traits => ClassTraits.Labels | ClassTraits.ClassWeights;

    public static ClassNames Names => ClassNames.Scores;

    public fl_status Invoke(Machine machine, fl_row_args* args)
    {
        fl_multi_margin_params hyper = new() { margin = _options.Margin, p = _options.P };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_multi_margin(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_multi_margin(machine.Context, args, &hyper);
    }
}
