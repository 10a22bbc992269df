namespace FusedLoss.Tests.House;

public partial class Snippets
{
    [Fact]
    public void Bce()
    {
        float[] probabilities = [0.5f, 0.75f], target = [0, 1], gradient = new float[2];
        double loss = Loss.Bce(probabilities, target, gradient); // 0.490415, gradient [1, -0.666...]
        Printed(0.490415, loss, decimals: 6);
        Printed(-0.667, gradient[1], decimals: 3);
    }

    [Fact]
    public void BceWithLogits()
    {
        float[] logits = [0, 2], target = [0, 1], gradient = new float[2];
        double loss = Loss.BceWithLogits(logits, target, gradient); // 0.410038, gradient [0.25, -0.0596015]
        Printed(0.410038, loss, decimals: 6);
        Printed(-0.0596015, gradient[1], decimals: 7);
    }

    [Fact]
    public void SigmoidFocal()
    {
        float[] logits = [0, 2], target = [0, 1], gradient = new float[2];
        double loss = Loss.SigmoidFocal(logits, target, gradient,
            new SigmoidFocalOptions { Reduction = Reduction.Sum });
        Assert.True(loss > 0);
    }

    [Fact]
    public void SoftMargin()
    {
        float[] scores = [0, 2], signs = [-1, 1], gradient = new float[2];
        double loss = Loss.SoftMargin(scores, signs, gradient); // 0.410038, gradient [0.25, -0.0596015]
        Printed(0.410038, loss, decimals: 6);
        Printed(-0.0596015, gradient[1], decimals: 7);
    }
}
