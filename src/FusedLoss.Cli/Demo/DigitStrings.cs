namespace FusedLoss.Cli.Demo;

/// <summary>A batch of strings as a model sees them: for every frame [T, N] a window of columns, and the labels of all
/// strings, one string after the other.</summary>
internal sealed record StringBatch(
    CtcShape Shape, float[] Windows, int[] InputLengths, int[] Targets, int[] TargetLengths);

/// <summary>Handwritten digits side by side, with gaps of random width: nobody says where a digit begins.</summary>
internal sealed class DigitStrings(Samples images, int seed)
{
    /// <summary>Ten digits behind the blank, which is class 0.</summary>
    public const int Classes = 11;

    /// <summary>Numbers that a frame consists of.</summary>
    public const int Inputs = Window * Side;

    private const int Side = 8;       // of an image, in pixels
    private const float White = 16;   // the largest grey level
    private const int Step = 2;       // columns from one frame to the next
    private const int Window = 12;    // columns of a frame: a digit and its surroundings
    private const int LeastDigits = 3, MostDigits = 6, MostGap = 4;

    private readonly Random _random = new(seed);

    public StringBatch Next(int count)
    {
        var strings = new float[count][];
        var lengths = new int[count];
        var labels = new List<int>();
        for (int n = 0; n < count; n++)
        {
            lengths[n] = _random.Next(LeastDigits, MostDigits + 1);
            strings[n] = Draw(lengths[n], labels);
        }
        int[] frames = Array.ConvertAll(strings, columns => (columns.Length / Side + Step - 1) / Step);
        var windows = new float[frames.Max() * count * Inputs];
        for (int n = 0; n < count; n++)
        {
            for (int t = 0; t < frames[n]; t++)
                Fill(windows.AsSpan((t * count + n) * Inputs, Inputs), strings[n], Step * t);
        }
        return new(new(frames.Max(), count, Classes), windows, frames, [.. labels], lengths);
    }

    /// <summary>Columns of pixels, one after the other.</summary>
    private float[] Draw(int digits, List<int> labels)
    {
        var columns = new List<float>();
        for (int i = 0; i < digits; i++)
        {
            columns.AddRange(new float[_random.Next(MostGap) * Side]);
            int image = _random.Next(images.Rows);
            for (int column = 0; column < Side; column++)
            {
                for (int row = 0; row < Side; row++)
                    columns.Add(images.Features[image * images.Columns + row * Side + column] / White);
            }
            labels.Add(images.Labels[image] + 1);
        }
        columns.AddRange(new float[_random.Next(MostGap) * Side]);
        return [.. columns];
    }

    /// <summary>The columns around one; what is outside of the string is empty.</summary>
    private static void Fill(Span<float> window, float[] columns, int middle)
    {
        int first = (middle - Window / 2) * Side;
        int from = Math.Max(first, 0), to = Math.Min(first + window.Length, columns.Length);
        columns.AsSpan(from, to - from).CopyTo(window[(from - first)..]);
    }
}
