namespace FusedLoss.Tests.Golden;

internal static partial class Published
{
    public static Golden[] Margins { get; } =
    [
        new("nll", "C++ API", new NllOptions())
        {
            Shape = [3, 3],
            Input = [-0.1315, -3.1315, -2.5315, -3.7038, -0.1038, -2.6038, -2.3422, -1.3422, -0.4422],
            Labels = [1, 0, 2], Loss = [2.4258], Decimals = 4,
        },
        new("multi_margin", "article", new MultiMarginOptions())
        {
            Shape = [2, 2], Input = [0.3, 0.7, 0.5, 0.5], Labels = [0, 1],
            Loss = [0.6], Gradient = [-0.25, 0.25, 0.25, -0.25],
        },
        new("multi_margin", "C++ API, margin and weight", new MultiMarginOptions { Margin = 2 })
        {
            Shape = [3, 3], Input = [0.2, 0.2, 0.6, 0.1, 0.8, 0.1, 0.9, 0.09, 0.01], Labels = [2, 1, 0],
            Weight = [0.3, 0.3, 0.4], Loss = [0.305556], Decimals = 6,
        },
        new("multilabel_margin", "article", new MultilabelMarginOptions())
        {
            Shape = [1, 4], Input = [0.9, 0.2, 0.4, 0.8], Labels = [3, 0, -1, -1],
            Loss = [0.45], Gradient = [-0.5, 0.5, 0.5, -0.5],
        },
        new("multilabel_margin", "C++ API", new MultilabelMarginOptions())
        {
            Shape = [1, 4], Input = [0.1, 0.2, 0.4, 0.8], Labels = [3, 0, -1, 1], Loss = [0.85], Decimals = 14,
        },
        new("multilabel_soft_margin", "C++ API", new MultilabelSoftMarginOptions())
        {
            Shape = [2, 4], Input = [0, 2, 2, 0, 2, 1, 0, 1], Target = [0, 0, 1, 0, 1, 0, 1, 1],
            Loss = [0.7608436], Decimals = 7,
        },
        new("multilabel_soft_margin", "C++ API, weight",
            new MultilabelSoftMarginOptions { Reduction = Reduction.None })
        {
            Shape = [2, 4], Input = [0, 2, 2, 0, 2, 1, 0, 1], Target = [0, 0, 1, 0, 1, 0, 1, 1],
            Weight = [0.1, 0.6, 0.4, 0.8], Loss = [0.4876902, 0.3321295], Decimals = 6,
        },
    ];
}
