using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of the Tversky loss.</summary>
public sealed record TverskyOptions : LossOptions
{
    internal static readonly TverskyOptions Default = new();

    /// <summary>Weight of false positives: finite, at least 0. Default 0.5.</summary>
    public double Alpha { get; init; } = 0.5;

    /// <summary>Weight of false negatives: finite, at least 0. Default 0.5.</summary>
    public double Beta { get; init; } = 0.5;

    /// <inheritdoc cref="DiceOptions.Smooth"/>
    public double Smooth { get; init; } = 1;

    /// <inheritdoc cref="DiceOptions.IgnoreIndex"/>
    public long IgnoreIndex { get; init; } = -100;

    /// <inheritdoc cref="DiceOptions.Input"/>
    public RegionInput Input { get; init; } = RegionInput.Logits;

    /// <inheritdoc cref="DiceOptions.Regions"/>
    public Regions Regions { get; init; } = Regions.PerClass;

    /// <inheritdoc cref="DiceOptions.PerSample"/>
    public bool PerSample { get; init; }

    internal override void Check()
    {
        Require.NonNegative(Alpha, nameof(Alpha));
        Require.NonNegative(Beta, nameof(Beta));
        RegionCalls.Check(Smooth, Input, Regions);
    }
}

public static partial class Loss
{
    /// <summary>Tversky loss, with its gradient, in one pass.</summary>
    /// <param name="input">Unnormalised scores x or probabilities p, [N, C], N being the number of labels; as a tensor
    /// also [C] and [N, C, d1, ...]. One class is the binary case.</param>
    /// <param name="labels">The class of each row, [N] or [N, d1, ...], <see cref="int"/> or <see cref="long"/>; 0 or 1
    /// in the binary case.</param>
    /// <param name="gradient">Out: d(loss)/dx, shaped like the input; empty when it is not wanted. May be the very
    /// same memory as the input.</param>
    /// <param name="options">Reduction, weights of errors, smooth, kind of input, regions, ignored label; <see
    /// langword="null"/> is the defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN with <see cref="Reduction.None"/>, without <see cref="LossOptions.ComputeLoss"/>,
    /// and for the mean over no region.</returns>
    /// <exception cref="ArgumentException">Lengths or shapes do not fit together, the gradient overlaps another buffer
    /// in part, or what follows the class dimension is not dense.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is neither a class nor ignored (nothing has been written
    /// then), or an option is out of its documented range.</exception>
    /// <exception cref="ObjectDisposedException">The context has been disposed.</exception>
    /// <exception cref="DllNotFoundException">The native library was not found.</exception>
    /// <remarks>
    /// <code>
    /// p = softmax(x) over the classes, sigmoid(x) where there is one, or the input itself; t = [c = y], or the target
    /// TP = sum p t, FP = sum p (1 - t), FN = sum (1 - p) t over the rows of a region,  D = TP + a FP + b FN + smooth
    /// term = 1 - (TP + smooth) / D
    /// d/dp = ((TP + smooth) (t + a (1 - t) - b t) / D - t) / D, and d/dx from it by the chain rule
    /// </code>
    /// Regions are those of the whole batch, one per class, unless the options say otherwise. Mean divides by the
    /// number of regions, and <see cref="Reduction.BatchMean"/> by the size of the first dimension; losses and upstream
    /// have one value per region, [samples, classes]. A region whose denominator is 0, which needs a smooth of 0, has
    /// term NaN and gradient 0. NaN in a row is NaN in its regions. Error: 16 ulp per term, gradient 16 ulp of the
    /// region's largest. PyTorch has no such function; same as the formula composed in it (Salehi et al. 2017, arXiv
    /// 1706.05721). Both weights at 0.5 are the soft Dice loss with twice the smooth.
    /// </remarks>
    /// <example><code>
    /// float[] logits = [2, 0, 0, 1], gradient = new float[4];
    /// int[] labels = [0, 1];
    /// var options = new TverskyOptions { Alpha = 0.3, Beta = 0.7 };
    /// double loss = Loss.Tversky(logits, labels, gradient, options); // 0.0974216
    /// </code></example>
    public static double Tversky(
        ReadOnlySpan<float> input, Labels labels, Span<float> gradient = default,
        TverskyOptions? options = null, LossContext? context = null) =>
        ClassCalls.Run(input, labels, gradient, new TverskyKernel(options), context);

