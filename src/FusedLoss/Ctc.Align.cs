using System.Buffers;

namespace FusedLoss;

public static partial class Ctc
{
    /// <summary>Finds for each sample the most probable of the paths that spell its target: which class each frame
    /// stands for when the labels are known.</summary>
    /// <param name="logits">Unnormalised scores of each frame, [T, N, C].</param>
    /// <param name="shape">Number of frames, samples and classes.</param>
    /// <param name="targets">The labels of all samples, <see cref="int"/> or <see cref="long"/>, one sample after the
    /// other or padded to [N, S].</param>
    /// <param name="targetLengths">Labels of each sample, [N].</param>
    /// <param name="path">Out: the class of each frame, [N, T]; -1 in frames past a sample's length, and in all frames
    /// of a sample without a path.</param>
    /// <param name="scores">Out: the logarithm of each path's probability, [N]; -inf where there is none. Empty when
    /// they are not wanted.</param>
    /// <param name="blank">The class of the blank.</param>
    /// <exception cref="ArgumentException">Lengths or shapes do not fit together, or a sample has more than 2 billion
    /// pairs of a frame and a lattice's state.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The blank is no class, a label is no class or the blank, or a
    /// length is negative or beyond its buffer.</exception>
    /// <remarks>Viterbi's algorithm over the lattice of the loss, in double precision: score = max over the paths of
    /// sum_t ln softmax(x_t)(path_t). NaN in a frame makes its sample's score NaN and leaves it without a path. Same as
    /// <c>torchaudio.functional.forced_align</c> of log-probabilities, which refuses samples without a path.</remarks>
    /// <example><code>
    /// float[] logits = [0, 2, 0, 1, 0, 0, 0, 0, 2]; // three frames: blank, two letters
    /// int[] targets = [1, 2], targetLengths = [2], path = new int[3];
    /// Ctc.Align(logits, new CtcShape(T: 3, N: 1, C: 3), targets, targetLengths, path); // path [1, 0, 2]
    /// </code></example>
    public static void Align(
        ReadOnlySpan<float> logits, CtcShape shape, Labels targets, SampleLengths targetLengths, Span<int> path,
        Span<double> scores = default, int blank = 0) => Align(
            new CtcArgs<float> { Logits = logits, Shape = shape, Targets = targets, TargetLengths = targetLengths },
            path, scores, blank);

    /// <inheritdoc
    /// cref="Align(ReadOnlySpan{float}, CtcShape, Labels, SampleLengths, Span{int}, Span{double}, int)"/>
    public static void Align(
        ReadOnlySpan<double> logits, CtcShape shape, Labels targets, SampleLengths targetLengths, Span<int> path,
        Span<double> scores = default, int blank = 0) => Align(
            new CtcArgs<double> { Logits = logits, Shape = shape, Targets = targets, TargetLengths = targetLengths },
            path, scores, blank);

    /// <summary>As above, with the named buffers of the loss: log-probabilities, tensors, samples of different lengths,
    /// either order of the dimensions, every element type.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="Half"/> or
    /// <see cref="BFloat16"/>.</typeparam>
    /// <param name="args">The inputs of the loss; its outputs are not looked at.</param>
    /// <param name="path">Out: the class of each frame, [N, T]; -1 in frames past a sample's length, and in all frames
    /// of a sample without a path.</param>
    /// <param name="scores">Out: the logarithm of each path's probability, [N]; -inf where there is none. Empty when
    /// they are not wanted.</param>
    /// <param name="blank">The class of the blank.</param>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is none of the four.</exception>
    /// <inheritdoc path="/exception|/remarks"
    /// cref="Align(ReadOnlySpan{float}, CtcShape, Labels, SampleLengths, Span{int}, Span{double}, int)"/>
    public static void Align<T>(
        scoped in CtcArgs<T> args, Span<int> path, Span<double> scores = default, int blank = 0)
        where T : unmanaged
    {
        ref readonly var buffers = ref args._buffers;
        var frames = new CtcFrames<T>(buffers, blank);
        var stride = CtcCalls.CheckLengths(buffers, frames.Shape, frames.Name);
        frames.CheckFrames(path.Length, nameof(path));
        if (!scores.IsEmpty) frames.CheckSamples(scores.Length, nameof(scores));
        CheckLabels(buffers, stride, frames, blank);
        for (var (sample, first) = (0, 0L); sample < frames.Shape.N; sample++)
        {
            var length = (int)buffers.TargetLengths[sample];
            if (stride > 0) first = sample * stride;
            var mine = path.Slice(sample * (int)frames.Shape.T, (int)frames.Shape.T);
            var score = Align(frames, sample, new Spelling(buffers.Targets, first, length, blank), mine);
            if (!scores.IsEmpty) scores[sample] = score;
            first += length;
        }
    }

