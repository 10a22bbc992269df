using System.Runtime.CompilerServices;
using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>Which keys are the positives of a contrastive loss without labels.</summary>
public enum InfoNcePositives
{
    /// <summary>Key i of query i.</summary>
    Diagonal = 0,

    /// <summary>Two views of N / 2 samples, one after the other: the positive of i is the other view of the same
    /// sample, (i + N / 2) mod N, and i itself is none of its keys.</summary>
    NtXent = 1,
}

/// <summary>Options of the contrastive loss over similarities.</summary>
public sealed record InfoNceOptions : LossOptions
{
    internal static readonly InfoNceOptions Default = new();

    /// <summary>What similarities are divided by: finite, above 0. Default 0.07.</summary>
    public double Temperature { get; init; } = 0.07;

    /// <summary>Which keys are the positives where there are no labels. Default
    /// <see cref="InfoNcePositives.Diagonal"/>.</summary>
    public InfoNcePositives Positives { get; init; }

    internal override void Check()
    {
        Require.Positive(Temperature, nameof(Temperature));
        Require.Defined(Positives, InfoNcePositives.NtXent, nameof(Positives));
    }
}

public static partial class Loss
{
    /// <summary>Contrastive loss over similarities, with its gradient, in one pass: cross-entropy between the keys of
    /// each query, of which one is the positive.</summary>
    /// <param name="similarities">x, [N, N]: one row of keys for each query.</param>
    /// <param name="gradient">Out: d(loss)/dx, as long as the similarities; empty when it is not wanted. May be the
    /// very same memory as the similarities.</param>
    /// <param name="options">Reduction, temperature, which keys are positive; <see langword="null"/> is the
    /// defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN with <see cref="Reduction.None"/>, without <see cref="LossOptions.ComputeLoss"/>,
    /// and for the mean of an empty batch.</returns>
    /// <exception cref="ArgumentException">Lengths or shapes do not fit together, or the gradient overlaps another
    /// buffer, or the similarities in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its documented range or a label is no
    /// key.</exception>
    /// <exception cref="ObjectDisposedException">The context has been disposed.</exception>
    /// <exception cref="DllNotFoundException">The native library was not found.</exception>
    /// <remarks>
    /// <code>
    /// y = positive key of query i: i; with NtXent (i + N / 2) mod N, and i is none of the keys
    /// term    = -ln(exp(x_y / temperature) / sum_c exp(x_c / temperature))
    /// d/dx_c  = (p_c - [c = y]) / temperature, p = softmax(x / temperature); 0 for keys that are none
    /// </code>
    /// Mean divides by the number of queries. More keys than queries, and labels that name the positives, go with
    /// <see cref="ClassArgs{T}"/>. Special values as in <c>CrossEntropy</c>. Error: 4 ulp of the larger summand per
    /// term, gradient 8 ulp of 1 / temperature. Same as <c>torch.nn.functional.cross_entropy(x / temperature,
    /// arange(N))</c>; van den Oord et al. 2018, arXiv 1807.03748, and Chen et al. 2020, arXiv 2002.05709.
    /// </remarks>
    /// <example><code>
    /// float[] similarities = [0.9f, 0.2f, 0.1f, 0.8f], gradient = new float[4]; // of two texts with two images
    /// double loss = Loss.InfoNce(similarities, gradient, new InfoNceOptions { Temperature = 0.1 }); // 0.000911
    /// </code></example>
    public static double InfoNce(
        ReadOnlySpan<float> similarities, Span<float> gradient = default, InfoNceOptions? options = null,
        LossContext? context = null) => InfoNce(
            new ClassArgs<float>
            {
                Logits = similarities, Shape = ClassLayout.Square(similarities.Length, "similarities"),
                Gradient = gradient,
            },
            options, context);

    /// <inheritdoc
    /// cref="InfoNce(ReadOnlySpan{float}, Span{float}, InfoNceOptions?, LossContext?)"/>
    public static double InfoNce(
        ReadOnlySpan<double> similarities, Span<double> gradient = default, InfoNceOptions? options = null,
        LossContext? context = null) => InfoNce(
            new ClassArgs<double>
            {
                Logits = similarities, Shape = ClassLayout.Square(similarities.Length, "similarities"),
                Gradient = gradient,
            },
            options, context);

