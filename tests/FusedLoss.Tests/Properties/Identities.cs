namespace FusedLoss.Tests.Properties;

/// <summary>Comparisons of whole arrays whose formulas add up to a known magnitude.</summary>
internal static class Identities
{
    /// <summary>Equal up to the rounding of sums whose parts have this magnitude, or the largest element's.</summary>
    public static void NearAll(double[] expected, double[] actual, double magnitude = 1, double factor = 1)
    {
        Assert.Equal(expected.Length, actual.Length);
        var size = Math.Max(magnitude, expected.Select(Math.Abs).DefaultIfEmpty().Max());
        for (var i = 0; i < expected.Length; i++)
            Properties.Near(expected[i] * factor, actual[i], size * Math.Abs(factor));
    }

    /// <summary>Rows that sum to zero.</summary>
    public static void SumToZero(double[] values, int classes, double magnitude = 1)
    {
        foreach (var row in values.Chunk(classes))
            Properties.Near(0, row.Sum(), Math.Max(magnitude, row.Sum(Math.Abs)));
    }

    /// <summary>Between two bounds, up to rounding.</summary>
    public static void Within(double least, double value, double most)
    {
        var slack = Ulp.OfIdentity(Precision.Float64, 1);
        Assert.InRange(value, least - slack, most + slack);
    }
}
