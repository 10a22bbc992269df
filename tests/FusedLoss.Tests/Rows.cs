namespace FusedLoss.Tests;

/// <summary>Rows of theories: the catalogue times what this machine can run. Names, not objects, so that runners can
/// list them.</summary>
internal static class Rows
{
    /// <summary>Instruction sets that must agree in every bit.</summary>
    public static InstructionSet[] Fma { get; } =
        [.. LossContext.AvailableInstructionSets.Where(isa => isa != InstructionSet.Baseline)];

    public static TheoryData<string, InstructionSet, Precision> PointwiseOnEveryIsa() =>
        Product(LossCatalogue.Pointwise, LossContext.AvailableInstructionSets);

    public static TheoryData<string, InstructionSet, Precision> ClassesOnEveryIsa() =>
        Product(LossCatalogue.Classes, LossContext.AvailableInstructionSets);

    public static TheoryData<string, InstructionSet, Precision> RegionsOnEveryIsa() =>
        Product(LossCatalogue.Regions, LossContext.AvailableInstructionSets);

    public static TheoryData<string, InstructionSet, Precision> PairsOnEveryIsa() =>
        Product(LossCatalogue.Pairs, LossContext.AvailableInstructionSets);

    public static TheoryData<string, InstructionSet, Precision> CtcOnEveryIsa() =>
        Product(LossCatalogue.Ctc, LossContext.AvailableInstructionSets);

    public static TheoryData<string, Precision> Every() => Product(LossCatalogue.All);

    public static TheoryData<string, Precision> Pointwise() => Product(LossCatalogue.Pointwise);

    public static TheoryData<string, Precision> Classes() => Product(LossCatalogue.Classes);

    public static TheoryData<string, Precision> Regions() => Product(LossCatalogue.Regions);

    public static TheoryData<string, Precision> Pairs() => Product(LossCatalogue.Pairs);

    public static TheoryData<string, Precision> Ctc() => Product(LossCatalogue.Ctc);

    private static TheoryData<string, InstructionSet, Precision> Product(
        IEnumerable<LossCase> cases, IEnumerable<InstructionSet> isas)
    {
        var rows = new TheoryData<string, InstructionSet, Precision>();
        foreach (var loss in cases)
            foreach (var isa in isas)
                foreach (var precision in Enum.GetValues<Precision>()) rows.Add(loss.Name, isa, precision);
        return rows;
    }

    private static TheoryData<string, Precision> Product(IEnumerable<LossCase> cases)
    {
        var rows = new TheoryData<string, Precision>();
        foreach (var loss in cases)
            foreach (var precision in Enum.GetValues<Precision>()) rows.Add(loss.Name, precision);
        return rows;
    }
}
