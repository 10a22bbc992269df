namespace FusedLoss;

/// <summary>The buffers of every loss over pairs or triples of vectors; the public argument structs name
/// them.</summary>
internal ref struct PairBuffers<T>
    where T : unmanaged
{
    public InputView<T> Input1;
    public InputView<T> Input2;

    /// <summary>Of triples only.</summary>
    public InputView<T> Input3;

    /// <summary>Of pairs only.</summary>
    public InputTerms Target;

    /// <summary>Length of a vector; 0 to infer it.</summary>
    public long Dimensions;

    public InputTerms Upstream;
    public OutputTerms Losses;
    public OutputView<T> Gradient1;
    public OutputView<T> Gradient2;
    public OutputView<T> Gradient3;
}

/// <summary>How a loss calls its vectors and their gradients, for messages.</summary>
internal sealed class PairNames(string[] inputs, string[] gradients)
{
    public static readonly PairNames Pair =
        new(["input1", "input2", "input3"], ["gradient1", "gradient2", "gradient3"]);

    public static readonly PairNames Triplet =
        new(["anchor", "positive", "negative"], ["anchorGradient", "positiveGradient", "negativeGradient"]);

    public string[] Inputs { get; } = inputs;

    public string[] Gradients { get; } = gradients;

    /// <summary>Inputs, then outputs: the order of <see cref="PairCalls"/>' regions.</summary>
    public string[] Regions { get; } = [.. inputs, "target", "upstream", "losses", .. gradients];
}
