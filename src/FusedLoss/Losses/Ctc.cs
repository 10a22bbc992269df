using System.Runtime.CompilerServices;

namespace FusedLoss;

/// <summary>Options of connectionist temporal classification, <c>torch.nn.functional.ctc_loss</c>.</summary>
public sealed record CtcOptions : LossOptions
{
    internal static readonly CtcOptions Default = new();

    /// <summary>The class that stands for "no label here", which no target may contain. Default 0.</summary>
    public int Blank { get; init; }

    /// <summary>What a sample that no path can produce counts: <see langword="true"/> for loss 0 and gradient 0,
    /// <see langword="false"/> (default) for loss +inf and gradient NaN.</summary>
    public bool ZeroInfinity { get; init; }

    /// <summary>With log-probabilities: <see langword="true"/> for the derivative of the loss with respect to them,
    /// <see langword="false"/> (default) for PyTorch's gradient, which is that of the logits behind them. The gradient
    /// with respect to logits needs no choice.</summary>
    public bool TrueGradient { get; init; }
}

public static partial class Loss
{
    /// <summary>Connectionist temporal classification: how unlikely it is that the frames spell the target, over all
    /// alignments of the two, with its gradient, in one pass.</summary>
    /// <param name="logits">Unnormalised scores x of each frame, [T, N, C]; as a tensor also [T, C].</param>
    /// <param name="shape">Number of frames, samples and classes.</param>
    /// <param name="targets">The labels of all samples, <see cref="int"/> or <see cref="long"/>, one sample after the
    /// other or padded to [N, S].</param>
    /// <param name="targetLengths">Labels of each sample, [N].</param>
    /// <param name="gradient">Out: d(loss)/dx, as long as the logits; empty when it is not wanted. May be the very same
    /// memory as the logits.</param>
    /// <param name="options">Reduction, blank, what an impossible sample counts; <see langword="null"/> is PyTorch's
    /// defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN with <see cref="Reduction.None"/>, without <see cref="LossOptions.ComputeLoss"/>,
    /// and for the mean of an empty batch.</returns>
    /// <exception cref="ArgumentException">Lengths or shapes do not fit together, the gradient overlaps another buffer,
    /// or the logits in part, or frames are not dense.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class or the blank, a length is negative or beyond
    /// its buffer (nothing has been written then), or an option is out of its documented range.</exception>
    /// <exception cref="ObjectDisposedException">The context has been disposed.</exception>
    /// <exception cref="DllNotFoundException">The native library was not found.</exception>
    /// <remarks>
    /// <code>
    /// path       a class per frame; merging repeats, then dropping blanks, leaves the target
    /// y_t        = softmax(x_t)
    /// term       = -ln sum over the paths of prod_t y_t(path_t)
    /// d/dx_t(k)  = y_t(k) - share of these paths, by their probability, that are in class k at frame t
    /// </code>
    /// Mean divides each sample's loss by the length of its target (at least 1), then by N; with
    /// <see cref="LossOptions.Denominator"/> the plain sum is divided. A sample with fewer frames than labels plus
    /// repeats of a label has no path: +inf and gradient NaN, or 0 and 0 with <see cref="CtcOptions.ZeroInfinity"/>. No
    /// frames spell an empty target with loss 0. Frames past a sample's length count for nothing and have gradient 0.
    /// NaN in a frame gives NaN in its own sample. Probabilities have an exponent of their own: however unlikely the
    /// target, nothing underflows. Error: loss 1 ulp of 8 per frame, gradient 2 ulp of 1 per frame. Same as
    /// <c>torch.nn.functional.ctc_loss</c> of <c>log_softmax(x)</c>; Graves et al. 2006.
    /// </remarks>
    /// <example><code>
    /// float[] logits = [0, 2, 0, 1, 0, 1, 0, 0, 2], gradient = new float[9]; // three frames: blank, two letters
    /// int[] targets = [1, 2], lengths = [2];
    /// double loss = Loss.Ctc(logits, new CtcShape(T: 3, N: 1, C: 3), targets, lengths, gradient); // 0.201907
    /// </code></example>
    public static double Ctc(
        ReadOnlySpan<float> logits, CtcShape shape, Labels targets, SampleLengths targetLengths,
        Span<float> gradient = default, CtcOptions? options = null, LossContext? context = null) => Ctc(
            new CtcArgs<float>
            {
                Logits = logits, Shape = shape, Targets = targets, TargetLengths = targetLengths, Gradient = gradient,
            },
            options, context);

