namespace FusedLoss.Tests.Golden;

/// <summary>Numbers from PyTorch's C++ API tests, its documentation and articles about it, as printed there.</summary>
internal static partial class Published
{
    public static Golden[] Pointwise { get; } =
    [
        new("smooth_l1", "C++ API, mean", new SmoothL1Options())
        {
            Shape = [3], Input = [0.1, 1.2, 4.7], Target = [0, 1, 5], Loss = [0.0233335], Decimals = 6,
        },
        new("smooth_l1", "C++ API, none", new SmoothL1Options { Reduction = Reduction.None })
        {
            Shape = [3], Input = [0.1, 1.2, 4.7], Target = [0, 1, 5], Loss = [0.005, 0.02, 0.045], Decimals = 6,
        },
        new("smooth_l1", "C++ API, beta", new SmoothL1Options { Beta = 0.2 })
        {
            Shape = [3], Input = [0.1, 1.2, 4.7], Target = [0, 1, 5], Loss = [0.108333], Decimals = 6,
        },
        new("huber", "C++ API, mean", new HuberOptions())
        {
            Shape = [3], Input = [0.1, 1.2, 4.7], Target = [0, 1, 5], Loss = [0.0233335], Decimals = 6,
        },
        new("huber", "C++ API, delta", new HuberOptions { Delta = 0.2 })
        {
            Shape = [3], Input = [0.1, 1.2, 4.7], Target = [0, 1, 5], Loss = [0.0216666], Decimals = 6,
        },
        new("bce_with_logits", "gradient at zero", new BceWithLogitsOptions { Reduction = Reduction.Sum })
        {
            Shape = [1], Input = [0], Target = [0], Loss = [0.6931471805599453], Gradient = [0.5],
        },
        // ln 9 and ln 1.5 have probability 0.9 and 0.6.
        new("sigmoid_focal", "article, p = 0.9 and 0.6",
            new SigmoidFocalOptions { Alpha = -1, Reduction = Reduction.None })
        {
            Shape = [2], Input = [2.1972245773362196, 0.4054651081081644], Target = [1, 1],
            Loss = [1.05361e-3, 8.17321e-2], Decimals = 7,
        },
    ];

    public static Golden[] Classes { get; } =
    [
        new("cross_entropy", "C++ API, equal logits", new CrossEntropyOptions())
        {
            Shape = [2, 2], Input = [3, 3, 2, 2], Labels = [0, 1], Loss = [0.6931], Decimals = 4,
        },
        new("cross_entropy", "C++ API, smoothing", new CrossEntropyOptions { LabelSmoothing = 0.15 })
        {
            Shape = [2, 2], Input = [3, 1, 1, 2], Labels = [0, 1], Loss = [0.3326], Decimals = 4,
        },
        new("cross_entropy", "C++ API, probabilities", new CrossEntropyOptions { LabelSmoothing = 0.2 })
        {
            Shape = [2, 2], Input = [3, 1, 1, 2], Target = [0.8, 0.2, 0.1, 0.9], Loss = [0.5701], Decimals = 4,
        },
        new("cross_entropy", "weighted index", new CrossEntropyOptions())
        {
            Shape = [2, 3], Input = [1, 2, 3, 1, 2, 3], Labels = [1, 0], Weight = [1, 2, 5],
            Loss = [1.740939297777], Decimals = 11,
        },
        new("cross_entropy", "weighted index, smoothing", new CrossEntropyOptions { LabelSmoothing = 0.1 })
        {
            Shape = [2, 3], Input = [1, 2, 3, 1, 2, 3], Labels = [1, 0], Weight = [1, 2, 5],
            Loss = [1.7281975395], Decimals = 10,
            Gradient = [0.0509099504, -0.4536314977, 0.4027215473, -0.2760992215, 0.0729499610, 0.2031492606],
        },
        new("cross_entropy", "weighted one-hot", new CrossEntropyOptions())
        {
            Shape = [2, 3], Input = [1, 2, 3, 1, 2, 3], Target = [0, 1, 0, 1, 0, 0], Weight = [1, 2, 5],
            Loss = [2.611408946667], Decimals = 12,
        },
        new("cross_entropy", "weighted one-hot, smoothing", new CrossEntropyOptions { LabelSmoothing = 0.1 })
        {
            Shape = [2, 3], Input = [1, 2, 3, 1, 2, 3], Target = [0, 1, 0, 1, 0, 0], Weight = [1, 2, 5],
            Loss = [2.592296309185], Decimals = 12,
        },
        new("softmax_focal", "article, p = 0.9 and 0.6", new SoftmaxFocalOptions { Reduction = Reduction.None })
        {
            Shape = [2, 2], Input = [2.1972245773362196, 0, 0.4054651081081644, 0], Labels = [0, 0],
            Loss = [1.05361e-3, 8.17321e-2], Decimals = 7,
        },
    ];
}
