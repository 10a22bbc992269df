namespace FusedLoss.Tests.House;

public partial class Snippets
{
    [Fact]
    public void CrossEntropy()
    {
        float[] logits = [3, 1, 1, 2], gradient = new float[4];
        int[] labels = [0, 1];
        double loss = Loss.CrossEntropy(logits, labels, gradient, new CrossEntropyOptions { LabelSmoothing = 0.15 });
        // 0.3326
        Printed(0.3326, loss, decimals: 4);
    }

    [Fact]
    public void SoftmaxFocal()
    {
        float[] logits = [3, 1, 1, 2], gradient = new float[4];
        int[] labels = [0, 1];
        double loss = Loss.SoftmaxFocal(logits, labels, gradient, new SoftmaxFocalOptions { Gamma = 1.5 });
        Assert.True(loss > 0);
    }

    [Fact]
    public void Correct()
    {
        float[] logits = [3, 1, 1, 2, 5, 4];
        ClassArgs<float> batch = new() { Logits = logits, Labels = new[] { 0, 1, 1 } };
        double loss = Loss.CrossEntropy(batch, out long correct); // correct: 2 of 3
        Assert.Equal(2, correct);
        Assert.Equal(Loss.CrossEntropy(batch), loss);
    }
}
