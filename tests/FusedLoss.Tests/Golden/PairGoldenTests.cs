namespace FusedLoss.Tests.Golden;

/// <summary>Losses over pairs and triples against numbers that other people's code printed.</summary>
public class PairGoldenTests
{
    private static readonly PairGolden[] All = [.. PyTorch.Pairs, .. PublishedPairs.All];

    public static TheoryData<string, string, Precision> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, Precision>();
            foreach (var golden in All)
            {
                rows.Add(golden.Key, golden.Name, Precision.Float32);
                rows.Add(golden.Key, golden.Name, Precision.Float64);
            }
            return rows;
        }
    }

    [Theory, MemberData(nameof(Rows))]
    public void PrintsTheSame(string key, string name, Precision precision)
    {
        var golden = All.Single(row => row.Key == key && row.Name == name);
        if (precision == Precision.Float32) Compare<float>(golden, precision);
        else Compare<double>(golden, precision);
    }

    private static void Compare<T>(PairGolden golden, Precision precision) where T : unmanaged
    {
        T[] a = Element.Of<T>(golden.Input1), b = Element.Of<T>(golden.Input2), c = Element.Of<T>(golden.Input3);
        T[] losses = new T[a.Length / golden.Dimensions];
        T[] ga = new T[a.Length], gb = new T[a.Length], gc = new T[c.Length];
        var args = new TripletArgs<T>
        {
            Anchor = a, Positive = b, Negative = c, Dimensions = golden.Dimensions,
            Upstream = InputTerms.From<T>(Element.Of<T>(golden.Upstream)), Losses = OutputTerms.From<T>(losses),
            AnchorGradient = ga, PositiveGradient = gb, NegativeGradient = gc,
        };
        var target = InputTerms.From<T>(Element.Of<T>(golden.Target));
        var call = LossCatalogue.Pairs.First(row => row.Key == golden.Key).Call;
        var loss = call.Run(args, target, golden.Options, null);
        Same("loss", golden.Loss, golden.Options.Reduction == Reduction.None ? Element.Values(losses) : [loss]);
        Same("gradient 1", golden.Gradient1, Element.Values(ga));
        Same("gradient 2", golden.Gradient2, Element.Values(gb));
        Same("gradient 3", golden.Gradient3, Element.Values(gc));

        void Same(string what, double[] expected, double[] actual)
        {
            if (expected.Length == 0) return;
            Assert.Equal(expected.Length, actual.Length);
            var limit = Ulp.OfPrinted(precision, expected, golden.Decimals);
            for (var i = 0; i < expected.Length; i++)
            {
                Assert.True(Math.Abs(expected[i] - actual[i]) <= limit,
                    $"{golden.Key} {golden.Name} ({precision}): {what}[{i}] expected {expected[i]:R}, "
                    + $"got {actual[i]:R}, limit {limit:G3}");
            }
        }
    }
}
