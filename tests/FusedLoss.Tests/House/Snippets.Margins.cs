namespace FusedLoss.Tests.House;

public partial class Snippets
{
    [Fact]
    public void MarginRanking()
    {
        float[] first = [0.5f, 2], second = [1, 1], order = [1, 1], slope = new float[2];
        double loss = Loss.MarginRanking(first, second, order, slope); // 0.25, gradient [-0.5, 0]
        Assert.Equal(0.25, loss);
        Assert.Equal([-0.5f, 0], slope);
    }

    [Fact]
    public void MultiMargin()
    {
        float[] scores = [0.3f, 0.7f, 0.5f, 0.5f], gradient = new float[4];
        int[] labels = [0, 1];
        double loss = Loss.MultiMargin(scores, labels, gradient); // 0.6, gradient [-0.25, 0.25, 0.25, -0.25]
        Printed(0.6, loss, decimals: 6);
        Assert.Equal([-0.25f, 0.25f, 0.25f, -0.25f], gradient);
    }

    [Fact]
    public void MultilabelMargin()
    {
        float[] scores = [0.1f, 0.2f, 0.4f, 0.8f], gradient = new float[4];
        int[] positives = [3, 0, -1, 1]; // of 4 classes; what follows the -1 does not count
        double loss = Loss.MultilabelMargin(scores, positives, classes: 4, gradient); // 0.85
        Printed(0.85, loss, decimals: 6);
    }

    [Fact]
    public void MultilabelSoftMargin()
    {
        float[] logits = [0, 2, 2, 0], tags = [0, 0, 1, 0], gradient = new float[4];
        double loss = Loss.MultilabelSoftMargin(logits, tags, classes: 4, gradient); // 0.910038
        Printed(0.910038, loss, decimals: 6);
    }

    [Fact]
    public void GaussianNll()
    {
        float[] mean = [1, 2], observed = [0, 4], variance = [1, 2], gradient = new float[2];
        double loss = Loss.GaussianNll(mean, observed, variance, gradient); // 0.923287, gradient [0.5, -0.5]
        Printed(0.923287, loss, decimals: 6);
        Assert.Equal([0.5f, -0.5f], gradient);
    }

    [Fact]
    public void Nll()
    {
        float[] logs = [-0.5f, -1, -2, -0.25f], gradient = new float[4];
        int[] labels = [0, 1];
        double loss = Loss.Nll(logs, labels, gradient); // 0.375, gradient [-0.5, 0, 0, -0.5]
        Assert.Equal(0.375, loss);
        Assert.Equal([-0.5f, 0, 0, -0.5f], gradient);
    }

    [Fact]
    public void HingeEmbedding()
    {
        float[] distances = [0.5f, 0.25f], similar = [1, -1], gradient = new float[2];
        double loss = Loss.HingeEmbedding(distances, similar, gradient); // 0.625, gradient [0.5, -0.5]
        Assert.Equal(0.625, loss);
        Assert.Equal([0.5f, -0.5f], gradient);
    }
}
