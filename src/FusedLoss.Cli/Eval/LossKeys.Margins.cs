namespace FusedLoss.Cli.Eval;

internal static partial class LossKeys
{
    private static LossKey[] Margins =>
    [
        new("hinge_embedding", "torch.nn.functional.hinge_embedding_loss", LossKin.Pointwise, [], ["input"],
            [new("margin", 1.0), DType], set => new HingeEmbeddingOptions { Margin = set.Get<double>("margin") }),
    ];
}
