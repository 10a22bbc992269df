using static FusedLoss.Tests.Properties.Identities;
using static FusedLoss.Tests.Properties.Properties;

namespace FusedLoss.Tests.Properties;

/// <summary>What must hold of losses over regions for every batch.</summary>
public class RegionProperties
{
    private static readonly DiceOptions Dice = new() { Reduction = Reduction.None };
    private static readonly TverskyOptions Tversky = new() { Reduction = Reduction.None };

    [Fact]
    public void DiceIsTverskyOfEqualWeights() => Hold(batch =>
    {
        var sample = Sample(batch);
        foreach (var smooth in (double[])[0.5, 1, 4])
        {
            var dice = OfDice(batch, sample, Dice with { Smooth = smooth });
            var tversky = OfTversky(batch, sample, Tversky with { Smooth = smooth / 2 });
            NearAll(dice.Terms, tversky.Terms);
            NearAll(dice.Gradient, tversky.Gradient);
        }
    });

    [Fact]
    public void TermsAreBetweenZeroAndOne() => Hold(batch =>
    {
        var sample = Sample(batch);
        foreach (var term in OfDice(batch, sample, Dice).Terms) Within(0, term, 1);
        foreach (var term in OfTversky(batch, sample, Tversky with { Alpha = 0.9, Beta = 3 }).Terms) Within(0, term, 1);
    });

    [Fact]
    public void APerfectMatchCostsNothing() => Hold(batch =>
    {
        var (_, y) = Sample(batch);
        var t = OneHot(y, batch.Classes);
        var options = Dice with { Input = RegionInput.Probabilities };
        foreach (var regions in Enum.GetValues<Regions>())
            foreach (var term in OfDice(batch, (t, y), options with { Regions = regions }).Terms)
                Near(0, term, 1);
    });

    [Fact]
    public void NothingRightCostsAllThatSmoothLeaves() => Hold(batch =>
    {
        if (batch.Classes == 1) return;
        var (_, y) = Sample(batch);
        var wrong = OneHot([.. y.Select(label => (label + 1) % batch.Classes)], batch.Classes);
        var options = Dice with { Input = RegionInput.Probabilities, Regions = Regions.AllClasses };
        var term = Assert.Single(OfDice(batch, (wrong, y), options).Terms);
        Near(1 - 1 / (2.0 * batch.Rows + 1), term, 1);
    });

    [Fact]
    public void LabelsAreOneHotTargets() => Hold(batch =>
    {
        var (x, y) = Sample(batch);
        if (batch.Classes == 1) return;
        var labels = OfDice(batch, (x, y), Dice);
        var (terms, gradient) = (new double[batch.Classes], new double[x.Length]);
        Loss.Dice<double>(
            new()
            {
                Logits = x, Shape = new(batch.Rows, batch.Classes), Probabilities = OneHot(y, batch.Classes),
                Losses = terms, Gradient = gradient,
            },
            Dice);
        NearAll(labels.Terms, terms);
        NearAll(labels.Gradient, gradient);
    });

    [Fact]
    public void OneSampleIsItsOwnBatch() => Hold(batch =>
    {
        var (x, y) = Sample(batch);
        var (n, c) = (batch.Rows, batch.Classes);
        var (terms, gradient) = (new double[n * c], new double[x.Length]);
        Loss.Tversky<double>(
            new() { Logits = x, Labels = y, Losses = terms, Gradient = gradient }, Tversky with { PerSample = true });
        for (var row = 0; row < n; row++)
        {
            var alone = OfTversky(batch with { Rows = 1 }, (x[(row * c)..(row * c + c)], [y[row]]), Tversky);
            NearAll(alone.Terms, terms[(row * c)..(row * c + c)]);
            NearAll(alone.Gradient, gradient[(row * c)..(row * c + c)]);
        }
    });

    [Fact]
    public void GradientsOfARowSumToZero() => Hold(batch =>
    {
        if (batch.Classes == 1) return;
        var gradient = OfTversky(batch, Sample(batch), Tversky with { Alpha = 0.25, Beta = 0.75 }).Gradient;
        SumToZero(gradient, batch.Classes);
    });

    [Fact]
    public void MeanIsSumOverTheRegions() => Hold(batch =>
    {
        var (x, y) = Sample(batch);
        var (a, b) = (new double[x.Length], new double[x.Length]);
        var sum = Loss.Dice(x, y, a, Dice with { Reduction = Reduction.Sum });
        var mean = Loss.Dice(x, y, b, Dice with { Reduction = Reduction.Mean });
        Near(sum, mean * batch.Classes, batch.Classes);
        NearAll(a, Array.ConvertAll(b, value => value * batch.Classes));
    });

    private static (double[] Terms, double[] Gradient) OfDice(
        Batch batch, (double[] Input, long[] Labels) sample, DiceOptions options)
    {
        var terms = new double[options.Regions == Regions.AllClasses ? 1 : batch.Classes];
        var gradient = new double[sample.Input.Length];
        Loss.Dice<double>(
            new() { Logits = sample.Input, Labels = sample.Labels, Losses = terms, Gradient = gradient }, options);
        return (terms, gradient);
    }

    private static (double[] Terms, double[] Gradient) OfTversky(
        Batch batch, (double[] Input, long[] Labels) sample, TverskyOptions options)
    {
        var (terms, gradient) = (new double[batch.Classes], new double[sample.Input.Length]);
        Loss.Tversky<double>(
            new() { Logits = sample.Input, Labels = sample.Labels, Losses = terms, Gradient = gradient }, options);
        return (terms, gradient);
    }

    // With one class, label 1 is the foreground.
    private static double[] OneHot(long[] labels, int classes)
    {
        var values = new double[labels.Length * classes];
        for (var row = 0; row < labels.Length; row++)
        {
            if (classes == 1) values[row] = labels[row];
            else values[row * classes + labels[row]] = 1;
        }
        return values;
    }

    private static (double[] Input, long[] Labels) Sample(Batch batch)
    {
        var sample = new ClassInputs().Sample<double>(new(batch.Rows, batch.Classes), batch.Seed);
        if (batch.Classes == 1)
            for (var row = 0; row < batch.Rows; row++) sample.Labels[row] = (batch.Seed >> (row % 31)) & 1;
        return (sample.Logits, sample.Labels);
    }
}
