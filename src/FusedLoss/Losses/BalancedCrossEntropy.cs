using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of class-balanced cross-entropy.</summary>
public sealed record BalancedCrossEntropyOptions : LossOptions
{
    internal static readonly BalancedCrossEntropyOptions Default = new();

    /// <summary>How much frequencies count, in [0, 1]. Default 1: a class weighs as its inverse frequency; 0: all
    /// classes weigh the same.</summary>
    public double Beta { get; init; } = 1;

    /// <summary>Share of the target that is spread evenly over all classes, in [0, 1]. Default 0.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Rows with this label count for nothing, even if it is a class. Default -100.</summary>
    public long IgnoreIndex { get; init; } = -100;

    internal override void Check()
    {
        Require.Fraction(Beta, nameof(Beta));
        Require.Fraction(LabelSmoothing, nameof(LabelSmoothing));
    }
}

public static partial class Loss
{
    /// <summary>Softmax cross-entropy whose class weights come from the labels' own frequencies, with its gradient, in
    /// one pass.</summary>
    /// <param name="logits">Unnormalised scores x, [N, C], N being the number of labels; as a tensor also [C] and [N,
    /// C, d1, ...].</param>
    /// <param name="labels">The class of each row, [N] or [N, d1, ...], <see cref="int"/> or
    /// <see cref="long"/>.</param>
    /// <param name="gradient">Out: d(loss)/dx, shaped like the logits; empty when it is not wanted. May be the very
    /// same memory as the logits.</param>
    /// <param name="options">Reduction, beta, smoothing, ignored label; <see langword="null"/> is the defaults.</param>
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
    /// n_c = labels of class c, n their sum        v_c = (1 - b) / (1 - b^n_c), 1 / n_c for b = 1, 0 for n_c = 0
    /// w_c = v_c n / sum_k n_k v_k, so that the weights of the rows add up to n
    /// lp = log_softmax(x), p = exp(lp), e = label smoothing
    /// term   = -(1 - e) w_y lp_y - (e / C) sum_c w_c lp_c
    /// d/dx_c = (1 - e) w_y (p_c - [c = y]) + (e / C)(p_c sum_k w_k - w_c)
    /// </code>
    /// Mean divides by n, the number of rows that are not ignored. Special values as in <c>CrossEntropy</c>. Error:
    /// term 5 ulp, gradient 8 ulp of the row's weight. PyTorch has no such function; same as its <c>cross_entropy</c>
    /// with these weights (Cui et al. 2019, arXiv 1901.05555, for b below 1).
    /// </remarks>
    /// <example><code>
    /// float[] logits = [3, 1, 1, 2, 0, 2], gradient = new float[6];
    /// int[] labels = [0, 1, 1];
    /// double loss = Loss.BalancedCrossEntropy(logits, labels, gradient); // 0.173511
    /// </code></example>
    public static double BalancedCrossEntropy(
        ReadOnlySpan<float> logits, Labels labels, Span<float> gradient = default,
        BalancedCrossEntropyOptions? options = null, LossContext? context = null) =>
        ClassCalls.Run(logits, labels, gradient, new BalancedCrossEntropyKernel(options), context);

    /// <inheritdoc cref="BalancedCrossEntropy(ReadOnlySpan{float}, Labels, Span{float}, BalancedCrossEntropyOptions?,
    /// LossContext?)"/>
    public static double BalancedCrossEntropy(
        ReadOnlySpan<double> logits, Labels labels, Span<double> gradient = default,
        BalancedCrossEntropyOptions? options = null, LossContext? context = null) =>
        ClassCalls.Run(logits, labels, gradient, new BalancedCrossEntropyKernel(options), context);

