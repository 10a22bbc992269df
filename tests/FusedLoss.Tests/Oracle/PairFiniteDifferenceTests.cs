namespace FusedLoss.Tests.Oracle;

/// <summary>The gradients of oracles of pairs and triples are the derivatives of their losses.</summary>
public class PairFiniteDifferenceTests
{
    public static TheoryData<string> Losses => [.. LossCatalogue.Pairs.Select(loss => loss.Name)];

    [Theory, MemberData(nameof(Losses))]
    public void GradientIsTheDerivative(string name)
    {
        var loss = LossCatalogue.PairsNamed(name);
        foreach (var dimensions in new[] { 1, 2, 5 })
        {
            var sample = loss.Inputs.Sample<double>(new(60, dimensions), seed: 5);
            for (var row = 0; row < sample.Shape.Rows; row++) CheckRow(loss, sample, row);
        }
    }

    private static void CheckRow(PairCase loss, PairSample<double> sample, int row)
    {
        var d = sample.Shape.Dimensions;
        var vectors = Array.ConvertAll(sample.Vectors, values => values[(row * d)..((row + 1) * d)]);
        if (!CanVary(loss.Options, vectors)) return;
        var (gradients, ignored) = (Gradients(vectors), Gradients(vectors));
        var y = sample.Target?[row] ?? 0;
        loss.Oracle(vectors, y, gradients);
        for (var k = 0; k < vectors.Length; k++)
        {
            for (var i = 0; i < d; i++)
            {
                double At(double x)
                {
                    var before = vectors[k][i];
                    vectors[k][i] = x;
                    try { return loss.Oracle(vectors, y, ignored).Value; }
                    finally { vectors[k][i] = before; }
                }

                var where = $"{loss.Name}: row {row} of {d} dimensions, vector {k + 1}, component {i}";
                FiniteDifferenceTests.Same(At, vectors[k][i], gradients[k][i].Value, where);
            }
        }
    }

    // A step must stay short against the vectors and their differences, where formulas bend: at 0, and for orders other
    // than 1 and infinity at every component of 0. The order 0 has jumps, and the corners of a lattice more slopes than
    // two.
    private static bool CanVary(LossOptions options, double[][] vectors) => options switch
    {
        TripletMarginOptions { Distance: TripletDistance.Cosine } => vectors.All(vector => Length(vector) > 0.1),
        TripletMarginOptions { P: 0 } => false,
        TripletMarginOptions triplet => Differences(vectors).All(u => Far(u, triplet)),
        _ => vectors.All(vector => Length(vector) > 0.1),
    };

    private static bool Far(double[] u, TripletMarginOptions options) =>
        u.All(value => Math.Abs(value) > (options.P < 1 ? 0.2 : 1e-3))
        && u.Select(Math.Abs).Distinct().Count() == u.Length;

    private static IEnumerable<double[]> Differences(double[][] vectors) =>
        from pair in new[] { (0, 1), (0, 2), (1, 2) }
        select vectors[pair.Item1].Zip(vectors[pair.Item2], (x, y) => x - y).ToArray();

    private static double Length(double[] vector) => Math.Sqrt(vector.Sum(x => x * x));

    private static Expected[][] Gradients(double[][] vectors) =>
        Array.ConvertAll(vectors, vector => new Expected[vector.Length]);
}
