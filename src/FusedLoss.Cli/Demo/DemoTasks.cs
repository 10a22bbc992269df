namespace FusedLoss.Cli.Demo;

/// <summary>A loss as the demo trains with it: scores in, the loss out, its gradient written to <paramref
/// name="gradient"/>.</summary>
internal delegate double Criterion(ReadOnlySpan<float> scores, Samples samples, Span<float> gradient);

/// <summary>One model of the demo: which data, which loss, and how its held-out scores are judged.</summary>
internal sealed record DemoTask(
    string DataSet, string Loss, int Outputs, Criterion Criterion, Judge Judge, string Model)
{
    public override string ToString() => $"{DataSet} · {Loss}";
}

/// <summary>Every model of the demo: one row each, and all there is to calling a loss.</summary>
internal static class DemoTasks
{
    // The usual remedy for rare positives: each counts as often as there are negatives for it. 357 benign, 212
    // malignant.
    private static readonly BceWithLogitsOptions Balanced = new() { PosWeight = 357.0 / 212.0 };
    private static readonly SigmoidFocalOptions Focal = new() { Alpha = 0.63, Gamma = 2 };

    public static readonly IReadOnlyList<DemoTask> All =
    [
        new("digits", "cross_entropy", 10,
            (scores, y, gradient) => FusedLoss.Loss.CrossEntropy(scores, y.Labels, gradient),
            Metrics.Accuracy, "softmax regression"),
        new("digits", "softmax_focal", 10,
            (scores, y, gradient) => FusedLoss.Loss.SoftmaxFocal(scores, y.Labels, gradient),
            Metrics.Accuracy, "softmax regression"),
        new("breast-cancer", "bce_with_logits", 1,
            (scores, y, gradient) => FusedLoss.Loss.BceWithLogits(scores, y.Targets, gradient, Balanced),
            Metrics.Detection, "logistic regression"),
        new("breast-cancer", "sigmoid_focal", 1,
            (scores, y, gradient) => FusedLoss.Loss.SigmoidFocal(scores, y.Targets, gradient, Focal),
            Metrics.Detection, "logistic regression"),
        new("diabetes", "mse", 1,
            (scores, y, gradient) => FusedLoss.Loss.Mse(scores, y.Targets, gradient),
            Metrics.Regression, "linear regression"),
        new("diabetes", "huber", 1,
            (scores, y, gradient) => FusedLoss.Loss.Huber(scores, y.Targets, gradient),
            Metrics.Regression, "linear regression"),
    ];
}