    private static void CheckLabels<T>(
        scoped in CtcBuffers<T> buffers, long stride, scoped in CtcFrames<T> frames, int blank)
        where T : unmanaged
    {
        for (var (sample, first) = (0L, 0L); sample < frames.Shape.N; sample++)
        {
            if (stride > 0) first = sample * stride;
            var end = first + buffers.TargetLengths[sample];
            for (; first < end; first++)
            {
                var label = buffers.Targets[first];
                if (label >= 0 && label < frames.Shape.C && label != blank) continue;
                CtcChecks.ThrowLabel(
                    buffers.Targets, first, stride, buffers.TargetLengths, blank, frames.Shape, frames.Name);
            }
        }
    }

    private static double Align<T>(
        scoped in CtcFrames<T> frames, int sample, scoped in Spelling spelling, Span<int> path)
        where T : unmanaged
    {
        var (count, states) = (frames.Count(sample), spelling.States);
        path.Fill(-1);
        if (count == 0) return states == 1 ? 0 : double.NegativeInfinity;
        if ((long)count * states > Array.MaxLength)
            throw new ArgumentException($"sample {sample} has {count} frames and {states} states, which are too many.");
        var moves = ArrayPool<byte>.Shared.Rent(count * states);
        var best = ArrayPool<double>.Shared.Rent(states);
        try
        {
            var lattice = new Lattice(best.AsSpan(0, states), moves);
            for (var frame = 0; frame < count; frame++) lattice.Advance(frames, sample, frame, spelling);
            return lattice.Trace(spelling, path[..count]);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(best);
            ArrayPool<byte>.Shared.Return(moves);
        }
    }

    /// <summary>The states that a path goes through: the labels with a blank around each.</summary>
    private readonly ref struct Spelling(Labels targets, long first, int length, int blank)
    {
        private readonly Labels _targets = targets;

        public int States => 2 * length + 1;

        public int this[int state] => state % 2 == 0 ? blank : (int)_targets[first + state / 2];

        /// <summary>Whether the blank before a label may be left out: it may not between equal labels.</summary>
        public bool MaySkip(int state) => state > 1 && state % 2 == 1 && this[state] != this[state - 2];
    }

    /// <summary>The best way to each state so far, and how every state was reached at every frame.</summary>
    private readonly ref struct Lattice(Span<double> best, Span<byte> moves)
    {
        private readonly Span<double> _best = best;
        private readonly Span<byte> _moves = moves;

        public void Advance<T>(scoped in CtcFrames<T> frames, int sample, int frame, scoped in Spelling spelling)
            where T : unmanaged
        {
            var scores = frames[frame, sample];
            var states = _best.Length;
            var norm = frames.Name == "logits" ? LogSumExp(scores) : 0;
            for (var state = states - 1; state >= 0; state--)
            {
                var move = frame == 0 ? 0 : Move(state, spelling);
                var before = frame > 0 ? _best[state - move] : state < 2 ? 0 : double.NegativeInfinity;
                _moves[frame * states + state] = (byte)move;
                _best[state] = before + (CtcFrames<T>.Value(scores[spelling[state]]) - norm);
            }
        }

        /// <summary>Writes the best path backwards; its score.</summary>
        public double Trace(scoped in Spelling spelling, Span<int> path)
        {
            var state = _best.Length - 1;
            if (state > 0 && _best[state - 1] > _best[state]) state--;
            var score = _best[state];
            if (!(score > double.NegativeInfinity)) return score;
            for (var frame = path.Length - 1; frame >= 0; frame--)
            {
                path[frame] = spelling[state];
                state -= _moves[frame * _best.Length + state];
            }

            return score;
        }

        private int Move(int state, scoped in Spelling spelling)
        {
            var move = state > 0 && _best[state - 1] > _best[state] ? 1 : 0;
            return spelling.MaySkip(state) && _best[state - 2] > _best[state - move] ? 2 : move;
        }

        private static double LogSumExp<T>(ReadOnlySpan<T> scores)
            where T : unmanaged
        {
            var (top, sum) = (double.NegativeInfinity, 0.0);
            foreach (var score in scores) top = Math.Max(top, CtcFrames<T>.Value(score)); // NaN stays
            foreach (var score in scores) sum += Math.Exp(CtcFrames<T>.Value(score) - top);
            return top + Math.Log(sum);
        }
    }
}
