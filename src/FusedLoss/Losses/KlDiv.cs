using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of the Kullback-Leibler divergence, <c>torch.nn.functional.kl_div</c>.</summary>
public sealed record KlDivOptions : LossOptions
{
    internal static readonly KlDivOptions Default = new();

    /// <summary>Whether the target is a log-probability, not a probability. Default <see langword="false"/>.</summary>
    public bool LogTarget { get; init; }
}

public static partial class Loss
{
    /// <summary>Kullback-Leibler divergence, term by term, with its gradient, in one pass.</summary>
    /// <param name="input">Log-probabilities x, any shape, flattened.</param>
    /// <param name="target">Probabilities t, or log-probabilities, as long as the input.</param>
    /// <param name="gradient">Out: d(loss)/dx, as long as the input; empty when it is not wanted. May be the very same
    /// memory as the input.</param>
    /// <param name="options">Reduction, kind of target; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN with <see cref="Reduction.None"/>, without <see cref="LossOptions.ComputeLoss"/>,
    /// and for the mean of an empty input.</returns>
    /// <exception cref="ArgumentException">Lengths or shapes differ, the gradient overlaps another buffer in part, or
    /// strides do not fit into three nested loops.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its documented range.</exception>
    /// <exception cref="ObjectDisposedException">The context has been disposed.</exception>
    /// <exception cref="DllNotFoundException">The native library was not found.</exception>
    /// <remarks>
    /// <code>
    /// probabilities:      term = t ln t - t x       d/dx = -t       d/dt = ln t + 1 - x     (0 and 0 at t = 0)
    /// log-probabilities:  term = e^t (t - x)        d/dx = -e^t     d/dt = e^t (t - x + 1)
    /// </code>
    /// Mean divides by the number of elements, as in PyTorch; the divergence itself is
    /// <see cref="Reduction.BatchMean"/>, which divides by the size of the first dimension. Weights are not taken. The
    /// term is NaN where t is negative, and where t is 0 and x is -infinity. Error: 4 ulp of the largest summand. Same
    /// as <c>torch.nn.functional.kl_div</c>.
    /// </remarks>
    /// <example><code>
    /// float[] logs = [-1, -0.5f], target = [0.25f, 0.75f], gradient = new float[2];
    /// double loss = Loss.KlDiv(logs, target, gradient, new KlDivOptions { Reduction = Reduction.Sum }); // 0.0626649
    /// </code></example>
    public static double KlDiv(
        ReadOnlySpan<float> input, ReadOnlySpan<float> target, Span<float> gradient = default,
        KlDivOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new KlDivKernel(options), context);

    /// <inheritdoc cref="KlDiv(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, KlDivOptions?, LossContext?)"/>
    public static double KlDiv(
        ReadOnlySpan<double> input, ReadOnlySpan<double> target, Span<double> gradient = default,
        KlDivOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new KlDivKernel(options), context);

    /// <inheritdoc cref="KlDiv(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, KlDivOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double KlDiv<T>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, Span<T> gradient = default,
        KlDivOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(input, target, gradient, new KlDivKernel(options), context);

    /// <inheritdoc cref="KlDiv(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, KlDivOptions?, LossContext?)"/>
    public static double KlDiv(
        InputView<float> input, InputView<float> target, OutputView<float> gradient = default,
        KlDivOptions? options = null, LossContext? context = null) =>
        KlDiv(new PointwiseArgs<float> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <inheritdoc cref="KlDiv(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, KlDivOptions?, LossContext?)"/>
    public static double KlDiv(
        InputView<double> input, InputView<double> target, OutputView<double> gradient = default,
        KlDivOptions? options = null, LossContext? context = null) =>
        KlDiv(new PointwiseArgs<double> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <summary>Kullback-Leibler divergence, term by term, with its gradient, in one pass, with named buffers: upstream
    /// gradients, unreduced terms, the gradient to the target.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction, kind of target; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="KlDiv(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, KlDivOptions?, LossContext?)"/>
    [OverloadResolutionPriority(1)] // `new() { ... }` means these arguments
    public static double KlDiv<T>(
        scoped in PointwiseArgs<T> args, KlDivOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new KlDivKernel(options), context);

    /// <inheritdoc cref="KlDiv{T}(in PointwiseArgs{T}, KlDivOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss KlDiv<T>(
        DeviceBuffer<T> input, DeviceBuffer<T> target, DeviceBuffer<T>? gradient = null,
        KlDivOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => KlDiv(
            new PointwiseArgs<T> { Input = input, Target = target, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="KlDiv{T}(in PointwiseArgs{T}, KlDivOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss KlDiv<T>(
        scoped in PointwiseArgs<T> args, KlDivOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new KlDivKernel(options), stream);
}

internal readonly unsafe struct KlDivKernel(KlDivOptions? options) : IPointwiseKernel
{
    private readonly KlDivOptions _options = options ?? KlDivOptions.Default;

    public LossOptions Options => _options;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args)
    {
        fl_kl_div_params hyper = new() { log_target = _options.LogTarget ? 1 : 0 };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_kl_div(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_kl_div(machine.Context, args, &hyper);
    }
}
