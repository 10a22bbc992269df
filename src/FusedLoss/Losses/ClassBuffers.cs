namespace FusedLoss;

/// <summary>The buffers of every loss over rows of classes; the public argument structs name them.</summary>
internal ref struct ClassBuffers<T>
    where T : unmanaged
{
    public InputView<T> Input;
    public ClassShape Shape;
    public Labels Labels;

    /// <summary>A value per class: probabilities, the scores of a teacher.</summary>
    public InputView<T> Target;

    public InputTerms ClassWeights;
    public InputTerms SampleWeights;
    public InputTerms Upstream;
    public OutputTerms Losses;
    public OutputView<T> Gradient;
    public OutputView<T> TargetGradient;
    public OutputTerms LogSumExp;
    public OutputLabels Predictions;
}

/// <summary>What a loss over classes takes besides its input.</summary>
[Flags]
internal enum ClassTraits
{
    None = 0,

    /// <summary>Labels; together with <see cref="Target"/>: either of them.</summary>
    Labels = 1,

    /// <summary>Nothing is missing when neither labels nor target are given.</summary>
    LabelsAreOptional = 2,

    /// <summary>Labels are a list per row, [N, C].</summary>
    LabelLists = 4,

    /// <summary>A value per class.</summary>
    Target = 8,

    /// <summary>There is a gradient to the target.</summary>
    TargetGradient = 16,
    ClassWeights = 32,
    SampleWeights = 64,

    /// <summary>Log-sum-exps and predictions.</summary>
    Statistics = 128,

    /// <summary>[N, C] only: nothing may follow the class dimension.</summary>
    RowsOnly = 256,

    /// <summary>The classes of a tensor are its last dimension, not its second.</summary>
    ClassesLast = 512,
}

/// <summary>How a loss over classes calls its buffers, for messages.</summary>
internal sealed class ClassNames(string input, string target)
{
    /// <summary>Of <see cref="ClassArgs{T}"/>.</summary>
    public static readonly ClassNames Usual = new("logits", "probabilities");

    /// <summary>Of methods whose scores are no logits.</summary>
    public static readonly ClassNames Scores = new("input", "target");

    public string Input { get; } = input;

    public string Target { get; } = target;

    /// <summary>Inputs, then outputs: the order of <see cref="ClassCalls"/>' regions.</summary>
    public string[] Regions { get; } =
    [
        input, "labels", target, "classWeights", "sampleWeights", "upstream",
        "losses", "gradient", "targetGradient", "logSumExp", "predictions",
    ];
}
