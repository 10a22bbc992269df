namespace FusedLoss.Cli.Eval;

/// <summary>What the shapes of a loss look like: one term per element, or one per row of class scores.</summary>
internal enum LossKin { Pointwise, Classes }

/// <summary>A loss as <c>eval</c> offers it.</summary>
internal sealed record LossKey(
    string Key, string PyTorch, LossKin Kin, string[] Optional, string[] Gradients, Setting[] Settings,
    Func<Settings, LossOptions> Options)
{
    public static readonly string[] Required = ["input", "target"];

    public IEnumerable<string> Arrays => [.. Required, .. Optional, "upstream"];

    public IEnumerable<string> Outputs => ["loss", .. Gradients.Select(name => "grad_" + name)];

    public override string ToString() => Key;
}

/// <summary>Every loss of <c>eval</c>: one row each.</summary>
internal static class LossKeys
{
    private static readonly string[] Both = ["input", "target"];
    private static readonly Setting DType = new("dtype", "auto");
    private static readonly Setting IgnoreIndex = new("ignore_index", -100L);
    private static readonly Setting Gamma = new("gamma", 2.0);
    private static readonly Setting Detach = new("detach", false);

    public static readonly IReadOnlyList<LossKey> All =
    [
        new("mse", "torch.nn.functional.mse_loss", LossKin.Pointwise, ["weight"], Both, [DType], _ => new MseOptions()),
        new("l1", "torch.nn.functional.l1_loss", LossKin.Pointwise, ["weight"], Both, [DType], _ => new L1Options()),
        new("smooth_l1", "torch.nn.functional.smooth_l1_loss", LossKin.Pointwise, [], Both, [new("beta", 1.0), DType],
            set => new SmoothL1Options { Beta = set.Get<double>("beta") }),
        new("huber", "torch.nn.functional.huber_loss", LossKin.Pointwise, ["weight"], Both, [new("delta", 1.0), DType],
            set => new HuberOptions { Delta = set.Get<double>("delta") }),
        new("bce", "torch.nn.functional.binary_cross_entropy", LossKin.Pointwise, ["weight"], Both, [DType],
            _ => new BceOptions()),
        new("bce_with_logits", "torch.nn.functional.binary_cross_entropy_with_logits", LossKin.Pointwise,
            ["weight", "pos_weight"], Both, [new("pos_weight", 1.0), DType],
            set => new BceWithLogitsOptions { PosWeight = set.Get<double>("pos_weight") }),
        new("sigmoid_focal", "torchvision.ops.sigmoid_focal_loss", LossKin.Pointwise, [], Both,
            [new("alpha", 0.25), Gamma, Detach, DType],
            set => new SigmoidFocalOptions
            {
                Alpha = set.Get<double>("alpha"), Gamma = set.Get<double>("gamma"), Gradient = FocalGradientOf(set),
            }),
        new("soft_margin", "torch.nn.functional.soft_margin_loss", LossKin.Pointwise, [], ["input"], [DType],
            _ => new SoftMarginOptions()),
        new("hinge_embedding", "torch.nn.functional.hinge_embedding_loss", LossKin.Pointwise, [], ["input"],
            [new("margin", 1.0), DType], set => new HingeEmbeddingOptions { Margin = set.Get<double>("margin") }),
        new("poisson_nll", "torch.nn.functional.poisson_nll_loss", LossKin.Pointwise, [], Both,
            [new("log_input", true), new("full", false), new("eps", 1e-8), DType],
            set => new PoissonNllOptions
            {
                LogInput = set.Get<bool>("log_input"), Full = set.Get<bool>("full"), Eps = set.Get<double>("eps"),
            }),
        new("kl_div", "torch.nn.functional.kl_div", LossKin.Pointwise, [], Both, [new("log_target", false), DType],
            set => new KlDivOptions { LogTarget = set.Get<bool>("log_target") }),
        new("cross_entropy", "torch.nn.functional.cross_entropy", LossKin.Classes, ["weight"], Both,
            [new("label_smoothing", 0.0), IgnoreIndex, DType],
            set => new CrossEntropyOptions
            {
                LabelSmoothing = set.Get<double>("label_smoothing"), IgnoreIndex = set.Get<long>("ignore_index"),
            }),
        new("softmax_focal", "focal loss over softmax; not in PyTorch", LossKin.Classes, ["weight"], ["input"],
            [Gamma, new("alpha", -1.0), IgnoreIndex, Detach, DType],
            set => new SoftmaxFocalOptions
            {
                Gamma = set.Get<double>("gamma"), Alpha = set.Get<double>("alpha"),
                IgnoreIndex = set.Get<long>("ignore_index"), Gradient = FocalGradientOf(set),
            }),
    ];

    public static LossKey Find(string key) => All.FirstOrDefault(loss => loss.Key == key) ?? throw new UsageException(
        $"KEY is '{key}', but one of {string.Join(", ", All)} is needed.");

    private static FocalGradient FocalGradientOf(Settings set) =>
        set.Get<bool>("detach") ? FocalGradient.Detached : FocalGradient.True;
}
