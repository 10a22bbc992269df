namespace FusedLoss.Tests.Oracle;

/// <summary>NaN and infinities in one vector, and huge and tiny ones: the terms are the oracle's, and no other row
/// notices.</summary>
public class PairSpecialValueTests
{
    private static readonly double[] Spoilers =
        [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e30, -1e30, 1e18, 1e-30, -1e-18, 0, -0.0];

    public static TheoryData<string, InstructionSet, Precision> EveryIsa => Rows.PairsOnEveryIsa();

    [Theory, MemberData(nameof(EveryIsa))]
    public void OtherRowsDoNotNotice(string name, InstructionSet isa, Precision precision)
    {
        var plan = new CheckPlan { Isa = isa, Precision = precision, Reduction = Reduction.None };
        switch (precision)
        {
            case Precision.Float32: Run<float>(name, plan); break;
            case Precision.Float64: Run<double>(name, plan); break;
            case Precision.Float16: Run<Half>(name, plan); break;
            default: Run<BFloat16>(name, plan); break;
        }
    }

    private static void Run<T>(string name, CheckPlan plan) where T : unmanaged
    {
        var loss = LossCatalogue.PairsNamed(name);
        foreach (var dimensions in new[] { 1, 3, 17, 130 })
        {
            PairShape shape = new(2 * Spoilers.Length + 1, dimensions);
            var plain = loss.Inputs.Sample<T>(shape, seed: 9);
            var spoiled = plain.As<T>();
            for (var i = 0; i < Spoilers.Length; i++)
            {
                var (row, k) = (2 * i + 1, i % plain.Vectors.Length);
                spoiled.Vectors[k][row * dimensions + i % dimensions] = Element.Of<T>(Spoilers[i]);
            }
            var (before, after) = (Losses(loss, plan, plain), Losses(loss, plan, spoiled));
            for (var row = 0; row < shape.Rows; row += 2) Assert.Equal(before[row], after[row]);
            for (var i = 0; i < Spoilers.Length; i++)
            {
                var expected = Expected(loss, spoiled, 2 * i + 1);
                var actual = after[2 * i + 1];
                Assert.True(double.IsFinite(expected) == double.IsFinite(actual) || IsOverflow(expected, actual),
                    $"{name} ({plan}) of {dimensions} dimensions, {Spoilers[i]}: expected {expected}, got {actual}");
            }
        }
    }

    // Beyond the largest number of the type.
    private static bool IsOverflow(double expected, double actual) =>
        Math.Abs(expected) > float.MaxValue && double.IsInfinity(actual);

    private static double[] Losses<T>(PairCase loss, CheckPlan plan, PairSample<T> sample) where T : unmanaged
    {
        var losses = new double[sample.Shape.Rows];
        var check = new PairCheck<T>(loss, plan, sample.Shape, sample);
        check.Call();
        for (var row = 0; row < losses.Length; row++) losses[row] = check.LossOf(row);
        return losses;
    }

    private static double Expected<T>(PairCase loss, PairSample<T> sample, int row) where T : unmanaged
    {
        var d = sample.Shape.Dimensions;
        var vectors = Array.ConvertAll(sample.Vectors, v => Element.Values(v[(row * d)..((row + 1) * d)]));
        return loss.Oracle(vectors, sample.Target?[row] ?? 0, Array.ConvertAll(vectors, _ => new Expected[d])).Value;
    }
}
