using System.Numerics;
using System.Numerics.Tensors;

namespace FusedLoss.Tests.Golden;

/// <summary>The library against numbers that other people's code printed.</summary>
public class GoldenTests
{
    private static readonly Golden[] All =
    [
        .. PyTorch.Regression, .. PyTorch.Binary, .. PyTorch.Likelihood, .. PyTorch.Margins, .. PyTorch.Classes,
        .. PyTorch.Extras, .. Published.Pointwise, .. Published.Classes,
    ];

    public static TheoryData<string, string, Precision> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, Precision>();
            foreach (var golden in All)
                foreach (var precision in Enum.GetValues<Precision>()) rows.Add(golden.Key, golden.Name, precision);
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

    private static void Compare<T>(Golden golden, Precision precision)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var count = golden.Input.Length;
        var loss = LossCatalogue.All.First(row => row.Key == golden.Key);
        var rows = loss is PointwiseCase ? count : count / (int)golden.Shape[golden.Shape.Length > 1 ? 1 : 0];
        var (losses, gradient) = (new T[rows], new T[count]);
        var target = new T[golden.TargetGradient.Length];
        var reduced = loss is PointwiseCase pointwise
            ? pointwise.Call.Run(PointwiseArgs(golden, losses, gradient, target), golden.Options, null)
            : ((ClassCase)loss).Call.Run(ClassArgs(golden, losses, gradient, target), golden.Options, null);
        if (golden.Options.Reduction == Reduction.None) Same("loss", golden.Loss, losses, golden, precision);
        else Same("loss", golden.Loss, [reduced], golden, precision);
        if (golden.Gradient.Length > 0) Same("gradient", golden.Gradient, gradient, golden, precision);
        if (target.Length > 0) Same("target gradient", golden.TargetGradient, target, golden, precision);
    }

    private static PointwiseArgs<T> PointwiseArgs<T>(Golden golden, T[] losses, T[] gradient, T[] target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new()
    {
        Input = Tensor<T>(golden.Input, golden.Shape),
        Target = Tensor<T>(golden.Target, golden.Shape),
        Weight = Tensor<T>(golden.Weight, golden.WeightShape ?? golden.Shape),
        PosWeight = Tensor<T>(golden.PosWeight, golden.PosWeightShape ?? golden.Shape),
        Upstream = InputTerms.From<T>(Of<T>(golden.Upstream)),
        Losses = OutputTerms.From<T>(losses),
        Gradient = gradient,
        TargetGradient = target,
    };

    private static ClassArgs<T> ClassArgs<T>(Golden golden, T[] losses, T[] gradient, T[] target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new()
    {
        Logits = Tensor<T>(golden.Input, golden.Shape),
        Labels = golden.Labels.Length == 0 ? default : golden.Labels,
        Probabilities = Of<T>(golden.Target),
        ClassWeights = InputTerms.From<T>(Of<T>(golden.Weight)),
        SampleWeights = InputTerms.From<T>(Of<T>(golden.SampleWeight)),
        Upstream = InputTerms.From<T>(Of<T>(golden.Upstream)),
        Losses = OutputTerms.From<T>(losses),
        Gradient = gradient,
        TargetGradient = target,
    };

    private static T[] Of<T>(double[] values) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Array.ConvertAll(values, T.CreateChecked);

    private static ReadOnlyTensorSpan<T> Tensor<T>(double[] values, nint[] shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        values.Length == 0 ? default : new ReadOnlyTensorSpan<T>(Of<T>(values), shape);

    private static void Same<T>(string what, double[] expected, T[] actual, Golden golden, Precision precision)
        where T : IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var limit = Ulp.OfPrinted(precision, expected, golden.Decimals);
            var got = double.CreateChecked(actual[i]);
            Assert.True(expected[i].Equals(got) || Math.Abs(expected[i] - got) <= limit,
                $"{golden.Key} {golden.Name} ({precision}): {what}[{i}] expected {expected[i]:R}, got {got:R}, "
                + $"limit {limit:G3}");
        }
    }
}
