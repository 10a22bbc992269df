using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of the multi-label hinge, <c>torch.nn.functional.multilabel_margin_loss</c>.</summary>
public sealed record MultilabelMarginOptions : LossOptions
{
    internal static readonly MultilabelMarginOptions Default = new();
}

public static partial class Loss
{
    /// <summary>Multi-label hinge: every positive's score has to lead every other class's by 1, with its gradient, in
    /// one pass.</summary>
    /// <param name="input">Scores x, [N, C]; a tensor also [C]. At most 8192 classes.</param>
    /// <param name="labels">The positives of each row, listed and ended by -1, [N, C] (what follows the -1 counts for
    /// nothing), <see cref="int"/> or <see cref="long"/>.</param>
    /// <param name="classes">C.</param>
    /// <param name="gradient">Out: d(loss)/dx, shaped like the input; empty when it is not wanted. May be the very
    /// same memory as the input.</param>
    /// <param name="options">Reduction; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN with <see cref="Reduction.None"/>, without <see cref="LossOptions.ComputeLoss"/>,
    /// and for the mean over no row.</returns>
    /// <exception cref="ArgumentException">Lengths or shapes do not fit together, the gradient overlaps another buffer
    /// in part, or the classes of a row are not dense.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is neither a class nor -1, be it behind the -1 (nothing
    /// has been written then), or an option is out of its documented range.</exception>
    /// <exception cref="ObjectDisposedException">The context has been disposed.</exception>
    /// <exception cref="DllNotFoundException">The native library was not found.</exception>
    /// <remarks>
    /// <code>
    /// T = the labels of a row before its first -1, one that repeats counting as often; z_jc = 1 - (x_j - x_c)
    /// term = (1 / C) sum over j in T, c not in T of max(0, z_jc)
    /// d/dx_c = (1 / C) #{j: z_jc > 0}      d/dx_j = -(1 / C) #{c: z_jc > 0}, as often as j is in T
    /// </code>
    /// A row without positives has term and gradient 0. A tie of z_jc with 0 has no slope, as in PyTorch. NaN gives a
    /// term of NaN where it is compared with anything. Mean divides by the number of rows. Weights are not taken.
    /// Error: 4 ulp of the largest summand. Same as <c>torch.nn.functional.multilabel_margin_loss</c>.
    /// </remarks>
    /// <example><code>
    /// float[] scores = [0.1f, 0.2f, 0.4f, 0.8f], gradient = new float[4];
    /// int[] positives = [3, 0, -1, 1]; // of 4 classes; what follows the -1 does not count
    /// double loss = Loss.MultilabelMargin(scores, positives, classes: 4, gradient); // 0.85
    /// </code></example>
    public static double MultilabelMargin(
        ReadOnlySpan<float> input, Labels labels, int classes, Span<float> gradient = default,
        MultilabelMarginOptions? options = null, LossContext? context = null) =>
        MultilabelMargin<float>(input, labels, classes, gradient, options, context);

    /// <inheritdoc
    /// cref="MultilabelMargin(ReadOnlySpan{float}, Labels, int, Span{float}, MultilabelMarginOptions?, LossContext?)"/>
    public static double MultilabelMargin(
        ReadOnlySpan<double> input, Labels labels, int classes, Span<double> gradient = default,
        MultilabelMarginOptions? options = null, LossContext? context = null) =>
        MultilabelMargin<double>(input, labels, classes, gradient, options, context);

    /// <inheritdoc
    /// cref="MultilabelMargin(ReadOnlySpan{float}, Labels, int, Span{float}, MultilabelMarginOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double MultilabelMargin<T>(
        ReadOnlySpan<T> input, Labels labels, int classes, Span<T> gradient = default,
        MultilabelMarginOptions? options = null, LossContext? context = null)
        where T : unmanaged =>
        MultilabelMargin(
            new ClassArgs<T>
            {
                Logits = input, Labels = labels, Shape = ClassLayout.OfRows(input.Length, classes, nameof(input)),
                Gradient = gradient,
            },
            options, context);

    /// <inheritdoc
    /// cref="MultilabelMargin(ReadOnlySpan{float}, Labels, int, Span{float}, MultilabelMarginOptions?, LossContext?)"/>
    public static double MultilabelMargin(
        InputView<float> input, Labels labels, OutputView<float> gradient = default,
        MultilabelMarginOptions? options = null, LossContext? context = null) =>
        MultilabelMargin(
            new ClassArgs<float> { Logits = input, Labels = labels, Gradient = gradient }, options, context);

    /// <inheritdoc
    /// cref="MultilabelMargin(ReadOnlySpan{float}, Labels, int, Span{float}, MultilabelMarginOptions?, LossContext?)"/>
    public static double MultilabelMargin(
        InputView<double> input, Labels labels, OutputView<double> gradient = default,
        MultilabelMarginOptions? options = null, LossContext? context = null) =>
        MultilabelMargin(
            new ClassArgs<double> { Logits = input, Labels = labels, Gradient = gradient }, options, context);

    /// <summary>Multi-label hinge: every positive's score has to lead every other class's by 1, with its gradient, in
    /// one pass, with named buffers: upstream gradients, unreduced terms.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="MultilabelMargin(ReadOnlySpan{float}, Labels, int, Span{float}, MultilabelMarginOptions?, LossContext?)"/>
    public static double MultilabelMargin<T>(
        scoped in ClassArgs<T> args, MultilabelMarginOptions? options = null, LossContext? context = null)
        where T : unmanaged => ClassCalls.Run(args._buffers, new MultilabelMarginKernel(options), context);

    /// <inheritdoc cref="MultilabelMargin{T}(in ClassArgs{T}, MultilabelMarginOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss MultilabelMargin<T>(
        scoped in ClassArgs<T> args, MultilabelMarginOptions? options, CudaStream stream)
        where T : unmanaged => ClassCalls.Run(args._buffers, new MultilabelMarginKernel(options), stream);
}

internal readonly unsafe struct MultilabelMarginKernel(MultilabelMarginOptions? options) : IClassKernel
{
    private readonly MultilabelMarginOptions _options = options ?? MultilabelMarginOptions.Default;

    public LossOptions Options => _options;

    public static ClassTraits Traits => ClassTraits.Labels | ClassTraits.LabelLists | ClassTraits.RowsOnly;

    public static ClassNames Names => ClassNames.Scores;

    public static (long Least, long Most) LabelRange(long classes) => (-1, classes - 1);

    public fl_status Invoke(Machine machine, fl_row_args* args)
    {
        Require.AtMostClasses(args->classes, NativeMethods.FL_MULTILABEL_CLASSES, Names.Input);
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_multilabel_margin(args, machine.Call, machine.Stream)
            : NativeMethods.fl_multilabel_margin(machine.Context, args);
    }
}