    /// <inheritdoc cref="BalancedCrossEntropy(ReadOnlySpan{float}, Labels, Span{float}, BalancedCrossEntropyOptions?,
    /// LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double BalancedCrossEntropy<T>(
        ReadOnlySpan<T> logits, Labels labels, Span<T> gradient = default,
        BalancedCrossEntropyOptions? options = null, LossContext? context = null)
        where T : unmanaged =>
        ClassCalls.Run(logits, labels, gradient, new BalancedCrossEntropyKernel(options), context);

    /// <inheritdoc cref="BalancedCrossEntropy(ReadOnlySpan{float}, Labels, Span{float}, BalancedCrossEntropyOptions?,
    /// LossContext?)"/>
    public static double BalancedCrossEntropy(
        InputView<float> logits, Labels labels, OutputView<float> gradient = default,
        BalancedCrossEntropyOptions? options = null, LossContext? context = null) =>
        BalancedCrossEntropy(
            new ClassArgs<float> { Logits = logits, Labels = labels, Gradient = gradient }, options, context);

    /// <inheritdoc cref="BalancedCrossEntropy(ReadOnlySpan{float}, Labels, Span{float}, BalancedCrossEntropyOptions?,
    /// LossContext?)"/>
    public static double BalancedCrossEntropy(
        InputView<double> logits, Labels labels, OutputView<double> gradient = default,
        BalancedCrossEntropyOptions? options = null, LossContext? context = null) =>
        BalancedCrossEntropy(
            new ClassArgs<double> { Logits = logits, Labels = labels, Gradient = gradient }, options, context);

    /// <summary>Softmax cross-entropy whose class weights come from the labels' own frequencies, with its gradient, in
    /// one pass, with named buffers: upstream gradients, unreduced terms.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction, beta, smoothing, ignored label; <see langword="null"/> is the defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks" cref="BalancedCrossEntropy(ReadOnlySpan{float}, Labels, Span{float},
    /// BalancedCrossEntropyOptions?, LossContext?)"/>
    [OverloadResolutionPriority(1)] // `new() { ... }` means these arguments
    public static double BalancedCrossEntropy<T>(
        scoped in ClassArgs<T> args, BalancedCrossEntropyOptions? options = null, LossContext? context = null)
        where T : unmanaged => ClassCalls.Run(args._buffers, new BalancedCrossEntropyKernel(options), context);

    /// <inheritdoc cref="BalancedCrossEntropy{T}(in ClassArgs{T}, BalancedCrossEntropyOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss BalancedCrossEntropy<T>(
        DeviceBuffer<T> logits, Labels labels, DeviceBuffer<T>? gradient = null,
        BalancedCrossEntropyOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => BalancedCrossEntropy(
            new ClassArgs<T> { Logits = logits, Labels = labels, Gradient = gradient }, options,
            stream ?? logits.Context.Stream);

    /// <inheritdoc cref="BalancedCrossEntropy{T}(in ClassArgs{T}, BalancedCrossEntropyOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss BalancedCrossEntropy<T>(
        scoped in ClassArgs<T> args, BalancedCrossEntropyOptions? options, CudaStream stream)
        where T : unmanaged => ClassCalls.Run(args._buffers, new BalancedCrossEntropyKernel(options), stream);
}

internal readonly unsafe struct BalancedCrossEntropyKernel(BalancedCrossEntropyOptions? options) : IClassKernel
{
    private readonly BalancedCrossEntropyOptions _options = options ?? BalancedCrossEntropyOptions.Default;

    public static ClassTraits Traits => ClassTraits.Labels;

    public LossOptions Options => _options;

    public static long Workspace(LossOptions options, fl_row_args* args) =>
        NativeMethods.fl_balanced_cross_entropy_workspace(args);

    public static long CudaWorkspace(LossOptions options, fl_row_args* args) =>
        CudaMethods.fl_cuda_balanced_cross_entropy_workspace(args);

    public fl_status Invoke(Machine machine, fl_row_args* args)
    {
        fl_balanced_cross_entropy_params hyper = new()
        {
            beta = _options.Beta, label_smoothing = _options.LabelSmoothing, ignore_index = _options.IgnoreIndex,
        };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_balanced_cross_entropy(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_balanced_cross_entropy(machine.Context, args, &hyper);
    }
}
