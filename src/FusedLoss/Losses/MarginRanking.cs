using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Options of the hinge on the order of two scores,
/// <c>torch.nn.functional.margin_ranking_loss</c>.</summary>
public sealed record MarginRankingOptions : LossOptions
{
    internal static readonly MarginRankingOptions Default = new();

    /// <summary>By how much the higher ranked score has to lead, in the unit of the inputs: finite. Default
    /// 0.</summary>
    public double Margin { get; init; }

    internal override void Check() => Require.Finite(Margin, nameof(Margin));
}

public static partial class Loss
{
    /// <summary>Hinge on the order of two scores, with its gradients, in one pass.</summary>
    /// <param name="input1">Scores x1 of the first of each pair, any shape, flattened.</param>
    /// <param name="input2">Scores x2 of the second, as long as the first.</param>
    /// <param name="target">y: 1 where the first should be ranked higher, -1 where the second should; as long as the
    /// inputs.</param>
    /// <param name="gradient1">Out: d(loss)/dx1, as long as the inputs; empty when it is not wanted. May be the very
    /// same memory as the first input.</param>
    /// <param name="gradient2">Out: d(loss)/dx2, likewise.</param>
    /// <param name="options">Reduction, margin; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN with <see cref="Reduction.None"/>, without <see cref="LossOptions.ComputeLoss"/>,
    /// and for the mean of an empty input.</returns>
    /// <exception cref="ArgumentException">Lengths or shapes differ, a gradient overlaps another buffer in part, or
    /// strides do not fit into three nested loops.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its documented range.</exception>
    /// <exception cref="ObjectDisposedException">The context has been disposed.</exception>
    /// <exception cref="DllNotFoundException">The native library was not found.</exception>
    /// <remarks>
    /// <code>
    /// z = -y (x1 - x2) + margin
    /// term = max(0, z)      d/dx1 = -y, d/dx2 = y, d/dy = x2 - x1 where z >= 0, else 0
    /// </code>
    /// A tie of z with 0 has the slope, as in PyTorch. NaN gives a term of NaN. Mean divides by the number of elements.
    /// Weights are not taken. Error: 2 ulp per term, of the larger summand. Same as
    /// <c>torch.nn.functional.margin_ranking_loss</c>.
    /// </remarks>
    /// <example><code>
    /// float[] first = [0.5f, 2], second = [1, 1], order = [1, 1], slope = new float[2];
    /// double loss = Loss.MarginRanking(first, second, order, slope); // 0.25, gradient [-0.5, 0]
    /// </code></example>
    public static double MarginRanking(
        ReadOnlySpan<float> input1, ReadOnlySpan<float> input2, ReadOnlySpan<float> target,
        Span<float> gradient1 = default, Span<float> gradient2 = default, MarginRankingOptions? options = null,
        LossContext? context = null) =>
        MarginRanking<float>(input1, input2, target, gradient1, gradient2, options, context);

    /// <inheritdoc
    /// cref="MarginRanking(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, Span{float},
    /// MarginRankingOptions?, LossContext?)"/>
    public static double MarginRanking(
        ReadOnlySpan<double> input1, ReadOnlySpan<double> input2, ReadOnlySpan<double> target,
        Span<double> gradient1 = default, Span<double> gradient2 = default, MarginRankingOptions? options = null,
        LossContext? context = null) =>
        MarginRanking<double>(input1, input2, target, gradient1, gradient2, options, context);

    /// <inheritdoc
    /// cref="MarginRanking(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, Span{float},
    /// MarginRankingOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double MarginRanking<T>(
        ReadOnlySpan<T> input1, ReadOnlySpan<T> input2, ReadOnlySpan<T> target, Span<T> gradient1 = default,
        Span<T> gradient2 = default, MarginRankingOptions? options = null, LossContext? context = null)
        where T : unmanaged =>
        MarginRanking(
            new MarginRankingArgs<T>
            {
                Input1 = input1, Input2 = input2, Target = target, Gradient1 = gradient1, Gradient2 = gradient2,
            },
            options, context);

    /// <inheritdoc
    /// cref="MarginRanking(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, Span{float},
    /// MarginRankingOptions?, LossContext?)"/>
    public static double MarginRanking(
        InputView<float> input1, InputView<float> input2, InputView<float> target,
        OutputView<float> gradient1 = default, OutputView<float> gradient2 = default,
        MarginRankingOptions? options = null, LossContext? context = null) =>
        MarginRanking(
            new MarginRankingArgs<float>
            {
                Input1 = input1, Input2 = input2, Target = target, Gradient1 = gradient1, Gradient2 = gradient2,
            },
            options, context);

    /// <inheritdoc
    /// cref="MarginRanking(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, Span{float},
    /// MarginRankingOptions?, LossContext?)"/>
    public static double MarginRanking(
        InputView<double> input1, InputView<double> input2, InputView<double> target,
        OutputView<double> gradient1 = default, OutputView<double> gradient2 = default,
        MarginRankingOptions? options = null, LossContext? context = null) =>
        MarginRanking(
            new MarginRankingArgs<double>
            {
                Input1 = input1, Input2 = input2, Target = target, Gradient1 = gradient1, Gradient2 = gradient2,
            },
            options, context);

    /// <summary>Hinge on the order of two scores, with its gradients, in one pass, with named buffers: upstream
    /// gradients, unreduced terms, the gradient to the target.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction, margin; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="MarginRanking(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, Span{float},
    /// MarginRankingOptions?, LossContext?)"/>
    public static double MarginRanking<T>(
        scoped in MarginRankingArgs<T> args, MarginRankingOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new MarginRankingKernel(options), context);

    /// <inheritdoc cref="MarginRanking{T}(in MarginRankingArgs{T}, MarginRankingOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss MarginRanking<T>(
        scoped in MarginRankingArgs<T> args, MarginRankingOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new MarginRankingKernel(options), stream);
}

internal readonly unsafe struct MarginRankingKernel(MarginRankingOptions? options) : IPointwiseKernel
{
    private static readonly PointwiseNames s_names = new("input1", "input2", "gradient1", "gradient2");

    private readonly MarginRankingOptions _options = options ?? MarginRankingOptions.Default;

    public LossOptions Options => _options;

    public static PointwiseTraits Traits =>
        PointwiseTraits.Extra | PointwiseTraits.ExtraIsNeeded | PointwiseTraits.ExtraGradient;

    public static PointwiseNames Names => s_names;

    public fl_status Invoke(Machine machine, fl_pointwise_args* args)
    {
        fl_margin_ranking_params hyper = new() { margin = _options.Margin };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_margin_ranking(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_margin_ranking(machine.Context, args, &hyper);
    }
}
