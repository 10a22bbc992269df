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
    public void ReadmeOnExtras()
    {
        float[] logits = [2, 0.5f, -1, 0.1f, 0.3f, 0.2f], gradient = new float[6];
        float[] importance = [1, 2], lse = new float[2];
        int[] labels = [0, 2], predicted = new int[2];

        ClassArgs<float> batch = new()
        {
            Logits = logits, Labels = labels,
            SampleWeights = importance,   // one weight per row
            Gradient = gradient,
            LogSumExp = lse,              // of each row
            Predictions = predicted,      // the class of the largest logit of each row
        };
        var guarded = new CrossEntropyOptions { ZLoss = 1e-4, SoftCap = 30 };
        double total = Loss.CrossEntropy(batch, out long correct, guarded); // correct: rows predicted right
        Assert.Equal(1, correct);
        Assert.Equal([0, 1], predicted);
        Printed(0.8156, total, decimals: 4);
    }

    [Fact]
    public void ReadmeOnTypes()
    {
        Half[] scores = [(Half)0.5f, (Half)2f], truth = [(Half)0f, (Half)1f], slopes = new Half[2];
        double half = Loss.BceWithLogits(scores, truth, slopes); // 0.5505; each slope is rounded once
        Printed(0.5505, half, decimals: 4);
    }

    [Fact]
    public void ReadmeForPeopleFromPyTorch()
    {
        float[] x = [3, 1, 1, 2], w = [1, 2], grad = new float[4];
        int[] y = [0, 1];

        // criterion = nn.CrossEntropyLoss(weight=w, label_smoothing=0.1)
        var criterion = new CrossEntropyOptions { LabelSmoothing = 0.1 };

        // loss = criterion(x, y); loss.backward(); grad = x.grad
        var call = new ClassArgs<float> { Logits = x, Labels = y, ClassWeights = w, Gradient = grad };
        double loss = Loss.CrossEntropy(call, criterion);
        Printed(0.3314, loss, decimals: 4);
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
    public void LegacyReductions()
    {
        float[] input = [1, 2, 3], target = [1, 0, 3];
        var options = new MseOptions { Reduction = LegacyReduction.Of(sizeAverage: false, reduce: null) };
        double loss = Loss.Mse(input, target, options: options); // 4: the sum
        Assert.Equal(4, loss);
    }

    private static void Printed(double shown, double computed, int decimals) =>
        Assert.Equal(shown, computed, Ulp.OfPrinted(Precision.Float32, [shown], decimals));
}
