using FusedLoss.Catalogue;

namespace FusedLoss.Cli.Bench;

/// <summary>What is measured: every loss of the catalogue with its default options, both precisions, in cache and in
/// memory.</summary>
internal static class Workloads
{
    private const int Seed = 1;
    private static readonly int[] Lengths = [1 << 10, 1 << 14, 1 << 22];
    private static readonly long[] ClassCounts = [2, 10, 100, 1000, 32000];
    private static readonly long[] RowElements = [1 << 16, 1 << 23];

    public static IEnumerable<string> Keys => Defaults(LossCatalogue.All).Select(row => row.Key);

    /// <summary>Made one at a time, as they are asked for: the large ones would not all fit into memory.</summary>
    public static IEnumerable<Workload> Of(string? key, LossContext context)
    {
        bool Wanted(LossCase row) => key is null || row.Key == key;
        return Defaults(LossCatalogue.Pointwise).Where(Wanted)
            .SelectMany(loss => Pointwise<float>(loss, context).Concat(Pointwise<double>(loss, context)))
            .Concat(Defaults(LossCatalogue.Classes).Where(Wanted)
                .SelectMany(loss => Classes<float>(loss, context).Concat(Classes<double>(loss, context))))
            .Concat(Defaults(LossCatalogue.Ctc).Where(Wanted).SelectMany(loss =>
                CtcWorkload<float>.Of(loss, Seed, context).Concat(CtcWorkload<double>.Of(loss, Seed, context))));
    }

    private static IEnumerable<TCase> Defaults<TCase>(IEnumerable<TCase> rows) where TCase : LossCase =>
        rows.Where(row => row.Variant.Length == 0);

    private static IEnumerable<Workload> Pointwise<T>(PointwiseCase loss, LossContext context)
        where T : unmanaged =>
        Lengths.Select(length => new PointwiseWorkload<T>(loss, loss.Inputs.Sample<T>(length, Seed), context)
        {
            Key = loss.Key, Size = Workload.Count(length), Elements = length, Precision = Element.PrecisionOf<T>(),
            Bytes = 3 * length * SizeOf<T>(), // input, target, gradient
        });

    private static IEnumerable<Workload> Classes<T>(ClassCase loss, LossContext context)
        where T : unmanaged =>
        from elements in RowElements
        from classes in ClassCounts
        let shape = new ClassShape(elements / classes, classes)
        select new ClassWorkload<T>(loss, loss.Inputs.Sample<T>(shape, Seed), context)
        {
            Key = loss.Key, Size = $"{Workload.Count(shape.Outer)} x {classes}", Elements = shape.Outer * classes,
            Precision = Element.PrecisionOf<T>(),
            Bytes = 2 * shape.Outer * classes * SizeOf<T>() + shape.Outer * sizeof(int), // logits, gradient, labels
        };

    private static long SizeOf<T>() => Element.PrecisionOf<T>() == Precision.Float32 ? sizeof(float) : sizeof(double);
}
