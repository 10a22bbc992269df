namespace FusedLoss;

/// <summary>What PyTorch's deprecated arguments <c>size_average</c> and <c>reduce</c> mean today.</summary>
public static class LegacyReduction
{
    /// <summary>Maps the two flags to a reduction, as PyTorch does.</summary>
    /// <param name="sizeAverage">PyTorch's <c>size_average</c>: whether to divide by the loss's denominator;
    /// <see langword="null"/> is <see langword="true"/>.</param>
    /// <param name="reduce">PyTorch's <c>reduce</c>: whether to reduce at all, whatever the other says;
    /// <see langword="null"/> is <see langword="true"/>.</param>
    /// <returns><see cref="Reduction.None"/> when <paramref name="reduce"/> is <see langword="false"/>, otherwise
    /// <see cref="Reduction.Sum"/> when <paramref name="sizeAverage"/> is <see langword="false"/>, otherwise
    /// <see cref="Reduction.Mean"/>.</returns>
    /// <remarks>In PyTorch either flag, given, overrides <c>reduction</c>. Same as
    /// <c>torch.nn._reduction.legacy_get_string</c>, without its warning.</remarks>
    /// <example><code>
    /// float[] input = [1, 2, 3], target = [1, 0, 3];
    /// var options = new MseOptions { Reduction = LegacyReduction.Of(sizeAverage: false, reduce: null) };
    /// double loss = Loss.Mse(input, target, options: options); // 4: the sum
    /// </code></example>
    public static Reduction Of(bool? sizeAverage, bool? reduce)
    {
        if (reduce == false) return Reduction.None;
        return sizeAverage == false ? Reduction.Sum : Reduction.Mean;
    }
}
