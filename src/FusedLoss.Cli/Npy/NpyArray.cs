using System.Globalization;

namespace FusedLoss.Cli.Npy;

/// <summary>A C-ordered array: <c>Data</c> is a T[] of the type that <c>Type</c> says.</summary>
internal sealed record NpyArray(NpyType Type, long[] Shape, Array Data)
{
    public int Length => Data.Length;

    /// <summary>As Python prints it: (), (3,), (2, 3).</summary>
    public string ShapeText => Text(Shape);

    /// <summary>The numbers, whatever their type; bfloat16 is stored as its bits.</summary>
    public double[] Doubles() => Data switch
    {
        double[] data => data,
        float[] data => Array.ConvertAll(data, x => (double)x),
        Half[] data => Array.ConvertAll(data, x => (double)x),
        ushort[] data when Type == NpyType.BFloat16 => Array.ConvertAll(data, x => (double)BFloat16.FromBits(x)),
        ushort[] data => Array.ConvertAll(data, x => (double)x),
        int[] data => Array.ConvertAll(data, x => (double)x),
        long[] data => Array.ConvertAll(data, x => (double)x),
        byte[] data => Array.ConvertAll(data, x => (double)x),
        _ => throw new NotSupportedException($"arrays of {Data.GetType()} hold no numbers."),
    };

    public static string Text(long[] shape)
    {
        string sizes = string.Join(", ", shape.Select(size => size.ToString(CultureInfo.InvariantCulture)));
        return shape.Length == 1 ? $"({sizes},)" : $"({sizes})";
    }
}
