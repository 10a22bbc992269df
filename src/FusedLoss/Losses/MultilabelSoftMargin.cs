using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of the binary cross-entropy of every class,
/// <c>torch.nn.functional.multilabel_soft_margin_loss</c>.</summary>
public sealed record MultilabelSoftMarginOptions : LossOptions
{
    internal static readonly MultilabelSoftMarginOptions Default = new();
}

public static partial class Loss
{
    /// <summary>Binary cross-entropy on the logits of every class, averaged over the classes of a row, with its
    /// gradient, in one pass.</summary>
    /// <param name="input">Logits x, [N, C]; a tensor also [C] and [..., C]: its classes are the last
    /// dimension.</param>
    /// <param name="target">Probabilities t, usually 0 or 1, shaped like the input.</param>
    /// <param name="classes">C, by which the length of the input is a multiple. Tensors have it in their shape.</param>
    /// <param name="gradient">Out: d(loss)/dx, shaped like the input; empty when it is not wanted. May be the very same
    /// memory as the input.</param>
    /// <param name="options">Reduction; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN with <see cref="Reduction.None"/>, without <see cref="LossOptions.ComputeLoss"/>,
    /// and for the mean over no row.</returns>
    /// <exception cref="ArgumentException">Lengths or shapes do not fit together, the gradient overlaps another buffer
    /// in part, or the classes of a row are not dense.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of classes or an option is out of its documented
    /// range.</exception>
    /// <exception cref="ObjectDisposedException">The context has been disposed.</exception>
    /// <exception cref="DllNotFoundException">The native library was not found.</exception>
    /// <remarks>
    /// <code>
    /// s = sigmoid(x), w = class weight (1 when absent)
    /// term = -(1 / C) sum_c w_c [t_c ln s_c + (1 - t_c) ln(1 - s_c)]
    /// d/dx_c = w_c (s_c - t_c) / C      d/dt_c = -w_c x_c / C
    /// </code>
    /// Infinite logits give the limit (0 or +infinity), NaN gives NaN. Mean divides by the number of rows, whatever the
    /// weights, which are <see cref="DistributionArgs{T}.ClassWeights"/>. Error: 4 ulp of the largest summand. Same as
    /// <c>torch.nn.functional.multilabel_soft_margin_loss</c>.
    /// </remarks>
    /// <example><code>
    /// float[] logits = [0, 2, 2, 0], tags = [0, 0, 1, 0], gradient = new float[4];
    /// double loss = Loss.MultilabelSoftMargin(logits, tags, classes: 4, gradient); // 0.910038
    /// </code></example>
    public static double MultilabelSoftMargin(
        ReadOnlySpan<float> input, ReadOnlySpan<float> target, int classes, Span<float> gradient = default,
        MultilabelSoftMarginOptions? options = null, LossContext? context = null) =>
        DistributionCalls.Run(
            input, target, classes, gradient, new MultilabelSoftMarginKernel(options), context);

    /// <inheritdoc
    /// cref="MultilabelSoftMargin(ReadOnlySpan{float}, ReadOnlySpan{float}, int, Span{float},
    /// MultilabelSoftMarginOptions?, LossContext?)"/>
    public static double MultilabelSoftMargin(
        ReadOnlySpan<double> input, ReadOnlySpan<double> target, int classes, Span<double> gradient = default,
        MultilabelSoftMarginOptions? options = null, LossContext? context = null) =>
        DistributionCalls.Run(
            input, target, classes, gradient, new MultilabelSoftMarginKernel(options), context);

    /// <inheritdoc
    /// cref="MultilabelSoftMargin(ReadOnlySpan{float}, ReadOnlySpan{float}, int, Span{float},
    /// MultilabelSoftMarginOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double MultilabelSoftMargin<T>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, int classes, Span<T> gradient = default,
        MultilabelSoftMarginOptions? options = null, LossContext? context = null)
        where T : unmanaged =>
        DistributionCalls.Run(
            input, target, classes, gradient, new MultilabelSoftMarginKernel(options), context);

    /// <inheritdoc
    /// cref="MultilabelSoftMargin(ReadOnlySpan{float}, ReadOnlySpan{float}, int, Span{float},
    /// MultilabelSoftMarginOptions?, LossContext?)"/>
    public static double MultilabelSoftMargin(
        InputView<float> input, InputView<float> target, OutputView<float> gradient = default,
        MultilabelSoftMarginOptions? options = null, LossContext? context = null) =>
        MultilabelSoftMargin(
            new DistributionArgs<float> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <inheritdoc
    /// cref="MultilabelSoftMargin(ReadOnlySpan{float}, ReadOnlySpan{float}, int, Span{float},
    /// MultilabelSoftMarginOptions?, LossContext?)"/>
    public static double MultilabelSoftMargin(
        InputView<double> input, InputView<double> target, OutputView<double> gradient = default,
        MultilabelSoftMarginOptions? options = null, LossContext? context = null) =>
        MultilabelSoftMargin(
            new DistributionArgs<double> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <summary>Binary cross-entropy on the logits of every class, averaged over the classes of a row, with its
    /// gradients, in one pass, with named buffers: class weights, upstream gradients, unreduced terms, the gradient to
    /// the target.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="MultilabelSoftMargin(ReadOnlySpan{float}, ReadOnlySpan{float}, int, Span{float},
    /// MultilabelSoftMarginOptions?, LossContext?)"/>
    public static double MultilabelSoftMargin<T>(
        scoped in DistributionArgs<T> args, MultilabelSoftMarginOptions? options = null, LossContext? context = null)
        where T : unmanaged => ClassCalls.Run(args._buffers, new MultilabelSoftMarginKernel(options), context);

    /// <inheritdoc cref="MultilabelSoftMargin{T}(in DistributionArgs{T}, MultilabelSoftMarginOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss MultilabelSoftMargin<T>(
        scoped in DistributionArgs<T> args, MultilabelSoftMarginOptions? options, CudaStream stream)
        where T : unmanaged => ClassCalls.Run(args._buffers, new MultilabelSoftMarginKernel(options), stream);
}

internal readonly unsafe struct MultilabelSoftMarginKernel(MultilabelSoftMarginOptions? options) : IClassKernel
{
    private readonly MultilabelSoftMarginOptions _options = options ?? MultilabelSoftMarginOptions.Default;

    public LossOptions Options => _options;

    public static ClassTraits Traits =>
        ClassTraits.Target | ClassTraits.TargetGradient | ClassTraits.ClassWeights | ClassTraits.RowsOnly
        | ClassTraits.ClassesLast;

    public static ClassNames Names => ClassNames.Scores;

    public fl_status Invoke(Machine machine, fl_row_args* args) => machine.IsGpu
        ? (fl_status)CudaMethods.fl_cuda_multilabel_soft_margin(args, machine.Call, machine.Stream)
        : NativeMethods.fl_multilabel_soft_margin(machine.Context, args);
}
