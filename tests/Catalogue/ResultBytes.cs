namespace FusedLoss.Catalogue;

/// <summary>All bytes of a result, to compare two runs.</summary>
internal static class ResultBytes
{
    /// <summary>The loss first, then the buffers.</summary>
    public static byte[] Of(
        double loss, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c = default,
        ReadOnlySpan<byte> d = default, ReadOnlySpan<byte> e = default)
    {
        var all = new byte[sizeof(double) + a.Length + b.Length + c.Length + d.Length + e.Length];
        BitConverter.TryWriteBytes(all, loss);
        var rest = all.AsSpan(sizeof(double));
        rest = Append(rest, a);
        rest = Append(rest, b);
        rest = Append(rest, c);
        rest = Append(rest, d);
        Append(rest, e);
        return all;
    }

    private static Span<byte> Append(Span<byte> to, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(to);
        return to[bytes.Length..];
    }
}
