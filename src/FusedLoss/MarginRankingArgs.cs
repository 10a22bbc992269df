namespace FusedLoss;

/// <summary>The named buffers of <c>MarginRanking</c>. Everything but <see cref="Input1"/>, <see cref="Input2"/> and
/// <see cref="Target"/> is optional.</summary>
/// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
/// <see cref="BFloat16"/>.</typeparam>
/// <remarks>
/// All buffers have the same length; tensors also the same shape, with any strides that fit into three nested loops
/// once neighbouring dimensions are joined. Each gradient may be the very same memory as what it belongs to; every
/// other overlap of an output is an <see cref="ArgumentException"/>.
/// </remarks>
public readonly ref struct MarginRankingArgs<T>
    where T : unmanaged
{
    // One field, filled in place, because a view is not small.
    internal readonly PointwiseBuffers<T> _buffers;

    /// <summary>Scores of the first of each pair, x1.</summary>
    public InputView<T> Input1 { get => _buffers.Input; init => _buffers.Input = value; }

    /// <summary>Scores of the second of each pair, x2.</summary>
    public InputView<T> Input2 { get => _buffers.Extra; init => _buffers.Extra = value; }

    /// <summary>1 where the first should be ranked higher, -1 where the second should.</summary>
    public InputView<T> Target { get => _buffers.Target; init => _buffers.Target = value; }

    /// <summary>The gradient that flows in from above, one value per term; needs <see cref="Reduction.None"/>. A single
    /// value goes with every reduction. Multiplies the gradients only.</summary>
    public InputTerms Upstream { get => _buffers.Upstream; init => _buffers.Upstream = value; }

    /// <summary>Out: the terms, before any reduction. Dense.</summary>
    public OutputTerms Losses { get => _buffers.Losses; init => _buffers.Losses = value; }

    /// <summary>Out: the gradient with respect to <see cref="Input1"/>.</summary>
    public OutputView<T> Gradient1 { get => _buffers.Gradient; init => _buffers.Gradient = value; }

    /// <summary>Out: the gradient with respect to <see cref="Input2"/>.</summary>
    public OutputView<T> Gradient2 { get => _buffers.ExtraGradient; init => _buffers.ExtraGradient = value; }

    /// <summary>Out: the gradient with respect to <see cref="Target"/>.</summary>
    public OutputView<T> TargetGradient { get => _buffers.TargetGradient; init => _buffers.TargetGradient = value; }

    /// <summary>Size of the first dimension, by which <see cref="Reduction.BatchMean"/> divides; 0 (default): the first
    /// dimension of the tensors, or the number of elements when there are only spans.</summary>
    public long Batch { get => _buffers.Batch; init => _buffers.Batch = value; }
}
