namespace FusedLoss.Tests.House;

public partial class Snippets
{
    [Fact]
    public void Mse()
    {
        float[] input = [1, 2, 3], target = [1, 0, 3], gradient = new float[3];
        double loss = Loss.Mse(input, target, gradient); // 1.333..., gradient [0, 1.333..., 0]
        Printed(1.333, loss, decimals: 3);
        Printed(1.333, gradient[1], decimals: 3);
    }

    [Fact]
    public void L1()
    {
        float[] input = [1, 2, 3], target = [1, 0, 4], gradient = new float[3];
        double loss = Loss.L1(input, target, gradient); // 1, gradient [0, 0.333..., -0.333...]
        Assert.Equal(1, loss);
        Printed(-0.333, gradient[2], decimals: 3);
    }

    [Fact]
    public void SmoothL1()
    {
        float[] input = [0.1f, 1.2f, 4.7f], target = [0, 1, 5], gradient = new float[3];
        double loss = Loss.SmoothL1(input, target, gradient, new SmoothL1Options { Beta = 0.2 }); // 0.108333
        Printed(0.108333, loss, decimals: 6);
    }

    [Fact]
    public void Huber()
    {
        float[] input = [0.1f, 1.2f, 4.7f], target = [0, 1, 5], gradient = new float[3];
        double loss = Loss.Huber(input, target, gradient, new HuberOptions { Delta = 0.2 }); // 0.0216666
        Printed(0.0216666, loss, decimals: 6);
    }
}
