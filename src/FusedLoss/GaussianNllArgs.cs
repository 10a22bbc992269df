namespace FusedLoss;

/// <summary>The named buffers of <c>GaussianNll</c>. Everything but <see cref="Input"/>, <see cref="Target"/> and
/// <see cref="Var"/> is optional.</summary>
/// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
/// <see cref="BFloat16"/>.</typeparam>
/// <remarks>
/// All buffers but the variance have the length of the input; tensors also its shape, with any strides that fit into
/// three nested loops once neighbouring dimensions are joined. The gradient may be the very same memory as the input,
/// the gradient to the target that of the target, and the gradient to the variance that of the variance; every other
/// overlap of an output is an <see cref="ArgumentException"/>.
/// </remarks>
public readonly ref struct GaussianNllArgs<T>
    where T : unmanaged
{
    // One field, filled in place, because a view is not small.
    internal readonly PointwiseBuffers<T> _buffers;

    /// <summary>The predicted expectation, x.</summary>
    public InputView<T> Input { get => _buffers.Input; init => _buffers.Input = value; }

    /// <summary>What was observed, t.</summary>
    public InputView<T> Target { get => _buffers.Target; init => _buffers.Target = value; }

    /// <summary>The predicted variance. A span shorter than the input repeats along the leading dimensions, so its
    /// length divides that of the input and 1 is a common variance; a tensor broadcasts to the input's shape, or lacks
    /// its last dimension, along which it repeats then.</summary>
    public InputView<T> Var { get => _buffers.Extra; init => _buffers.Extra = value; }

    /// <summary>The gradient that flows in from above, one value per term; needs <see cref="Reduction.None"/>. A single
    /// value goes with every reduction. Multiplies the gradients only.</summary>
    public InputTerms Upstream { get => _buffers.Upstream; init => _buffers.Upstream = value; }

    /// <summary>Out: the terms, before any reduction. Dense.</summary>
    public OutputTerms Losses { get => _buffers.Losses; init => _buffers.Losses = value; }

    /// <summary>Out: the gradient with respect to <see cref="Input"/>.</summary>
    public OutputView<T> Gradient { get => _buffers.Gradient; init => _buffers.Gradient = value; }

    /// <summary>Out: the gradient with respect to <see cref="Target"/>.</summary>
    public OutputView<T> TargetGradient { get => _buffers.TargetGradient; init => _buffers.TargetGradient = value; }

    /// <summary>Out: the gradient with respect to <see cref="Var"/>, as long as the input and shaped like it: where a
    /// variance repeats, its gradient is the sum of those of its elements.</summary>
    public OutputView<T> VarGradient { get => _buffers.ExtraGradient; init => _buffers.ExtraGradient = value; }

    /// <summary>Size of the first dimension, by which <see cref="Reduction.BatchMean"/> divides; 0 (default): the first
    /// dimension of the tensors, or the number of elements when there are only spans.</summary>
    public long Batch { get => _buffers.Batch; init => _buffers.Batch = value; }
}
