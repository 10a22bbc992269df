namespace FusedLoss.Tests.Golden;

internal static partial class PyTorch
{
    public static Golden[] Ranking { get; } =
    [
        new("margin_ranking", "mean", new MarginRankingOptions())
        {
            Shape = [3, 4],
            Input = [1.5, -0.75, 0.25, 2, -1.25, 0.5, 3, -0.5, 0, 1, -2, 0.75],
            Extra = [1, -0.25, 0.25, -1, -1, 1.5, 0.5, -0.5, 0.5, -1, -2.25, 0.25],
            Target = [1, -1, 1, 1, -1, -1, 1, -1, 1, -1, 1, -1],
            Loss = [0.25],
            Gradient = [0, 0, -0.08333333333333333, 0, 0, 0, 0, 0.08333333333333333, -0.08333333333333333,
                0.08333333333333333, 0, 0.08333333333333333],
            TargetGradient = [0, 0, 0, 0, 0, 0, 0, 0, 0.041666666666666664, -0.16666666666666666, 0,
                -0.041666666666666664],
            ExtraGradient = [0, 0, 0.08333333333333333, 0, 0, 0, 0, -0.08333333333333333, 0.08333333333333333,
                -0.08333333333333333, 0, -0.08333333333333333],
        },
        new("margin_ranking", "none, margin, ties",
            new MarginRankingOptions { Reduction = Reduction.None, Margin = 0.5 })
        {
            Shape = [6],
            Input = [0.5, 1, 0.25, 0, -1.5, 2],
            Extra = [1, 0.5, -0.25, 0, 2, 1],
            Target = [-1, 1, 1, -1, 0, 0.5],
            Loss = [0, 0, 0, 0.5, 0.5, 0],
            Gradient = [1, -1, -1, 1, 0, -0.5],
            TargetGradient = [0.5, -0.5, -0.5, 0, 3.5, -1],
            ExtraGradient = [-1, 1, 1, -1, 0, 0.5],
        },
        new("margin_ranking", "none, ties without margin", new MarginRankingOptions { Reduction = Reduction.None })
        {
            Shape = [3],
            Input = [0.5, 0.5, 0.5],
            Extra = [0.5, 0.5, 0.5],
            Target = [1, -1, 0],
            Loss = [0, 0, 0],
            Gradient = [-1, 1, 0],
            TargetGradient = [0, 0, 0],
            ExtraGradient = [1, -1, 0],
        },
        new("margin_ranking", "sum, negative margin, upstream",
            new MarginRankingOptions { Reduction = Reduction.Sum, Margin = -1 })
        {
            Shape = [3, 4],
            Input = [1.5, -0.75, 0.25, 2, -1.25, 0.5, 3, -0.5, 0, 1, -2, 0.75],
            Extra = [1, -0.25, 0.25, -1, -1, 1.5, 0.5, -0.5, 0.5, -1, -2.25, 0.25],
            Target = [1, -1, 1, 1, -1, -1, 1, -1, 1, -1, 1, -1],
            Upstream = [-1.5],
            Loss = [1],
            Gradient = [0, 0, 0, 0, 0, 0, 0, 0, 0, -1.5, 0, 0],
            TargetGradient = [0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0],
            ExtraGradient = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1.5, 0, 0],
        },
    ];

    public static Golden[] Nll { get; } =
    [
        new("nll", "mean", new NllOptions())
        {
            Shape = [3, 4],
            Input = [-1.5, -0.75, -2.25, -2, -0.25, -3.5, -3, -2.5, -1, -1, -2, -1.75],
            Labels = [2, 0, 3],
            Loss = [1.4166666666666667],
            Gradient = [0, 0, -0.3333333333333333, 0, -0.3333333333333333, 0, 0, 0, 0, 0, 0,
                -0.3333333333333333],
        },
        new("nll", "weight ignore mean", new NllOptions { IgnoreIndex = 255 })
        {
            Shape = [3, 4],
            Input = [-1.5, -0.75, -2.25, -2, -0.25, -3.5, -3, -2.5, -1, -1, -2, -1.75],
            Labels = [2, 255, 3],
            Weight = [0.5, 1, 2, 0.25],
            Loss = [2.1944444444444446],
            Gradient = [0, 0, -0.8888888888888888, 0, 0, 0, 0, 0, 0, 0, 0, -0.1111111111111111],
        },
        new("nll", "none ignore upstream", new NllOptions { Reduction = Reduction.None, IgnoreIndex = 0 })
        {
            Shape = [3, 4],
            Input = [-1.5, -0.75, -2.25, -2, -0.25, -3.5, -3, -2.5, -1, -1, -2, -1.75],
            Labels = [1, 2, 0],
            Upstream = [0.5, -2, 3],
            Loss = [0.75, 3, 0],
            Gradient = [0, -0.5, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0],
        },
        new("nll", "image weight sum", new NllOptions { Reduction = Reduction.Sum })
        {
            Shape = [2, 3, 1, 2],
            Input = [-0.5, -1, -1.25, -0.75, -0.25, -2, -1, 0, -0.5, -1.5, -0.75, -2],
            Labels = [0, 2, -100, 1],
            Weight = [0.5, 1, 2],
            Loss = [5.75],
            Gradient = [-0.5, 0, 0, 0, 0, -2, 0, 0, 0, -1, 0, 0],
        },
        new("nll", "one sample", new NllOptions())
        {
            Shape = [4],
            Input = [-1.5, -0.75, -2.25, -2],
            Labels = [1],
            Loss = [0.75],
            Gradient = [0, -1, 0, 0],
        },
    ];
}
