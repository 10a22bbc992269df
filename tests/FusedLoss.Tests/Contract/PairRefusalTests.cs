namespace FusedLoss.Tests.Contract;

/// <summary>Mistakes with vectors and similarities are told in one sentence, and change nothing.</summary>
public class PairRefusalTests
{
    public static TheoryData<string> Pairs => [.. PairRefusals.All.Select(refusal => refusal.What)];

    public static TheoryData<string> InfoNce => [.. InfoNceRefusals.All.Select(refusal => refusal.What)];

    [Theory, MemberData(nameof(Pairs))]
    public void PairsRefuse(string what) => RefusalTests.Refused(PairRefusals.All.Single(row => row.What == what));

    [Theory, MemberData(nameof(InfoNce))]
    public void InfoNceRefuses(string what) =>
        RefusalTests.Refused(InfoNceRefusals.All.Single(row => row.What == what));

    [Fact]
    public void OtherTypesAreNotSupported()
    {
        int[] x = new int[4];
        Assert.Throws<NotSupportedException>(() => Loss.CosineEmbedding<int>(x, x, new float[1]));
        Assert.Throws<NotSupportedException>(() => Loss.TripletMargin<int>(x, x, x, 2));
        Assert.Throws<NotSupportedException>(() => Loss.InfoNce<int>(x));
    }
}
