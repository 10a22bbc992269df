using FusedLoss.Catalogue;

namespace FusedLoss.Cli.Bench;

/// <summary>One loss at one size, ready to run: its gradient goes to a buffer of its own, or over the input.</summary>
internal abstract class Workload
{
    public required string Key { get; init; }
    public required string Size { get; init; }
    public required long Elements { get; init; }

    /// <summary>What the mathematics must read and write, once each.</summary>
    public required long Bytes { get; init; }

    public required Precision Precision { get; init; }

    public abstract void Run(bool inPlace);

    public static string Count(long count) => count switch
    {
        >= 1 << 20 when count % (1 << 20) == 0 => $"{count >> 20}M",
        >= 1 << 10 when count % (1 << 10) == 0 => $"{count >> 10}K",
        _ => $"{count}",
    };
}

internal sealed class PointwiseWorkload<T>(PointwiseCase loss, PointwiseSample<T> sample, LossContext context)
    : Workload where T : unmanaged
{
    private readonly T[] _gradient = new T[sample.Input.Length];

    public override void Run(bool inPlace) => loss.Call.Run(
        new PointwiseRun<T>
        {
            Input = sample.Input, Target = sample.Target, Gradient = inPlace ? sample.Input : _gradient,
        },
        loss.Options, context);
}

internal sealed class ClassWorkload<T>(ClassCase loss, ClassSample<T> sample, LossContext context)
    : Workload where T : unmanaged
{
    private readonly T[] _gradient = new T[sample.Logits.Length];

    public override void Run(bool inPlace) => loss.Call.Run(
        new ClassArgs<T>
        {
            Logits = sample.Logits, Shape = sample.Shape, Labels = sample.Labels32,
            Gradient = inPlace ? sample.Logits : _gradient,
        },
        loss.Options, context);
}
