namespace FusedLoss;

/// <summary>The named buffers of a loss over classes. Needed are <see cref="Logits"/> and either <see cref="Labels"/>
/// or <see cref="Probabilities"/>.</summary>
/// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
/// <see cref="BFloat16"/>.</typeparam>
/// <remarks>
/// A row is one decision between the classes; rows are numbered as in <see cref="Labels"/>. The gradient may be the
/// very same memory as the logits; every other overlap of an output is an <see cref="ArgumentException"/>. Tensors of
/// logits and of their gradient may have any strides between rows and between classes, but whatever follows the class
/// dimension must be dense. What a loss does not take it rejects.
/// </remarks>
public readonly ref struct ClassArgs<T>
    where T : unmanaged
{
    // One field, filled in place, because a view is not small.
    internal readonly ClassBuffers<T> _buffers;

    /// <summary>Unnormalised scores, [C], [N, C] or [N, C, d1, ...].</summary>
    public InputView<T> Logits { get => _buffers.Input; init => _buffers.Input = value; }

    /// <summary>How the logits are laid out. The default infers it: from a tensor's shape, else N is the number of
    /// labels and C the number of logits over N.</summary>
    public ClassShape Shape { get => _buffers.Shape; init => _buffers.Shape = value; }

    /// <summary>The class of each row, [N] or [N, d1, ...].</summary>
    public Labels Labels { get => _buffers.Labels; init => _buffers.Labels = value; }

    /// <summary>Instead of labels: the probability of each class, shaped like the logits, dense. They need not sum to
    /// 1.</summary>
    public InputView<T> Probabilities { get => _buffers.Target; init => _buffers.Target = value; }

    /// <summary>One weight per class, [C].</summary>
    public InputTerms ClassWeights { get => _buffers.ClassWeights; init => _buffers.ClassWeights = value; }

    /// <summary>One weight per row, [N] or [N, d1, ...]: multiplies the term and the gradient of the row, and counts in
    /// the mean's denominator.</summary>
    public InputTerms SampleWeights { get => _buffers.SampleWeights; init => _buffers.SampleWeights = value; }

    /// <summary>The gradient that flows in from above, one value per term; needs <see cref="Reduction.None"/>. A single
    /// value goes with every reduction. Multiplies the gradients only.</summary>
    public InputTerms Upstream { get => _buffers.Upstream; init => _buffers.Upstream = value; }

    /// <summary>Out: the terms, one per row where the loss does not say otherwise, before any reduction.
    /// Dense.</summary>
    public OutputTerms Losses { get => _buffers.Losses; init => _buffers.Losses = value; }

    /// <summary>Out: the gradient with respect to <see cref="Logits"/>, shaped like them.</summary>
    public OutputView<T> Gradient { get => _buffers.Gradient; init => _buffers.Gradient = value; }

    /// <summary>Out: the gradient with respect to <see cref="Probabilities"/>, shaped like them, dense.</summary>
    public OutputView<T> TargetGradient { get => _buffers.TargetGradient; init => _buffers.TargetGradient = value; }

    /// <summary>Out: ln sum_c exp(x_c) of each row, of ignored rows, too; NaN where there is a NaN or +infinity. Dense.
    /// </summary>
    public OutputTerms LogSumExp { get => _buffers.LogSumExp; init => _buffers.LogSumExp = value; }

    /// <summary>Out: the class with the largest score of each row, of ignored rows, too; the first of several, -1 where
    /// there is a NaN. Of the type of <see cref="Labels"/>, if there are any.</summary>
    public OutputLabels Predictions { get => _buffers.Predictions; init => _buffers.Predictions = value; }
}

/// <summary>Layout of logits: element (o, c, i) is number (o * Classes + c) * Inner + i. [N, C] is (N, C), [N, C, H, W]
/// is (N, C, H * W).</summary>
/// <param name="Outer">Product of the dimensions before the classes.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Inner">Product of the dimensions after the classes.</param>
public readonly record struct ClassShape(long Outer, long Classes, long Inner = 1);
