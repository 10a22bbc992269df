namespace FusedLoss.Tests.Accuracy;

/// <summary>Every loss over pairs and triples, on every instruction set of this CPU, against its oracle.</summary>
public class PairAccuracyTests
{
    private static readonly Dictionary<string, Func<nint[], Layout>> Layouts = new()
    {
        ["dense"] = shape => new(shape, Layout.DenseStrides(shape)),
        ["apart"] = shape => new(shape, [shape[1] + 5, 1]),
        ["far apart"] = shape => new(shape, [3 * shape[1] + 1, 1]),
    };

    public static TheoryData<string, InstructionSet, Precision> EveryIsa => Rows.PairsOnEveryIsa();

    public static TheoryData<string, Precision> Every => Rows.Pairs();

    /// <summary>Every number around which a vector of lanes ends, for one pair, few and many.</summary>
    private static IEnumerable<PairShape> Shapes()
    {
        foreach (var dimensions in (int[])[0, 1, 2, 7, 8, 15, 16, 17, 100, 128])
            foreach (var rows in (int[])[0, 1, 3, 200]) yield return new(rows, dimensions);
        foreach (var dimensions in (int[])[513, 2000])
            foreach (var rows in (int[])[0, 1, 3, 20]) yield return new(rows, dimensions);
    }

    [Theory, MemberData(nameof(EveryIsa))]
    public void MatchesOracle(string name, InstructionSet isa, Precision precision) =>
        Run(name, new() { Isa = isa, Precision = precision }, Shapes());

    [Theory, MemberData(nameof(EveryIsa))]
    public void MatchesOracleInPlaceOnAllThreads(string name, InstructionSet isa, Precision precision) => Run(
        name, new() { Isa = isa, Precision = precision, InPlace = true, Threads = -1, Seed = 2 },
        [new(1, 1), new(3, 17), new(70, 100), new(5, 2000), new(900, 64)]);

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
        foreach (var each in plans) Run(name, each, [new(0, 3), new(1, 2), new(70, 2), new(19, 130), new(2, 600)]);
    }

    [Theory, MemberData(nameof(EveryIsa))]
    public void WhatIsNotWantedIsNotWritten(string name, InstructionSet isa, Precision precision)
    {
        Outputs[] wishes =
        [
            Outputs.Loss, Outputs.Losses, Outputs.Gradient, Outputs.TargetGradient, Outputs.ExtraGradient,
            Outputs.Loss | Outputs.Gradient, Outputs.Losses | Outputs.TargetGradient | Outputs.ExtraGradient,
            Outputs.Loss | Outputs.Gradient | Outputs.ExtraGradient,
        ];
        foreach (var wish in wishes)
        {
            Run(name, new() { Isa = isa, Precision = precision, Outputs = wish },
                [new(1, 1), new(67, 17), new(3, 130), new(2, 600)]);
        }
    }

    [Theory, MemberData(nameof(Every))]
    public void VectorsMayBeApart(string name, Precision precision)
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
                Run(name, each, [new(0, 4), new(1, 5), new(3, 0), new(5, 1), new(40, 33), new(300, 129)]);
        }
    }

    private static void Run(string name, CheckPlan plan, IEnumerable<PairShape> shapes) => Checks.Pass(
        shapes.Select(shape => CatalogueRunner.Check(LossCatalogue.PairsNamed(name), plan, shape)));
}
