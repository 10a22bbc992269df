using System.Globalization;

namespace FusedLoss.Cli.Npy;

/// <summary>A C-ordered array: <c>Data</c> is a T[] of the type that <c>Type</c> says.</summary>
internal sealed record NpyArray(NpyType Type, long[] Shape, Array Data)
{
    public int Length => Data.Length;

    /// <summary>As Python prints it: (), (3,), (2, 3).</summary>
    public string ShapeText => Text(Shape);

    public static string Text(long[] shape)
    {
        string sizes = string.Join(", ", shape.Select(size => size.ToString(CultureInfo.InvariantCulture)));
        return shape.Length == 1 ? $"({sizes},)" : $"({sizes})";
    }
}
