namespace FusedLoss.Tests.Accuracy;

/// <summary>Every point-wise loss, on every instruction set of this CPU, against its oracle.</summary>
public class PointwiseAccuracyTests
{
    // Around every boundary: nothing, a vector, 64 lanes, a tile (512), chunks of parallel work, several chunks.
    private static readonly nint[] Lengths =
        [0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 511, 512, 513, 16_383, 16_384, 16_385, 65_537, 200_003];

    public static TheoryData<string, InstructionSet, Precision> EveryIsa => Rows.PointwiseOnEveryIsa();

    public static TheoryData<string, Precision> Every => Rows.Pointwise();

    [Theory, MemberData(nameof(EveryIsa))]
    public void MatchesOracle(string name, InstructionSet isa, Precision precision)
    {
        var plan = new CheckPlan { Isa = isa, Precision = precision };
        Checks.Pass(Lengths.Select(length => CatalogueRunner.Check(LossCatalogue.PointwiseNamed(name), plan, length)));
    }

    [Theory, MemberData(nameof(EveryIsa))]
    public void MatchesOracleInPlaceOnAllThreads(string name, InstructionSet isa, Precision precision)
    {
        var plan = new CheckPlan { Isa = isa, Precision = precision, InPlace = true, Threads = -1, Seed = 2 };
        nint[] lengths = [1, 15, 17, 513, 1023, 65_537];
        Checks.Pass(lengths.Select(length => CatalogueRunner.Check(LossCatalogue.PointwiseNamed(name), plan, length)));
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
        Checks.Pass(plans.SelectMany(each => new nint[] { 0, 1, 17, 1027 }.Select(
            length => CatalogueRunner.Check(LossCatalogue.PointwiseNamed(name), each, length))));
    }

    [Theory, MemberData(nameof(Every))]
    public void BatchMeanDividesByTheFirstDimension(string name, Precision precision)
    {
        var plan = new CheckPlan { Precision = precision, Reduction = Reduction.BatchMean, InputLayout = Dense };
        nint[][] shapes = [[1, 5], [7, 3], [4, 2, 3], [1000, 3]];
        Checks.Pass(shapes.Select(shape => CatalogueRunner.Check(LossCatalogue.PointwiseNamed(name), plan, shape)));
    }

    [Theory, MemberData(nameof(EveryIsa))]
    public void WhatIsNotWantedIsNotWritten(string name, InstructionSet isa, Precision precision)
    {
        Outputs[] wishes =
        [
            Outputs.Loss, Outputs.Gradient, Outputs.Losses, Outputs.TargetGradient, Outputs.Loss | Outputs.Gradient,
            Outputs.Gradient | Outputs.Losses, Outputs.Loss | Outputs.TargetGradient, Outputs.Loss | Outputs.Losses,
            Outputs.ExtraGradient, Outputs.Gradient | Outputs.ExtraGradient, Outputs.Loss | Outputs.ExtraGradient,
        ];
        Checks.Pass(wishes.Select(wish => CatalogueRunner.Check(
            LossCatalogue.PointwiseNamed(name), new() { Isa = isa, Precision = precision, Outputs = wish }, 1027)));
    }

    private static Layout Dense(nint[] shape) => new(shape, Layout.DenseStrides(shape));
}
