namespace FusedLoss.Tests.Equality;

/// <summary>The same bits, whatever the number of threads, the run, the memory, and the FMA-capable instruction
/// set.</summary>
public class EqualityTests
{
    private static readonly nint[] Lengths = [1, 513, 16_385, 70_003], ManyLengths = [70_003];

    private static readonly ClassShape[] Shapes =
    [
        new(1, 1), new(999, 2), new(1001, 10), new(700, 21), new(333, 112), new(150, 257), new(60, 1000), new(5, 5000),
        new(8, 9000), new(2, 40_001), new(3, 21, 1000), new(40, 2, 257), new(130, 130),
    ];

    /// <summary>From 65,536 elements on a call wakes other threads.</summary>
    private static readonly ClassShape[] ManyRows =
    [
        new(40_001, 2), new(7001, 10), new(601, 112), new(260, 260), new(70, 1000), new(8, 9000), new(2, 40_001),
        new(3, 21, 1100),
    ];

    private static readonly PairShape[] PairShapes = [new(1, 1), new(600, 128), new(40, 2000)];

    private static readonly ClassShape[] RegionShapes = [new(1, 1), new(40_001, 2), new(60, 1000), new(3, 21, 1100)];

    private static readonly ClassShape[] ManyPixels = [new(40_001, 2), new(70, 1000), new(3, 21, 1100)];

    private static readonly CtcSize[] CtcSizes =
        [new(1, 1, 2, 1), new(50, 70, 12, 10), new(200, 5, 33, 60), new(400, 3, 300, 100)];

    private static readonly CtcSize[] ManyFrames = [new(120, 70, 12, 10), new(400, 3, 300, 100)];

    public static TheoryData<string, Precision> Every => Rows.Every();

    [Theory, MemberData(nameof(Every))]
    public void ThreadsAndRunsDoNotMatter(string name, Precision precision) => AllEqual(
        name, precision, many: true, Plans(precision, isa => new() { Isa = isa, Threads = 1 }),
        plan => plan with { Threads = 2 }, plan => plan with { Threads = 3 }, plan => plan with { Threads = 8 });

    [Theory, MemberData(nameof(Every))]
    public void InPlaceOrNotDoesNotMatter(string name, Precision precision) => AllEqual(
        name, precision, many: false,
        Plans(precision, isa => new() { Isa = isa, Threads = -1, Reduction = Reduction.Mean }),
        plan => plan with { InPlace = true });

    [Theory, MemberData(nameof(Every))]
    public void TheFmaInstructionSetDoesNotMatter(string name, Precision precision)
    {
        var plan = new CheckPlan { Precision = precision, Threads = -1 };
        AllEqual(name, precision, many: false, [.. Rows.Fma.Take(1).Select(isa => plan with { Isa = isa })],
            [.. Rows.Fma.Skip(1).Select(isa => (Func<CheckPlan, CheckPlan>)(fma => fma with { Isa = isa }))]);
    }

    [Theory, MemberData(nameof(Every))]
    public void TheLossDoesNotDependOnWhatElseIsWanted(string name, Precision precision)
    {
        var plan = new CheckPlan { Precision = precision, Threads = -1 };
        Outputs[] wishes = [Outputs.Loss, Outputs.Loss | Outputs.Gradient, Outputs.Loss | Outputs.Losses, Outputs.All];
        foreach (var size in Sizes(name, precision, many: false))
        {
            var losses = wishes.Select(wish => BitConverter.ToDouble(size(plan with { Outputs = wish })));
            Assert.Single(losses.Select(BitConverter.DoubleToInt64Bits).Distinct());
        }
    }

    private static CheckPlan[] Plans(Precision precision, Func<InstructionSet, CheckPlan> plan) =>
        [.. LossContext.AvailableInstructionSets.Select(isa => plan(isa) with { Precision = precision })];

    private static void AllEqual(
        string name, Precision precision, bool many, CheckPlan[] plans, params Func<CheckPlan, CheckPlan>[] changes)
    {
        var sizes = 0;
        foreach (var bits in Sizes(name, precision, many))
        {
            sizes++;
            foreach (var plan in plans)
            {
                var first = bits(plan);
                foreach (var change in changes)
                    Assert.True(first.AsSpan().SequenceEqual(bits(change(plan))),
                        $"{name} ({change(plan)}) gives other bits than ({plan}) at size {sizes}");
            }
        }
        Assert.NotEqual(0, sizes);
    }

    /// <summary>For each size of a loss, what a plan gives of the same numbers: the loss first. Many: only what is
    /// worth other threads.</summary>
    private static IEnumerable<Func<CheckPlan, byte[]>> Sizes(string name, Precision precision, bool many) =>
        precision switch
        {
            Precision.Float32 => Sizes<float>(LossCatalogue.Named(name), many),
            Precision.Float64 => Sizes<double>(LossCatalogue.Named(name), many),
            Precision.Float16 => Sizes<Half>(LossCatalogue.Named(name), many),
            _ => Sizes<BFloat16>(LossCatalogue.Named(name), many),
        };

    private static IEnumerable<Func<CheckPlan, byte[]>> Sizes<T>(LossCase row, bool many) where T : unmanaged
    {
        const int seed = 20251122;
        return row switch
        {
            PointwiseCase loss => (many ? ManyLengths : Lengths)
                .Select(length => (length, loss.Inputs.Sample<T>((int)length, seed)))
                .Select(x => Bits(plan => new PointwiseCheck<T>(loss, plan, [x.length], x.Item2).Bits())),
            ClassCase loss => (many ? ManyRows : Shapes).Where(shape => CatalogueRunner.Fits(loss, shape))
                .Select(shape => (shape, loss.Inputs.Sample<T>(shape, seed)))
                .Select(x => Bits(plan => new ClassCheck<T>(loss, plan, x.shape, x.Item2).Bits())),
            RegionCase loss => (many ? ManyPixels : RegionShapes)
                .Select(shape => (shape, loss.Inputs.Sample<T>(shape, seed)))
                .Select(x => Bits(plan => new RegionCheck<T>(loss, plan, x.shape, x.Item2).Bits())),
            PairCase loss => PairShapes[(many ? 1 : 0)..]
                .Select(shape => (shape, loss.Inputs.Sample<T>(shape, seed)))
                .Select(x => Bits(plan => new PairCheck<T>(loss, plan, x.shape, x.Item2).Bits())),
            CtcCase loss => (many ? ManyFrames : CtcSizes)
                .Select(size => (size, loss.Inputs.Sample<T>(size, seed)))
                .Select(x => Bits(plan => new CtcCheck<T>(loss, plan, x.size, x.Item2).Bits())),
            _ => throw new InvalidOperationException($"{row} is of no known kind."),
        };
    }

    private static Func<CheckPlan, byte[]> Bits(Func<CheckPlan, byte[]> run) => run;
}
