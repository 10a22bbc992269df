using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>What losses that compare a value per class with another need besides <see cref="ClassCalls"/>.</summary>
internal static class DistributionCalls
{
    /// <summary>Spans only: rows of the given number of classes.</summary>
    public static double Run<T, TKernel>(
        ReadOnlySpan<T> input, ReadOnlySpan<T> target, int classes, Span<T> gradient, TKernel kernel,
        LossContext? context)
        where T : unmanaged
        where TKernel : struct, IClassKernel
    {
        var args = new DistributionArgs<T>
        {
            Input = input, Target = target, Shape = ClassLayout.OfRows(input.Length, classes, nameof(input)),
            Gradient = gradient,
        };
        return ClassCalls.Run(args._buffers, kernel, context);
    }

    public static void Check(DistributionInput input, double temperature)
    {
        Require.Defined(input, DistributionInput.LogProbabilities, "Input");
        Require.Positive(temperature, "Temperature");
        if (input == DistributionInput.LogProbabilities && temperature != 1)
            Require.ThrowOption("Temperature", temperature, "1 when Input is LogProbabilities");
    }
}
