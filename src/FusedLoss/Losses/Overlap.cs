using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>A pinned buffer as a range of addresses; absent when it is empty.</summary>
internal readonly unsafe struct Region(void* start, long bytes)
{
    public readonly nuint Start = (nuint)start;
    public readonly nuint End = (nuint)start + (nuint)bytes;

    public static Region Of<T>(T* start, scoped in InputView<T> view)
        where T : unmanaged => new(start, view.Extent * sizeof(T));

    public static Region Of(void* start, scoped in Labels labels) => new(start, labels.Length * labels.ElementSize);

    public bool Overlaps(in Region other) => Start < other.End && other.Start < End;
}

/// <summary>Outputs must not overlap other buffers, except where a loss works in place.</summary>
internal static class Overlap
{
    /// <summary>Positions in a list of regions: five inputs, beginning with input and target, then the
    /// outputs.</summary>
    private const int Input = 0, Target = 1, FirstOutput = 5, Gradient = 6, TargetGradient = 7;

    /// <param name="regions">input, target, three more inputs, losses, gradient, target gradient.</param>
    /// <param name="names">Their names.</param>
    /// <param name="inPlace">Whether gradient and input have one layout, so that they may be the same memory.</param>
    /// <param name="targetInPlace">The same for target gradient and target.</param>
    public static void Check(
        ReadOnlySpan<Region> regions, ReadOnlySpan<string> names, bool inPlace, bool targetInPlace)
    {
        for (var output = FirstOutput; output < regions.Length; output++)
        {
            if (regions[output].End == 0) continue; // absent
            for (var other = 0; other < output; other++)
            {
                var mayShare = (output == Gradient && other == Input && inPlace)
                    || (output == TargetGradient && other == Target && targetInPlace);
                Check(regions[output], names[output], regions[other], names[other], mayShare);
            }
        }
    }

    public static void Check(in Region output, string name, in Region other, string otherName, bool mayShare)
    {
        if (!output.Overlaps(other)) return;
        if (!mayShare) throw new ArgumentException($"{name} overlaps {otherName}, which it must not.", name);
        if (output.Start != other.Start || output.End != other.End)
        {
            throw new ArgumentException(
                $"{name} overlaps {otherName} in part; it may only be the very same memory.", name);
        }
    }
}
