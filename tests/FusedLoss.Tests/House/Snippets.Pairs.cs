namespace FusedLoss.Tests.House;

public partial class Snippets
{
    [Fact]
    public void CosineEmbedding()
    {
        float[] a = [3, 4, 1, 0], b = [4, 3, 1, 1], similar = [1, -1], toA = new float[4], toB = new float[4];
        double loss = Loss.CosineEmbedding(a, b, similar, toA, toB); // 0.373553
        Printed(0.373553, loss, decimals: 6);
        Assert.NotEqual(0, toA[0]);
        Assert.NotEqual(0, toB[0]);
    }

    [Fact]
    public void TripletMargin()
    {
        float[] anchor = [0, 0], positive = [3, 4], negative = [6, 0], g = new float[2];
        double loss = Loss.TripletMargin(anchor, positive, negative, dimensions: 2,
            new TripletGradients<float>(g, default, default), new TripletMarginOptions { Margin = 2 });
        // 0.9999996
        Printed(0.9999996, loss, decimals: 7);
        Printed(0.4, g[0], decimals: 6);
    }

    [Fact]
    public void InfoNce()
    {
        float[] similarities = [0.9f, 0.2f, 0.1f, 0.8f], gradient = new float[4]; // of two texts with two images
        double loss = Loss.InfoNce(similarities, gradient, new InfoNceOptions { Temperature = 0.1 }); // 0.000911
        Printed(0.000911, loss, decimals: 6);
        Printed(-0.0046, gradient[0], decimals: 4);
    }
}
