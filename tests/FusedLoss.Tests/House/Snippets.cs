using System.Numerics.Tensors;

namespace FusedLoss.Tests.House;

/// <summary>The code that the README and the documentation show, word for word, with what it needs around it.</summary>
public partial class Snippets
{
    [Fact]
    public void Readme()
    {
        float[] logits = [2.0f, 0.5f, -1.0f, 0.1f, 0.2f, 0.3f];   // two rows of three classes
        int[] labels = [0, 2];
        float[] gradient = new float[logits.Length];

        double loss = Loss.CrossEntropy(logits, labels, gradient); // 0.6216: loss and gradient, one pass
        double only = Loss.CrossEntropy(logits, labels);           // no gradient wanted, none computed
        Loss.CrossEntropy(logits, labels, logits);                 // the gradient over the logits themselves
        Printed(0.6216, loss, decimals: 4);
        Assert.Equal(loss, only);
        Assert.Equal(gradient, logits);

        var (classWeights, perRow) = (new float[3], new float[2]);
        var options = new CrossEntropyOptions { LabelSmoothing = 0.1, IgnoreIndex = 255, Reduction = Reduction.Sum };
        double smoothed = Loss.CrossEntropy(logits, labels, gradient, options);
        Assert.True(smoothed > 0);

        classWeights.AsSpan().Fill(1);
        double weighted = Loss.CrossEntropy(new ClassArgs<float>
        {
            Logits = logits, Labels = labels, ClassWeights = classWeights, Gradient = gradient, Losses = perRow,
        });
        Assert.Equal(perRow.Average(), (float)weighted);
    }

    [Fact]
    public void ReadmeOnImages()
    {
        const int batch = 2, classes = 3, height = 2, width = 2;
        var (pixels, pixelGradient) = (new float[batch * classes * height * width],
            new float[batch * classes * height * width]);
        var pixelLabels = new int[batch * height * width];

        ReadOnlyTensorSpan<float> images = new(pixels, [batch, classes, height, width]);
        double segmentation = Loss.CrossEntropy(images, pixelLabels,
            new TensorSpan<float>(pixelGradient, [batch, classes, height, width]));
        Printed(1.0986, segmentation, decimals: 4);
    }

    [Fact]
    public void ReadmeOnContexts()
    {
        float[] prediction = [1, 2], target = [1, 0], slope = new float[2];

        using var context = new LossContext(new LossContextOptions { MaxThreads = 4 });
        double mse = Loss.Mse(prediction, target, slope, context: context);
        Assert.Equal((2, 2f), (mse, slope[1]));
    }

    [Fact]
    public void Context()
    {
        float[] prediction = [1, 2], target = [1, 0], gradient = new float[2];

        using var context = new LossContext(new LossContextOptions { MaxThreads = 4 });
        double loss = Loss.Mse(prediction, target, gradient, context: context);
        Assert.Equal(2, loss);
    }

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
    public void Bce()
    {
        float[] probabilities = [0.5f, 0.75f], target = [0, 1], gradient = new float[2];
        double loss = Loss.Bce(probabilities, target, gradient); // 0.490415, gradient [1, -0.666...]
        Printed(0.490415, loss, decimals: 6);
        Printed(-0.667, gradient[1], decimals: 3);
    }

    [Fact]
    public void SoftMargin()
    {
        float[] scores = [0, 2], signs = [-1, 1], gradient = new float[2];
        double loss = Loss.SoftMargin(scores, signs, gradient); // 0.410038, gradient [0.25, -0.0596015]
        Printed(0.410038, loss, decimals: 6);
        Printed(-0.0596015, gradient[1], decimals: 7);
    }

    [Fact]
    public void HingeEmbedding()
    {
        float[] distances = [0.5f, 0.25f], similar = [1, -1], gradient = new float[2];
        double loss = Loss.HingeEmbedding(distances, similar, gradient); // 0.625, gradient [0.5, -0.5]
        Assert.Equal(0.625, loss);
        Assert.Equal([0.5f, -0.5f], gradient);
    }

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
    public void Correct()
    {
        float[] logits = [3, 1, 1, 2, 5, 4];
        ClassArgs<float> batch = new() { Logits = logits, Labels = new[] { 0, 1, 1 } };
        double loss = Loss.CrossEntropy(batch, out long correct); // correct: 2 of 3
        Assert.Equal(2, correct);
        Assert.Equal(Loss.CrossEntropy(batch), loss);
    }

    [Fact]
    public void LegacyReductions()
    {
        float[] input = [1, 2, 3], target = [1, 0, 3];
        var options = new MseOptions { Reduction = LegacyReduction.Of(sizeAverage: false, reduce: null) };
        double loss = Loss.Mse(input, target, options: options); // 4: the sum
        Assert.Equal(4, loss);
    }

    [Fact]
    public void SoftmaxFocal()
    {
        float[] logits = [3, 1, 1, 2], gradient = new float[4];
        int[] labels = [0, 1];
        double loss = Loss.SoftmaxFocal(logits, labels, gradient, new SoftmaxFocalOptions { Gamma = 1.5 });
        Assert.True(loss > 0);
    }

    private static void Printed(double shown, double computed, int decimals) =>
        Assert.Equal(shown, computed, Ulp.OfPrinted(Precision.Float32, [shown], decimals));
}
