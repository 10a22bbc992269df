namespace FusedLoss.Tests.House;

public partial class Snippets
{
    [Fact]
    public void CtcOfSpans()
    {
        float[] logits = [0, 2, 0, 1, 0, 1, 0, 0, 2], gradient = new float[9]; // three frames: blank, two letters
        int[] targets = [1, 2], lengths = [2];
        double loss = Loss.Ctc(logits, new CtcShape(T: 3, N: 1, C: 3), targets, lengths, gradient); // 0.201907
        Printed(0.201907, loss, decimals: 6);
        Printed(-0.0968, gradient[1], decimals: 4);
    }

    [Fact]
    public void CtcOfNamedBuffers()
    {
        float[] logits = new float[100 * 32 * 80], gradient = new float[logits.Length];
        int[] targets = [.. Enumerable.Range(0, 32 * 10).Select(i => 1 + i % 79)];
        int[] lengths = [.. Enumerable.Repeat(10, 32)], frames = [.. Enumerable.Repeat(100, 31), 5];

        double loss = Loss.Ctc(new CtcArgs<float>
        {
            Logits = logits, Shape = new(T: 100, N: 32, C: 80), Targets = targets, TargetLengths = lengths,
            InputLengths = frames, Gradient = gradient,
        }, new CtcOptions { ZeroInfinity = true });
        Assert.True(double.IsFinite(loss));
        Assert.DoesNotContain(float.NaN, gradient);
    }

    [Fact]
    public void GreedyDecode()
    {
        float[] logits = [0, 2, 0, 1, 0, 1, 0, 0, 2]; // three frames: blank, two letters
        int[] labels = new int[3], lengths = new int[1];
        Ctc.GreedyDecode(logits, new CtcShape(T: 3, N: 1, C: 3), labels, lengths); // labels [1, 2, -1], lengths [2]
        Assert.Equal([1, 2, -1], labels);
        Assert.Equal([2], lengths);
    }

    [Fact]
    public void Align()
    {
        float[] logits = [0, 2, 0, 1, 0, 0, 0, 0, 2]; // three frames: blank, two letters
        int[] targets = [1, 2], targetLengths = [2], path = new int[3];
        Ctc.Align(logits, new CtcShape(T: 3, N: 1, C: 3), targets, targetLengths, path); // path [1, 0, 2]
        Assert.Equal([1, 0, 2], path);
    }

    [Fact]
    public void EditDistance()
    {
        int[] said = [3, 1, 4], heard = [3, 4, 4, 1];
        int mistakes = Ctc.EditDistance(said, heard); // 2
        Assert.Equal(2, mistakes);
    }

    [Fact]
    public void LabelErrorRate()
    {
        int[] read = [3, 1, 4, 1, 5], readLengths = [3, 2], targets = [3, 1, 4, 1, 6], targetLengths = [3, 2];
        double rate = Ctc.LabelErrorRate(read, readLengths, targets, targetLengths); // 0.2
        Assert.Equal(0.2, rate);
    }
}
