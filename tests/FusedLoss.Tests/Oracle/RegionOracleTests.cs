namespace FusedLoss.Tests.Oracle;

/// <summary>The oracle of losses over regions: its gradients are the derivatives of its losses, and NaN and infinities
/// are exactly where it has them.</summary>
public class RegionOracleTests
{
    public static TheoryData<string> Names => [.. LossCatalogue.Regions.Select(loss => loss.Name)];

    public static TheoryData<string, InstructionSet, Precision> EveryIsa => Rows.RegionsOnEveryIsa();

    [Theory, MemberData(nameof(Names))]
    public void GradientIsTheDerivative(string name)
    {
        var loss = LossCatalogue.RegionsNamed(name);
        foreach (var shape in new ClassShape[] { new(6, 1), new(8, 3), new(3, 2, 4) })
        {
            var batch = loss.Inputs.Sample<double>(shape, seed: 5).Batch(loss.Inputs.Ignored ?? long.MinValue);
            var random = new Random(5);
            var upstream = Enumerable.Range(0, (int)loss.Cut.Count(shape)).Select(_ => random.NextDouble()).ToArray();
            double Weighted(RegionBatch at)
            {
                var oracle = new RegionOracle(loss.Formula, loss.Cut, at);
                return upstream.Select((weight, region) => weight * oracle.Term(region).Value).Sum();
            }

            var gradient = new Expected[shape.Classes];
            for (var row = 0; row < batch.Ignored.Length; row++)
            {
                new RegionOracle(loss.Formula, loss.Cut, batch).Gradient(row, region => upstream[region], gradient);
                for (var c = 0; c < gradient.Length; c++)
                {
                    var index = ClassInputs.Index(shape, row, c);
                    FiniteDifferenceTests.Same(
                        x => Weighted(batch with { Input = With(batch.Input, index, x) }), batch.Input[index],
                        gradient[c].Value, $"{name}: row {row}, class {c}", FiniteDifferenceTests.Far);
                }
            }
        }
    }

    [Theory, MemberData(nameof(EveryIsa))]
    public void SpecialValuesAreTheOracles(string name, InstructionSet isa, Precision precision)
    {
        var loss = LossCatalogue.RegionsNamed(name);
        var plan = new CheckPlan { Isa = isa, Precision = precision, Reduction = Reduction.None,
            Outputs = Outputs.Gradient | Outputs.Losses };
        ClassShape[] shapes = [new(20, 1), new(20, 2), new(20, 10), new(20, 3, 33), new(20, 113)];
        Checks.Pass(shapes.SelectMany(shape => Enumerable.Range(0, 5).Select(kind => precision switch
        {
            Precision.Float32 => Spoiled<float>(loss, plan, shape, kind),
            Precision.Float64 => Spoiled<double>(loss, plan, shape, kind),
            Precision.Float16 => Spoiled<Half>(loss, plan, shape, kind),
            _ => Spoiled<BFloat16>(loss, plan, shape, kind),
        })));
    }

    // One kind of trouble at a time, in a few elements: NaN in one row spoils a region.
    private static CheckResult Spoiled<T>(RegionCase loss, CheckPlan plan, ClassShape shape, int kind)
        where T : unmanaged
    {
        var sample = loss.Inputs.Sample<T>(shape, seed: 9);
        double[] values = loss.Cut.Probabilities
            ? [double.NaN, 0, 1, double.Epsilon, 0.5]
            : [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e30, -1e30];
        for (var i = 3; i < sample.Input.Length; i += sample.Input.Length / 3 + 1)
            sample.Input[i] = Element.Of<T>(values[kind]);
        return new RegionCheck<T>(loss, plan, shape, sample).Run();
    }

    private static double[] With(double[] values, long index, double value)
    {
        var copy = (double[])values.Clone();
        copy[index] = value;
        return copy;
    }
}
