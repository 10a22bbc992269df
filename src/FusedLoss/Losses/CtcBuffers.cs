namespace FusedLoss;

/// <summary>The buffers of a CTC loss; <see cref="CtcArgs{T}"/> names them.</summary>
internal ref struct CtcBuffers<T>
    where T : unmanaged
{
    public InputView<T> Logits;
    public InputView<T> LogProbabilities;
    public CtcShape Shape;
    public CtcLayout Layout;
    public Labels Targets;
    public long TargetStride;
    public SampleLengths InputLengths;
    public SampleLengths TargetLengths;
    public InputTerms Upstream;
    public OutputTerms Losses;
    public OutputView<T> Gradient;
}

/// <summary>Elements from one frame of a sample to the next, and from one sample's frame to the next
/// sample's.</summary>
internal readonly record struct CtcStrides(long Time, long Batch)
{
    /// <summary>Elements from the first to the last in memory, those between them included.</summary>
    public long Extent(CtcShape shape) =>
        shape.T == 0 || shape.N == 0 ? 0 : (shape.T - 1) * Time + (shape.N - 1) * Batch + shape.C;

    /// <summary>Whether no element is met twice: either all frames of a sample lie before the next sample's, or a frame
    /// of all samples before the next frame.</summary>
    public bool IsDistinct(CtcShape shape)
    {
        var (down, across) = ((shape.T - 1) * Time, (shape.N - 1) * Batch);
        var samplesInside = (shape.N <= 1 || Batch >= shape.C) && (shape.T <= 1 || Time >= across + shape.C);
        var framesInside = (shape.T <= 1 || Time >= shape.C) && (shape.N <= 1 || Batch >= down + shape.C);
        return samplesInside || framesInside;
    }
}
