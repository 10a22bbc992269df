namespace FusedLoss;

/// <summary>What the input of a loss over regions holds.</summary>
public enum RegionInput
{
    /// <summary>Unnormalised scores; softmax over the classes, or sigmoid where there is one, is part of the
    /// loss.</summary>
    Logits = 0,

    /// <summary>Probabilities; the gradient is with respect to them.</summary>
    Probabilities = 1,
}

/// <summary>What counts as one region.</summary>
public enum Regions
{
    /// <summary>A region for every class.</summary>
    PerClass = 0,

    /// <summary>One region over all classes.</summary>
    AllClasses = 1,
}
