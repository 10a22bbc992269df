using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FusedLoss.Bench.Managed;

/// <summary>Cross-entropy with class probabilities, hand-fused: the sums over the probabilities are taken in the pass
/// of the exponential.</summary>
internal static unsafe class MixtureLoop
{
    private const int Width = 16;

    public static double Mean<TMath>(ClassBatch batch)
        where TMath : struct, IMath
    {
        double sum = 0;
        fixed (float* x = batch.Logits.Span, t = batch.Probabilities.Span, g = batch.Gradient.Span)
        {
            for (int row = 0; row < batch.Rows; row++)
            {
                long offset = (long)row * batch.Classes;
                sum += One<TMath>(new RowLoop.Row(x + offset, g + offset, batch.Classes), t + offset, 1f / batch.Rows);
            }
        }
        return sum / batch.Rows;
    }

    private static double One<TMath>(RowLoop.Row row, float* t, float scale)
        where TMath : struct, IMath
    {
        var top = Vector512.Create(row.Max());
        Vector512<float> sum = default, mass = default, centered = default;
        for (int c = 0; c < row.Classes; c += Width)
        {
            var (d, share) = (Vector512.Load(row.X + c) - top, Vector512.Load(t + c));
            var e = TMath.Exp(d);
            e.Store(row.G + c); // over the row's end: the next row's, which is done later
            if (c + Width > row.Classes)
            {
                e = Vector512.ConditionalSelect(row.InRow, e, default);
                share = Vector512.ConditionalSelect(row.InRow, share, default);
            }
            sum += e;
            mass += share;
            centered = Vector512.FusedMultiplyAdd(share, d, centered);
        }
        float all = Vector512.Sum(sum), total = Vector512.Sum(mass);
        var pull = Vector512.Create(total * scale / all);
        for (int c = 0; c < row.Classes; c += Width)
        {
            var shares = Vector512.Load(t + c) * scale;
            Vector512.FusedMultiplyAdd(Vector512.Load(row.G + c), pull, -shares).Store(row.G + c);
        }
        return total * MathF.Log(all) - Vector512.Sum(centered);
    }
}