    /// <inheritdoc
    /// cref="Ctc(ReadOnlySpan{float}, CtcShape, Labels, SampleLengths, Span{float}, CtcOptions?, LossContext?)"/>
    public static double Ctc(
        ReadOnlySpan<double> logits, CtcShape shape, Labels targets, SampleLengths targetLengths,
        Span<double> gradient = default, CtcOptions? options = null, LossContext? context = null) => Ctc(
            new CtcArgs<double>
            {
                Logits = logits, Shape = shape, Targets = targets, TargetLengths = targetLengths, Gradient = gradient,
            },
            options, context);

    /// <inheritdoc
    /// cref="Ctc(ReadOnlySpan{float}, CtcShape, Labels, SampleLengths, Span{float}, CtcOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double Ctc<T>(
        ReadOnlySpan<T> logits, CtcShape shape, Labels targets, SampleLengths targetLengths,
        Span<T> gradient = default, CtcOptions? options = null, LossContext? context = null)
        where T : unmanaged => Ctc(
            new CtcArgs<T>
            {
                Logits = logits, Shape = shape, Targets = targets, TargetLengths = targetLengths, Gradient = gradient,
            },
            options, context);

    /// <inheritdoc
    /// cref="Ctc(ReadOnlySpan{float}, CtcShape, Labels, SampleLengths, Span{float}, CtcOptions?, LossContext?)"/>
    public static double Ctc(
        InputView<float> logits, Labels targets, SampleLengths targetLengths, OutputView<float> gradient = default,
        CtcOptions? options = null, LossContext? context = null) => Ctc(
            new CtcArgs<float>
            {
                Logits = logits, Targets = targets, TargetLengths = targetLengths, Gradient = gradient,
            },
            options, context);

    /// <inheritdoc
    /// cref="Ctc(ReadOnlySpan{float}, CtcShape, Labels, SampleLengths, Span{float}, CtcOptions?, LossContext?)"/>
    public static double Ctc(
        InputView<double> logits, Labels targets, SampleLengths targetLengths, OutputView<double> gradient = default,
        CtcOptions? options = null, LossContext? context = null) => Ctc(
            new CtcArgs<double>
            {
                Logits = logits, Targets = targets, TargetLengths = targetLengths, Gradient = gradient,
            },
            options, context);

    /// <summary>Connectionist temporal classification with its gradient, in one pass, with named buffers:
    /// log-probabilities, samples of different lengths, either order of the dimensions, upstream gradients, unreduced
    /// losses.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction, blank, what an impossible sample counts, which gradient log-probabilities get;
    /// <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="Ctc(ReadOnlySpan{float}, CtcShape, Labels, SampleLengths, Span{float}, CtcOptions?, LossContext?)"/>
    /// <example><code>
    /// double loss = Loss.Ctc(new CtcArgs&lt;float&gt;
    /// {
    ///     Logits = logits, Shape = new(T: 100, N: 32, C: 80), Targets = targets, TargetLengths = lengths,
    ///     InputLengths = frames, Gradient = gradient,
    /// }, new CtcOptions { ZeroInfinity = true });
    /// </code></example>
    public static double Ctc<T>(
        scoped in CtcArgs<T> args, CtcOptions? options = null, LossContext? context = null)
        where T : unmanaged => CtcCalls.Run(args._buffers, options, context);

    /// <inheritdoc cref="Ctc{T}(in CtcArgs{T}, CtcOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Ctc<T>(scoped in CtcArgs<T> args, CtcOptions? options, CudaStream stream)
        where T : unmanaged => CtcCalls.Run(args._buffers, options, stream);
}
