using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace FusedLoss.Bench.Managed;

/// <summary>Point-wise losses composed from TensorPrimitives, block by block so that what lies between two steps stays
/// in the first-level cache.</summary>
internal static class TensorPoints
{
    private const int Block = 1024;

    /// <summary>Writes the scaled derivatives of one block and returns the sum of its terms.</summary>
    private delegate double Step(ReadOnlySpan<float> x, ReadOnlySpan<float> t, Span<float> g, float scale);

    public static double Mse(ReadOnlySpan<float> x, ReadOnlySpan<float> t, Span<float> gradient) =>
        Mean(x, t, gradient, static (x, t, g, scale) =>
        {
            TensorPrimitives.Subtract(x, t, g);
            float sum = TensorPrimitives.SumOfSquares<float>(g);
            TensorPrimitives.Multiply(g, 2 * scale, g);
            return sum;
        });

    public static double L1(ReadOnlySpan<float> x, ReadOnlySpan<float> t, Span<float> gradient) =>
        Mean(x, t, gradient, static (x, t, g, scale) =>
        {
            TensorPrimitives.Subtract(x, t, g);
            float sum = TensorPrimitives.SumOfMagnitudes<float>(g);
            // The sign, but zero for zero: TensorPrimitives.Sign returns integers.
            TensorPrimitives.Multiply(g, float.MaxValue, g);
            TensorPrimitives.Clamp(g, -scale, scale, g);
            return sum;
        });

    /// <summary>With delta 1, where it is the smooth L1 loss with beta 1.</summary>
    public static double Huber(ReadOnlySpan<float> x, ReadOnlySpan<float> t, Span<float> gradient) =>
        Mean(x, t, gradient, [SkipLocalsInit] static (x, t, g, scale) =>
        {
            Span<float> d = stackalloc float[Block];
            d = d[..x.Length];
            TensorPrimitives.Subtract(x, t, d);
            TensorPrimitives.Clamp(d, -1f, 1f, g);
            double sum = TensorPrimitives.Dot(g, d) - 0.5 * TensorPrimitives.SumOfSquares<float>(g);
            TensorPrimitives.Multiply(g, scale, g);
            return sum;
        });

    public static double BceWithLogits(ReadOnlySpan<float> x, ReadOnlySpan<float> t, Span<float> gradient) =>
        Mean(x, t, gradient, [SkipLocalsInit] static (x, t, g, scale) =>
        {
            Span<float> buffer = stackalloc float[Block];
            buffer = buffer[..x.Length];
            TensorPrimitives.Sigmoid(x, g);
            // ln(1 + e^-|x|) = -ln max(p, 1 - p): the exponential is not computed again.
            TensorPrimitives.Subtract(1f, g, buffer);
            TensorPrimitives.Max(buffer, g, buffer);
            TensorPrimitives.Log(buffer, buffer);
            double sum = -TensorPrimitives.Sum<float>(buffer) - TensorPrimitives.Dot(x, t);
            TensorPrimitives.Max(x, 0f, buffer);
            sum += TensorPrimitives.Sum<float>(buffer);
            TensorPrimitives.Subtract(g, t, g);
            TensorPrimitives.Multiply(g, scale, g);
            return sum;
        });

    /// <summary>With alpha 0.25 and gamma 2; targets are 0 or 1.</summary>
    public static double SigmoidFocal(ReadOnlySpan<float> x, ReadOnlySpan<float> t, Span<float> gradient) =>
        Mean(x, t, gradient, [SkipLocalsInit] static (x, t, g, scale) =>
        {
            Span<float> buffers = stackalloc float[3 * Block];
            Span<float> a = buffers.Slice(0, x.Length), b = buffers.Slice(Block, x.Length);
            Span<float> w = buffers.Slice(2 * Block, x.Length);
            TensorPrimitives.Sigmoid(x, g); // p
            TensorPrimitives.Subtract(1f, g, a); // q
            TensorPrimitives.Max(g, a, b);
            TensorPrimitives.Log(b, b);
            TensorPrimitives.Max(x, 0f, w);
            TensorPrimitives.Subtract(w, b, b);
            TensorPrimitives.Multiply(x, t, w);
            TensorPrimitives.Subtract(b, w, b); // ce
            TensorPrimitives.Multiply(g, a, a); // p q
            TensorPrimitives.Multiply(a, b, a);
            TensorPrimitives.Multiply(a, 2f, a); // 2 p q ce
            TensorPrimitives.Subtract(g, t, g); // p - t
            TensorPrimitives.Multiply(t, -2f, w);
            TensorPrimitives.Add(w, 1f, w); // 1 - 2t, which is 1 or -1
            TensorPrimitives.Multiply(a, w, a);
            TensorPrimitives.Multiply(g, w, w); // |p - t| = 1 - p_t
            TensorPrimitives.MultiplyAdd(g, w, a, g);
            TensorPrimitives.Multiply(w, b, b);
            TensorPrimitives.Multiply(t, -0.5f, a);
            TensorPrimitives.Add(a, 0.75f, a); // alpha_t
            TensorPrimitives.Multiply(a, w, w);
            TensorPrimitives.Multiply(g, w, g);
            TensorPrimitives.Multiply(g, scale, g);
            return TensorPrimitives.Dot<float>(w, b);
        });

    private static double Mean(ReadOnlySpan<float> x, ReadOnlySpan<float> t, Span<float> gradient, Step step)
    {
        double sum = 0;
        for (int i = 0; i < gradient.Length; i += Block)
        {
            int n = Math.Min(Block, gradient.Length - i);
            sum += step(x.Slice(i, n), t.Slice(i, n), gradient.Slice(i, n), 1f / gradient.Length);
        }
        return sum / gradient.Length;
    }
}
