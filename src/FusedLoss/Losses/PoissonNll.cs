using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of the likelihood of counts, <c>torch.nn.functional.poisson_nll_loss</c>.</summary>
public sealed record PoissonNllOptions : LossOptions
{
    internal static readonly PoissonNllOptions Default = new();

    /// <summary>Whether the input is the logarithm of the expected count, not that count itself. Default
    /// <see langword="true"/>.</summary>
    public bool LogInput { get; init; } = true;

    /// <summary>Whether to add Stirling's approximation of ln y! where the count y is above 1, so that losses compare
    /// across data. It does not change the gradient to the input. Default <see langword="false"/>.</summary>
    public bool Full { get; init; }

    /// <summary>Added to an expected count before its logarithm is taken: finite, above 0. Default 1e-8.</summary>
    public double Eps { get; init; } = 1e-8;

    internal override void Check() => Require.Positive(Eps, nameof(Eps));
}

public static partial class Loss
{
    /// <summary>Negative log-likelihood of counts under Poisson distributions, with its gradient, in one
    /// pass.</summary>
    /// <param name="input">Logarithms x of the expected counts, or the expected counts themselves; any shape,
    /// flattened.</param>
    /// <param name="target">Counts y, at least 0, as long as the input.</param>
    /// <param name="gradient">Out: d(loss)/dx, as long as the input; empty when it is not wanted. May be the very same
    /// memory as the input.</param>
    /// <param name="options">Reduction, kind of input, Stirling's term, epsilon; <see langword="null"/> is PyTorch's
    /// defaults.</param>
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
    /// log input: term = e^x - y x                d/dx = e^x - y               d/dy = -x + s'
    /// else:      term = x - y ln(x + eps)        d/dx = 1 - y / (x + eps)     d/dy = -ln(x + eps) + s'
    /// full:      term += s, s = y ln y - y + ln(2 pi y) / 2 and s' = ln y + 1 / (2 y) where y > 1, else 0
    /// </code>
    /// Mean divides by the number of elements. Weights are not taken. The term is NaN where x + eps is negative. Error:
    /// 4 ulp of the largest summand. Same as <c>torch.nn.functional.poisson_nll_loss</c>, whose gradient to y = 0 is
    /// NaN with Stirling's term.
    /// </remarks>
    /// <example><code>
    /// float[] logRates = [0, 1], counts = [2, 3], gradient = new float[2];
    /// double loss = Loss.PoissonNll(logRates, counts, gradient); // 0.359141, gradient [-0.5, -0.140859]
    /// </code></example>
    public static double PoissonNll(
        ReadOnlySpan<float> input, ReadOnlySpan<float> target, Span<float> gradient = default,
        PoissonNllOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new PoissonNllKernel(options), context);

    /// <inheritdoc
    /// cref="PoissonNll(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, PoissonNllOptions?, LossContext?)"/>
    public static double PoissonNll(
        ReadOnlySpan<double> input, ReadOnlySpan<double> target, Span<double> gradient = default,
        PoissonNllOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new PoissonNllKernel(options), context);

    /// <inheritdoc
    /// cref="PoissonNll(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, PoissonNllOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double PoissonNll<T>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, Span<T> gradient = default,
        PoissonNllOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(input, target, gradient, new PoissonNllKernel(options), context);

    /// <inheritdoc
    /// cref="PoissonNll(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, PoissonNllOptions?, LossContext?)"/>
    public static double PoissonNll(
        InputView<float> input, InputView<float> target, OutputView<float> gradient = default,
        PoissonNllOptions? options = null, LossContext? context = null) =>
        PoissonNll(new PointwiseArgs<float> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <inheritdoc
    /// cref="PoissonNll(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, PoissonNllOptions?, LossContext?)"/>
    public static double PoissonNll(
        InputView<double> input, InputView<double> target, OutputView<double> gradient = default,
        PoissonNllOptions? options = null, LossContext? context = null) =>
        PoissonNll(new PointwiseArgs<double> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <summary>Negative log-likelihood of counts under Poisson distributions, with its gradient, in one pass, with
    /// named buffers: upstream gradients, unreduced terms, the gradient to the target.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction, kind of input, Stirling's term, epsilon; <see langword="null"/> is PyTorch's
    /// defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="PoissonNll(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, PoissonNllOptions?, LossContext?)"/>
    [OverloadResolutionPriority(1)] // `new() { ... }` means these arguments
    public static double PoissonNll<T>(
        scoped in PointwiseArgs<T> args, PoissonNllOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new PoissonNllKernel(options), context);

    /// <inheritdoc cref="PoissonNll{T}(in PointwiseArgs{T}, PoissonNllOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss PoissonNll<T>(
        DeviceBuffer<T> input, DeviceBuffer<T> target, DeviceBuffer<T>? gradient = null,
        PoissonNllOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => PoissonNll(
            new PointwiseArgs<T> { Input = input, Target = target, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="PoissonNll{T}(in PointwiseArgs{T}, PoissonNllOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss PoissonNll<T>(
        scoped in PointwiseArgs<T> args, PoissonNllOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new PoissonNllKernel(options), stream);
}

internal readonly unsafe struct PoissonNllKernel(PoissonNllOptions? options) : IPointwiseKernel
{
    private readonly PoissonNllOptions _options = options ?? PoissonNllOptions.Default;

    public LossOptions Options => _options;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args)
    {
        fl_poisson_nll_params hyper = new()
        {
            eps = _options.Eps, log_input = _options.LogInput ? 1 : 0, full = _options.Full ? 1 : 0,
        };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_poisson_nll(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_poisson_nll(machine.Context, args, &hyper);
    }
}
