using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>How far apart two vectors are.</summary>
public enum TripletDistance
{
    /// <summary>The p-norm of their difference.</summary>
    Norm = 0,

    /// <summary>1 - the cosine of their angle, with norms of at least 1e-8.</summary>
    Cosine = 1,
}

/// <summary>Options of the margin between distances, <c>torch.nn.functional.triplet_margin_loss</c>.</summary>
public sealed record TripletMarginOptions : LossOptions
{
    internal static readonly TripletMarginOptions Default = new();

    /// <summary>By how much the negative has to be farther from the anchor than the positive, in the unit of the
    /// distance: finite. Default 1.</summary>
    public double Margin { get; init; } = 1;

    /// <summary>Order of the norm: any number, infinities and negative ones too; 0 counts the components that differ.
    /// Default 2. Of <see cref="TripletDistance.Norm"/> only.</summary>
    public double P { get; init; } = 2;

    /// <summary>Added to every component of a difference, sign and all: finite, at least 0. Default 1e-6. Of
    /// <see cref="TripletDistance.Norm"/> only.</summary>
    public double Eps { get; init; } = 1e-6;

    /// <summary>Whether the positive stands in for the anchor where it is the nearer one to the negative. Default
    /// <see langword="false"/>.</summary>
    public bool Swap { get; init; }

    /// <summary>How far apart two vectors are. Default <see cref="TripletDistance.Norm"/>.</summary>
    public TripletDistance Distance { get; init; }

    internal override void Check()
    {
        Require.Finite(Margin, nameof(Margin));
        if (double.IsNaN(P)) Require.ThrowOption(nameof(P), P, "a number");
        Require.NonNegative(Eps, nameof(Eps));
        Require.Defined(Distance, TripletDistance.Cosine, nameof(Distance));
    }
}

public static partial class Loss
{
    /// <summary>Hinge on distances: an anchor should be nearer to its positive than to its negative, by a margin. With
    /// the gradients, in one pass.</summary>
    /// <param name="anchor">Vectors a, [N, D].</param>
    /// <param name="positive">For each anchor a vector p that should be near, as long as the anchors.</param>
    /// <param name="negative">For each anchor a vector n that should be far, as long as the anchors.</param>
    /// <param name="dimensions">Length of a vector, D.</param>
    /// <param name="gradients">Out: d(loss)/da, d(loss)/dp and d(loss)/dn, as long as the inputs, or default for those
    /// that are not wanted. Each may be the very same memory as its input.</param>
    /// <param name="options">Reduction, margin, distance; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN with <see cref="Reduction.None"/>, without <see cref="LossOptions.ComputeLoss"/>,
    /// and for the mean of an empty batch.</returns>
    /// <exception cref="ArgumentException">Lengths or shapes do not fit together, vectors are not dense, or a gradient
    /// overlaps another buffer than its input, or that one in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its documented range, or dimensions is
    /// negative.</exception>
    /// <exception cref="ObjectDisposedException">The context has been disposed.</exception>
    /// <exception cref="DllNotFoundException">The native library was not found.</exception>
    /// <remarks>
    /// <code>
    /// d(u, v) = ||u - v + eps||_p, or 1 - cosine(u, v) whose norms are at least 1e-8
    /// far     = d(a, n), or with swap min(d(a, n), d(p, n))
    /// term    = max(0, margin + d(a, p) - far)
    /// d||u||_p/du_i = sign(u_i) (|u_i| / ||u||_p)^(p - 1); 0 where u_i, the norm or p is 0;
    ///                 for p = +-infinity sign(u_i), shared by the components that are as large (small) as the norm
    /// </code>
    /// Mean divides by the number of triples. The hinge has its slope also at its corner; a tie of the swap shares the
    /// gradient evenly. NaN gives NaN in its own row. Error: 8 ulp of the larger distance per term and 8 ulp of 1 per
    /// gradient for p of 1, 2 and +-infinity, else 32. Same as <c>torch.nn.functional.triplet_margin_loss</c>, and
    /// <c>triplet_margin_with_distance_loss</c> with <c>1 - cosine_similarity</c>.
    /// </remarks>
    /// <example><code>
    /// float[] anchor = [0, 0], positive = [3, 4], negative = [6, 0], g = new float[2];
    /// double loss = Loss.TripletMargin(anchor, positive, negative, dimensions: 2,
    ///     new TripletGradients&lt;float&gt;(g, default, default), new TripletMarginOptions { Margin = 2 });
    /// // 0.9999996
    /// </code></example>
    public static double TripletMargin(
        ReadOnlySpan<float> anchor, ReadOnlySpan<float> positive, ReadOnlySpan<float> negative, int dimensions,
        scoped in TripletGradients<float> gradients = default, TripletMarginOptions? options = null,
        LossContext? context = null) => TripletMargin(
            new TripletArgs<float>
            {
                Anchor = anchor, Positive = positive, Negative = negative, Dimensions = dimensions,
                AnchorGradient = gradients.Anchor, PositiveGradient = gradients.Positive,
                NegativeGradient = gradients.Negative,
            },
            options, context);

