namespace FusedLoss;

/// <summary>The named buffers of a loss over pairs of vectors. Needed are <see cref="Input1"/>, <see cref="Input2"/>
/// and <see cref="Target"/>.</summary>
/// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
/// <see cref="BFloat16"/>.</typeparam>
/// <remarks>
/// Vectors are the last dimension of a tensor, [N, D] or [D]; they must be dense, but may lie any distance apart. Each
/// gradient may be the very same memory as its input; every other overlap of an output is an
/// <see cref="ArgumentException"/>.
/// </remarks>
public readonly ref struct PairArgs<T>
    where T : unmanaged
{
    // One field, filled in place, because a view is not small.
    internal readonly PairBuffers<T> _buffers;

    /// <summary>One vector of each pair, [N, D].</summary>
    public InputView<T> Input1 { get => _buffers.Input1; init => _buffers.Input1 = value; }

    /// <summary>The other vector of each pair, shaped like <see cref="Input1"/>.</summary>
    public InputView<T> Input2 { get => _buffers.Input2; init => _buffers.Input2 = value; }

    /// <summary>For each pair 1 when it is similar, -1 when it is not, [N].</summary>
    public InputTerms Target { get => _buffers.Target; init => _buffers.Target = value; }

    /// <summary>Length of a vector, D. 0 (default) infers it: from a tensor's shape, else N is the number of
    /// targets.</summary>
    public long Dimensions { get => _buffers.Dimensions; init => _buffers.Dimensions = value; }

    /// <summary>The gradient that flows in from above, one value per pair; needs <see cref="Reduction.None"/>. A single
    /// value goes with every reduction. Multiplies the gradients only.</summary>
    public InputTerms Upstream { get => _buffers.Upstream; init => _buffers.Upstream = value; }

    /// <summary>Out: the term of each pair, before any reduction, [N].</summary>
    public OutputTerms Losses { get => _buffers.Losses; init => _buffers.Losses = value; }

    /// <summary>Out: the gradient with respect to <see cref="Input1"/>, shaped like it.</summary>
    public OutputView<T> Gradient1 { get => _buffers.Gradient1; init => _buffers.Gradient1 = value; }

    /// <summary>Out: the gradient with respect to <see cref="Input2"/>, shaped like it.</summary>
    public OutputView<T> Gradient2 { get => _buffers.Gradient2; init => _buffers.Gradient2 = value; }
}

/// <summary>The named buffers of a loss over triples of vectors. Needed are <see cref="Anchor"/>,
/// <see cref="Positive"/> and <see cref="Negative"/>.</summary>
/// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
/// <see cref="BFloat16"/>.</typeparam>
/// <inheritdoc cref="PairArgs{T}" path="/remarks"/>
public readonly ref struct TripletArgs<T>
    where T : unmanaged
{
    internal readonly PairBuffers<T> _buffers;

    /// <summary>What the others are compared with, [N, D].</summary>
    public InputView<T> Anchor { get => _buffers.Input1; init => _buffers.Input1 = value; }

    /// <summary>What should be near the anchor, shaped like it.</summary>
    public InputView<T> Positive { get => _buffers.Input2; init => _buffers.Input2 = value; }

    /// <summary>What should be far from the anchor, shaped like it.</summary>
    public InputView<T> Negative { get => _buffers.Input3; init => _buffers.Input3 = value; }

    /// <summary>Length of a vector, D. 0 (default) takes it from a tensor's shape.</summary>
    public long Dimensions { get => _buffers.Dimensions; init => _buffers.Dimensions = value; }

    /// <summary>The gradient that flows in from above, one value per triple; needs <see cref="Reduction.None"/>. A
    /// single value goes with every reduction. Multiplies the gradients only.</summary>
    public InputTerms Upstream { get => _buffers.Upstream; init => _buffers.Upstream = value; }

    /// <summary>Out: the term of each triple, before any reduction, [N].</summary>
    public OutputTerms Losses { get => _buffers.Losses; init => _buffers.Losses = value; }

    /// <summary>Out: the gradient with respect to <see cref="Anchor"/>, shaped like it.</summary>
    public OutputView<T> AnchorGradient { get => _buffers.Gradient1; init => _buffers.Gradient1 = value; }

    /// <summary>Out: the gradient with respect to <see cref="Positive"/>, shaped like it.</summary>
    public OutputView<T> PositiveGradient { get => _buffers.Gradient2; init => _buffers.Gradient2 = value; }

    /// <summary>Out: the gradient with respect to <see cref="Negative"/>, shaped like it.</summary>
    public OutputView<T> NegativeGradient { get => _buffers.Gradient3; init => _buffers.Gradient3 = value; }
}

/// <summary>Where the gradients of a loss over triples go; <see langword="default"/> is "not wanted".</summary>
/// <typeparam name="T">The type of the vectors' elements.</typeparam>
/// <param name="anchor">Out: the gradient with respect to the anchor.</param>
/// <param name="positive">Out: the gradient with respect to the positive.</param>
/// <param name="negative">Out: the gradient with respect to the negative.</param>
public readonly ref struct TripletGradients<T>(OutputView<T> anchor, OutputView<T> positive, OutputView<T> negative)
    where T : unmanaged
{
    /// <summary>Out: the gradient with respect to the anchor.</summary>
    public OutputView<T> Anchor { get; } = anchor;

    /// <summary>Out: the gradient with respect to the positive.</summary>
    public OutputView<T> Positive { get; } = positive;

    /// <summary>Out: the gradient with respect to the negative.</summary>
    public OutputView<T> Negative { get; } = negative;
}
