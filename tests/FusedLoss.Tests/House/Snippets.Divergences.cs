namespace FusedLoss.Tests.House;

public partial class Snippets
{
    [Fact]
    public void Jsd()
    {
        float[] student = [2, 0, 1], teacher = [1, 1, 0], gradient = new float[3];
        double loss = Loss.Jsd(student, teacher, classes: 3, gradient); // 0.0771986
        Printed(0.0771986, loss, decimals: 7);
    }

    [Fact]
    public void Tvd()
    {
        float[] student = [2, 0, 1], teacher = [1, 1, 0], gradient = new float[3];
        double loss = Loss.Tvd(student, teacher, classes: 3, gradient); // 0.332288
        Printed(0.332288, loss, decimals: 6);
    }
}
