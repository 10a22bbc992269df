using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of the total variation distance.</summary>
public sealed record TvdOptions : LossOptions
{
    internal static readonly TvdOptions Default = new();

    /// <summary>Logits are divided by it: finite, above 0. Default 1, which it must be with log-probabilities. Below
    /// 2^-96 it counts as that, above 2^110 as that (<see cref="double"/>: 2^-900 and 2^1000).</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>What input and target hold. Default <see cref="DistributionInput.Logits"/>.</summary>
    public DistributionInput Input { get; init; } = DistributionInput.Logits;

    internal override void Check() => DistributionCalls.Check(Input, Temperature);
}

public static partial class Loss
{
    /// <summary>Total variation distance, with its gradient, in one pass.</summary>
    /// <param name="input">The student's scores x, [N, C], or its log-probabilities; as a tensor also [C] and [N, C,
    /// d1, ...].</param>
    /// <param name="target">The teacher's t, shaped like the input.</param>
    /// <param name="classes">C, by which the length of the input is a multiple. Tensors have it in their shape.</param>
    /// <param name="gradient">Out: d(loss)/dx, shaped like the input; empty when it is not wanted. May be the very same
    /// memory as the input.</param>
    /// <param name="options">Reduction, temperature, kind of input; <see langword="null"/> is the defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN with <see cref="Reduction.None"/>, without <see cref="LossOptions.ComputeLoss"/>,
    /// and for the mean over no row.</returns>
    /// <exception cref="ArgumentException">Lengths or shapes do not fit together, the gradient overlaps another buffer
    /// in part, or what follows the class dimension is not dense.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of classes or an option is out of its documented
    /// range.</exception>
    /// <exception cref="ObjectDisposedException">The context has been disposed.</exception>
    /// <exception cref="DllNotFoundException">The native library was not found.</exception>
    /// <remarks>
    /// <code>
    /// q = softmax(x / T), p = softmax(t / T), or exp(x) and exp(t)        term = sum_c |q_c - p_c| / 2
    /// log-probabilities:  d/dx_c = h_c = q_c sign(q_c - p_c) / 2, and for t likewise
    /// logits:             d/dx_c = (h_c - q_c sum_k h_k) / T, and for t likewise
    /// </code>
    /// Mean divides by the number of rows. Where both probabilities are equal, the sign is 0; +infinity or NaN among
    /// logits gives NaN in its row. Error: 8 ulp of the largest summand, gradients to logits 16 ulp of the larger
    /// probability. PyTorch has no such function; same as the formula composed in it.
    /// </remarks>
    /// <example><code>
    /// float[] student = [2, 0, 1], teacher = [1, 1, 0], gradient = new float[3];
    /// double loss = Loss.Tvd(student, teacher, classes: 3, gradient); // 0.332288
    /// </code></example>
    public static double Tvd(
        ReadOnlySpan<float> input, ReadOnlySpan<float> target, int classes, Span<float> gradient = default,
        TvdOptions? options = null, LossContext? context = null) =>
        DistributionCalls.Run(input, target, classes, gradient, new TvdKernel(options), context);

    /// <inheritdoc cref="Tvd(ReadOnlySpan{float}, ReadOnlySpan{float}, int, Span{float}, TvdOptions?, LossContext?)"/>
    public static double Tvd(
        ReadOnlySpan<double> input, ReadOnlySpan<double> target, int classes, Span<double> gradient = default,
        TvdOptions? options = null, LossContext? context = null) =>
        DistributionCalls.Run(input, target, classes, gradient, new TvdKernel(options), context);

    /// <inheritdoc cref="Tvd(ReadOnlySpan{float}, ReadOnlySpan{float}, int, Span{float}, TvdOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double Tvd<T>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, int classes, Span<T> gradient = default,
        TvdOptions? options = null, LossContext? context = null)
        where T : unmanaged => DistributionCalls.Run(input, target, classes, gradient, new TvdKernel(options), context);

    /// <inheritdoc cref="Tvd(ReadOnlySpan{float}, ReadOnlySpan{float}, int, Span{float}, TvdOptions?, LossContext?)"/>
    public static double Tvd(
        InputView<float> input, InputView<float> target, OutputView<float> gradient = default,
        TvdOptions? options = null, LossContext? context = null) =>
        Tvd(new DistributionArgs<float> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <inheritdoc cref="Tvd(ReadOnlySpan{float}, ReadOnlySpan{float}, int, Span{float}, TvdOptions?, LossContext?)"/>
    public static double Tvd(
        InputView<double> input, InputView<double> target, OutputView<double> gradient = default,
        TvdOptions? options = null, LossContext? context = null) =>
        Tvd(new DistributionArgs<double> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <summary>Total variation distance, with its gradients, in one pass, with named buffers: upstream gradients,
    /// unreduced terms, the gradient to the target.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction, temperature, kind of input; <see langword="null"/> is the defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="Tvd(ReadOnlySpan{float}, ReadOnlySpan{float}, int, Span{float}, TvdOptions?, LossContext?)"/>
    public static double Tvd<T>(
        scoped in DistributionArgs<T> args, TvdOptions? options = null, LossContext? context = null)
        where T : unmanaged => ClassCalls.Run(args._buffers, new TvdKernel(options), context);

    /// <inheritdoc cref="Tvd{T}(in DistributionArgs{T}, TvdOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Tvd<T>(
        scoped in DistributionArgs<T> args, TvdOptions? options, CudaStream stream)
        where T : unmanaged => ClassCalls.Run(args._buffers, new TvdKernel(options), stream);
}

internal readonly unsafe struct TvdKernel(TvdOptions? options) : IClassKernel
{
    private readonly TvdOptions _options = options ?? TvdOptions.Default;

    public static ClassTraits Traits => ClassTraits.Target | ClassTraits.TargetGradient;

    public static ClassNames Names => ClassNames.Scores;

    public LossOptions Options => _options;

    public fl_status Invoke(Machine machine, fl_row_args* args)
    {
        fl_tvd_params hyper = new()
        {
            temperature = _options.Temperature, log_probabilities = (int)_options.Input,
        };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_tvd(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_tvd(machine.Context, args, &hyper);
    }
}
