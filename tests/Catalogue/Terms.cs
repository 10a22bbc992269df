namespace FusedLoss.Catalogue;

/// <summary>What a loss reads once per term, per row or per class: float64 for losses of float64, else float32, to
/// which the values have been rounded.</summary>
internal sealed class TermValues
{
    private readonly float[]? _float32;

    private TermValues(double[] values, float[]? float32) => (Values, _float32) = (values, float32);

    public double[] Values { get; }

    public InputTerms Input => _float32 is null ? Values : _float32;

    /// <summary>Absent when there are no values.</summary>
    public static TermValues? Of<T>(double[]? values) where T : unmanaged
    {
        if (values is null) return null;
        if (typeof(T) == typeof(double)) return new(values, null);
        var float32 = Array.ConvertAll(values, value => (float)value);
        return new(Array.ConvertAll(float32, value => (double)value), float32);
    }
}

/// <summary>What a loss of T writes once per term or per row, between guard zones.</summary>
internal sealed class GuardedTerms
{
    private readonly GuardedBuffer<float>? _float32;
    private readonly GuardedBuffer<double>? _float64;

    private GuardedTerms(GuardedBuffer<float>? float32, GuardedBuffer<double>? float64) =>
        (_float32, _float64) = (float32, float64);

    public OutputTerms Output => _float32 is not null ? _float32.Span : _float64!.Span;

    public ReadOnlySpan<byte> Bytes => _float32 is not null ? _float32.Bytes : _float64!.Bytes;

    public double this[long index] => _float32 is not null ? _float32[index] : _float64![index];

    public static GuardedTerms Of<T>(long count) where T : unmanaged => typeof(T) == typeof(double)
        ? new(null, new(Layout.Dense(count)))
        : new(new(Layout.Dense(count)), null);

    public bool IsPoisoned(long index) => _float32?.IsPoisoned(index) ?? _float64!.IsPoisoned(index);

    public string? Damage() => _float32 is not null ? _float32.Damage() : _float64!.Damage();
}
