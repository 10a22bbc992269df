using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of the negative log-likelihood of labels, <c>torch.nn.functional.nll_loss</c>.</summary>
public sealed record NllOptions : LossOptions
{
    internal static readonly NllOptions Default = new();

    /// <summary>Rows with this label count for nothing, even if it is a class. Default -100.</summary>
    public long IgnoreIndex { get; init; } = -100;
}

public static partial class Loss
{
    /// <summary>Negative log-likelihood of labels under given log-probabilities, with its gradient, in one
    /// pass.</summary>
    /// <param name="input">Log-probabilities x, [N, C], N being the number of labels; as a tensor also [C] and [N, C,
    /// d1, ...]. Any numbers will do.</param>
    /// <param name="labels">The class of each row, [N] or [N, d1, ...], <see cref="int"/> or
    /// <see cref="long"/>.</param>
    /// <param name="gradient">Out: d(loss)/dx, shaped like the input; empty when it is not wanted. May be the very
    /// same memory as the input.</param>
    /// <param name="options">Reduction, ignored label; <see langword="null"/> is PyTorch's defaults.</param>
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
    /// w = class weight (1 when absent)
    /// term = -w_y x_y        d/dx_c = -w_y where c = y, else 0
    /// </code>
    /// Mean divides by the sum of w_y over the rows that are not ignored. Class weights are
    /// <see cref="ClassArgs{T}.ClassWeights"/>. An ignored row has term and gradient 0 whatever it holds. Error: 1
    /// ulp. Same as <c>torch.nn.functional.nll_loss</c>; on logits <c>CrossEntropy</c> does all of it in one pass.
    /// </remarks>
    /// <example><code>
    /// float[] logs = [-0.5f, -1, -2, -0.25f], gradient = new float[4];
    /// int[] labels = [0, 1];
    /// double loss = Loss.Nll(logs, labels, gradient); // 0.375, gradient [-0.5, 0, 0, -0.5]
    /// </code></example>
    public static double Nll(
        ReadOnlySpan<float> input, Labels labels, Span<float> gradient = default,
        NllOptions? options = null, LossContext? context = null) =>
        ClassCalls.Run(input, labels, gradient, new NllKernel(options), context);

    /// <inheritdoc cref="Nll(ReadOnlySpan{float}, Labels, Span{float}, NllOptions?, LossContext?)"/>
    public static double Nll(
        ReadOnlySpan<double> input, Labels labels, Span<double> gradient = default,
        NllOptions? options = null, LossContext? context = null) =>
        ClassCalls.Run(input, labels, gradient, new NllKernel(options), context);

    /// <inheritdoc cref="Nll(ReadOnlySpan{float}, Labels, Span{float}, NllOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double Nll<T>(
        ReadOnlySpan<T> input, Labels labels, Span<T> gradient = default,
        NllOptions? options = null, LossContext? context = null)
        where T : unmanaged =>
        ClassCalls.Run(input, labels, gradient, new NllKernel(options), context);

    /// <inheritdoc cref="Nll(ReadOnlySpan{float}, Labels, Span{float}, NllOptions?, LossContext?)"/>
    public static double Nll(
        InputView<float> input, Labels labels, OutputView<float> gradient = default,
        NllOptions? options = null, LossContext? context = null) =>
        Nll(new ClassArgs<float> { Logits = input, Labels = labels, Gradient = gradient }, options, context);

    /// <inheritdoc cref="Nll(ReadOnlySpan{float}, Labels, Span{float}, NllOptions?, LossContext?)"/>
    public static double Nll(
        InputView<double> input, Labels labels, OutputView<double> gradient = default,
        NllOptions? options = null, LossContext? context = null) =>
        Nll(new ClassArgs<double> { Logits = input, Labels = labels, Gradient = gradient }, options, context);

    /// <summary>Negative log-likelihood of labels under given log-probabilities, with its gradient, in one pass, with
    /// named buffers: class weights, upstream gradients, unreduced terms.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction, ignored label; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="Nll(ReadOnlySpan{float}, Labels, Span{float}, NllOptions?, LossContext?)"/>
    [OverloadResolutionPriority(1)] // `new() { ... }` means these arguments
    public static double Nll<T>(
        scoped in ClassArgs<T> args, NllOptions? options = null, LossContext? context = null)
        where T : unmanaged => ClassCalls.Run(args._buffers, new NllKernel(options), context);

    /// <inheritdoc cref="Nll{T}(in ClassArgs{T}, NllOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Nll<T>(
        DeviceBuffer<T> input, Labels labels, DeviceBuffer<T>? gradient = null,
        NllOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => Nll(
            new ClassArgs<T> { Logits = input, Labels = labels, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="Nll{T}(in ClassArgs{T}, NllOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Nll<T>(
        scoped in ClassArgs<T> args, NllOptions? options, CudaStream stream)
        where T : unmanaged => ClassCalls.Run(args._buffers, new NllKernel(options), stream);
}

internal readonly unsafe struct NllKernel(NllOptions? options) : IClassKernel
{
    private readonly NllOptions _options = options ?? NllOptions.Default;

    public LossOptions Options => _options;

    public static ClassTraits Traits => ClassTraits.Labels | ClassTraits.ClassWeights;

    public static ClassNames Names => ClassNames.Scores;

    public fl_status Invoke(Machine machine, fl_row_args* args)
    {
        fl_nll_params hyper = new() { ignore_index = _options.IgnoreIndex };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_nll(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_nll(machine.Context, args, &hyper);
    }
}
