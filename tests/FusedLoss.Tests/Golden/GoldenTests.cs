using System.Numerics.Tensors;

namespace FusedLoss.Tests.Golden;

/// <summary>The library against numbers that other people's code printed.</summary>
public class GoldenTests
{
    private static readonly Golden[] All =
    [
        .. PyTorch.Regression, .. PyTorch.Binary, .. PyTorch.Likelihood, .. PyTorch.Margins, .. PyTorch.Classes,
        .. PyTorch.Extras, .. PyTorch.InfoNce, .. PyTorch.Balanced, .. PyTorch.Divergences, .. PyTorch.Overlaps,
        .. PyTorch.Gaussian, .. PyTorch.Ranking, .. PyTorch.Nll, .. PyTorch.MultiMargin,
        .. PyTorch.MultilabelMargin, .. PyTorch.MultilabelSoftMargin,
        .. Published.Pointwise, .. Published.Classes, .. Published.Margins,
    ];

    public static TheoryData<string, string, Precision> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, Precision>();
            foreach (var golden in All)
                foreach (var precision in Printed) rows.Add(golden.Key, golden.Name, precision);
            return rows;
        }
    }

    // 16-bit types cannot hold what was printed.
    private static Precision[] Printed => [Precision.Float32, Precision.Float64];

    [Theory, MemberData(nameof(Rows))]
    public void PrintsTheSame(string key, string name, Precision precision)
    {
        var golden = All.Single(row => row.Key == key && row.Name == name);
        if (precision == Precision.Float32) Compare<float>(golden, precision);
        else Compare<double>(golden, precision);
    }

    private static void Compare<T>(Golden golden, Precision precision)
        where T : unmanaged
    {
        var count = golden.Input.Length;
        var loss = LossCatalogue.All.First(row => row.Key == golden.Key);
        var rows = loss switch
        {
            PointwiseCase => count,
            RegionCase => golden.Options.Reduction == Reduction.None ? golden.Loss.Length : 0,
            _ => count / (int)golden.Shape[golden.Shape.Length > 1 ? 1 : 0],
        };
        var results = new Results<T>(
            new T[rows], new T[count], new T[golden.TargetGradient.Length], new T[golden.ExtraGradient.Length]);
        var reduced = loss switch
        {
            PointwiseCase pointwise => pointwise.Call.Run(PointwiseRun(golden, results), golden.Options, null),
            RegionCase regions => regions.Call.Run(ClassArgs(golden, results), golden.Options, null),
            _ => ((ClassCase)loss).Call.Run(ClassArgs(golden, results), golden.Options, null),
        };
        if (golden.Options.Reduction == Reduction.None) Same("loss", golden.Loss, results.Losses, golden, precision);
        else Same("loss", golden.Loss, [reduced], golden, precision);
        if (golden.Gradient.Length > 0) Same("gradient", golden.Gradient, results.Gradient, golden, precision);
        Same("target gradient", golden.TargetGradient, results.Target, golden, precision);
        Same("extra gradient", golden.ExtraGradient, results.Extra, golden, precision);
        if (golden.LogSumExp.Length > 0) Statistics<T>(golden, precision);
    }

    private static void Statistics<T>(Golden golden, Precision precision) where T : unmanaged
    {
        var (lse, predictions) = (new T[golden.LogSumExp.Length], new long[golden.Predictions.Length]);
        Loss.CrossEntropy(
            new ClassArgs<T>
            {
                Logits = Tensor<T>(golden.Input, golden.Shape),
                Labels = golden.Labels.Length == 0 ? default : golden.Labels,
                Probabilities = Element.Of<T>(golden.Target),
                LogSumExp = OutputTerms.From<T>(lse),
                Predictions = predictions,
            },
            (CrossEntropyOptions)golden.Options);
        Same("log-sum-exp", golden.LogSumExp, lse, golden, precision);
        Assert.Equal(golden.Predictions, predictions);
    }

    private sealed record Results<T>(T[] Losses, T[] Gradient, T[] Target, T[] Extra);

    private static PointwiseRun<T> PointwiseRun<T>(Golden golden, Results<T> results)
        where T : unmanaged => new()
    {
        Input = Tensor<T>(golden.Input, golden.Shape),
        Target = Tensor<T>(golden.Target, golden.Shape),
        Weight = Tensor<T>(golden.Weight, golden.WeightShape ?? golden.Shape),
        Extra = Tensor<T>(golden.Extra, golden.ExtraShape ?? golden.Shape),
        Upstream = InputTerms.From<T>(Element.Of<T>(golden.Upstream)),
        Losses = OutputTerms.From<T>(results.Losses),
        Gradient = results.Gradient,
        TargetGradient = results.Target,
        ExtraGradient = results.Extra,
    };

    private static ClassArgs<T> ClassArgs<T>(Golden golden, Results<T> results)
        where T : unmanaged => new()
    {
        Logits = Tensor<T>(golden.Input, golden.Shape),
        Labels = golden.Labels.Length == 0 ? default : golden.Labels,
        Probabilities = Element.Of<T>(golden.Target),
        ClassWeights = InputTerms.From<T>(Element.Of<T>(golden.Weight)),
        SampleWeights = InputTerms.From<T>(Element.Of<T>(golden.SampleWeight)),
        Upstream = InputTerms.From<T>(Element.Of<T>(golden.Upstream)),
        Losses = OutputTerms.From<T>(results.Losses),
        Gradient = results.Gradient,
        TargetGradient = results.Target,
    };

    private static ReadOnlyTensorSpan<T> Tensor<T>(double[] values, nint[] shape)
        where T : unmanaged =>
        values.Length == 0 ? default : new ReadOnlyTensorSpan<T>(Element.Of<T>(values), shape);

    private static void Same<T>(string what, double[] expected, T[] actual, Golden golden, Precision precision)
        where T : unmanaged
    {
        Assert.Equal(expected.Length, actual.Length);
        if (expected.Length == 0) return;
        var limit = Ulp.OfPrinted(precision, expected, golden.Decimals);
        for (var i = 0; i < expected.Length; i++)
        {
            var got = Element.Value(actual[i]);
            Assert.True(expected[i].Equals(got) || Math.Abs(expected[i] - got) <= limit,
                $"{golden.Key} {golden.Name} ({precision}): {what}[{i}] expected {expected[i]:R}, got {got:R}, "
                + $"limit {limit:G3}");
        }
    }
}
