namespace FusedLoss.Bench.Managed;

/// <summary>Rows of class scores, and their truth: labels or probabilities, the other one empty. The memory of large
/// arrays goes on for 16 elements, so that the vector loops may reach over the last row's end.</summary>
internal sealed class ClassBatch(int rows, int classes, bool probabilities)
{
    public const int Padding = 16;

    public int Rows => rows;

    public int Classes => classes;

    public Memory<float> Logits { get; } = Padded(rows * classes);

    public Memory<float> Gradient { get; } = Padded(rows * classes);

    public Memory<float> Probabilities { get; } = probabilities ? Padded(rows * classes) : default;

    public int[] Labels { get; } = new int[probabilities ? 0 : rows];

    public long Bytes => (long)sizeof(float) * (Logits.Length + Gradient.Length + Probabilities.Length) +
        (long)sizeof(int) * Labels.Length;

    private static Memory<float> Padded(int length) => new float[length + Padding].AsMemory(0, length);
}
