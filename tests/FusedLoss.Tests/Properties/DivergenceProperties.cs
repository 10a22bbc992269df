using static FusedLoss.Tests.Properties.Identities;
using static FusedLoss.Tests.Properties.Properties;

namespace FusedLoss.Tests.Properties;

/// <summary>What must hold of distances between distributions for every batch.</summary>
public class DivergenceProperties
{
    private static readonly JsdOptions Jsd = new() { Reduction = Reduction.None };
    private static readonly TvdOptions Tvd = new() { Reduction = Reduction.None };

    [Fact]
    public void JsdOfEqualWeightsIsSymmetric() => Hold(batch =>
    {
        var (x, t) = Sample(batch);
        var (there, back) = (OfJsd(batch, x, t, Jsd), OfJsd(batch, t, x, Jsd));
        NearAll(there.Losses, back.Losses);
        NearAll(there.Gradient, back.TargetGradient);
        NearAll(there.TargetGradient, back.Gradient);
    });

    [Fact]
    public void SwappedSidesSwapTheWeights() => Hold(batch =>
    {
        var (x, t) = Sample(batch);
        foreach (var beta in (double[])[0, 0.3, 1])
        {
            var there = OfJsd(batch, x, t, Jsd with { Beta = beta });
            var back = OfJsd(batch, t, x, Jsd with { Beta = 1 - beta });
            NearAll(there.Losses, back.Losses);
            NearAll(there.Gradient, back.TargetGradient);
        }
    });

    [Fact]
    public void JsdIsBetweenZeroAndLnTwo() => Hold(batch =>
    {
        var (x, t) = Sample(batch);
        foreach (var loss in OfJsd(batch, x, t, Jsd).Losses) Within(0, loss, Math.Log(2));
    });

    [Fact]
    public void TvdIsBetweenZeroAndOne() => Hold(batch =>
    {
        var (x, t) = Sample(batch);
        foreach (var loss in OfTvd(batch, x, t, Tvd).Losses) Within(0, loss, 1);
    });

    [Fact]
    public void EqualDistributionsAreNotApart() => Hold(batch =>
    {
        var (x, _) = Sample(batch);
        foreach (var loss in OfJsd(batch, x, x, Jsd).Losses) Within(0, loss, 0);
        var (losses, gradient, target) = OfTvd(batch, x, x, Tvd);
        Assert.All([.. losses, .. gradient, .. target], value => Assert.Equal(0, value));
    });

    [Fact]
    public void TvdIsSymmetric() => Hold(batch =>
    {
        var (x, t) = Sample(batch);
        var (there, back) = (OfTvd(batch, x, t, Tvd), OfTvd(batch, t, x, Tvd));
        Assert.Equal(there.Losses, back.Losses);
        Assert.Equal(there.Gradient, back.TargetGradient);
    });

    // Pinsker's inequality, and Lin's bound from above.
    [Fact]
    public void JsdAndTvdBoundEachOther() => Hold(batch =>
    {
        var (x, t) = Sample(batch);
        var (jsd, tvd) = (OfJsd(batch, x, t, Jsd).Losses, OfTvd(batch, x, t, Tvd).Losses);
        for (var row = 0; row < jsd.Length; row++) Within(tvd[row] * tvd[row] / 2, jsd[row], Math.Log(2) * tvd[row]);
    });

    [Fact]
    public void GradientsOfARowSumToZero() => Hold(batch =>
    {
        var (x, t) = Sample(batch);
        foreach (var beta in (double[])[0, 0.5, 0.9, 1])
        {
            var (losses, gradient, target) = OfJsd(batch, x, t, Jsd with { Beta = beta });
            SumToZero(gradient, batch.Classes, 1 + losses.Max());
            SumToZero(target, batch.Classes, 1 + losses.Max());
        }
        var tvd = OfTvd(batch, x, t, Tvd);
        SumToZero([.. tvd.Gradient, .. tvd.TargetGradient], batch.Classes);
    });

    [Fact]
    public void TemperatureScalesTheLogits() => Hold(batch =>
    {
        var (x, t) = Sample(batch);
        double[] Half(double[] values) => Array.ConvertAll(values, value => value / 2);
        var (hot, cool) = (OfJsd(batch, x, t, Jsd with { Temperature = 2 }), OfJsd(batch, Half(x), Half(t), Jsd));
        Assert.Equal(cool.Losses, hot.Losses);
        NearAll(cool.Gradient, hot.Gradient, factor: 0.5);
    });

    [Fact]
    public void LogProbabilitiesAreLogitsOfTheirOwn() => Hold(batch =>
    {
        var (x, t) = Sample(batch);
        var (a, b) = (LogSoftmax(x, batch.Classes), LogSoftmax(t, batch.Classes));
        foreach (var beta in (double[])[0, 0.25, 1])
        {
            var options = Jsd with { Beta = beta };
            var (whole, parts) = (OfJsd(batch, x, t, options),
                OfJsd(batch, a, b, options with { Input = DistributionInput.LogProbabilities }));
            NearAll(whole.Losses, parts.Losses, (1 + whole.Losses.Max()) * Math.Max(1, a.Max(Math.Abs)));
        }
    });

    [Fact]
    public void WithoutAMixtureItIsKlDiv() => Hold(batch =>
    {
        var (x, t) = Sample(batch);
        var (q, p) = (LogSoftmax(x, batch.Classes), LogSoftmax(t, batch.Classes));
        var options = new JsdOptions
        {
            Beta = 0, Input = DistributionInput.LogProbabilities, Reduction = Reduction.Sum,
        };
        var (a, b) = (new double[x.Length], new double[x.Length]);
        var kl = Loss.KlDiv(q, p, a, new() { LogTarget = true, Reduction = Reduction.Sum });
        Near(kl, Loss.Jsd(q, p, batch.Classes, b, options), Math.Max(kl, batch.Rows));
        Near(a, b);
    });

    private static (double[] Losses, double[] Gradient, double[] TargetGradient) OfJsd(
        Batch batch, double[] x, double[] t, JsdOptions options)
    {
        var (losses, gradient, target) = (new double[batch.Rows], new double[x.Length], new double[x.Length]);
        Loss.Jsd<double>(Args(batch, x, t, losses, gradient, target), options);
        return (losses, gradient, target);
    }

    private static (double[] Losses, double[] Gradient, double[] TargetGradient) OfTvd(
        Batch batch, double[] x, double[] t, TvdOptions options)
    {
        var (losses, gradient, target) = (new double[batch.Rows], new double[x.Length], new double[x.Length]);
        Loss.Tvd<double>(Args(batch, x, t, losses, gradient, target), options);
        return (losses, gradient, target);
    }

    private static DistributionArgs<double> Args(
        Batch batch, double[] x, double[] t, double[] losses, double[] gradient, double[] target) => new()
    {
        Input = x, Target = t, Shape = new(batch.Rows, batch.Classes), Losses = losses, Gradient = gradient,
        TargetGradient = target,
    };

    private static double[] LogSoftmax(double[] values, int classes) => [.. values.Chunk(classes).SelectMany(row =>
    {
        var soft = new Softmax(row);
        var logs = new double[classes];
        for (var c = 0; c < classes; c++) logs[c] = -soft.MinusLog(c);
        return logs;
    })];

    private static (double[] Input, double[] Target) Sample(Batch batch)
    {
        double[] Of(int seed) => new ClassInputs().Sample<double>(new(batch.Rows, batch.Classes), seed).Logits;
        return (Of(batch.Seed), Of(batch.Seed + 1));
    }
}
