using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of softmax cross-entropy, <c>torch.nn.functional.cross_entropy</c>.</summary>
public sealed record CrossEntropyOptions : LossOptions
{
    internal static readonly CrossEntropyOptions Default = new();

    /// <summary>Share of the target that is spread evenly over all classes, in [0, 1]. Default 0.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Rows with this label count for nothing, even if it is a class. Only with labels. Default
    /// -100.</summary>
    public long IgnoreIndex { get; init; } = -100;

    /// <summary>Adds this many times lse^2, the squared log-sum-exp of its logits, to the term of each row, which keeps
    /// logits near 0: finite, at least 0. Class weights do not touch it, sample weights do. 0 (default) adds nothing;
    /// 1e-4 is usual (PaLM).</summary>
    public double ZLoss { get; init; }

    /// <summary>Logits x count as k tanh(x / k), so that none is larger than k: finite, above 0. Gradients go through
    /// the cap. 0 (default) leaves them as they are; 30 is usual (Gemma 2).</summary>
    public double SoftCap { get; init; }

    internal override void Check()
    {
        Require.Fraction(LabelSmoothing, nameof(LabelSmoothing));
        Require.NonNegative(ZLoss, nameof(ZLoss));
        Require.NonNegative(SoftCap, nameof(SoftCap));
    }
}

public static partial class Loss
{
    /// <summary>Softmax cross-entropy with its gradient, in one pass.</summary>
    /// <param name="logits">Unnormalised scores x, [N, C], N being the number of labels; as a tensor also [C] and [N,
    /// C, d1, ...].</param>
    /// <param name="labels">The class of each row, [N] or [N, d1, ...], <see cref="int"/> or
    /// <see cref="long"/>.</param>
    /// <param name="gradient">Out: d(loss)/dx, shaped like the logits; empty when it is not wanted. May be the very
    /// same memory as the logits.</param>
    /// <param name="options">Reduction, smoothing, ignored label, z-loss, soft cap; <see langword="null"/> is the
    /// defaults.</param>
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
    /// lp = log_softmax(x) over the C classes, p = exp(lp), w = class weight (1 when absent), e = label smoothing
    /// labels y:         term   = -(1 - e) w_y lp_y - (e / C) sum_c w_c lp_c
    ///                   d/dx_c = (1 - e) w_y (p_c - [c = y]) + (e / C)(p_c sum_k w_k - w_c)
    /// probabilities t:  u = (1 - e) t + e / C,  term = -sum_c w_c u_c lp_c
    ///                   d/dx_c = p_c sum_k w_k u_k - w_c u_c        d/dt_c = -(1 - e) w_c lp_c
    /// z-loss z:         term += z lse^2,  d/dx_c += 2 z lse p_c,  lse = ln sum_c exp(x_c)
    /// soft cap k:       x is k tanh(x / k), and gradients are multiplied by 1 - tanh(x / k)^2
    /// sample weight s:  terms and gradients are multiplied by s
    /// </code>
    /// Mean divides by the sum of s w_y over the rows that are not ignored; with probabilities by the sum of s, which
    /// is the number of rows without sample weights. A logit of -infinity has probability 0; +infinity or NaN gives NaN
    /// in its row; an ignored row has term and gradient 0 whatever it holds. Error: term 4 ulp (labels), 8 ulp of the
    /// largest summand with probabilities, z-loss or soft cap; gradient 8 ulp of the row's weight. Same as
    /// <c>torch.nn.functional.cross_entropy</c>, which has no z-loss, soft cap or sample weights.
    /// </remarks>
    /// <example><code>
    /// float[] logits = [3, 1, 1, 2], gradient = new float[4];
    /// int[] labels = [0, 1];
    /// double loss = Loss.CrossEntropy(logits, labels, gradient, new CrossEntropyOptions { LabelSmoothing = 0.15 });
    /// // 0.3326
    /// </code></example>
    public static double CrossEntropy(
        ReadOnlySpan<float> logits, Labels labels, Span<float> gradient = default,
        CrossEntropyOptions? options = null, LossContext? context = null) =>
        ClassCalls.Run(logits, labels, gradient, new CrossEntropyKernel(options), context);

    /// <inheritdoc cref="CrossEntropy(ReadOnlySpan{float}, Labels, Span{float}, CrossEntropyOptions?, LossContext?)"/>
    public static double CrossEntropy(
        ReadOnlySpan<double> logits, Labels labels, Span<double> gradient = default,
        CrossEntropyOptions? options = null, LossContext? context = null) =>
        ClassCalls.Run(logits, labels, gradient, new CrossEntropyKernel(options), context);

