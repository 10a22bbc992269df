namespace FusedLoss.Catalogue;

internal static partial class LossCatalogue
{
    private const long DefaultIgnoreIndex = -100;

    private static readonly ClassInputs Labelled = new();
    private static readonly ClassInputs Weighted = new(Weights: true);

    private static readonly Lazy<ClassCase[]> s_classes = new(() =>
    [
        .. Entropies,
        .. EntropyExtras,
        .. SoftmaxFocals,
        .. InfoNces,
        .. BalancedEntropies,
        .. Divergences,
        .. ClassMargins,
    ]);

    public static IReadOnlyList<ClassCase> Classes => s_classes.Value;
}
