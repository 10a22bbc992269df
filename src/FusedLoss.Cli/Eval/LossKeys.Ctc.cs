namespace FusedLoss.Cli.Eval;

internal static partial class LossKeys
{
    private static LossKey Ctc => new(
        "ctc", "torch.nn.functional.ctc_loss", LossKin.Ctc, ["input_lengths"], ["logits", "log_probs"],
        [new("blank", 0L), new("zero_infinity", false), new("true_gradient", false), DType],
        set => new CtcOptions
        {
            Blank = (int)Math.Clamp(set.Get<long>("blank"), -1, int.MaxValue),
            ZeroInfinity = set.Get<bool>("zero_infinity"), TrueGradient = set.Get<bool>("true_gradient"),
        })
    {
        Required = ["logits", "targets", "target_lengths"], Alternative = "log_probs",
    };
}
