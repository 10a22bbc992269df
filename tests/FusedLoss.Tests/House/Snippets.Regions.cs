namespace FusedLoss.Tests.House;

public partial class Snippets
{
    [Fact]
    public void BalancedCrossEntropy()
    {
        float[] logits = [3, 1, 1, 2, 0, 2], gradient = new float[6];
        int[] labels = [0, 1, 1];
        double loss = Loss.BalancedCrossEntropy(logits, labels, gradient); // 0.173511
        Printed(0.173511, loss, decimals: 6);
    }

    [Fact]
    public void Dice()
    {
        float[] logits = [2, 0, 0, 1], gradient = new float[4];
        int[] labels = [0, 1];
        double loss = Loss.Dice(logits, labels, gradient); // 0.129705
        Printed(0.129705, loss, decimals: 6);
    }

    [Fact]
    public void Tversky()
    {
        float[] logits = [2, 0, 0, 1], gradient = new float[4];
        int[] labels = [0, 1];
        var options = new TverskyOptions { Alpha = 0.3, Beta = 0.7 };
        double loss = Loss.Tversky(logits, labels, gradient, options); // 0.0974216
        Printed(0.0974216, loss, decimals: 7);
    }
}
