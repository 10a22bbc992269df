namespace FusedLoss;

/// <summary>The buffers of every loss with one term per element; the public argument structs name them.</summary>
internal ref struct PointwiseBuffers<T>
    where T : unmanaged
{
    public InputView<T> Input;
    public InputView<T> Target;
    public InputView<T> Weight;

    /// <summary>A third operand: a positive weight, a variance, a second input.</summary>
    public InputView<T> Extra;

    public InputTerms Upstream;
    public OutputTerms Losses;
    public OutputView<T> Gradient;
    public OutputView<T> TargetGradient;

    /// <summary>The gradient to <see cref="Extra"/>, one per element even where that repeats.</summary>
    public OutputView<T> ExtraGradient;

    /// <summary>Size of the first dimension; 0 to infer it.</summary>
    public long Batch;
}

/// <summary>What a point-wise loss takes besides input and target.</summary>
[Flags]
internal enum PointwiseTraits
{
    None = 0,
    Weight = 1,

    /// <summary>There is no gradient to the target.</summary>
    TargetIsConstant = 2,

    /// <summary>A third operand, shaped like the input unless <see cref="ExtraBroadcasts"/> is set.</summary>
    Extra = 4,

    /// <summary>The third operand must be given.</summary>
    ExtraIsNeeded = 8,

    /// <summary>The third operand repeats like a weight.</summary>
    ExtraBroadcasts = 16,

    /// <summary>The third operand may be a tensor of the input's shape without its last dimension, along which it then
    /// repeats.</summary>
    ExtraMayLackLast = 32,

    /// <summary>There is a gradient to the third operand.</summary>
    ExtraGradient = 64,
}

/// <summary>How a point-wise loss calls its buffers, for messages.</summary>
internal sealed class PointwiseNames(string input, string extra, string gradient, string extraGradient)
{
    public static readonly PointwiseNames Usual = new("input", "posWeight", "gradient", "extraGradient");

    public string Input { get; } = input;

    public string Extra { get; } = extra;

    public string Gradient { get; } = gradient;

    public string ExtraGradient { get; } = extraGradient;

    /// <summary>In the order of <see cref="PointwiseLayout"/>.</summary>
    public string[] Operands { get; } =
        [input, "target", gradient, "targetGradient", extraGradient, "weight", extra];

    /// <summary>Inputs, then outputs: the order of <see cref="PointwiseCalls"/>' regions.</summary>
    public string[] Regions { get; } =
        [input, "target", extra, "weight", "upstream", "losses", gradient, "targetGradient", extraGradient];
}
