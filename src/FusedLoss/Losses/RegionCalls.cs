namespace FusedLoss;

/// <summary>What losses over regions need besides <see cref="ClassCalls"/>.</summary>
internal static class RegionCalls
{
    /// <summary>The input holds logits or probabilities, so that it is called neither.</summary>
    public static readonly ClassNames Names = new("input", "probabilities");

    public static void Check(double smooth, RegionInput input, Regions regions)
    {
        Require.NonNegative(smooth, "Smooth");
        Require.Defined(input, RegionInput.Probabilities, "Input");
        Require.Defined(regions, Regions.AllClasses, "Regions");
    }

    /// <summary>Number of regions, which are the terms.</summary>
    public static long Count(Regions regions, bool perSample, ClassShape shape) =>
        (perSample ? shape.Outer : 1) * (regions == Regions.AllClasses ? 1 : shape.Classes);

    /// <summary>One class is the binary case: 0 is the background.</summary>
    public static (long Least, long Most) LabelRange(long classes) => (0, Math.Max(classes - 1, 1));
}
