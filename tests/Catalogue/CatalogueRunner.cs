using System.Collections.Concurrent;

namespace FusedLoss.Catalogue;

/// <summary>
/// Runs a row of the catalogue and compares every number with the oracle. The tests and `fusedloss verify` both call
/// it, so that no comparison is written twice.
/// </summary>
internal static class CatalogueRunner
{
    private static readonly ConcurrentDictionary<(InstructionSet, int), LossContext> Contexts = new();

    /// <summary>The context of a plan; contexts are shared and live as long as the process.</summary>
    public static LossContext ContextOf(InstructionSet isa, int threads) => Contexts.GetOrAdd((isa, threads),
        key => new LossContext(new LossContextOptions { InstructionSet = key.Item1, MaxThreads = key.Item2 }));

    /// <summary>The context of a plan.</summary>
    public static LossContext ContextOf(CheckPlan plan) => plan.Gpu ?? ContextOf(plan.Isa, plan.Threads);

    public static CheckResult Check(PointwiseCase loss, CheckPlan plan, params nint[] shape) =>
        plan.Precision switch
        {
            Precision.Float32 => new PointwiseCheck<float>(loss, plan, shape).Run(),
            Precision.Float64 => new PointwiseCheck<double>(loss, plan, shape).Run(),
            Precision.Float16 => new PointwiseCheck<Half>(loss, plan, shape).Run(),
            _ => new PointwiseCheck<BFloat16>(loss, plan, shape).Run(),
        };

    public static CheckResult Check(ClassCase loss, CheckPlan plan, ClassShape shape) =>
        plan.Precision switch
        {
            Precision.Float32 => new ClassCheck<float>(loss, plan, shape).Run(),
            Precision.Float64 => new ClassCheck<double>(loss, plan, shape).Run(),
            Precision.Float16 => new ClassCheck<Half>(loss, plan, shape).Run(),
            _ => new ClassCheck<BFloat16>(loss, plan, shape).Run(),
        };

    public static CheckResult Check(PairCase loss, CheckPlan plan, PairShape shape) =>
        plan.Precision switch
        {
            Precision.Float32 => new PairCheck<float>(loss, plan, shape).Run(),
            Precision.Float64 => new PairCheck<double>(loss, plan, shape).Run(),
            Precision.Float16 => new PairCheck<Half>(loss, plan, shape).Run(),
            _ => new PairCheck<BFloat16>(loss, plan, shape).Run(),
        };

    public static CheckResult Check(RegionCase loss, CheckPlan plan, ClassShape shape) =>
        plan.Precision switch
        {
            Precision.Float32 => new RegionCheck<float>(loss, plan, shape).Run(),
            Precision.Float64 => new RegionCheck<double>(loss, plan, shape).Run(),
            Precision.Float16 => new RegionCheck<Half>(loss, plan, shape).Run(),
            _ => new RegionCheck<BFloat16>(loss, plan, shape).Run(),
        };

    public static CheckResult Check(CtcCase loss, CheckPlan plan, CtcSize size) =>
        plan.Precision switch
        {
            Precision.Float32 => new CtcCheck<float>(loss, plan, size).Run(),
            Precision.Float64 => new CtcCheck<double>(loss, plan, size).Run(),
            Precision.Float16 => new CtcCheck<Half>(loss, plan, size).Run(),
            _ => new CtcCheck<BFloat16>(loss, plan, size).Run(),
        };

    /// <summary>What `fusedloss verify` runs: every row, all element types, sizes on both sides of
    /// every boundary.</summary>
    public static IEnumerable<CheckResult> Verify(
        InstructionSet isa, Func<LossCase, bool>? wanted = null, CudaContext? gpu = null)
    {
        foreach (var plan in VerifyPlans(isa).Select(plan => plan with { Gpu = gpu }))
        {
            foreach (var loss in LossCatalogue.Pointwise.Where(row => wanted?.Invoke(row) ?? true))
                foreach (var length in VerifyLengths)
                    yield return Check(loss, plan, length);
            foreach (var loss in LossCatalogue.Classes.Where(row => wanted?.Invoke(row) ?? true))
                foreach (var shape in VerifyShapes.Where(shape => Fits(loss, shape)))
                    yield return Check(loss, plan, shape);
            foreach (var loss in LossCatalogue.Regions.Where(row => wanted?.Invoke(row) ?? true))
                foreach (var shape in VerifyShapes)
                    yield return Check(loss, plan, shape);
            foreach (var loss in LossCatalogue.Pairs.Where(row => wanted?.Invoke(row) ?? true))
                foreach (var shape in VerifyPairs)
                    yield return Check(loss, plan, shape);
            foreach (var loss in LossCatalogue.Ctc.Where(row => wanted?.Invoke(row) ?? true))
                foreach (var size in VerifyCtc)
                    yield return Check(loss, plan, size);
        }
    }

    /// <summary>Whether the variant takes rows of this many classes.</summary>
    public static bool Fits(ClassCase loss, ClassShape shape) =>
        (loss.OnlyClasses == 0 || loss.OnlyClasses == shape.Classes) && loss.Takes(shape);

    private static nint[] VerifyLengths => [1, 17, 513, 70_001];

    private static ClassShape[] VerifyShapes =>
        [new(1, 1), new(65, 2), new(129, 10), new(33, 100), new(17, 257), new(3, 5000), new(2, 2, 257),
            new(2, 21, 257), new(66, 66), new(258, 258)];

    private static PairShape[] VerifyPairs => [new(1, 1), new(3, 17), new(65, 128), new(5, 2000)];

    private static CtcSize[] VerifyCtc =>
        [new(1, 2, 2, 1), new(12, 5, 7, 5), new(64, 9, 33, 20), new(200, 2, 600, 60), new(1000, 1, 29, 100)];

    private static CheckPlan[] VerifyPlans(InstructionSet isa) =>
    [
        new() { Isa = isa, Precision = Precision.Float32, Threads = -1 },
        new() { Isa = isa, Precision = Precision.Float64, Threads = -1, Reduction = Reduction.Mean, LongLabels = true },
        new() { Isa = isa, Precision = Precision.Float16, Threads = -1, Reduction = Reduction.Mean },
        new() { Isa = isa, Precision = Precision.BFloat16, Threads = -1, InPlace = true },
    ];

    /// <summary>Upstream gradients, one per term: of either sign, around 1.</summary>
    internal static TermValues? UpstreamOf<T>(CheckPlan plan, long count) where T : unmanaged
    {
        if (!plan.UpstreamPerTerm) return null;
        var random = new Random(plan.Seed + 1);
        var upstream = new double[count];
        for (var i = 0; i < count; i++) upstream[i] = 4 * random.NextDouble() - 2;
        return TermValues.Of<T>(upstream);
    }
}
