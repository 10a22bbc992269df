using FusedLoss.Catalogue;

namespace FusedLoss.Cli.Bench;

/// <summary>What is measured: every loss of the catalogue with its default options, and cross-entropy with
/// probabilities, too.</summary>
internal static class Workloads
{
    private static readonly string[] Main =
        ["mse", "smooth_l1", "bce_with_logits", "sigmoid_focal", "cross_entropy", "softmax_focal"];
    private static readonly int[] ClassCounts = [2, 10, 100, 1000, 32000, 128256, 262144];
    private static readonly int[] MainClassCounts = [10, 1000, 128256];
    private const int MostClassesOfLists = 8192; // the library's limit
    private static readonly Size[] Images = [new(1, 21, 56, 56), new(8, 21, 256, 256)];

    public static IEnumerable<LossCase> Losses =>
        LossCatalogue.All.Where(row => row.Variant.Length == 0 || row.Name == "cross_entropy/probabilities");

    /// <summary>Made one at a time, as they are asked for, all in the same memory: a workload is over when the next one
    /// is there.</summary>
    public static IEnumerable<Workload> Of(
        LossCase loss, bool quick, Slots slots, Func<Size, bool>? only = null) =>
        from precision in Enum.GetValues<Precision>()
        from size in SizesOf(loss)
        where Wanted(loss, precision, size) && (!quick || WantedQuickly(loss, precision, size))
            && (only is null || only(size))
        select Of(loss, precision, size, slots);

    private static Workload Of(LossCase loss, Precision precision, Size size, Slots slots) => precision switch
    {
        Precision.Float32 => Of<float>(loss, size, slots),
        Precision.Float64 => Of<double>(loss, size, slots),
        Precision.Float16 => Of<Half>(loss, size, slots),
        _ => Of<BFloat16>(loss, size, slots),
    };

    public static Size[] SizesOf(LossCase loss) => loss switch
    {
        PointwiseCase => [new(1), new(1 << 10), new(1 << 14), new(1 << 20), new(1 << 24)],
        ClassCase { Inputs.Positives: not null } => [new(2, 2), new(256, 256), new(4096, 4096)],
        ClassCase row => [.. AllRows.Concat(Images).Where(size => Takes(row, size.Shape))],
        RegionCase => [new(1, 2), .. Images],
        PairCase => [new(1, 2), new(32, 512), new(1024, 512), new(1 << 15, 512)],
        // Characters of lines, phonemes of utterances, word pieces of utterances.
        _ => [new(100, 32, 80) { Labels = 20 }, new(500, 16, 40) { Labels = 100 }, new(100, 16, 5000) { Labels = 20 }],
    };

    private static bool Takes(ClassCase loss, ClassShape shape) =>
        loss.Takes(shape) && (loss.Inputs.Target != ClassTarget.LabelLists || shape.Classes <= MostClassesOfLists);

    private static IEnumerable<Size> AllRows => [new(1, 2), .. Rows(1 << 16), .. Rows(1 << 20), .. Rows(1 << 24)];

    private static IEnumerable<Size> Rows(int elements) =>
        ClassCounts.Select(classes => new Size(Math.Max(1, elements / classes), classes));

    // 16 bits: the main losses, in cache and in memory.
    private static bool Wanted(LossCase loss, Precision precision, Size size) =>
        precision is Precision.Float32 or Precision.Float64
        || (Main.Contains(loss.Name) && size.Elements > 1 << 10 && IsMain(loss, size) && !IsShared(size));

    private static bool WantedQuickly(LossCase loss, Precision precision, Size size) =>
        IsMain(loss, size) && !IsShared(size) && (precision == Precision.Float32 || !size.IsLarge);

    // In the cache that processors share: what several threads gain there.
    private static bool IsShared(Size size) => size.Elements is > 1 << 19 and <= 1 << 20;

    private static bool IsMain(LossCase loss, Size size) => loss switch
    {
        PointwiseCase => size.Elements != 1 << 10,
        ClassCase { Inputs.Positives: null } =>
            size.Elements == 2 || size.Dimensions.Length > 2 || MainClassCounts.Contains(size.Dimensions[1]),
        _ => true,
    };

    private static Workload Of<T>(LossCase loss, Size size, Slots slots) where T : unmanaged
    {
        slots.Clear();
        Precision precision = Element.PrecisionOf<T>();
        return loss switch
        {
            PointwiseCase row => new PointwiseWorkload<T>(row, size.Elements, slots)
            {
                Loss = loss, Size = size, Precision = precision,
            },
            ClassCase row => new ClassWorkload<T>(row, size, slots) { Loss = loss, Size = size, Precision = precision },
            RegionCase row => new ClassWorkload<T>(row, size, slots)
            {
                Loss = loss, Size = size, Precision = precision,
            },
            PairCase row => new PairWorkload<T>(row, size, slots) { Loss = loss, Size = size, Precision = precision },
            CtcCase row => new CtcWorkload<T>(row, size, slots) { Loss = loss, Size = size, Precision = precision },
            _ => throw new NotSupportedException(loss.Name),
        };
    }
}
