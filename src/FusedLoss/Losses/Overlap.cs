using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>A pinned buffer as a range of addresses; absent when it is empty.</summary>
internal readonly unsafe struct Region(void* start, long bytes, bool onDevice = false)
{
    public readonly nuint Start = (nuint)start;
    public readonly nuint End = (nuint)start + (nuint)bytes;
    public readonly bool IsOnDevice = onDevice;

    public bool IsAbsent => Start == End;

    public long Bytes => (long)(End - Start);

    public static Region Of<T>(T* start, scoped in InputView<T> view)
        where T : unmanaged => new(start, view.Extent * sizeof(T), view.IsOnDevice);

    public static Region Of(void* start, scoped in Labels labels) =>
        new(start, labels.Length * labels.ElementSize, labels.IsOnDevice);

    public static Region Of(void* start, scoped in OutputLabels labels) => new(start, labels.Bytes, labels.IsOnDevice);

    public static Region Of(void* start, scoped in SampleLengths lengths) =>
        new(start, lengths.Bytes, lengths.IsOnDevice);

    public static Region Of(void* start, scoped in InputTerms terms) => new(start, terms.Bytes, terms.IsOnDevice);

    public bool Overlaps(in Region other) => Start < other.End && other.Start < End;
}

/// <summary>Outputs must not overlap other buffers, except where a loss works in place.</summary>
internal static class Overlap
{
    /// <summary>No input that an output may share its memory with.</summary>
    public const int Alone = -1;

    /// <param name="regions">The inputs, then the outputs.</param>
    /// <param name="names">Their names.</param>
    /// <param name="partners">For each output the input whose very memory it may be, or <see cref="Alone"/>.</param>
    /// <param name="gpu">The call, if it is one on a GPU: it looks at the same regions.</param>
    public static void Check(
        ReadOnlySpan<Region> regions, ReadOnlySpan<string> names, ReadOnlySpan<int> partners, CudaCall? gpu)
    {
        var inputs = regions.Length - partners.Length;
        if (gpu is null) CheckIsOfHost(regions, names);
        for (var output = inputs; output < regions.Length; output++)
        {
            if (regions[output].End == 0) continue; // absent
            for (var other = 0; other < output; other++)
            {
                var mayShare = partners[output - inputs] == other;
                Check(regions[output], names[output], regions[other], names[other], mayShare);
            }
        }

        gpu?.Take(regions, names, inputs);
    }

    private static void CheckIsOfHost(ReadOnlySpan<Region> regions, ReadOnlySpan<string> names)
    {
        for (var i = 0; i < regions.Length; i++)
        {
            if (!regions[i].IsOnDevice) continue;
            throw new ArgumentException(
                $"{names[i]} is memory of a GPU, which needs a call with a CudaStream.", names[i]);
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
