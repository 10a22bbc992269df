using System.Globalization;
using System.Text.RegularExpressions;

namespace FusedLoss.Cli.Npy;

/// <summary>
/// The header of a .npy file: a Python dictionary literal with the keys descr, fortran_order and shape
/// (<see href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">numpy.lib.format</see>).
/// </summary>
internal sealed partial record NpyHeader(string Descr, bool FortranOrder, long[] Shape)
{
    public static NpyHeader? Parse(string text)
    {
        Match descr = DescrPattern().Match(text);
        Match order = OrderPattern().Match(text);
        Match shape = ShapePattern().Match(text);
        if (!descr.Success || !order.Success || !shape.Success) return null;
        long[]? sizes = Sizes(shape.Groups[1].Value);
        return sizes is null ? null : new NpyHeader(descr.Groups[1].Value, order.Groups[1].Value == "True", sizes);
    }

    public static string Format(NpyType type, long[] shape)
    {
        char order = type.Size() == 1 ? '|' : '<';
        return $"{{'descr': '{order}{type.Code()}', 'fortran_order': False, 'shape': {NpyArray.Text(shape)}, }}";
    }

    private static long[]? Sizes(string tuple)
    {
        string[] items = tuple.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var sizes = new long[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            // Python 2 wrote long integers as 3L.
            if (!long.TryParse(items[i].TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out sizes[i]))
            {
                return null;
            }
        }
        return sizes;
    }

    // Structured types have a list as descr; they become the descr "[", which no reader knows.
    [GeneratedRegex("""['"]descr['"]\s*:\s*(?:['"]([^'"]*)['"]|(?=(\[)))""")]
    private static partial Regex DescrPattern();

    [GeneratedRegex("""['"]fortran_order['"]\s*:\s*(True|False)""")]
    private static partial Regex OrderPattern();

    [GeneratedRegex("""['"]shape['"]\s*:\s*\(([^)]*)\)""")]
    private static partial Regex ShapePattern();
}
