namespace FusedLoss.Cli.Npy;

/// <summary>Element types that are read. BFloat16 has no code of its own in .npy: it is UInt16, re-read on
/// request.</summary>
internal enum NpyType { Float16, BFloat16, Float32, Float64, Int32, Int64, UInt8, UInt16 }

internal static class NpyTypes
{
    public static string Name(this NpyType type) => type.ToString().ToLowerInvariant();

    public static bool IsFloating(this NpyType type) => type <= NpyType.Float64;

    public static int Size(this NpyType type) => type switch
    {
        NpyType.UInt8 => 1,
        NpyType.Float16 or NpyType.BFloat16 or NpyType.UInt16 => 2,
        NpyType.Float32 or NpyType.Int32 => 4,
        _ => 8,
    };

    /// <summary>NumPy's type code without the byte order; null for types that .npy cannot hold.</summary>
    public static string? Code(this NpyType type) => type switch
    {
        NpyType.Float16 => "f2",
        NpyType.Float32 => "f4",
        NpyType.Float64 => "f8",
        NpyType.Int32 => "i4",
        NpyType.Int64 => "i8",
        NpyType.UInt8 => "u1",
        NpyType.UInt16 or NpyType.BFloat16 => "u2",
        _ => null,
    };

    public static NpyType? FromCode(string code)
    {
        foreach (NpyType type in Enum.GetValues<NpyType>())
        {
            if (type.Code() == code && type != NpyType.BFloat16) return type;
        }
        return null;
    }
}