    /// <inheritdoc cref="Tversky(ReadOnlySpan{float}, Labels, Span{float}, TverskyOptions?, LossContext?)"/>
    public static double Tversky(
        ReadOnlySpan<double> input, Labels labels, Span<double> gradient = default,
        TverskyOptions? options = null, LossContext? context = null) =>
        ClassCalls.Run(input, labels, gradient, new TverskyKernel(options), context);

    /// <inheritdoc cref="Tversky(ReadOnlySpan{float}, Labels, Span{float}, TverskyOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double Tversky<T>(
        ReadOnlySpan<T> input, Labels labels, Span<T> gradient = default,
        TverskyOptions? options = null, LossContext? context = null)
        where T : unmanaged => ClassCalls.Run(input, labels, gradient, new TverskyKernel(options), context);

    /// <inheritdoc cref="Tversky(ReadOnlySpan{float}, Labels, Span{float}, TverskyOptions?, LossContext?)"/>
    public static double Tversky(
        InputView<float> input, Labels labels, OutputView<float> gradient = default,
        TverskyOptions? options = null, LossContext? context = null) =>
        Tversky(new ClassArgs<float> { Logits = input, Labels = labels, Gradient = gradient }, options, context);

    /// <inheritdoc cref="Tversky(ReadOnlySpan{float}, Labels, Span{float}, TverskyOptions?, LossContext?)"/>
    public static double Tversky(
        InputView<double> input, Labels labels, OutputView<double> gradient = default,
        TverskyOptions? options = null, LossContext? context = null) =>
        Tversky(new ClassArgs<double> { Logits = input, Labels = labels, Gradient = gradient }, options, context);

    /// <summary>Tversky loss, with its gradient, in one pass, with named buffers: a target for every class instead of
    /// labels, upstream gradients, unreduced terms.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers. <see cref="ClassArgs{T}.Probabilities"/> is the target t, in [0, 1].</param>
    /// <param name="options">Reduction, weights of errors, smooth, kind of input, regions, ignored label; <see
    /// langword="null"/> is the defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="Tversky(ReadOnlySpan{float}, Labels, Span{float}, TverskyOptions?, LossContext?)"/>
    [OverloadResolutionPriority(1)] // `new() { ... }` means these arguments
    public static double Tversky<T>(
        scoped in ClassArgs<T> args, TverskyOptions? options = null, LossContext? context = null)
        where T : unmanaged => ClassCalls.Run(args._buffers, new TverskyKernel(options), context);

    /// <inheritdoc cref="Tversky{T}(in ClassArgs{T}, TverskyOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Tversky<T>(
        DeviceBuffer<T> input, Labels labels, DeviceBuffer<T>? gradient = null,
        TverskyOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => Tversky(
            new ClassArgs<T> { Logits = input, Labels = labels, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="Tversky{T}(in ClassArgs{T}, TverskyOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Tversky<T>(
        scoped in ClassArgs<T> args, TverskyOptions? options, CudaStream stream)
        where T : unmanaged => ClassCalls.Run(args._buffers, new TverskyKernel(options), stream);
}

internal readonly unsafe struct TverskyKernel(TverskyOptions? options) : IClassKernel
{
    private readonly TverskyOptions _options = options ?? TverskyOptions.Default;

    public static ClassTraits Traits => ClassTraits.Labels | ClassTraits.Target;

    public static ClassNames Names => RegionCalls.Names;

    public LossOptions Options => _options;

    public static long Terms(LossOptions options, ClassShape shape) =>
        (TverskyOptions)options is var tversky ? RegionCalls.Count(tversky.Regions, tversky.PerSample, shape) : 0;

    public static (long Least, long Most) LabelRange(long classes) => RegionCalls.LabelRange(classes);

    public static long Workspace(LossOptions options, fl_row_args* args)
    {
        var hyper = Hyper((TverskyOptions)options);
        return NativeMethods.fl_tversky_workspace(args, &hyper);
    }

    public static long CudaWorkspace(LossOptions options, fl_row_args* args)
    {
        var hyper = Hyper((TverskyOptions)options);
        return CudaMethods.fl_cuda_tversky_workspace(args, &hyper);
    }

    public fl_status Invoke(Machine machine, fl_row_args* args)
    {
        var hyper = Hyper(_options);
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_tversky(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_tversky(machine.Context, args, &hyper);
    }

    private static fl_tversky_params Hyper(TverskyOptions options) => new()
    {
        alpha = options.Alpha,
        beta = options.Beta,
        smooth = options.Smooth,
        ignore_index = options.IgnoreIndex,
        probabilities = (int)options.Input,
        all_classes = (int)options.Regions,
        per_sample = options.PerSample ? 1 : 0,
    };
}
