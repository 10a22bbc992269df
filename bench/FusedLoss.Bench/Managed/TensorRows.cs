using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace FusedLoss.Bench.Managed;

/// <summary>Losses of class scores composed from TensorPrimitives. Rows are short and a call has its price, so the
/// exponential runs over a block of rows at once, and the logarithm over their sums.</summary>
internal static class TensorRows
{
    private const int Block = 2048;

    /// <summary>From x_y - m and ln of the sum of e^(x_c - m): the term, and the slope s of the gradient
    /// s * (p_c - [c = y]).</summary>
    private delegate float Finish(float gap, float logSum, out float slope);

    public static double CrossEntropy(ClassBatch batch) =>
        Mean(batch, static (float gap, float logSum, out float slope) =>
        {
            slope = 1;
            return logSum - gap;
        });

    /// <summary>With gamma 2.</summary>
    public static double SoftmaxFocal(ClassBatch batch) =>
        Mean(batch, static (float gap, float logSum, out float slope) =>
        {
            float ce = logSum - gap, p = MathF.Exp(-ce), q = 1 - p;
            slope = q * (2 * p * ce + q);
            return q * q * ce;
        });

    /// <summary>Cross-entropy with probabilities.</summary>
    public static double Mixture(ClassBatch batch)
    {
        double sum = 0;
        for (int row = 0; row < batch.Rows; row++)
        {
            int offset = row * batch.Classes;
            ReadOnlySpan<float> x = batch.Logits.Span.Slice(offset, batch.Classes);
            ReadOnlySpan<float> t = batch.Probabilities.Span.Slice(offset, batch.Classes);
            Span<float> g = batch.Gradient.Span.Slice(offset, batch.Classes);
            TensorPrimitives.Subtract(x, TensorPrimitives.Max(x), g);
            float mass = TensorPrimitives.Sum(t), centered = TensorPrimitives.Dot<float>(t, g);
            TensorPrimitives.Exp(g, g);
            float all = TensorPrimitives.Sum<float>(g);
            sum += mass * MathF.Log(all) - centered;
            TensorPrimitives.Multiply(g, mass / all, g);
            TensorPrimitives.Subtract(g, t, g);
            TensorPrimitives.Multiply(g, 1f / batch.Rows, g);
        }
        return sum / batch.Rows;
    }

    private static double Mean(ClassBatch batch, Finish finish)
    {
        int most = Math.Max(1, Block / batch.Classes);
        double sum = 0;
        for (int row = 0; row < batch.Rows; row += most)
        {
            int n = Math.Min(most, batch.Rows - row), offset = row * batch.Classes;
            var x = batch.Logits.Span.Slice(offset, n * batch.Classes);
            var g = batch.Gradient.Span.Slice(offset, n * batch.Classes);
            sum += Rows(x, batch.Labels.AsSpan(row, n), g, 1f / batch.Rows, finish);
        }
        return sum / batch.Rows;
    }

    [SkipLocalsInit]
    private static double Rows(
        ReadOnlySpan<float> x, ReadOnlySpan<int> labels, Span<float> g, float scale, Finish finish)
    {
        int classes = x.Length / labels.Length;
        Span<float> gaps = stackalloc float[labels.Length], sums = stackalloc float[labels.Length];
        Span<float> logs = stackalloc float[labels.Length];
        for (int r = 0, c = 0; r < labels.Length; r++, c += classes)
        {
            var row = x.Slice(c, classes);
            TensorPrimitives.Subtract(row, TensorPrimitives.Max(row), g.Slice(c, classes));
            gaps[r] = g[c + labels[r]];
        }
        TensorPrimitives.Exp(g, g);
        for (int r = 0; r < labels.Length; r++) sums[r] = TensorPrimitives.Sum<float>(g.Slice(r * classes, classes));
        TensorPrimitives.Log(sums, logs);
        double loss = 0;
        for (int r = 0, c = 0; r < labels.Length; r++, c += classes)
        {
            loss += finish(gaps[r], logs[r], out float slope);
            TensorPrimitives.Multiply(g.Slice(c, classes), slope * scale / sums[r], g.Slice(c, classes));
            g[c + labels[r]] -= slope * scale;
        }
        return loss;
    }
}
