namespace FusedLoss.Tests.Accuracy;

/// <summary>Every loss over regions, on every instruction set of this CPU, against its oracle.</summary>
public class RegionAccuracyTests
{
    public static TheoryData<string, InstructionSet, Precision> EveryIsa => Rows.RegionsOnEveryIsa();

    public static TheoryData<string, Precision> Every => Rows.Regions();

    /// <summary>The binary case, few classes, many classes, and every number around which kernels change their
    /// way.</summary>
    private static IEnumerable<ClassShape> RowShapes()
    {
        foreach (var classes in (long[])[1, 2, 3, 5, 10, 16])
            foreach (var rows in (long[])[1, 15, 17, 63, 65, 200]) yield return new(rows, classes);
        foreach (var classes in (long[])[21, 64, 111, 113, 128, 129, 192])
            foreach (var rows in (long[])[1, 67]) yield return new(rows, classes);
        yield return new(18, 257);
        yield return new(5, 1000);
        yield return new(0, 10);
        yield return new(9001, 2);
        yield return new(20_003, 1);
    }

    /// <summary>Images: rows that lie side by side.</summary>
    private static IEnumerable<ClassShape> ImageShapes()
    {
        foreach (var inner in (long[])[1, 2, 255, 257, 1000])
        {
            yield return new(1, 21, inner);
            yield return new(3, 2, inner);
            yield return new(4, 1, inner);
        }
        yield return new(2, 150, 257);
        yield return new(1, 3, 0);
        yield return new(2, 5, 9001);
    }

    [Theory, MemberData(nameof(EveryIsa))]
    public void MatchesOracle(string name, InstructionSet isa, Precision precision) =>
        Run(name, new() { Isa = isa, Precision = precision }, RowShapes());

    [Theory, MemberData(nameof(EveryIsa))]
    public void MatchesOracleOnImages(string name, InstructionSet isa, Precision precision) =>
        Run(name, new() { Isa = isa, Precision = precision, LongLabels = true }, ImageShapes());

    [Theory, MemberData(nameof(EveryIsa))]
    public void MatchesOracleInPlaceOnAllThreads(string name, InstructionSet isa, Precision precision)
    {
        ClassShape[] shapes = [new(1, 1), new(65, 2), new(700, 10), new(35, 257), new(2, 21, 257), new(7, 1, 3000)];
        Run(name, new() { Isa = isa, Precision = precision, InPlace = true, Threads = -1, Seed = 2 }, shapes);
    }

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
            plan with { Reduction = Reduction.Sum, Upstream = 0.1 },
            plan with { Reduction = Reduction.BatchMean },
        ];
        ClassShape[] shapes = [new(0, 3), new(1, 2), new(70, 1), new(70, 10), new(19, 130), new(2, 4, 259)];
        foreach (var each in plans) Run(name, each, shapes);
    }

    [Theory, MemberData(nameof(EveryIsa))]
    public void WhatIsNotWantedIsNotWritten(string name, InstructionSet isa, Precision precision)
    {
        Outputs[] wishes =
        [
            Outputs.Loss, Outputs.Gradient, Outputs.Losses, Outputs.Loss | Outputs.Gradient,
            Outputs.Gradient | Outputs.Losses, Outputs.Loss | Outputs.Losses,
        ];
        ClassShape[] shapes = [new(67, 1), new(67, 10), new(17, 112), new(2, 5, 258)];
        foreach (var wish in wishes) Run(name, new() { Isa = isa, Precision = precision, Outputs = wish }, shapes);
    }

    [Theory, MemberData(nameof(Every))]
    public void RowsMayLieApart(string name, Precision precision) => Run(
        name,
        new()
        {
            Precision = precision, InputLayout = shape => Layout.Padded(shape, gap: 3),
            OutputLayout = shape => Layout.Padded(shape, gap: 5),
        },
        [new(3, 4, 70), new(2, 1, 300), new(2, 21, 257)]);

    private static void Run(string name, CheckPlan plan, IEnumerable<ClassShape> shapes)
    {
        var loss = LossCatalogue.RegionsNamed(name);
        Checks.Pass(shapes.Select(shape => CatalogueRunner.Check(loss, plan, shape)));
    }
}
