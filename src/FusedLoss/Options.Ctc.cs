namespace FusedLoss;

/// <summary>Options of connectionist temporal classification, <c>torch.nn.functional.ctc_loss</c>.</summary>
public sealed record CtcOptions : LossOptions
{
    internal static readonly CtcOptions Default = new();

    /// <summary>The class that stands for "no label here", which no target may contain. Default 0.</summary>
    public int Blank { get; init; }

    /// <summary>What a sample that no path can produce counts: <see langword="true"/> for loss 0 and gradient 0,
    /// <see langword="false"/> (default) for loss +inf and gradient NaN.</summary>
    public bool ZeroInfinity { get; init; }

    /// <summary>With log-probabilities: <see langword="true"/> for the derivative of the loss with respect to them,
    /// <see langword="false"/> (default) for PyTorch's gradient, which is that of the logits behind them. The gradient
    /// with respect to logits needs no choice.</summary>
    public bool TrueGradient { get; init; }
}
