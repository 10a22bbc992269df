namespace FusedLoss.Cli.Eval;

internal static partial class LossKeys
{
    private static LossKey[] Margins =>
    [
        new("hinge_embedding", "torch.nn.functional.hinge_embedding_loss", LossKin.Pointwise, [], ["input"],
            [new("margin", 1.0), DType], set => new HingeEmbeddingOptions { Margin = set.Get<double>("margin") }),
        new("margin_ranking", "torch.nn.functional.margin_ranking_loss", LossKin.ThirdOperand, [],
            ["input1", "input2", "target"], [new("margin", 0.0), DType],
            set => new MarginRankingOptions { Margin = set.Get<double>("margin") })
        {
            Required = ["input1", "input2", "target"],
        },
        new("multi_margin", "torch.nn.functional.multi_margin_loss", LossKin.Classes, ["weight"], ["input"],
            [new("p", 1L), new("margin", 1.0), DType],
            set => new MultiMarginOptions { P = PowerOf(set.Get<long>("p")), Margin = set.Get<double>("margin") }),
        new("multilabel_margin", "torch.nn.functional.multilabel_margin_loss", LossKin.Classes, [], ["input"],
            [DType], _ => new MultilabelMarginOptions()),
        new("multilabel_soft_margin", "torch.nn.functional.multilabel_soft_margin_loss", LossKin.Distributions,
            ["weight"], Both, [DType], _ => new MultilabelSoftMarginOptions()),
    ];

    // A power that no int holds is as wrong as any other; the library says what is right.
    private static int PowerOf(long p) => p is < int.MinValue or > int.MaxValue ? 0 : (int)p;
}
