namespace FusedLoss;

/// <summary>What goes with the CTC loss: reading labels out of a model's frames, aligning known labels with them, and
/// counting mistakes. In managed code, on the calling thread.</summary>
public static partial class Ctc
{
    /// <summary>Reads the labels of each sample along its best path: the largest class of every frame, repeats merged,
    /// then blanks dropped.</summary>
    /// <param name="logits">Scores of each frame, [T, N, C]: logits, log-probabilities or probabilities, which have the
    /// same largest class.</param>
    /// <param name="shape">Number of frames, samples and classes.</param>
    /// <param name="labels">Out: the labels of sample n from element n T on, [N, T]; -1 behind the last.</param>
    /// <param name="lengths">Out: how many labels each sample has, [N].</param>
    /// <param name="blank">The class of the blank.</param>
    /// <exception cref="ArgumentException">Lengths or shapes do not fit together.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The blank is no class.</exception>
    /// <remarks>Of several equally large classes the first counts. NaN is never the largest, and a frame of nothing
    /// else is a blank. The best path is not always the most probable labelling, but mostly it is, once a model is
    /// trained.</remarks>
    /// <example><code>
    /// float[] logits = [0, 2, 0, 1, 0, 1, 0, 0, 2]; // three frames: blank, two letters
    /// int[] labels = new int[3], lengths = new int[1];
    /// Ctc.GreedyDecode(logits, new CtcShape(T: 3, N: 1, C: 3), labels, lengths); // labels [1, 2, -1], lengths [2]
    /// </code></example>
    public static void GreedyDecode(
        ReadOnlySpan<float> logits, CtcShape shape, Span<int> labels, Span<int> lengths, int blank = 0) =>
        GreedyDecode(new CtcArgs<float> { Logits = logits, Shape = shape }, labels, lengths, blank);

    /// <inheritdoc cref="GreedyDecode(ReadOnlySpan{float}, CtcShape, Span{int}, Span{int}, int)"/>
    public static void GreedyDecode(
        ReadOnlySpan<double> logits, CtcShape shape, Span<int> labels, Span<int> lengths, int blank = 0) =>
        GreedyDecode(new CtcArgs<double> { Logits = logits, Shape = shape }, labels, lengths, blank);

    /// <summary>As above, with the named buffers of the loss: tensors, samples of different lengths, either order of
    /// the dimensions, every element type.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">Logits or log-probabilities, their shape, layout and lengths; what else there is, is not
    /// looked at.</param>
    /// <param name="labels">Out: the labels of sample n from element n T on, [N, T]; -1 behind the last.</param>
    /// <param name="lengths">Out: how many labels each sample has, [N].</param>
    /// <param name="blank">The class of the blank.</param>
    /// <exception cref="ArgumentException">Lengths or shapes do not fit together.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The blank is no class, or a length is negative or beyond the
    /// frames.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc cref="GreedyDecode(ReadOnlySpan{float}, CtcShape, Span{int}, Span{int}, int)" path="/remarks"/>
    public static void GreedyDecode<T>(
        scoped in CtcArgs<T> args, Span<int> labels, Span<int> lengths, int blank = 0)
        where T : unmanaged
    {
        var frames = new CtcFrames<T>(args._buffers, blank);
        frames.CheckFrames(labels.Length, nameof(labels));
        frames.CheckSamples(lengths.Length, nameof(lengths));
        for (var sample = 0; sample < lengths.Length; sample++)
        {
            var mine = labels.Slice(sample * (int)frames.Shape.T, (int)frames.Shape.T);
            lengths[sample] = Decode(frames, sample, mine, blank);
            mine[lengths[sample]..].Fill(-1);
        }
    }

    private static int Decode<T>(scoped in CtcFrames<T> frames, int sample, Span<int> labels, int blank)
        where T : unmanaged
    {
        var (count, before) = (0, blank);
        for (var frame = 0; frame < frames.Count(sample); frame++)
        {
            var best = Largest(frames[frame, sample], blank);
            if (best != blank && best != before) labels[count++] = best;
            before = best;
        }

        return count;
    }

    private static int Largest<T>(ReadOnlySpan<T> frame, int otherwise)
        where T : unmanaged
    {
        var (best, top) = (-1, 0.0);
        for (var c = 0; c < frame.Length; c++)
        {
            var value = CtcFrames<T>.Value(frame[c]);
            if (value > top || (best < 0 && !double.IsNaN(value))) (best, top) = (c, value);
        }

        return best < 0 ? otherwise : best;
    }
}
