namespace FusedLoss;

/// <summary>The named buffers of a loss that compares a value per class with another. Everything but
/// <see cref="Input"/> and <see cref="Target"/> is optional, and <see cref="Shape"/> where the input is a
/// tensor.</summary>
/// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
/// <see cref="BFloat16"/>.</typeparam>
/// <remarks>
/// The gradient may be the very same memory as the input; every other overlap of an output is an
/// <see cref="ArgumentException"/>. Tensors of the input and of its gradient may have any strides between rows and
/// between classes, but whatever follows the class dimension must be dense. What a loss does not take it rejects.
/// </remarks>
public readonly ref struct DistributionArgs<T>
    where T : unmanaged
{
    // One field, filled in place, because a view is not small.
    internal readonly ClassBuffers<T> _buffers;

    /// <summary>What the model says of each class, [C], [N, C] or [N, C, d1, ...].</summary>
    public InputView<T> Input { get => _buffers.Input; init => _buffers.Input = value; }

    /// <summary>What it is compared with, shaped like the input, dense.</summary>
    public InputView<T> Target { get => _buffers.Target; init => _buffers.Target = value; }

    /// <summary>How the input is laid out. The default takes it from a tensor's shape; spans have none.</summary>
    public ClassShape Shape { get => _buffers.Shape; init => _buffers.Shape = value; }

    /// <summary>One weight per class, [C].</summary>
    public InputTerms ClassWeights { get => _buffers.ClassWeights; init => _buffers.ClassWeights = value; }

    /// <summary>The gradient that flows in from above, one value per row; needs <see cref="Reduction.None"/>. A single
    /// value goes with every reduction. Multiplies the gradients only.</summary>
    public InputTerms Upstream { get => _buffers.Upstream; init => _buffers.Upstream = value; }

    /// <summary>Out: the term of each row, before any reduction. Dense.</summary>
    public OutputTerms Losses { get => _buffers.Losses; init => _buffers.Losses = value; }

    /// <summary>Out: the gradient with respect to <see cref="Input"/>, shaped like it.</summary>
    public OutputView<T> Gradient { get => _buffers.Gradient; init => _buffers.Gradient = value; }

    /// <summary>Out: the gradient with respect to <see cref="Target"/>, shaped like it, dense.</summary>
    public OutputView<T> TargetGradient { get => _buffers.TargetGradient; init => _buffers.TargetGradient = value; }
}

/// <summary>What the arrays of a distance between distributions hold.</summary>
public enum DistributionInput
{
    /// <summary>Unnormalised scores; softmax over the classes is part of the loss.</summary>
    Logits = 0,

    /// <summary>Logarithms of probabilities, as <c>log_softmax</c> gives them.</summary>
    LogProbabilities = 1,
}
