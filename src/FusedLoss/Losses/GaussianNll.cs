using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of the likelihood under Gaussian distributions,
/// <c>torch.nn.functional.gaussian_nll_loss</c>.</summary>
public sealed record GaussianNllOptions : LossOptions
{
    internal static readonly GaussianNllOptions Default = new();

    /// <summary>Least variance, in the square of the input's unit; smaller ones count as it: finite, above 0. Default
    /// 1e-6.</summary>
    public double Eps { get; init; } = 1e-6;

    /// <summary>Whether to add the constant ln(2 pi) / 2, so that losses are log-likelihoods. It does not change any
    /// gradient. Default <see langword="false"/>.</summary>
    public bool Full { get; init; }

    internal override void Check() => Require.Positive(Eps, nameof(Eps));
}

public static partial class Loss
{
    /// <summary>Negative log-likelihood under Gaussian distributions whose variance is predicted too, with its
    /// gradient, in one pass.</summary>
    /// <param name="input">Expectations x, any shape, flattened.</param>
    /// <param name="target">Observations t, in the unit of the input, as long as the input.</param>
    /// <param name="var">Variances, in its square: as long as the input, or shorter, when they repeat along the leading
    /// dimensions, so that 1 is a common variance. A tensor has the input's shape, broadcasts to it, or lacks its last
    /// dimension, along which it repeats then.</param>
    /// <param name="gradient">Out: d(loss)/dx, as long as the input; empty when it is not wanted. May be the very same
    /// memory as the input.</param>
    /// <param name="options">Reduction, eps, constant; <see langword="null"/> is PyTorch's defaults.</param>
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
    /// v = max(var, eps), d = x - t
    /// term = (ln v + d^2 / v) / 2      d/dx = d / v      d/dt = -d / v      d/dvar = (1 / v - d^2 / v^2) / 2
    /// </code>
    /// <see cref="GaussianNllOptions.Full"/> adds ln(2 pi) / 2 to the term. The gradient to the variance is that of v
    /// also where the variance is below eps, as in PyTorch. A negative variance and NaN give NaN. Mean divides by the
    /// number of elements. Weights are not taken. Error: 4 ulp of the larger summand. Same as
    /// <c>torch.nn.functional.gaussian_nll_loss</c>.
    /// </remarks>
    /// <example><code>
    /// float[] mean = [1, 2], observed = [0, 4], variance = [1, 2], gradient = new float[2];
    /// double loss = Loss.GaussianNll(mean, observed, variance, gradient); // 0.923287, gradient [0.5, -0.5]
    /// </code></example>
    public static double GaussianNll(
        ReadOnlySpan<float> input, ReadOnlySpan<float> target, ReadOnlySpan<float> var, Span<float> gradient = default,
        GaussianNllOptions? options = null, LossContext? context = null) =>
        GaussianNll<float>(input, target, var, gradient, options, context);

    /// <inheritdoc
    /// cref="GaussianNll(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float},
    /// GaussianNllOptions?, LossContext?)"/>
    public static double GaussianNll(
        ReadOnlySpan<double> input, ReadOnlySpan<double> target, ReadOnlySpan<double> var,
        Span<double> gradient = default, GaussianNllOptions? options = null, LossContext? context = null) =>
        GaussianNll<double>(input, target, var, gradient, options, context);

    /// <inheritdoc
    /// cref="GaussianNll(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float},
    /// GaussianNllOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double GaussianNll<T>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, ReadOnlySpan<T> var, Span<T> gradient = default,
        GaussianNllOptions? options = null, LossContext? context = null)
        where T : unmanaged =>
        GaussianNll(
            new GaussianNllArgs<T> { Input = input, Target = target, Var = var, Gradient = gradient }, options,
            context);

    /// <inheritdoc
    /// cref="GaussianNll(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float},
    /// GaussianNllOptions?, LossContext?)"/>
    public static double GaussianNll(
        InputView<float> input, InputView<float> target, InputView<float> var, OutputView<float> gradient = default,
        GaussianNllOptions? options = null, LossContext? context = null) =>
        GaussianNll(
            new GaussianNllArgs<float> { Input = input, Target = target, Var = var, Gradient = gradient }, options,
            context);

    /// <inheritdoc
    /// cref="GaussianNll(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float},
    /// GaussianNllOptions?, LossContext?)"/>
    public static double GaussianNll(
        InputView<double> input, InputView<double> target, InputView<double> var, OutputView<double> gradient = default,
        GaussianNllOptions? options = null, LossContext? context = null) =>
        GaussianNll(
            new GaussianNllArgs<double> { Input = input, Target = target, Var = var, Gradient = gradient }, options,
            context);

    /// <summary>Negative log-likelihood under Gaussian distributions whose variance is predicted too, with its
    /// gradient, in one pass, with named buffers: upstream gradients, unreduced terms, the gradients to target and
    /// variance.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction, eps, constant; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="GaussianNll(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float},
    /// GaussianNllOptions?, LossContext?)"/>
    public static double GaussianNll<T>(
        scoped in GaussianNllArgs<T> args, GaussianNllOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new GaussianNllKernel(options), context);

    /// <inheritdoc cref="GaussianNll{T}(in GaussianNllArgs{T}, GaussianNllOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss GaussianNll<T>(
        scoped in GaussianNllArgs<T> args, GaussianNllOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new GaussianNllKernel(options), stream);
}

internal readonly unsafe struct GaussianNllKernel(GaussianNllOptions? options) : IPointwiseKernel
{
    private static readonly PointwiseNames s_names = new("input", "var", "gradient", "varGradient");

    private readonly GaussianNllOptions _options = options ?? GaussianNllOptions.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits =>
        PointwiseTraits.Extra | PointwiseTraits.ExtraIsNeeded | PointwiseTraits.ExtraBroadcasts
        | PointwiseTraits.ExtraMayLackLast | PointwiseTraits.ExtraGradient;

    public static PointwiseNames Names => s_names;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args)
    {
        fl_gaussian_nll_params hyper = new() { eps = _options.Eps, full = _options.Full ? 1 : 0 };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_gaussian_nll(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_gaussian_nll(machine.Context, args, &hyper);
    }
}
