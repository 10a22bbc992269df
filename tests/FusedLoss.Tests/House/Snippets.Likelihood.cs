namespace FusedLoss.Tests.House;

public partial class Snippets
{
    [Fact]
    public void PoissonNll()
    {
        float[] logRates = [0, 1], counts = [2, 3], gradient = new float[2];
        double loss = Loss.PoissonNll(logRates, counts, gradient); // 0.359141, gradient [-0.5, -0.140859]
        Printed(0.359141, loss, decimals: 6);
        Printed(-0.140859, gradient[1], decimals: 6);
    }

    [Fact]
    public void KlDiv()
    {
        float[] logs = [-1, -0.5f], target = [0.25f, 0.75f], gradient = new float[2];
        double loss = Loss.KlDiv(logs, target, gradient, new KlDivOptions { Reduction = Reduction.Sum }); // 0.0626649
        Printed(0.0626649, loss, decimals: 7);
    }
}
