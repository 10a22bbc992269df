namespace FusedLoss;

/// <summary>The named buffers of a CTC loss. Needed are <see cref="Logits"/> or <see cref="LogProbabilities"/>,
/// <see cref="Targets"/> and <see cref="TargetLengths"/>, and <see cref="Shape"/> unless the input is a
/// tensor.</summary>
/// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
/// <see cref="BFloat16"/>.</typeparam>
/// <remarks>
/// The gradient may be the very same memory as the input, in the same layout; every other overlap of an output is an
/// <see cref="ArgumentException"/>. Frames must be dense, but may lie any distance apart, so that a tensor may be a
/// part of another.
/// </remarks>
public readonly ref struct CtcArgs<T>
    where T : unmanaged
{
    // One field, filled in place, because a view is not small.
    internal readonly CtcBuffers<T> _buffers;

    /// <summary>Unnormalised scores of each frame, [T, N, C]; as a tensor also [T, C]. Log-softmax is part of the
    /// loss.</summary>
    public InputView<T> Logits { get => _buffers.Logits; init => _buffers.Logits = value; }

    /// <summary>Instead of logits: what a log-softmax made of them, laid out likewise.</summary>
    public InputView<T> LogProbabilities
    {
        get => _buffers.LogProbabilities;
        init => _buffers.LogProbabilities = value;
    }

    /// <summary>Number of frames, samples and classes. The default takes them from a tensor's shape.</summary>
    public CtcShape Shape { get => _buffers.Shape; init => _buffers.Shape = value; }

    /// <summary>The order of the dimensions, of the input and of the gradient. Default
    /// <see cref="CtcLayout.TimeMajor"/>.</summary>
    public CtcLayout Layout { get => _buffers.Layout; init => _buffers.Layout = value; }

    /// <summary>The labels of all samples, either one sample after the other (as many as the target lengths add up to)
    /// or padded to the same length, [N, S]; what is beyond a sample's length is not looked at.</summary>
    public Labels Targets { get => _buffers.Targets; init => _buffers.Targets = value; }

    /// <summary>Labels from one sample's first to the next sample's, where they are padded: S. The default, 0, finds
    /// out from the target lengths. On a GPU, which has them, 0 means one sample after the other.</summary>
    public long TargetStride { get => _buffers.TargetStride; init => _buffers.TargetStride = value; }

    /// <summary>Frames of each sample, [N]. The default is all of them.</summary>
    public SampleLengths InputLengths { get => _buffers.InputLengths; init => _buffers.InputLengths = value; }

    /// <summary>Labels of each sample, [N].</summary>
    public SampleLengths TargetLengths { get => _buffers.TargetLengths; init => _buffers.TargetLengths = value; }

    /// <summary>The gradient that flows in from above, one value per sample; needs <see cref="Reduction.None"/>. A
    /// single value goes with every reduction. Multiplies the gradient only.</summary>
    public InputTerms Upstream { get => _buffers.Upstream; init => _buffers.Upstream = value; }

    /// <summary>Out: the loss of each sample, before any reduction, [N].</summary>
    public OutputTerms Losses { get => _buffers.Losses; init => _buffers.Losses = value; }

    /// <summary>Out: the gradient, shaped like the input; 0 in frames past a sample's length.</summary>
    public OutputView<T> Gradient { get => _buffers.Gradient; init => _buffers.Gradient = value; }
}

/// <summary>Sizes of the input of a CTC loss.</summary>
/// <param name="T">Frames of the longest sample.</param>
/// <param name="N">Samples.</param>
/// <param name="C">Classes, the blank included.</param>
public readonly record struct CtcShape(long T, long N, long C);

/// <summary>The order of the dimensions of a CTC loss's input.</summary>
public enum CtcLayout
{
    /// <summary>[T, N, C], as in PyTorch: a frame of every sample, then the next frame.</summary>
    TimeMajor = 0,

    /// <summary>[N, T, C]: all frames of a sample, then the next sample.</summary>
    BatchMajor = 1,
}
