namespace FusedLoss.Tests.Oracle;

/// <summary>NaN, infinities and saturation: exactly where the oracle has them, and in no other element or
/// row.</summary>
public class SpecialValueTests
{
    private static readonly double[] Inputs =
    [
        double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e30, -1e30, 1e38, -1e38, 0, -0.0, 1e-30, -1e-40,
        100, -100, 1000, -1000, 88, -88, 710, -710,
    ];

    private static readonly double[] Targets = [0, 1, 0.5, double.NaN];

    public static TheoryData<string, InstructionSet, Precision> Pointwise => Rows.PointwiseOnEveryIsa();

    /// <summary>Not the divergences: where one is infinite, nothing is promised of its gradients; NaN and classes
    /// without probability have tests of their own.</summary>
    public static TheoryData<string, InstructionSet, Precision> Classes =>
        [.. Rows.ClassesOnEveryIsa().Where(row => row.Data.Item1.Split('/')[0] is not ("jsd" or "tvd"))];

    [Theory, MemberData(nameof(Pointwise))]
    public void PointwiseIsTheOracle(string name, InstructionSet isa, Precision precision)
    {
        var loss = LossCatalogue.PointwiseNamed(name);
        var plan = new CheckPlan { Isa = isa, Precision = precision, Outputs = Outputs.All & ~Outputs.TargetGradient };
        Checks.Pass([precision switch
        {
            Precision.Float32 => CheckPointwise<float>(loss, plan),
            Precision.Float64 => CheckPointwise<double>(loss, plan),
            Precision.Float16 => CheckPointwise<Half>(loss, plan),
            _ => CheckPointwise<BFloat16>(loss, plan),
        }]);
    }

    [Theory, MemberData(nameof(Classes))]
    public void ClassesAreTheOracle(string name, InstructionSet isa, Precision precision)
    {
        var loss = LossCatalogue.ClassesNamed(name);
        var plan = new CheckPlan { Isa = isa, Precision = precision, Reduction = Reduction.None,
            Outputs = Outputs.All & ~Outputs.Loss };
        ClassShape[] shapes = [new(80, 2), new(80, 3), new(80, 10), new(48, 64), new(48, 111), new(48, 113),
            new(48, 300), new(3, 7, 21)];
        Checks.Pass(shapes.Where(shape => CatalogueRunner.Fits(loss, shape)).Select(shape => precision switch
        {
            Precision.Float32 => CheckClasses<float>(loss, plan, shape),
            Precision.Float64 => CheckClasses<double>(loss, plan, shape),
            Precision.Float16 => CheckClasses<Half>(loss, plan, shape),
            _ => CheckClasses<BFloat16>(loss, plan, shape),
        }));
    }

    private static CheckResult CheckPointwise<T>(PointwiseCase loss, CheckPlan plan)
        where T : unmanaged
    {
        // Every pair, among ordinary elements so that vectors hold both.
        var pairs = Inputs.SelectMany(x => Targets.Select(t => (X: x, T: t))).ToArray();
        var sample = loss.Inputs.Sample<T>(2 * pairs.Length, seed: 9);
        for (var i = 0; i < pairs.Length; i++)
        {
            var (x, t) = pairs[i];
            if (loss.Inputs.Reach == Reach.Normal) x = double.IsFinite(x) ? Math.Clamp(x, -80, 80) : double.NaN;
            (sample.Input[2 * i], sample.Target[2 * i]) = (Element.Of<T>(x), Element.Of<T>(t));
        }
        if (sample.Weight is not null) Positive(sample.Weight);
        if (sample.Extra is not null) Positive(sample.Extra);
        return new PointwiseCheck<T>(loss, plan, [sample.Input.Length], sample).Run();
    }

    private static CheckResult CheckClasses<T>(ClassCase loss, CheckPlan plan, ClassShape shape)
        where T : unmanaged
    {
        var sample = loss.Inputs.Sample<T>(shape, seed: 9);
        if (sample.Weights is not null) Positive(sample.Weights);
        if (sample.SampleWeights is not null) Positive(sample.SampleWeights);
        var (ignored, rows) = (loss.Inputs.Ignored ?? long.MinValue, (int)(shape.Outer * shape.Inner));
        for (var row = 0; row < rows; row++)
        {
            var label = sample.LabelOf(row) == ignored ? 0 : sample.LabelOf(row);
            var other = (label + 1 + row % Math.Max(1, shape.Classes - 1)) % shape.Classes;
            Spoil(row % 20, (c, x) =>
                sample.Logits[ClassInputs.Index(shape, row, c)] = Element.Of<T>(x), label, other, shape.Classes);
        }
        return new ClassCheck<T>(loss, plan, shape, sample).Run();
    }

    // Half of the rows stay as they are.
    private static void Spoil(int kind, Action<long, double> set, long label, long other, long classes)
    {
        switch (kind)
        {
            case 1: set(label, double.NaN); break;
            case 3: set(other, double.NaN); break;
            case 5: set(label, double.PositiveInfinity); break;
            case 6: set(other, double.PositiveInfinity); break;
            case 8: set(label, double.NegativeInfinity); break;
            case 10: set(other, double.NegativeInfinity); break;
            case 12: Each(double.NegativeInfinity); break;
            case 13: Each(1e8); break;
            case 15: set(label, 1e35); break;
            case 17: set(other, -1e35); break;
            case 18: set(other, 1e35); break;
        }

        void Each(double x)
        {
            for (var c = 0L; c < classes; c++) set(c, x);
        }
    }

    private static void Positive<T>(T[] weights) where T : unmanaged
    {
        foreach (ref var weight in weights.AsSpan())
            if (Element.Value(weight) == 0) weight = Element.Of<T>(1);
    }
}
