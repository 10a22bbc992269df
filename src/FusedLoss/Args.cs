namespace FusedLoss;

/// <summary>The named buffers of a loss with one term per element. Everything but <see cref="Input"/> and
/// <see cref="Target"/> is optional.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// All buffers have the length of the input; tensors also its shape, with any strides that fit into three nested loops
/// once neighbouring dimensions are joined. The gradient may be the very same memory as the input, and the gradient to
/// the target that of the target; every other overlap of an output is an <see cref="ArgumentException"/>.
/// </remarks>
public readonly ref struct PointwiseArgs<T>
    where T : unmanaged
{
    // Fields, because a getter copies a view, and a view is not small.
    internal readonly InputView<T> _input;
    internal readonly InputView<T> _target;
    internal readonly InputView<T> _weight;
    internal readonly InputView<T> _posWeight;
    internal readonly InputView<T> _upstream;
    internal readonly OutputView<T> _losses;
    internal readonly OutputView<T> _gradient;
    internal readonly OutputView<T> _targetGradient;

    /// <summary>What the model predicts, x.</summary>
    public InputView<T> Input { get => _input; init => _input = value; }

    /// <summary>What it should have predicted, t.</summary>
    public InputView<T> Target { get => _target; init => _target = value; }

    /// <summary>Multiplies term and gradient of each element. A span shorter than the input repeats along the leading
    /// dimensions, so its length divides that of the input and 1 is a scalar; a tensor broadcasts to the input's shape
    /// as in PyTorch. Losses without weights reject it.</summary>
    public InputView<T> Weight { get => _weight; init => _weight = value; }

    /// <summary>Multiplies the positive part of each term of <c>BceWithLogits</c>; shaped like
    /// <see cref="Weight"/>.</summary>
    public InputView<T> PosWeight { get => _posWeight; init => _posWeight = value; }

    /// <summary>The gradient that flows in from above, one value per term; needs <see cref="Reduction.None"/>. A single
    /// value goes with every reduction. Multiplies the gradients only.</summary>
    public InputView<T> Upstream { get => _upstream; init => _upstream = value; }

    /// <summary>Out: the terms, before any reduction. Dense.</summary>
    public OutputView<T> Losses { get => _losses; init => _losses = value; }

    /// <summary>Out: the gradient with respect to <see cref="Input"/>.</summary>
    public OutputView<T> Gradient { get => _gradient; init => _gradient = value; }

    /// <summary>Out: the gradient with respect to <see cref="Target"/>. Losses without one reject it.</summary>
    public OutputView<T> TargetGradient { get => _targetGradient; init => _targetGradient = value; }

    /// <summary>Size of the first dimension, by which <see cref="Reduction.BatchMean"/> divides; 0 (default): the first
    /// dimension of the tensors, or the number of elements when there are only spans.</summary>
    public long Batch { get; init; }
}

/// <summary>The named buffers of a loss over classes. Needed are <see cref="Logits"/> and either <see cref="Labels"/>
/// or <see cref="Probabilities"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// A row is one decision between the classes; rows are numbered as in <see cref="Labels"/>. The gradient may be the
/// very same memory as the logits; every other overlap of an output is an <see cref="ArgumentException"/>. Tensors of
/// logits and of their gradient may have any strides between rows and between classes, but whatever follows the class
/// dimension must be dense.
/// </remarks>
public readonly ref struct ClassArgs<T>
    where T : unmanaged
{
    // Fields, because a getter copies a view, and a view is not small.
    internal readonly InputView<T> _logits;
    internal readonly Labels _labels;
    internal readonly InputView<T> _probabilities;
    internal readonly InputView<T> _classWeights;
    internal readonly InputView<T> _upstream;
    internal readonly OutputView<T> _losses;
    internal readonly OutputView<T> _gradient;
    internal readonly OutputView<T> _targetGradient;

    /// <summary>Unnormalised scores, [C], [N, C] or [N, C, d1, ...].</summary>
    public InputView<T> Logits { get => _logits; init => _logits = value; }

    /// <summary>How the logits are laid out. The default infers it: from a tensor's shape, else N is the number of
    /// labels and C the number of logits over N.</summary>
    public ClassShape Shape { get; init; }

    /// <summary>The class of each row, [N] or [N, d1, ...].</summary>
    public Labels Labels { get => _labels; init => _labels = value; }

    /// <summary>Instead of labels: the probability of each class, shaped like the logits, dense. They need not sum to
    /// 1.</summary>
    public InputView<T> Probabilities { get => _probabilities; init => _probabilities = value; }

    /// <summary>One weight per class, [C].</summary>
    public InputView<T> ClassWeights { get => _classWeights; init => _classWeights = value; }

    /// <summary>The gradient that flows in from above, one value per row; needs <see cref="Reduction.None"/>. A single
    /// value goes with every reduction. Multiplies the gradients only.</summary>
    public InputView<T> Upstream { get => _upstream; init => _upstream = value; }

    /// <summary>Out: the term of each row, before any reduction. Dense.</summary>
    public OutputView<T> Losses { get => _losses; init => _losses = value; }

    /// <summary>Out: the gradient with respect to <see cref="Logits"/>, shaped like them.</summary>
    public OutputView<T> Gradient { get => _gradient; init => _gradient = value; }

    /// <summary>Out: the gradient with respect to <see cref="Probabilities"/>, shaped like them, dense.</summary>
    public OutputView<T> TargetGradient { get => _targetGradient; init => _targetGradient = value; }
}

/// <summary>Layout of logits: element (o, c, i) is number (o * Classes + c) * Inner + i. [N, C] is (N, C), [N, C, H, W]
/// is (N, C, H * W).</summary>
/// <param name="Outer">Product of the dimensions before the classes.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="Inner">Product of the dimensions after the classes.</param>
public readonly record struct ClassShape(long Outer, long Classes, long Inner = 1);
