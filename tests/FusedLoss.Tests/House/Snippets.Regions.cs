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
}
