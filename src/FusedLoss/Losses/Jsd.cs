using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of the generalised Jensen-Shannon divergence.</summary>
public sealed record JsdOptions : LossOptions
{
    internal static readonly JsdOptions Default = new();

    /// <summary>Weight of the target's distribution p in the mixture, in [0, 1]. Default 0.5, which is symmetric. 0 is
    /// KL(p || q) and 1 is KL(q || p), q being the input's.</summary>
    public double Beta { get; init; } = 0.5;

    /// <summary>Logits are divided by it: finite, above 0. Default 1, which it must be with log-probabilities. Nothing
    /// is multiplied by its square. Below 2^-96 it counts as that, above 2^110 as that (<see cref="double"/>: 2^-900
    /// and 2^1000).</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>What input and target hold. Default <see cref="DistributionInput.Logits"/>.</summary>
    public DistributionInput Input { get; init; } = DistributionInput.Logits;

    internal override void Check()
    {
        Require.Fraction(Beta, nameof(Beta));
        DistributionCalls.Check(Input, Temperature);
    }
}

public static partial class Loss
{
    /// <summary>Generalised Jensen-Shannon divergence, with its gradient, in one pass.</summary>
    /// <param name="input">The student's scores x, [N, C], or its log-probabilities; as a tensor also [C] and [N, C,
    /// d1, ...].</param>
    /// <param name="target">The teacher's t, shaped like the input.</param>
    /// <param name="classes">C, by which the length of the input is a multiple. Tensors have it in their shape.</param>
    /// <param name="gradient">Out: d(loss)/dx, shaped like the input; empty when it is not wanted. May be the very same
    /// memory as the input.</param>
    /// <param name="options">Reduction, weight of the target, temperature, kind of input; <see langword="null"/> is the
    /// defaults.</param>
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
    /// q = softmax(x / T), p = softmax(t / T), or exp(x) and exp(t),   m = b p + (1 - b) q
    /// term = b KL(p || m) + (1 - b) KL(q || m)            b = 0: KL(p || q)       b = 1: KL(q || p)
    /// log-probabilities:  d/dx_c = g_c = (1 - b) q_c ln(q_c / m_c)    b = 0: -p_c    b = 1: q_c (ln(q_c / p_c) + 1)
    ///                     d/dt_c = h_c = b p_c ln(p_c / m_c)    b = 0: p_c (ln(p_c / q_c) + 1)    b = 1: -q_c
    /// logits:             d/dx_c = (g_c - q_c sum_k g_k) / T        d/dt_c = (h_c - p_c sum_k h_k) / T
    /// </code>
    /// Mean divides by the number of rows. Nothing is multiplied by T^2. A class with probability 0 on both sides
    /// contributes 0; +infinity or NaN among logits gives NaN in its row. Error: 8 ulp of the largest summand,
    /// gradients to logits 16 ulp of the larger probability. PyTorch has no such function; same as the formula composed
    /// in it (Lin 1991; Agarwal et al. 2024, arXiv 2306.13649).
    /// </remarks>
    /// <example><code>
    /// float[] student = [2, 0, 1], teacher = [1, 1, 0], gradient = new float[3];
    /// double loss = Loss.Jsd(student, teacher, classes: 3, gradient); // 0.0771986
    /// </code></example>
    public static double Jsd(
        ReadOnlySpan<float> input, ReadOnlySpan<float> target, int classes, Span<float> gradient = default,
        JsdOptions? options = null, LossContext? context = null) =>
        DistributionCalls.Run(input, target, classes, gradient, new JsdKernel(options), context);

    /// <inheritdoc cref="Jsd(ReadOnlySpan{float}, ReadOnlySpan{float}, int, Span{float}, JsdOptions?, LossContext?)"/>
    public static double Jsd(
        ReadOnlySpan<double> input, ReadOnlySpan<double> target, int classes, Span<double> gradient = default,
        JsdOptions? options = null, LossContext? context = null) =>
        DistributionCalls.Run(input, target, classes, gradient, new JsdKernel(options), context);

    /// <inheritdoc cref="Jsd(ReadOnlySpan{float}, ReadOnlySpan{float}, int, Span{float}, JsdOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double Jsd<T>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, int classes, Span<T> gradient = default,
        JsdOptions? options = null, LossContext? context = null)
        where T : unmanaged => DistributionCalls.Run(input, target, classes, gradient, new JsdKernel(options), context);

    /// <inheritdoc cref="Jsd(ReadOnlySpan{float}, ReadOnlySpan{float}, int, Span{float}, JsdOptions?, LossContext?)"/>
    public static double Jsd(
        InputView<float> input, InputView<float> target, OutputView<float> gradient = default,
        JsdOptions? options = null, LossContext? context = null) =>
        Jsd(new DistributionArgs<float> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <inheritdoc cref="Jsd(ReadOnlySpan{float}, ReadOnlySpan{float}, int, Span{float}, JsdOptions?, LossContext?)"/>
    public static double Jsd(
        InputView<double> input, InputView<double> target, OutputView<double> gradient = default,
        JsdOptions? options = null, LossContext? context = null) =>
        Jsd(new DistributionArgs<double> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <summary>Generalised Jensen-Shannon divergence, with its gradients, in one pass, with named buffers: upstream
    /// gradients, unreduced terms, the gradient to the target.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction, weight of the target, temperature, kind of input; <see langword="null"/> is the
    /// defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="Jsd(ReadOnlySpan{float}, ReadOnlySpan{float}, int, Span{float}, JsdOptions?, LossContext?)"/>
    public static double Jsd<T>(
        scoped in DistributionArgs<T> args, JsdOptions? options = null, LossContext? context = null)
        where T : unmanaged => ClassCalls.Run(args._buffers, new JsdKernel(options), context);

    /// <inheritdoc cref="Jsd{T}(in DistributionArgs{T}, JsdOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Jsd<T>(
        scoped in DistributionArgs<T> args, JsdOptions? options, CudaStream stream)
        where T : unmanaged => ClassCalls.Run(args._buffers, new JsdKernel(options), stream);
}

internal readonly unsafe struct JsdKernel(JsdOptions? options) : IClassKernel
{
    private readonly JsdOptions _options = options ?? JsdOptions.Default;

    public static ClassTraits Traits => ClassTraits.Target | ClassTraits.TargetGradient;

    public static ClassNames Names => ClassNames.Scores;

    public LossOptions Options => _options;

    public fl_status Invoke(Machine machine, fl_row_args* args)
    {
        fl_jsd_params hyper = new()
        {
            beta = _options.Beta,
            temperature = _options.Temperature,
            log_probabilities = (int)_options.Input,
        };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_jsd(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_jsd(machine.Context, args, &hyper);
    }
}
