namespace FusedLoss.Tests.Accuracy;

/// <summary>CTC, on every instruction set of this CPU, against its oracle.</summary>
public class CtcAccuracyTests
{
    private static readonly Dictionary<string, Func<nint[], Layout>> Layouts = new()
    {
        ["dense"] = shape => new(shape, Layout.DenseStrides(shape)),
        ["rows apart"] = shape => Layout.Padded(shape, 3),
        ["outer apart"] = shape => new(shape, [shape[1] * shape[2] + 11, shape[2], 1]),
        ["other order"] = shape => new(shape, [shape[2], shape[0] * shape[2], 1]),
        ["other order, apart"] = shape => new(shape, [shape[2] + 2, shape[0] * (shape[2] + 2) + 5, 1]),
    };

    public static TheoryData<string, InstructionSet, Precision> EveryIsa => Rows.CtcOnEveryIsa();

    public static TheoryData<string, Precision> Every => Rows.Ctc();

    /// <summary>Nothing, one of everything, every number around which a vector of lanes ends, many samples, lattices
    /// that are kept in blocks.</summary>
    private static readonly CtcSize[] Sizes =
    [
        new(0, 2, 3, 2), new(5, 0, 3, 2), new(0, 0, 1, 0), new(1, 1, 1, 0), new(3, 2, 1, 0), new(1, 3, 2, 1),
        new(2, 1, 2, 1), new(2, 9, 3, 2), new(5, 4, 3, 2), new(6, 5, 5, 3), new(8, 3, 9, 4), new(13, 2, 7, 7),
        new(15, 6, 16, 7), new(16, 5, 17, 8), new(17, 3, 31, 9), new(33, 3, 33, 15), new(40, 70, 12, 8),
        new(50, 4, 64, 16), new(64, 2, 65, 17), new(70, 2, 112, 31), new(100, 8, 80, 32), new(101, 2, 113, 33),
        new(200, 3, 29, 60), new(200, 2, 600, 60),
    ];

    [Theory, MemberData(nameof(EveryIsa))]
    public void MatchesOracle(string name, InstructionSet isa, Precision precision) =>
        Run(name, new() { Isa = isa, Precision = precision }, Sizes);

    [Theory, MemberData(nameof(EveryIsa))]
    public void MatchesOracleInPlaceOnAllThreads(string name, InstructionSet isa, Precision precision) => Run(
        name, new() { Isa = isa, Precision = precision, InPlace = true, Threads = -1, Seed = 2, LongLabels = true },
        [new(1, 1, 2, 1), new(17, 9, 13, 6), new(60, 75, 30, 20), new(300, 3, 40, 60)]);

    [Theory, MemberData(nameof(Every))]
    public void EveryReductionScalesLossAndGradient(string name, Precision precision)
    {
        var plan = new CheckPlan { Precision = precision, Seed = 3 };
        CheckPlan[] plans =
        [
            plan with { Reduction = Reduction.None },
            plan with { Reduction = Reduction.None, Upstream = -0.75 },
            plan with { Reduction = Reduction.None, UpstreamPerTerm = true },
            plan with { Reduction = Reduction.Mean },
            plan with { Reduction = Reduction.Mean, Upstream = 3 },
            plan with { Reduction = Reduction.Mean, Denominator = 7 },
            plan with { Reduction = Reduction.Mean, EmptyMean = EmptyMean.Zero },
            plan with { Reduction = Reduction.Sum, Upstream = 0.1 },
            plan with { Reduction = Reduction.BatchMean },
        ];
        foreach (var each in plans) Run(name, each, [new(4, 0, 3, 2), new(1, 2, 3, 1), new(30, 5, 9, 8)]);
    }

    [Theory, MemberData(nameof(EveryIsa))]
    public void WhatIsNotWantedIsNotWritten(string name, InstructionSet isa, Precision precision)
    {
        Outputs[] wishes =
        [
            Outputs.Loss, Outputs.Losses, Outputs.Gradient, Outputs.Loss | Outputs.Gradient,
            Outputs.Losses | Outputs.Gradient, Outputs.Loss | Outputs.Losses,
        ];
        foreach (var wish in wishes)
        {
            Run(name, new() { Isa = isa, Precision = precision, Outputs = wish },
                [new(1, 1, 2, 1), new(30, 3, 9, 8), new(200, 2, 33, 60)]);
        }
    }

    [Theory, MemberData(nameof(Every))]
    public void FramesMayBeApartAndInAnyOrder(string name, Precision precision)
    {
        foreach (var input in Layouts.Values)
        {
            var plan = new CheckPlan { Precision = precision, InputLayout = input };
            CheckPlan[] plans =
            [
                plan, plan with { InPlace = true }, plan with { Threads = -1, Reduction = Reduction.Mean },
                .. Layouts.Values.Select(output => plan with { OutputLayout = output }),
            ];
            foreach (var each in plans)
                Run(name, each, [new(1, 1, 4, 1), new(7, 1, 3, 2), new(1, 4, 5, 1), new(20, 4, 9, 6)]);
        }
    }

    /// <summary>Hours of sound, pages of text.</summary>
    [Theory]
    [InlineData("ctc", Precision.Float32), InlineData("ctc", Precision.Float64)]
    [InlineData("ctc/peaked", Precision.Float32), InlineData("ctc/peaked", Precision.Float64)]
    public void LongSamples(string name, Precision precision)
    {
        foreach (var isa in LossContext.AvailableInstructionSets)
        {
            Run(name, new() { Isa = isa, Precision = precision, Threads = -1 },
                [new(20_000, 1, 30, 50), new(3000, 1, 40, 1000)]);
        }
    }

    private static void Run(string name, CheckPlan plan, IEnumerable<CtcSize> sizes) => Checks.Pass(
        sizes.Select(size => CatalogueRunner.Check(LossCatalogue.CtcNamed(name), plan, size)));
}
