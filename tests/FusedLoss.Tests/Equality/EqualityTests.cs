namespace FusedLoss.Tests.Equality;

/// <summary>The same bits, whatever the number of threads, the run, the memory, and the FMA-capable instruction
/// set.</summary>
public class EqualityTests
{
    private static readonly nint[] Lengths = [1, 513, 16_385, 70_003];

    private static readonly ClassShape[] Shapes =
    [
        new(1, 1), new(999, 2), new(1001, 10), new(700, 21), new(333, 112), new(150, 257), new(60, 1000), new(5, 5000),
        new(3, 21, 1000), new(40, 2, 257), new(130, 130),
    ];

    private static readonly PairShape[] PairShapes = [new(1, 1), new(600, 128), new(40, 2000)];

    private static readonly ClassShape[] RegionShapes = [new(1, 1), new(40_001, 2), new(60, 1000), new(3, 21, 1100)];

    private static readonly CtcSize[] CtcSizes =
        [new(1, 1, 2, 1), new(50, 70, 12, 10), new(200, 5, 33, 60), new(400, 3, 300, 100)];

    public static TheoryData<string, InstructionSet, Precision> EveryIsa => Rows.EveryIsa();

    public static TheoryData<string, Precision> Every => Rows.Every();

    [Theory, MemberData(nameof(EveryIsa))]
    public void ThreadsAndRunsDoNotMatter(string name, InstructionSet isa, Precision precision)
    {
        var plan = new CheckPlan { Isa = isa, Precision = precision };
        AllEqual(name, plan, plan, plan with { Threads = 2 }, plan with { Threads = 3 }, plan with { Threads = 8 });
    }

    [Theory, MemberData(nameof(EveryIsa))]
    public void InPlaceOrNotDoesNotMatter(string name, InstructionSet isa, Precision precision)
    {
        var plan = new CheckPlan { Isa = isa, Precision = precision, Reduction = Reduction.Mean, Threads = -1 };
        AllEqual(name, plan, plan with { InPlace = true });
    }

    [Theory, MemberData(nameof(Every))]
    public void TheFmaInstructionSetDoesNotMatter(string name, Precision precision) =>
        AllEqual(name, [.. Rows.Fma.Select(isa => new CheckPlan { Isa = isa, Precision = precision, Threads = -1 })]);

    [Theory, MemberData(nameof(Every))]
    public void TheLossDoesNotDependOnWhatElseIsWanted(string name, Precision precision)
    {
        var plan = new CheckPlan { Precision = precision, Threads = -1 };
        Outputs[] wishes = [Outputs.Loss, Outputs.Loss | Outputs.Gradient, Outputs.Loss | Outputs.Losses, Outputs.All];
        var losses = wishes.Select(wish => Run(name, plan with { Outputs = wish })
            .Select(bytes => BitConverter.ToDouble(bytes)).ToArray()).ToArray();
        foreach (var other in losses) Assert.Equal(losses[0], other);
    }

    private static void AllEqual(string name, params CheckPlan[] plans)
    {
        var first = Run(name, plans[0]).ToArray();
        foreach (var plan in plans.Skip(1))
        {
            var size = 0;
            foreach (var bytes in Run(name, plan))
                Assert.True(first[size++].AsSpan().SequenceEqual(bytes),
                    $"{name} ({plan}) gives other bits at size {size - 1}");
        }
    }

    private static IEnumerable<byte[]> Run(string name, CheckPlan plan) => LossCatalogue.Named(name) switch
    {
        PointwiseCase loss => Lengths.Select(length => Run(loss, plan, length)),
        ClassCase loss => ShapesOf(loss).Select(shape => Run(loss, plan, shape)),
        RegionCase loss => RegionShapes.Select(shape => Run(loss, plan, shape)),
        PairCase loss => PairShapes.Select(shape => Run(loss, plan, shape)),
        CtcCase loss => CtcSizes.Select(size => Run(loss, plan, size)),
        var other => throw new InvalidOperationException($"{other} is of no known kind."),
    };

    private static byte[] Run(PointwiseCase loss, CheckPlan plan, nint length) => plan.Precision switch
    {
        Precision.Float32 => Bytes(new PointwiseCheck<float>(loss, plan, [length])),
        Precision.Float64 => Bytes(new PointwiseCheck<double>(loss, plan, [length])),
        Precision.Float16 => Bytes(new PointwiseCheck<Half>(loss, plan, [length])),
        _ => Bytes(new PointwiseCheck<BFloat16>(loss, plan, [length])),
    };

    private static byte[] Run(ClassCase loss, CheckPlan plan, ClassShape shape) => plan.Precision switch
    {
        Precision.Float32 => Bytes(new ClassCheck<float>(loss, plan, shape)),
        Precision.Float64 => Bytes(new ClassCheck<double>(loss, plan, shape)),
        Precision.Float16 => Bytes(new ClassCheck<Half>(loss, plan, shape)),
        _ => Bytes(new ClassCheck<BFloat16>(loss, plan, shape)),
    };

    private static byte[] Run(RegionCase loss, CheckPlan plan, ClassShape shape) => plan.Precision switch
    {
        Precision.Float32 => Bytes(new RegionCheck<float>(loss, plan, shape)),
        Precision.Float64 => Bytes(new RegionCheck<double>(loss, plan, shape)),
        Precision.Float16 => Bytes(new RegionCheck<Half>(loss, plan, shape)),
        _ => Bytes(new RegionCheck<BFloat16>(loss, plan, shape)),
    };

    private static byte[] Run(PairCase loss, CheckPlan plan, PairShape shape) => plan.Precision switch
    {
        Precision.Float32 => Bytes(new PairCheck<float>(loss, plan, shape)),
        Precision.Float64 => Bytes(new PairCheck<double>(loss, plan, shape)),
        Precision.Float16 => Bytes(new PairCheck<Half>(loss, plan, shape)),
        _ => Bytes(new PairCheck<BFloat16>(loss, plan, shape)),
    };

    private static byte[] Run(CtcCase loss, CheckPlan plan, CtcSize size) => plan.Precision switch
    {
        Precision.Float32 => Bytes(new CtcCheck<float>(loss, plan, size)),
        Precision.Float64 => Bytes(new CtcCheck<double>(loss, plan, size)),
        Precision.Float16 => Bytes(new CtcCheck<Half>(loss, plan, size)),
        _ => Bytes(new CtcCheck<BFloat16>(loss, plan, size)),
    };

    private static IEnumerable<ClassShape> ShapesOf(ClassCase loss) =>
        Shapes.Where(shape => CatalogueRunner.Fits(loss, shape));

    private static byte[] Bytes<T>(PointwiseCheck<T> check) where T : unmanaged =>
        [.. BitConverter.GetBytes(check.Call()), .. check.Written()];

    private static byte[] Bytes<T>(RegionCheck<T> check) where T : unmanaged =>
        [.. BitConverter.GetBytes(check.Call()), .. check.Written()];

    private static byte[] Bytes<T>(PairCheck<T> check) where T : unmanaged =>
        [.. BitConverter.GetBytes(check.Call()), .. check.Written()];

    private static byte[] Bytes<T>(CtcCheck<T> check) where T : unmanaged =>
        [.. BitConverter.GetBytes(check.Call()), .. check.Written()];

    private static byte[] Bytes<T>(ClassCheck<T> check) where T : unmanaged =>
        [.. BitConverter.GetBytes(check.Call()), .. check.Written()];
}
