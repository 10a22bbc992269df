using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of the soft Dice loss.</summary>
public sealed record DiceOptions : LossOptions
{
    internal static readonly DiceOptions Default = new();

    /// <summary>Added to numerator and denominator: finite, at least 0. Default 1.</summary>
    public double Smooth { get; init; } = 1;

    /// <summary>Rows with this label count for nothing, even if it is a class. Only with labels. Default
    /// -100.</summary>
    public long IgnoreIndex { get; init; } = -100;

    /// <summary>What the input holds. Default <see cref="RegionInput.Logits"/>.</summary>
    public RegionInput Input { get; init; } = RegionInput.Logits;

    /// <summary>What counts as one region. Default <see cref="FusedLoss.Regions.PerClass"/>.</summary>
    public Regions Regions { get; init; } = Regions.PerClass;

    /// <summary>Whether every sample has regions of its own, and not the whole batch together. Default
    /// <see langword="false"/>.</summary>
    public bool PerSample { get; init; }

    internal override void Check() => RegionCalls.Check(Smooth, Input, Regions);
}

public static partial class Loss
{
    /// <summary>Soft Dice loss, with its gradient, in one pass.</summary>
    /// <param name="input">Unnormalised scores x or probabilities p, [N, C], N being the number of labels; as a tensor
    /// also [C] and [N, C, d1, ...]. One class is the binary case.</param>
    /// <param name="labels">The class of each row, [N] or [N, d1, ...], <see cref="int"/> or <see cref="long"/>; 0 or 1
    /// in the binary case.</param>
    /// <param name="gradient">Out: d(loss)/dx, shaped like the input; empty when it is not wanted. May be the very
    /// same memory as the input.</param>
    /// <param name="options">Reduction, smooth, kind of input, regions, ignored label; <see langword="null"/> is the
    /// defaults.</param>
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
    /// term = 1 - (2 sum p t + smooth) / (sum p + sum t + smooth), the sums over the rows of a region
    /// d/dp = ((2 sum p t + smooth) / D - 2 t) / D, D being the denominator, and d/dx from it by the chain rule
    /// </code>
    /// Regions are those of the whole batch, one per class, unless the options say otherwise. Mean divides by the
    /// number of regions, and <see cref="Reduction.BatchMean"/> by the size of the first dimension; losses and upstream
    /// have one value per region, [samples, classes]. A region whose denominator is 0, which needs a smooth of 0, has
    /// term NaN and gradient 0. NaN in a row is NaN in its regions. Error: 16 ulp per term, gradient 16 ulp of the
    /// region's largest. PyTorch has no such function; same as the formula composed in it (Milletari et al. 2016, arXiv
    /// 1606.04797, without squares).
    /// </remarks>
    /// <example><code>
    /// float[] logits = [2, 0, 0, 1], gradient = new float[4];
    /// int[] labels = [0, 1];
    /// double loss = Loss.Dice(logits, labels, gradient); // 0.129705
    /// </code></example>
    public static double Dice(
        ReadOnlySpan<float> input, Labels labels, Span<float> gradient = default,
        DiceOptions? options = null, LossContext? context = null) =>
        ClassCalls.Run(input, labels, gradient, new DiceKernel(options), context);

    /// <inheritdoc cref="Dice(ReadOnlySpan{float}, Labels, Span{float}, DiceOptions?, LossContext?)"/>
    public static double Dice(
        ReadOnlySpan<double> input, Labels labels, Span<double> gradient = default,
        DiceOptions? options = null, LossContext? context = null) =>
        ClassCalls.Run(input, labels, gradient, new DiceKernel(options), context);

    /// <inheritdoc cref="Dice(ReadOnlySpan{float}, Labels, Span{float}, DiceOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double Dice<T>(
        ReadOnlySpan<T> input, Labels labels, Span<T> gradient = default,
        DiceOptions? options = null, LossContext? context = null)
        where T : unmanaged => ClassCalls.Run(input, labels, gradient, new DiceKernel(options), context);

    /// <inheritdoc cref="Dice(ReadOnlySpan{float}, Labels, Span{float}, DiceOptions?, LossContext?)"/>
    public static double Dice(
        InputView<float> input, Labels labels, OutputView<float> gradient = default,
        DiceOptions? options = null, LossContext? context = null) =>
        Dice(new ClassArgs<float> { Logits = input, Labels = labels, Gradient = gradient }, options, context);

    /// <inheritdoc cref="Dice(ReadOnlySpan{float}, Labels, Span{float}, DiceOptions?, LossContext?)"/>
    public static double Dice(
        InputView<double> input, Labels labels, OutputView<double> gradient = default,
        DiceOptions? options = null, LossContext? context = null) =>
        Dice(new ClassArgs<double> { Logits = input, Labels = labels, Gradient = gradient }, options, context);

    /// <summary>Soft Dice loss, with its gradient, in one pass, with named buffers: a target for every class instead of
    /// labels, upstream gradients, unreduced terms.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers. <see cref="ClassArgs{T}.Probabilities"/> is the target t, in [0, 1].</param>
    /// <param name="options">Reduction, smooth, kind of input, regions, ignored label; <see langword="null"/> is the
    /// defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="Dice(ReadOnlySpan{float}, Labels, Span{float}, DiceOptions?, LossContext?)"/>
    [OverloadResolutionPriority(1)] // `new() { ... }` means these arguments
    public static double Dice<T>(
        scoped in ClassArgs<T> args, DiceOptions? options = null, LossContext? context = null)
        where T : unmanaged => ClassCalls.Run(args._buffers, new DiceKernel(options), context);

    /// <inheritdoc cref="Dice{T}(in ClassArgs{T}, DiceOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Dice<T>(
        DeviceBuffer<T> input, Labels labels, DeviceBuffer<T>? gradient = null,
        DiceOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => Dice(
            new ClassArgs<T> { Logits = input, Labels = labels, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="Dice{T}(in ClassArgs{T}, DiceOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Dice<T>(
        scoped in ClassArgs<T> args, DiceOptions? options, CudaStream stream)
        where T : unmanaged => ClassCalls.Run(args._buffers, new DiceKernel(options), stream);
}

internal readonly unsafe struct DiceKernel(DiceOptions? options) : IClassKernel
{
    private readonly DiceOptions _options = options ?? DiceOptions.Default;

    public static ClassTraits Traits => ClassTraits.Labels | ClassTraits.Target;

    public static ClassNames Names => RegionCalls.Names;

    public LossOptions Options => _options;

    public static long Terms(LossOptions options, ClassShape shape) =>
        (DiceOptions)options is var dice ? RegionCalls.Count(dice.Regions, dice.PerSample, shape) : 0;

    public static (long Least, long Most) LabelRange(long classes) => RegionCalls.LabelRange(classes);

    public static long Workspace(LossOptions options, fl_row_args* args)
    {
        var hyper = Hyper((DiceOptions)options);
        return NativeMethods.fl_dice_workspace(args, &hyper);
    }

    public static long CudaWorkspace(LossOptions options, fl_row_args* args)
    {
        var hyper = Hyper((DiceOptions)options);
        return CudaMethods.fl_cuda_dice_workspace(args, &hyper);
    }

    public fl_status Invoke(Machine machine, fl_row_args* args)
    {
        var hyper = Hyper(_options);
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_dice(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_dice(machine.Context, args, &hyper);
    }

    private static fl_dice_params Hyper(DiceOptions options) => new()
    {
        smooth = options.Smooth,
        ignore_index = options.IgnoreIndex,
        probabilities = (int)options.Input,
        all_classes = (int)options.Regions,
        per_sample = options.PerSample ? 1 : 0,
    };
}
