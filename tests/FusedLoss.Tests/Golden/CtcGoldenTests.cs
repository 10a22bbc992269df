namespace FusedLoss.Tests.Golden;

/// <summary>CTC against numbers that other people's code printed.</summary>
public class CtcGoldenTests
{
    private static readonly CtcGolden[] All = [.. PyTorch.Ctc, .. Published.Ctc];

    public static TheoryData<string, Precision> Rows
    {
        get
        {
            // 16-bit types cannot hold what was printed.
            var rows = new TheoryData<string, Precision>();
            foreach (var golden in All)
                foreach (var precision in (Precision[])[Precision.Float32, Precision.Float64])
                    rows.Add(golden.Name, precision);
            return rows;
        }
    }

    [Theory, MemberData(nameof(Rows))]
    public void PrintsTheSame(string name, Precision precision)
    {
        var golden = All.Single(row => row.Name == name);
        if (precision == Precision.Float32) Compare<float>(golden, precision);
        else Compare<double>(golden, precision);
    }

    private static void Compare<T>(CtcGolden golden, Precision precision) where T : unmanaged
    {
        var input = Element.Of<T>(golden.Input);
        var (losses, gradient) = (new T[golden.Shape.N], new T[input.Length]);
        var reduced = Loss.Ctc(
            new CtcArgs<T>
            {
                Logits = golden.IsLogs ? default(T[]) : input,
                LogProbabilities = golden.IsLogs ? input : default(T[]),
                Shape = golden.Shape,
                Targets = golden.Targets,
                InputLengths = golden.InputLengths,
                TargetLengths = golden.TargetLengths,
                Upstream = InputTerms.From<T>(Element.Of<T>(golden.Upstream)),
                Losses = OutputTerms.From<T>(losses),
                Gradient = gradient,
            },
            golden.Options);
        double[] loss = golden.Options.Reduction == Reduction.None ? Element.Values(losses) : [reduced];
        Same("loss", golden.Loss, loss, golden, precision);
        if (golden.Gradient.Length > 0) Same("gradient", golden.Gradient, Element.Values(gradient), golden, precision);
    }

    private static void Same(string what, double[] expected, double[] actual, CtcGolden golden, Precision precision)
    {
        Assert.Equal(expected.Length, actual.Length);
        var limit = Ulp.OfPrinted(precision, [.. expected.Append(1)], golden.Decimals);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(
                expected[i].Equals(actual[i]) || Math.Abs(expected[i] - actual[i]) <= limit,
                $"{golden.Name} ({precision}): {what}[{i}] expected {expected[i]:R}, got {actual[i]:R}, "
                + $"limit {limit:G3}");
        }
    }
}
