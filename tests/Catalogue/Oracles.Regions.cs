namespace FusedLoss.Catalogue;

/// <summary>What one class of one row adds to numerator and denominator of its region, and both slopes.</summary>
internal readonly record struct RegionShare(double Top, double Bottom, double TopSlope, double BottomSlope);

/// <summary>The contribution of a probability p with target t.</summary>
internal delegate RegionShare RegionFormula(double p, double t);

/// <summary>How regions are cut out of a batch, and what each has added to numerator and denominator.</summary>
internal sealed record RegionCut(
    double Smooth = 1, bool Probabilities = false, bool AllClasses = false, bool PerSample = false)
{
    public long Count(ClassShape shape) => (PerSample ? shape.Outer : 1) * PerSampleCount(shape);

    /// <summary>The region that holds class c of the row.</summary>
    public long Of(ClassShape shape, long row, long c) =>
        (PerSample ? row / shape.Inner * PerSampleCount(shape) : 0) + (AllClasses ? 0 : c);

    private long PerSampleCount(ClassShape shape) => AllClasses ? 1 : shape.Classes;
}

/// <summary>A batch as the oracle reads it: a target for every element, and which rows count for nothing.</summary>
internal sealed record RegionBatch(ClassShape Shape, double[] Input, double[] Target, bool[] Ignored);

/// <summary>Terms of regions and gradients of elements, by the textbook: sums over a region first, then the chain rule
/// row by row.</summary>
internal sealed class RegionOracle
{
    private readonly RegionFormula _formula;
    private readonly RegionCut _cut;
    private readonly RegionBatch _batch;
    private readonly double[] _p, _bent, _other;
    private readonly double[] _tops, _bottoms;

    public RegionOracle(RegionFormula formula, RegionCut cut, RegionBatch batch)
    {
        (_formula, _cut, _batch) = (formula, cut, batch);
        (_p, _bent, _other) = (new double[batch.Input.Length], new double[batch.Input.Length],
            new double[batch.Input.Length]);
        var (top, bottom) = (new ExactSum[cut.Count(batch.Shape)], new ExactSum[cut.Count(batch.Shape)]);
        for (var row = 0; row < batch.Ignored.Length; row++)
        {
            if (batch.Ignored[row]) continue;
            FillProbabilities(row);
            for (var c = 0L; c < batch.Shape.Classes; c++)
            {
                var (share, region) = (ShareOf(row, c), cut.Of(batch.Shape, row, c));
                top[region].Add(share.Top);
                bottom[region].Add(share.Bottom);
            }
        }
        _tops = Array.ConvertAll(top, sum => sum.Value + cut.Smooth);
        _bottoms = Array.ConvertAll(bottom, sum => sum.Value + cut.Smooth);
    }

    public int Count => _tops.Length;

    /// <summary>1 - N / D; its largest summand is 1.</summary>
    public Expected Term(int region) => new(1 - _tops[region] / _bottoms[region], 1);

    /// <summary>Gradients of one row, given what flows into every region.</summary>
    public void Gradient(long row, Func<long, double> upstream, Span<Expected> gradient)
    {
        gradient.Clear();
        if (_batch.Ignored[row]) return;
        for (var c = 0; c < gradient.Length; c++)
        {
            var region = _cut.Of(_batch.Shape, row, c);
            gradient[c] = Slope(ShareOf(row, c), _tops[region], _bottoms[region]) * upstream(region);
        }
        if (!_cut.Probabilities) ThroughScores(row, gradient);
    }

    private long Index(long row, long c) => ClassInputs.Index(_batch.Shape, row, c);

    private RegionShare ShareOf(long row, long c) => _formula(_p[Index(row, c)], _batch.Target[Index(row, c)]);

    // d/dp of 1 - N / D = (N D' - N' D) / D^2, with its summands as the floor. A region of nothing has no slope.
    private static Expected Slope(RegionShare share, double top, double bottom) =>
        bottom == 0 ? 0 : Oracles.Sum(-share.TopSlope / bottom, top / bottom * share.BottomSlope / bottom);

    // Softmax over the classes, or sigmoid where there is one. As floors, probabilities are times what their exponents
    // may have lost.
    private void FillProbabilities(long row)
    {
        var x = new double[_batch.Shape.Classes];
        for (var c = 0; c < x.Length; c++) x[c] = _batch.Input[Index(row, c)];
        var soft = new Softmax(x);
        for (var c = 0; c < x.Length; c++)
        {
            var index = Index(row, c);
            if (_cut.Probabilities) _p[index] = x[c];
            else if (x.Length > 1) (_p[index], _bent[index]) = (soft.P(c), soft.Bent(c));
            else (_p[index], _other[index]) = (Oracles.Sigmoid(x[c]), Oracles.Sigmoid(-x[c]));
        }
    }

    // Sigmoid: p (1 - p) g. Softmax: p_c (g_c - sum_k p_k g_k).
    private void ThroughScores(long row, Span<Expected> gradient)
    {
        if (gradient.Length == 1)
        {
            gradient[0] *= _p[Index(row, 0)] * _other[Index(row, 0)];
            return;
        }
        var (sum, floor) = (new ExactSum(), new ExactSum());
        for (var c = 0; c < gradient.Length; c++)
        {
            sum.Add(_p[Index(row, c)] * gradient[c].Value);
            floor.Add(_bent[Index(row, c)] * Magnitude(gradient[c]));
        }
        for (var c = 0; c < gradient.Length; c++)
        {
            gradient[c] = new(
                _p[Index(row, c)] * (gradient[c].Value - sum.Value),
                _bent[Index(row, c)] * Math.Max(Magnitude(gradient[c]), floor.Value));
        }
    }

    private static double Magnitude(Expected e) => Math.Max(Math.Abs(e.Value), e.Floor);
}

internal static partial class Oracles
{
    // Milletari et al. 2016, without squares: 1 - (2 sum p t + s) / (sum p + sum t + s).
    internal static RegionShare Dice(double p, double t) => new(2 * p * t, p + t, 2 * t, 1);

    // Salehi et al. 2017: 1 - (TP + s) / (TP + a FP + b FN + s).
    internal static RegionFormula Tversky(double alpha, double beta) => (p, t) => new(
        p * t, p * t + alpha * p * (1 - t) + beta * (1 - p) * t, t, t + alpha * (1 - t) - beta * t);
}