    /// <inheritdoc
    /// cref="InfoNce(ReadOnlySpan{float}, Span{float}, InfoNceOptions?, LossContext?)"/>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    [OverloadResolutionPriority(-1)] // float and double have methods of their own
    public static double InfoNce<T>(
        ReadOnlySpan<T> similarities, Span<T> gradient = default, InfoNceOptions? options = null,
        LossContext? context = null)
        where T : unmanaged => InfoNce(
            new ClassArgs<T>
            {
                Logits = similarities, Shape = ClassLayout.Square(similarities.Length, "similarities"),
                Gradient = gradient,
            },
            options, context);

    /// <inheritdoc
    /// cref="InfoNce(ReadOnlySpan{float}, Span{float}, InfoNceOptions?, LossContext?)"/>
    public static double InfoNce(
        InputView<float> similarities, OutputView<float> gradient = default, InfoNceOptions? options = null,
        LossContext? context = null) =>
        InfoNce(new ClassArgs<float> { Logits = similarities, Gradient = gradient }, options, context);

    /// <inheritdoc
    /// cref="InfoNce(ReadOnlySpan{float}, Span{float}, InfoNceOptions?, LossContext?)"/>
    public static double InfoNce(
        InputView<double> similarities, OutputView<double> gradient = default, InfoNceOptions? options = null,
        LossContext? context = null) =>
        InfoNce(new ClassArgs<double> { Logits = similarities, Gradient = gradient }, options, context);

    /// <summary>Contrastive loss over similarities, with its gradient, in one pass, with named buffers: labels, more
    /// keys than queries, upstream gradients, unreduced terms, log-sum-exps, predictions.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The buffers; <see cref="ClassArgs{T}.Logits"/> are the similarities, [N, C]. Labels may be
    /// absent where C is at least N; with <see cref="InfoNcePositives.NtXent"/> they must be.</param>
    /// <param name="options">Reduction, temperature, which keys are positive; <see langword="null"/> is the
    /// defaults.</param>
    /// <param name="context">Where to run; <see langword="null"/> is <see cref="LossContext.Default"/>.</param>
    /// <returns>The reduced loss; NaN where there is none.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="InfoNce(ReadOnlySpan{float}, Span{float}, InfoNceOptions?, LossContext?)"/>
    public static double InfoNce<T>(
        scoped in ClassArgs<T> args, InfoNceOptions? options = null, LossContext? context = null)
        where T : unmanaged => ClassCalls.Run(args._buffers, new InfoNceKernel(options), context);

    /// <inheritdoc cref="InfoNce{T}(in ClassArgs{T}, InfoNceOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss InfoNce<T>(
        scoped in ClassArgs<T> args, InfoNceOptions? options, CudaStream stream)
        where T : unmanaged => ClassCalls.Run(args._buffers, new InfoNceKernel(options), stream);
}

internal readonly unsafe struct InfoNceKernel(InfoNceOptions? options) : IClassKernel
{
    private static readonly ClassNames s_names = new("similarities", "target");

    private readonly InfoNceOptions _options = options ?? InfoNceOptions.Default;

    public static ClassTraits Traits => ClassTraits.Labels | ClassTraits.LabelsAreOptional
        | ClassTraits.Statistics | ClassTraits.RowsOnly;

    public static ClassNames Names => s_names;

    public LossOptions Options => _options;

    public fl_status Invoke(Machine machine, fl_row_args* args)
    {
        var ntXent = _options.Positives == InfoNcePositives.NtXent;
        if (ntXent) Require.NtXent(args->outer, args->classes, args->labels != null);
        else if (args->labels == null) Require.Diagonal(args->outer, args->classes);
        fl_info_nce_params hyper = new()
        {
            // Nothing has as many keys as queries, when there is no query.
            temperature = _options.Temperature, nt_xent = ntXent && args->outer > 0 ? 1 : 0,
        };
        return machine.IsGpu
            ? (fl_status)CudaMethods.fl_cuda_info_nce(args, &hyper, machine.Call, machine.Stream)
            : NativeMethods.fl_info_nce(machine.Context, args, &hyper);
    }
}