    /// <inheritdoc cref="CrossEntropy(ReadOnlySpan{float}, Labels, Span{float}, CrossEntropyOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double CrossEntropy<T>(
        ReadOnlySpan<T> logits, Labels labels, Span<T> gradient = default,
        CrossEntropyOptions? options = null, LossContext? context = null)
        where T : unmanaged => ClassCalls.Run(logits, labels, gradient, new CrossEntropyKernel(options), context);

    /// <inheritdoc cref="CrossEntropy(ReadOnlySpan{float}, Labels, Span{float}, CrossEntropyOptions?, LossContext?)"/>
    public static double CrossEntropy(
        InputView<float> logits, Labels labels, OutputView<float> gradient = default,
        CrossEntropyOptions? options = null, LossContext? context = null) =>
        CrossEntropy(new ClassArgs<float> { Logits = logits, Labels = labels, Gradient = gradient }, options, context);

    /// <inheritdoc cref="CrossEntropy(ReadOnlySpan{float}, Labels, Span{float}, CrossEntropyOptions?, LossContext?)"/>
    public static double CrossEntropy(
        InputView<double> logits, Labels labels, OutputView<double> gradient = default,
        CrossEntropyOptions? options = null, LossContext? context = null) =>
        CrossEntropy(new ClassArgs<double> { Logits = logits, Labels = labels, Gradient = gradient }, options, context);

    /// <summary>Softmax cross-entropy with its gradient, in one pass, with named buffers: probabilities instead of
    /// labels, class and sample weights, upstream gradients, unreduced terms, the gradient to the probabilities,
    /// log-sum-exps, predictions.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction, smoothing, ignored label, z-loss, soft cap; <see langword="null"/> is the
    /// defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="CrossEntropy(ReadOnlySpan{float}, Labels, Span{float}, CrossEntropyOptions?, LossContext?)"/>
    [OverloadResolutionPriority(1)] // `new() { ... }` means these arguments
    public static double CrossEntropy<T>(
        scoped in ClassArgs<T> args, CrossEntropyOptions? options = null, LossContext? context = null)
        where T : unmanaged => ClassCalls.Run(args._buffers, new CrossEntropyKernel(options), context);

    /// <summary>Softmax cross-entropy with its gradient, and how many rows are predicted right, in one pass.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="correct">Out: the number of rows whose largest logit is that of their label, ignored rows left out;
    /// -1 without labels. A row that holds NaN is never right.</param>
    /// <param name="options">Reduction, smoothing, ignored label, z-loss, soft cap; <see langword="null"/> is the
    /// defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="CrossEntropy(ReadOnlySpan{float}, Labels, Span{float}, CrossEntropyOptions?, LossContext?)"/>
    /// <example><code>
    /// float[] logits = [3, 1, 1, 2, 5, 4];
    /// ClassArgs&lt;float&gt; batch = new() { Logits = logits, Labels = new[] { 0, 1, 1 } };
    /// double loss = Loss.CrossEntropy(batch, out long correct); // correct: 2 of 3
    /// </code></example>
    public static double CrossEntropy<T>(
        scoped in ClassArgs<T> args, out long correct, CrossEntropyOptions? options = null,
        LossContext? context = null)
        where T : unmanaged => ClassCalls.Run(
            args._buffers, new CrossEntropyKernel(options), context, fl_flags.FL_FLAG_CORRECT, out correct);

    /// <inheritdoc cref="CrossEntropy{T}(in ClassArgs{T}, CrossEntropyOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss CrossEntropy<T>(
        DeviceBuffer<T> logits, Labels labels, DeviceBuffer<T>? gradient = null,
        CrossEntropyOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => CrossEntropy(
            new ClassArgs<T> { Logits = logits, Labels = labels, Gradient = gradient }, options,
            stream ?? logits.Context.Stream);

    /// <inheritdoc cref="CrossEntropy{T}(in ClassArgs{T}, CrossEntropyOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss CrossEntropy<T>(
        scoped in ClassArgs<T> args, CrossEntropyOptions? options, CudaStream stream)
        where T : unmanaged => ClassCalls.Run(
            args._buffers, new CrossEntropyKernel(options), stream,
            args._buffers.Predictions.IsEmpty ? default : fl_flags.FL_FLAG_CORRECT);
}

internal readonly unsafe struct CrossEntropyKernel(CrossEntropyOptions? options) : IClassKernel
{
    private readonly CrossEntropyOptions _options = options ?? CrossEntropyOptions.Default;

    public LossOptions Options => _options;

    public static ClassTraits Traits =>
        ClassTraits.Labels | ClassTraits.Target | ClassTraits.TargetGradient | ClassTraits.ClassWeights
        | ClassTraits.SampleWeights | ClassTraits.Statistics;

    public fl_status Invoke(Machine machine, fl_row_args* args)
    {
        fl_cross_entropy_params hyper = new()
        {
            label_smoothing = _options.LabelSmoothing,
            ignore_index = _options.IgnoreIndex,
            z_loss = _options.ZLoss,
            soft_cap = _options.SoftCap,
        };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_cross_entropy(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_cross_entropy(machine.Context, args, &hyper);
    }
}
