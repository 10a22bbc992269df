using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FusedLoss.Bench.Managed;

/// <summary>The hand-fused loop over rows of class scores: maximum, exponential and its sum, scale. Sixteen rows at a
/// time where they fit into the cache, so that a row's own few operations are vectors too.</summary>
internal static unsafe class RowLoop
{
    private const int Width = 16;
    private const int MostBatchedClasses = 1024;

    public static double Mean<TLoss, TMath>(ClassBatch batch)
        where TLoss : struct, IRowLoss
        where TMath : struct, IMath
    {
        int most = batch.Classes <= MostBatchedClasses ? Width : 1;
        double sum = 0;
        fixed (float* x = batch.Logits.Span, g = batch.Gradient.Span)
        {
            for (int row = 0; row < batch.Rows; row += most)
            {
                int n = Math.Min(most, batch.Rows - row);
                long offset = (long)row * batch.Classes;
                var labels = batch.Labels.AsSpan(row, n);
                var first = new Row(x + offset, g + offset, batch.Classes);
                sum += batch.Classes <= Width
                    ? ShortBatch<TLoss, TMath>(first, labels, 1f / batch.Rows)
                    : Batch<TLoss, TMath>(first, labels, 1f / batch.Rows);
            }
        }
        return sum / batch.Rows;
    }

    private static double Batch<TLoss, TMath>(Row first, ReadOnlySpan<int> labels, float scale)
        where TLoss : struct, IRowLoss
        where TMath : struct, IMath
    {
        Sums all = default;
        ((Span<float>)all.Sum).Fill(1);
        for (int r = 0; r < labels.Length; r++)
        {
            var row = first.Next(r);
            float top = row.Max();
            all.Gap[r] = row.X[labels[r]] - top;
            all.Sum[r] = row.Exp<TMath>(top);
        }
        double loss = Finish<TLoss, TMath>(ref all, scale, labels.Length);
        for (int r = 0; r < labels.Length; r++)
        {
            var row = first.Next(r);
            row.Scale(all.Pull[r]);
            row.G[labels[r]] -= all.Slope[r];
        }
        return loss;
    }

    /// <summary>Rows that fit into a vector. Their exponentials are kept elsewhere, because to load what two
    /// overlapping stores have just written stalls; the gradient is then written over each row's end, in the order of
    /// rows.</summary>
    [SkipLocalsInit]
    private static double ShortBatch<TLoss, TMath>(Row first, ReadOnlySpan<int> labels, float scale)
        where TLoss : struct, IRowLoss
        where TMath : struct, IMath
    {
        Sums all = default;
        ((Span<float>)all.Sum).Fill(1);
        float* kept = stackalloc float[Width * Width];
        float* x = first.X, g = first.G;
        Vector512<float> inRow = First(first.Classes), none = Vector512.Create(float.NegativeInfinity);
        for (int r = 0; r < labels.Length; r++, x += first.Classes)
        {
            var row = Vector512.ConditionalSelect(inRow, Vector512.Load(x), none);
            float top = Across(row);
            all.Gap[r] = x[labels[r]] - top;
            row = Vector512.ConditionalSelect(inRow, TMath.Exp(row - Vector512.Create(top)), default);
            row.Store(kept + r * Width);
            all.Sum[r] = Vector512.Sum(row);
        }
        double loss = Finish<TLoss, TMath>(ref all, scale, labels.Length);
        for (int r = 0; r < labels.Length; r++, g += first.Classes)
        {
            var isLabel = Vector512.Equals(Vector512<int>.Indices, Vector512.Create(labels[r])).AsSingle();
            var slope = Vector512.ConditionalSelect(isLabel, Vector512.Create(all.Slope[r]), default);
            (Vector512.Load(kept + r * Width) * all.Pull[r] - slope).Store(g);
        }
        return loss;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Finish<TLoss, TMath>(ref Sums all, float scale, int rows)
        where TLoss : struct, IRowLoss
        where TMath : struct, IMath
    {
        Vector512<float> gap = Vector512.Create<float>(all.Gap), sum = Vector512.Create<float>(all.Sum);
        var terms = TLoss.At(new RowSums(gap, TMath.Exp(gap), sum), TMath.Log(sum), out var slope);
        slope *= scale;
        (slope / sum).CopyTo(all.Pull);
        slope.CopyTo(all.Slope);
        return Vector512.Sum(Vector512.ConditionalSelect(First(rows), terms, default));
    }

    private static Vector512<float> First(int lanes) =>
        Vector512.LessThan(Vector512<float>.Indices, Vector512.Create((float)lanes));

    [InlineArray(Width)]
    private struct Lanes
    {
        private float _first;
    }

    /// <summary>One lane per row of a batch.</summary>
    private struct Sums
    {
        public Lanes Gap;
        public Lanes Sum;
        public Lanes Pull;
        public Lanes Slope;
    }

    /// <summary>Scores and gradient of one row. What reaches over its end is the next row's, which is done later, or
    /// padding.</summary>
    internal readonly struct Row(float* x, float* g, int classes)
    {
        public readonly float* X = x;
        public readonly float* G = g;
        public readonly int Classes = classes;

        public int Whole => Classes & -Width;

        /// <summary>Of the vector that reaches over the end, the lanes that do not.</summary>
        public Vector512<float> InRow => First(Classes - Whole);

        public Row Next(int rows) => new(X + (long)rows * Classes, G + (long)rows * Classes, Classes);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Max()
        {
            var even = Vector512.Create(float.NegativeInfinity);
            var (odd, c, whole) = (even, 0, Whole);
            for (; c + Width < whole; c += 2 * Width)
            {
                even = Vector512.MaxNative(even, Vector512.Load(X + c));
                odd = Vector512.MaxNative(odd, Vector512.Load(X + c + Width));
            }
            if (c < whole) even = Vector512.MaxNative(even, Vector512.Load(X + c));
            if (whole < Classes)
            {
                var none = Vector512.Create(float.NegativeInfinity);
                odd = Vector512.MaxNative(odd, Vector512.ConditionalSelect(InRow, Vector512.Load(X + whole), none));
            }
            return Across(Vector512.MaxNative(even, odd));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Exp<TMath>(float top)
            where TMath : struct, IMath
        {
            var shift = Vector512.Create(top);
            Vector512<float> even = default, odd = default;
            var (c, whole) = (0, Whole);
            for (; c + Width < whole; c += 2 * Width)
            {
                var e = TMath.Exp(Vector512.Load(X + c) - shift);
                e.Store(G + c);
                even += e;
                e = TMath.Exp(Vector512.Load(X + c + Width) - shift);
                e.Store(G + c + Width);
                odd += e;
            }
            for (; c < Classes; c += Width)
            {
                var e = TMath.Exp(Vector512.Load(X + c) - shift);
                e.Store(G + c);
                even += c < whole ? e : Vector512.ConditionalSelect(InRow, e, default);
            }
            return Vector512.Sum(even + odd);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Scale(float pull)
        {
            int whole = Whole;
            for (int c = 0; c < whole; c += Width) (Vector512.Load(G + c) * pull).Store(G + c);
            if (whole == Classes) return;
            var e = Vector512.Load(G + whole);
            Vector512.ConditionalSelect(InRow, e * pull, e).Store(G + whole);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Across(Vector512<float> v)
    {
        var half = Vector256.MaxNative(v.GetLower(), v.GetUpper());
        var m = Vector128.MaxNative(half.GetLower(), half.GetUpper());
        m = Vector128.MaxNative(m, Vector128.Shuffle(m, Vector128.Create(2, 3, 0, 1)));
        return float.MaxNative(m[0], m[1]);
    }
}