    /// <inheritdoc
    /// cref="TripletMargin(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, int, in
    /// TripletGradients{float}, TripletMarginOptions?, LossContext?)"/>
    public static double TripletMargin(
        ReadOnlySpan<double> anchor, ReadOnlySpan<double> positive, ReadOnlySpan<double> negative, int dimensions,
        scoped in TripletGradients<double> gradients = default, TripletMarginOptions? options = null,
        LossContext? context = null) => TripletMargin(
            new TripletArgs<double>
            {
                Anchor = anchor, Positive = positive, Negative = negative, Dimensions = dimensions,
                AnchorGradient = gradients.Anchor, PositiveGradient = gradients.Positive,
                NegativeGradient = gradients.Negative,
            },
            options, context);

    /// <inheritdoc
    /// cref="TripletMargin(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, int, in
    /// TripletGradients{float}, TripletMarginOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double TripletMargin<T>(
        ReadOnlySpan<T> anchor, ReadOnlySpan<T> positive, ReadOnlySpan<T> negative, int dimensions,
        scoped in TripletGradients<T> gradients = default, TripletMarginOptions? options = null,
        LossContext? context = null)
        where T : unmanaged => TripletMargin(
            new TripletArgs<T>
            {
                Anchor = anchor, Positive = positive, Negative = negative, Dimensions = dimensions,
                AnchorGradient = gradients.Anchor, PositiveGradient = gradients.Positive,
                NegativeGradient = gradients.Negative,
            },
            options, context);

    /// <inheritdoc
    /// cref="TripletMargin(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, int, in
    /// TripletGradients{float}, TripletMarginOptions?, LossContext?)"/>
    public static double TripletMargin(
        InputView<float> anchor, InputView<float> positive, InputView<float> negative,
        scoped in TripletGradients<float> gradients = default, TripletMarginOptions? options = null,
        LossContext? context = null) => TripletMargin(
            new TripletArgs<float>
            {
                Anchor = anchor, Positive = positive, Negative = negative,
                AnchorGradient = gradients.Anchor, PositiveGradient = gradients.Positive,
                NegativeGradient = gradients.Negative,
            },
            options, context);

    /// <inheritdoc
    /// cref="TripletMargin(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, int, in
    /// TripletGradients{float}, TripletMarginOptions?, LossContext?)"/>
    public static double TripletMargin(
        InputView<double> anchor, InputView<double> positive, InputView<double> negative,
        scoped in TripletGradients<double> gradients = default, TripletMarginOptions? options = null,
        LossContext? context = null) => TripletMargin(
            new TripletArgs<double>
            {
                Anchor = anchor, Positive = positive, Negative = negative,
                AnchorGradient = gradients.Anchor, PositiveGradient = gradients.Positive,
                NegativeGradient = gradients.Negative,
            },
            options, context);

    /// <summary>Hinge on distances: an anchor should be nearer to its positive than to its negative, by a margin. With
    /// the gradients, in one pass, with named buffers: upstream gradients, unreduced terms.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction, margin, distance; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="TripletMargin(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, int, in
    /// TripletGradients{float}, TripletMarginOptions?, LossContext?)"/>
    public static double TripletMargin<T>(
        scoped in TripletArgs<T> args, TripletMarginOptions? options = null, LossContext? context = null)
        where T : unmanaged => PairCalls.Run(args._buffers, new TripletMarginKernel(options), context);

    /// <inheritdoc cref="TripletMargin{T}(in TripletArgs{T}, TripletMarginOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss TripletMargin<T>(
        scoped in TripletArgs<T> args, TripletMarginOptions? options, CudaStream stream)
        where T : unmanaged => PairCalls.Run(args._buffers, new TripletMarginKernel(options), stream);
}

internal readonly unsafe struct TripletMarginKernel(TripletMarginOptions? options) : IPairKernel
{
    private readonly TripletMarginOptions _options = options ?? TripletMarginOptions.Default;

    public static PairNames Names => PairNames.Triplet;

    public LossOptions Options => _options;

    public fl_status Invoke(Machine machine, fl_pair_args* args)
    {
        fl_triplet_margin_params hyper = new()
        {
            margin = _options.Margin,
            p = _options.P,
            eps = _options.Eps,
            swap = _options.Swap ? 1 : 0,
            distance = (fl_distance)_options.Distance,
        };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_triplet_margin(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_triplet_margin(machine.Context, args, &hyper);
    }
}
