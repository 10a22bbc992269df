using System.Runtime.InteropServices;

namespace FusedLoss.Catalogue;

/// <summary>Log-sum-exps and predictions of one run, between guard zones, where the plan wants them and the loss has
/// them.</summary>
internal sealed class RowStatistics
{
    private const int Guard = 13;
    private const int Poison = -77;

    private readonly ClassCase _loss;
    private readonly Precision _precision;
    private readonly GuardedTerms? _logSumExp;
    private readonly int[]? _predictions32;
    private readonly long[]? _predictions64;
    private readonly int _rows;

    private RowStatistics(ClassCase loss, CheckPlan plan, int rows, GuardedTerms? logSumExp)
    {
        (_loss, _rows, _logSumExp, _precision) = (loss, rows, logSumExp, Ulp.Inner(plan.Precision));
        if (logSumExp is null) return;
        if (plan.LongLabels) Array.Fill(_predictions64 = new long[rows + 2 * Guard], Poison);
        else Array.Fill(_predictions32 = new int[rows + 2 * Guard], Poison);
    }

    public static RowStatistics Of<T>(ClassCase loss, CheckPlan plan, int rows) where T : unmanaged =>
        new(loss, plan, rows,
            loss.Score is not null && plan.Wants(Outputs.Statistics) ? GuardedTerms.Of<T>(rows) : null);

    public OutputTerms LogSumExp => _logSumExp is null ? default : _logSumExp.Output;

    public OutputLabels Predictions => _predictions64 is not null ? _predictions64.AsSpan(Guard, _rows)
        : _predictions32 is not null ? _predictions32.AsSpan(Guard, _rows) : default(OutputLabels);

    public ReadOnlySpan<byte> PredictionBytes => _predictions64 is not null
        ? MemoryMarshal.AsBytes(_predictions64.AsSpan()) : MemoryMarshal.AsBytes(_predictions32.AsSpan());

    public ReadOnlySpan<byte> LogSumExpBytes => _logSumExp is null ? [] : _logSumExp.Bytes;

    public void Compare(Comparison comparison, int row, ReadOnlySpan<double> logits, Func<long, string> where)
    {
        if (_logSumExp is null) return;
        var (scores, rounded) = (new double[logits.Length], false);
        for (var c = 0; c < scores.Length; c++)
        {
            scores[c] = _loss.Score!(logits[c], row, c);
            rounded |= !scores[c].Equals(logits[c]);
        }
        if (_logSumExp.IsPoisoned(row)) comparison.Unwritten("log-sum-exp", row);
        comparison.LogSumExp(row, new Softmax(scores, rounded).LogSumExp, _logSumExp[row], where);
        var (expected, actual) = (Oracles.Prediction(scores), Predicted(Guard + row));
        var distance = !rounded || expected < 0 || actual < 0 || actual >= scores.Length ? double.PositiveInfinity
            : Ulp.Error(_precision, scores[expected], scores[actual]);
        comparison.Prediction(row, expected, actual, distance, where);
    }

    /// <summary>What is wrong with the memory around the elements, or null.</summary>
    public string? Damage()
    {
        for (var i = 0; _logSumExp is not null && i < _rows + 2 * Guard; i++)
        {
            if (i >= Guard && i < Guard + _rows) continue;
            if (Predicted(i) != Poison) return $"wrote {Predicted(i)} outside of the predictions, at {i - Guard}";
        }
        return _logSumExp?.Damage();
    }

    private long Predicted(int at) => _predictions64?[at] ?? _predictions32![at];
}
