using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

public static partial class Loss
{
    /// <summary>Binary cross-entropy on probabilities, with its gradient, in one pass.</summary>
    /// <param name="input">Probabilities x, any shape, flattened. Outside [0, 1] everything is NaN, where PyTorch
    /// refuses.</param>
    /// <param name="target">Probabilities t, as long as the input; values outside [0, 1] are taken as they are.</param>
    /// <param name="gradient">Out: d(loss)/dx, as long as the input; empty when it is not wanted. May be the very same
    /// memory as the input.</param>
    /// <param name="options">Reduction; <see langword="null"/> is PyTorch's defaults.</param>
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
    /// w = weight (1 when absent)
    /// term = -w [t max(ln x, -100) + (1 - t) max(ln(1 - x), -100)]
    /// d/dx = w (x - t) / max(x (1 - x), 1e-12)        d/dt = w [ln(1 - x) - ln x], not clamped
    /// </code>
    /// Mean divides by the number of elements, whatever the weights. Logits keep more digits than the probabilities
    /// made of them: prefer <c>BceWithLogits</c> where there are any. Error: 3 ulp per term and gradient, the latter to
    /// the target of the larger summand. Same as <c>torch.nn.functional.binary_cross_entropy</c>.
    /// </remarks>
    /// <example><code>
    /// float[] probabilities = [0.5f, 0.75f], target = [0, 1], gradient = new float[2];
    /// double loss = Loss.Bce(probabilities, target, gradient); // 0.490415, gradient [1, -0.666...]
    /// </code></example>
    public static double Bce(
        ReadOnlySpan<float> input, ReadOnlySpan<float> target, Span<float> gradient = default,
        BceOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new BceKernel(options), context);

    /// <inheritdoc cref="Bce(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, BceOptions?, LossContext?)"/>
    public static double Bce(
        ReadOnlySpan<double> input, ReadOnlySpan<double> target, Span<double> gradient = default,
        BceOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new BceKernel(options), context);

    /// <inheritdoc cref="Bce(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, BceOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double Bce<T>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, Span<T> gradient = default,
        BceOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(input, target, gradient, new BceKernel(options), context);

    /// <inheritdoc cref="Bce(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, BceOptions?, LossContext?)"/>
    public static double Bce(
        InputView<float> input, InputView<float> target, OutputView<float> gradient = default,
        BceOptions? options = null, LossContext? context = null) =>
        Bce(new PointwiseArgs<float> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <inheritdoc cref="Bce(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, BceOptions?, LossContext?)"/>
    public static double Bce(
        InputView<double> input, InputView<double> target, OutputView<double> gradient = default,
        BceOptions? options = null, LossContext? context = null) =>
        Bce(new PointwiseArgs<double> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <summary>Binary cross-entropy on probabilities, with its gradient, in one pass, with named buffers: weights,
    /// upstream gradients, unreduced terms, the gradient to the target.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="Bce(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, BceOptions?, LossContext?)"/>
    [OverloadResolutionPriority(1)] // `new() { ... }` means these arguments
    public static double Bce<T>(
        scoped in PointwiseArgs<T> args, BceOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new BceKernel(options), context);

    /// <summary>Binary cross-entropy on logits, with its gradient, in one pass.</summary>
    /// <param name="input">Logits x, any shape, flattened. An infinity gives the mathematical limit, 0 or infinity,
    /// where PyTorch gives NaN.</param>
    /// <param name="target">Probabilities t, as long as the input; values outside [0, 1] are taken as they are.</param>
    /// <param name="gradient">Out: d(loss)/dx, as long as the input; empty when it is not wanted. May be the very same
    /// memory as the input.</param>
    /// <param name="options">Reduction, positive weight; <see langword="null"/> is PyTorch's defaults.</param>
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
    /// s = sigmoid(x), q = positive weight, w = weight (1 when absent)
    /// term = -w [q t ln s + (1 - t) ln(1 - s)]
    /// d/dx = w [(q t + 1 - t) s - q t]        d/dt = w [ln(1 - s) - q ln s]
    /// </code>
    /// Mean divides by the number of elements, whatever the weights. Error: 4 ulp of the larger summand per term, 4 ulp
    /// of 1 per gradient. Same as <c>torch.nn.functional.binary_cross_entropy_with_logits</c>.
    /// </remarks>
    /// <example><code>
    /// float[] logits = [0, 2], target = [0, 1], gradient = new float[2];
    /// double loss = Loss.BceWithLogits(logits, target, gradient); // 0.410038, gradient [0.25, -0.0596015]
    /// </code></example>
    public static double BceWithLogits(
        ReadOnlySpan<float> input, ReadOnlySpan<float> target, Span<float> gradient = default,
        BceWithLogitsOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new BceWithLogitsKernel(options), context);

    /// <inheritdoc
    /// cref="BceWithLogits(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, BceWithLogitsOptions?,
    /// LossContext?)"/>
    public static double BceWithLogits(
        ReadOnlySpan<double> input, ReadOnlySpan<double> target, Span<double> gradient = default,
        BceWithLogitsOptions? options = null, LossContext? context = null) =>
        PointwiseCalls.Run(input, target, gradient, new BceWithLogitsKernel(options), context);

    /// <inheritdoc
    /// cref="BceWithLogits(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, BceWithLogitsOptions?,
    /// LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double BceWithLogits<T>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, Span<T> gradient = default,
        BceWithLogitsOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(input, target, gradient, new BceWithLogitsKernel(options), context);

    /// <inheritdoc
    /// cref="BceWithLogits(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, BceWithLogitsOptions?,
    /// LossContext?)"/>
    public static double BceWithLogits(
        InputView<float> input, InputView<float> target, OutputView<float> gradient = default,
        BceWithLogitsOptions? options = null, LossContext? context = null) =>
        BceWithLogits(
            new PointwiseArgs<float> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <inheritdoc
    /// cref="BceWithLogits(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, BceWithLogitsOptions?,
    /// LossContext?)"/>
    public static double BceWithLogits(
        InputView<double> input, InputView<double> target, OutputView<double> gradient = default,
        BceWithLogitsOptions? options = null, LossContext? context = null) =>
        BceWithLogits(
            new PointwiseArgs<double> { Input = input, Target = target, Gradient = gradient }, options, context);

    /// <summary>Binary cross-entropy on logits, with its gradient, in one pass, with named buffers: weights, positive
    /// weights per class, upstream gradients, unreduced terms, the gradient to the target.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers.</param>
    /// <param name="options">Reduction, positive weight; <see langword="null"/> is PyTorch's defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="BceWithLogits(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{float}, BceWithLogitsOptions?,
    /// LossContext?)"/>
    [OverloadResolutionPriority(1)] // `new() { ... }` means these arguments
    public static double BceWithLogits<T>(
        scoped in PointwiseArgs<T> args, BceWithLogitsOptions? options = null, LossContext? context = null)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new BceWithLogitsKernel(options), context);
}
