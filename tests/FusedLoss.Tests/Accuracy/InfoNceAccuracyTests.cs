namespace FusedLoss.Tests.Accuracy;

/// <summary>info_nce on the shapes that its variants take: square ones, and such with more keys than queries.</summary>
public class InfoNceAccuracyTests
{
    private static readonly ClassShape[] Shapes =
    [
        new(0, 4), new(1, 1), new(1, 40), new(2, 2), new(3, 3), new(3, 17), new(4, 4), new(16, 16), new(17, 19),
        new(30, 30), new(64, 64), new(65, 65), new(66, 66), new(66, 111), new(110, 110), new(112, 112), new(114, 114),
        new(130, 257), new(256, 256), new(20, 1000), new(400, 400),
    ];

    public static TheoryData<string, InstructionSet, Precision> EveryIsa
    {
        get
        {
            var rows = new TheoryData<string, InstructionSet, Precision>();
            foreach (var row in Rows.ClassesOnEveryIsa().Where(row => row.Data.Item1.StartsWith("info_nce")))
                rows.Add(row);
            return rows;
        }
    }

    [Theory, MemberData(nameof(EveryIsa))]
    public void MatchesOracle(string name, InstructionSet isa, Precision precision) =>
        Run(name, new() { Isa = isa, Precision = precision });

    [Theory, MemberData(nameof(EveryIsa))]
    public void MatchesOracleInPlaceOnAllThreads(string name, InstructionSet isa, Precision precision) => Run(
        name,
        new() { Isa = isa, Precision = precision, InPlace = true, Threads = -1, Seed = 2, Reduction = Reduction.Mean });

    [Theory, MemberData(nameof(EveryIsa))]
    public void RowsMayBeApart(string name, InstructionSet isa, Precision precision)
    {
        static Layout Apart(nint[] shape) => new([shape[0], shape[1]], [shape[1] + 5, 1]);
        var plan = new CheckPlan { Isa = isa, Precision = precision, InputLayout = Apart, UpstreamPerTerm = true };
        Run(name, plan with { Reduction = Reduction.None });
        Run(name, plan with { Reduction = Reduction.None, OutputLayout = Apart });
    }

    [Theory, MemberData(nameof(EveryIsa))]
    public void WhatIsNotWantedIsNotWritten(string name, InstructionSet isa, Precision precision)
    {
        foreach (var wish in new[] { Outputs.Loss, Outputs.Gradient, Outputs.Losses, Outputs.Loss | Outputs.Gradient })
            Run(name, new() { Isa = isa, Precision = precision, Outputs = wish });
    }

    private static void Run(string name, CheckPlan plan)
    {
        var loss = LossCatalogue.ClassesNamed(name);
        Checks.Pass(Shapes.Where(shape => CatalogueRunner.Fits(loss, shape))
            .Select(shape => CatalogueRunner.Check(loss, plan, shape)));
    }
}
