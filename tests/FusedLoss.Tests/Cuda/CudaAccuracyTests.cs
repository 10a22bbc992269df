namespace FusedLoss.Tests.Cuda;

/// <summary>The catalogue on a GPU, against the oracles of the CPU's tests and within their limits. Copies to and from
/// the GPU start at odd addresses as the originals do.</summary>
[Collection(Gpu.Collection)]
public class CudaAccuracyTests
{
    public static TheoryData<string, Precision> Pointwise => Rows.Pointwise();

    public static TheoryData<string, Precision> Classes => Rows.Classes();

    public static TheoryData<string, Precision> Regions => Rows.Regions();

    public static TheoryData<string, Precision> Pairs => Rows.Pairs();

    public static TheoryData<string, Precision> Ctc => Rows.Ctc();

    [Theory(SkipType = typeof(Gpu), SkipWhen = nameof(Gpu.IsMissing), Skip = "no GPU, no simulation")]
    [MemberData(nameof(Pointwise))]
    public void PointwiseMatchesOracle(string name, Precision precision) => Checks.Pass(
        from plan in Plans(precision)
        from length in (nint[])[0, 1, 9, 1027, 2049]
        select CatalogueRunner.Check(LossCatalogue.PointwiseNamed(name), plan, length));

    [Theory(SkipType = typeof(Gpu), SkipWhen = nameof(Gpu.IsMissing), Skip = "no GPU, no simulation")]
    [MemberData(nameof(Classes))]
    public void ClassesMatchOracle(string name, Precision precision)
    {
        var loss = LossCatalogue.ClassesNamed(name);
        ClassShape[] shapes =
        [
            new(0, 10), new(65, 2), new(20, 20), new(3, 257), new(2, 21, 65), // these under every plan
            new(1, 1), new(33, 10), new(9, 9), new(5, 100), new(2, 1100), new(1, 9000), new(1, 300, 3),
        ];
        Checks.Pass(
            from plan in Plans(precision).Index()
            from shape in plan.Index == 0 ? shapes : shapes[..5]
            where CatalogueRunner.Fits(loss, shape)
            select CatalogueRunner.Check(loss, plan.Item, shape));
    }

    [Theory(SkipType = typeof(Gpu), SkipWhen = nameof(Gpu.IsMissing), Skip = "no GPU, no simulation")]
    [MemberData(nameof(Regions))]
    public void RegionsMatchOracle(string name, Precision precision)
    {
        ClassShape[] shapes =
        [
            new(65, 1), new(33, 2), new(2, 21, 65), new(3, 257), // these under every plan
            new(0, 10), new(3, 1, 300), new(600, 5), new(70, 100), new(2, 40, 33), new(3, 2100),
        ];
        Checks.Pass(
            from plan in Plans(precision).Index()
            from shape in plan.Index == 0 ? shapes : shapes[..4]
            select CatalogueRunner.Check(LossCatalogue.RegionsNamed(name), plan.Item, shape));
    }

    [Theory(SkipType = typeof(Gpu), SkipWhen = nameof(Gpu.IsMissing), Skip = "no GPU, no simulation")]
    [MemberData(nameof(Pairs))]
    public void PairsMatchOracle(string name, Precision precision) => Checks.Pass(
        from plan in Plans(precision)
        from shape in (PairShape[])[new(0, 3), new(1, 1), new(3, 17), new(33, 128), new(2, 3000)]
        select CatalogueRunner.Check(LossCatalogue.PairsNamed(name), plan, shape));

    [Theory(SkipType = typeof(Gpu), SkipWhen = nameof(Gpu.IsMissing), Skip = "no GPU, no simulation")]
    [MemberData(nameof(Ctc))]
    public void CtcMatchesOracle(string name, Precision precision) => Checks.Pass(
        from plan in Plans(precision)
        from size in (CtcSize[])[new(0, 2, 3, 2), new(1, 3, 2, 1), new(12, 5, 7, 5), new(40, 3, 65, 17)]
        select CatalogueRunner.Check(LossCatalogue.CtcNamed(name), plan, size));

    private static IEnumerable<CheckPlan> Plans(Precision precision)
    {
        var plan = new CheckPlan { Gpu = Gpu.Context, Precision = precision, Seed = 11 };
        yield return plan;
        yield return plan with { InPlace = true, Reduction = Reduction.Mean, Upstream = -0.75, LongLabels = true };
        yield return plan with { Reduction = Reduction.None, UpstreamPerTerm = true };
        yield return plan with { Reduction = Reduction.Mean, Outputs = Outputs.Gradient };
        yield return plan with { Reduction = Reduction.BatchMean, Outputs = Outputs.Loss };
    }
}
