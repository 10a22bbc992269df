namespace FusedLoss.Tests.Accuracy;

/// <summary>Every loss over classes, on every instruction set of this CPU, against its oracle.</summary>
public class ClassAccuracyTests
{
    public static TheoryData<string, InstructionSet, Precision> EveryIsa => Rows.ClassesOnEveryIsa();

    public static TheoryData<string, Precision> Every => Rows.Classes();

    /// <summary>Few classes, many classes, and every number around which the kernels change their way.</summary>
    private static IEnumerable<ClassShape> RowShapes()
    {
        foreach (var classes in (long[])[1, 2, 3, 4, 5, 7, 10, 16])
            foreach (var rows in (long[])[1, 15, 16, 17, 63, 64, 65, 200]) yield return new(rows, classes);
        foreach (var classes in (long[])[21, 64, 100, 111, 112, 113, 127, 128, 129, 191, 192, 193])
            foreach (var rows in (long[])[1, 17, 67]) yield return new(rows, classes);
        foreach (var classes in (long[])[256, 257, 1000, 1023, 5000])
            foreach (var rows in (long[])[1, 18]) yield return new(classes > 1000 ? rows / 6 + 1 : rows, classes);
        yield return new(0, 10);
        yield return new(9001, 2);
        yield return new(2, 8193); // more than divergences keep of a row
    }

    /// <summary>Images: rows that lie side by side.</summary>
    private static IEnumerable<ClassShape> ImageShapes()
    {
        foreach (var inner in (long[])[1, 2, 255, 256, 257, 1000])
        {
            yield return new(1, 21, inner);
            yield return new(3, 2, inner);
            yield return new(2, 5, inner);
        }
        yield return new(2, 150, 257);
        yield return new(1, 1000, 65);
        yield return new(1, 3, 0);
        yield return new(5, 1, 7);
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
        ClassShape[] shapes =
            [new(1, 1), new(65, 2), new(67, 10), new(700, 10), new(33, 100), new(17, 113), new(35, 257), new(18, 1000),
                new(2, 21, 257)];
        Run(name, new() { Isa = isa, Precision = precision, InPlace = true, Threads = -1, Seed = 2 }, shapes);
    }

    /// <summary>More classes than a row's exponentials have room for beside its gradient.</summary>
    [Theory, MemberData(nameof(Every))]
    public void MatchesOracleOnLongRows(string name, Precision precision) =>
        Run(name, new() { Precision = precision, Seed = 5 }, [new(3, 40_001)]);

    [Theory, InlineData(1000), InlineData(40_001), InlineData(270_003)]
    public void MostClassesMayBeMasked(int classes)
    {
        var (loss, shape) = (LossCatalogue.ClassesNamed("cross_entropy"), new ClassShape(3, classes));
        var sample = loss.Inputs.Sample<float>(shape, seed: 4);
        for (var i = 0; i < sample.Logits.Length; i++)
        {
            var isLabel = i % classes == sample.Labels[i / classes];
            if (i % 1777 != 0 && !isLabel) sample.Logits[i] = float.NegativeInfinity;
        }
        foreach (var isa in LossContext.AvailableInstructionSets)
        {
            var plan = new CheckPlan { Isa = isa, Precision = Precision.Float32 };
            Checks.Pass([new ClassCheck<float>(loss, plan, shape, sample).Run()]);
        }
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
        ClassShape[] shapes = [new(0, 3), new(1, 2), new(70, 2), new(70, 10), new(19, 130), new(5, 1000),
            new(2, 4, 259)];
        foreach (var each in plans) Run(name, each, shapes);
    }

    [Theory, MemberData(nameof(EveryIsa))]
    public void WhatIsNotWantedIsNotWritten(string name, InstructionSet isa, Precision precision)
    {
        Outputs[] wishes =
        [
            Outputs.Loss, Outputs.Gradient, Outputs.Losses, Outputs.TargetGradient, Outputs.Loss | Outputs.Gradient,
            Outputs.Gradient | Outputs.Losses, Outputs.Loss | Outputs.TargetGradient, Outputs.Loss | Outputs.Losses,
            Outputs.Statistics, Outputs.Loss | Outputs.Statistics,
        ];
        ClassShape[] shapes = [new(67, 2), new(67, 10), new(17, 112), new(3, 300), new(2, 5, 258)];
        foreach (var wish in wishes) Run(name, new() { Isa = isa, Precision = precision, Outputs = wish }, shapes);
    }

    private static void Run(string name, CheckPlan plan, IEnumerable<ClassShape> shapes)
    {
        var loss = LossCatalogue.ClassesNamed(name);
        Checks.Pass(shapes.Where(shape => CatalogueRunner.Fits(loss, shape))
            .Select(shape => CatalogueRunner.Check(loss, plan, shape)));
    }
}
