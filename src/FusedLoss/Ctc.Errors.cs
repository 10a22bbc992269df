using System.Buffers;
using System.Runtime.CompilerServices;

namespace FusedLoss;

public static partial class Ctc
{
    /// <summary>Levenshtein's distance: the fewest insertions, deletions and substitutions that turn one sequence into
    /// the other.</summary>
    /// <param name="first">One sequence.</param>
    /// <param name="second">The other.</param>
    /// <returns>0 for equal sequences, at most the length of the longer one.</returns>
    /// <remarks>Time is the product of the lengths; memory, which is rented, the length of the second.</remarks>
    /// <example><code>
    /// int[] said = [3, 1, 4], heard = [3, 4, 4, 1];
    /// int mistakes = Ctc.EditDistance(said, heard); // 2
    /// </code></example>
    public static int EditDistance(ReadOnlySpan<int> first, ReadOnlySpan<int> second) =>
        EditDistance<int>(first, second);

    /// <inheritdoc cref="EditDistance(ReadOnlySpan{int}, ReadOnlySpan{int})"/>
    /// <typeparam name="T">What the sequences consist of: labels, characters, words.</typeparam>
    [OverloadResolutionPriority(-1)] // int has a method of its own
    public static int EditDistance<T>(ReadOnlySpan<T> first, ReadOnlySpan<T> second)
        where T : IEquatable<T>
    {
        var rented = ArrayPool<int>.Shared.Rent(second.Length + 1);
        var row = rented.AsSpan(0, second.Length + 1);
        for (var j = 0; j < row.Length; j++) row[j] = j;
        for (var i = 0; i < first.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 1; j < row.Length; j++)
            {
                var substituted = diagonal + (first[i].Equals(second[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j - 1], diagonal) + 1);
            }
        }

        var distance = row[^1];
        ArrayPool<int>.Shared.Return(rented);
        return distance;
    }

    /// <summary>The mistakes per label of a batch: the edit distances of all samples over the labels that they should
    /// have had.</summary>
    /// <param name="labels">What was read, <see cref="int"/> or <see cref="long"/>, one sample after the other or
    /// padded to [N, S], as <c>GreedyDecode</c> writes it.</param>
    /// <param name="lengths">How many labels were read of each sample, [N].</param>
    /// <param name="targets">What should have been read, likewise.</param>
    /// <param name="targetLengths">How many labels each sample has, [N].</param>
    /// <returns>0 for no mistake; more than 1 is possible. Without any label in the targets +inf, or 0 when none was
    /// read either.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit together.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative or beyond its buffer.</exception>
    /// <example><code>
    /// int[] read = [3, 1, 4, 1, 5], readLengths = [3, 2], targets = [3, 1, 4, 1, 6], targetLengths = [3, 2];
    /// double rate = Ctc.LabelErrorRate(read, readLengths, targets, targetLengths); // 0.2
    /// </code></example>
    public static double LabelErrorRate(
        Labels labels, SampleLengths lengths, Labels targets, SampleLengths targetLengths)
    {
        if (lengths.Count != targetLengths.Count)
        {
            throw new ArgumentException(
                $"targetLengths has {targetLengths.Count} elements but lengths has {lengths.Count}.",
                nameof(targetLengths));
        }

        if (!lengths.IsDense) Require.ThrowNotDense(nameof(lengths));
        if (!targetLengths.IsDense) Require.ThrowNotDense(nameof(targetLengths));
        var stride = CtcChecks.Stride(labels.Length, nameof(labels), lengths, nameof(lengths));
        var targetStride = CtcChecks.Stride(targets.Length, nameof(targets), targetLengths, nameof(targetLengths));
        var (mistakes, expected, first, firstTarget) = (0L, 0L, 0L, 0L);
        for (var sample = 0L; sample < lengths.Count; sample++)
        {
            if (stride > 0) first = sample * stride;
            if (targetStride > 0) firstTarget = sample * targetStride;
            var (length, targetLength) = ((int)lengths[sample], (int)targetLengths[sample]);
            mistakes += Distance(labels, first, length, targets, firstTarget, targetLength);
            expected += targetLength;
            first += length;
            firstTarget += targetLength;
        }

        return mistakes == 0 ? 0 : (double)mistakes / expected;
    }

    /// <summary>Labels may be int here and long there.</summary>
    private static int Distance(
        scoped in Labels labels, long first, int length, scoped in Labels targets, long firstTarget, int targetLength)
    {
        var rented = ArrayPool<long>.Shared.Rent(length + targetLength);
        var read = rented.AsSpan(0, length);
        var expected = rented.AsSpan(length, targetLength);
        for (var i = 0; i < length; i++) read[i] = labels[first + i];
        for (var i = 0; i < targetLength; i++) expected[i] = targets[firstTarget + i];
        var distance = EditDistance<long>(read, expected);
        ArrayPool<long>.Shared.Return(rented);
        return distance;
    }
}
