namespace FusedLoss.Tests.House;

public partial class Snippets
{
    [Fact]
    public void BFloat16s()
    {
        BFloat16[] logits = [(BFloat16)0.5f, (BFloat16)2f], target = [(BFloat16)0f, (BFloat16)1f];
        double loss = Loss.BceWithLogits(logits, target); // 0.550503
        Printed(0.550503, loss, decimals: 6);
    }
}
