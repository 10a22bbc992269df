namespace FusedLoss.Cli.Bench;

/// <summary>Medians, in nanoseconds per call.</summary>
/// <param name="Separate">The loss with its gradient in a buffer of its own.</param>
/// <param name="InPlace">The loss with its gradient over the input.</param>
/// <param name="Copy">A copy that reads and writes as many bytes as the loss does; NaN for a single element, where
/// only the call counts.</param>
internal sealed record Measurement(double Separate, double InPlace, double Copy)
{
    private const int FewestElements = 1024;

    /// <summary>One for each context. All of them take turns.</summary>
    public static Measurement[] Take(
        Workload workload, IReadOnlyList<LossContext> contexts, Effort effort, Slots slots, TimeSpan warmUp)
    {
        slots.Clear();
        var copy = new Copying(workload.Bytes, slots);
        var ways = new List<Way>();
        foreach (LossContext context in contexts)
        {
            if (workload.Elements >= FewestElements) ways.Add(new(() => copy.Run(context.MaxThreads)));
            ways.Add(new(() => workload.Run(context, inPlace: false)));
            ways.Add(new(() => workload.Run(context, inPlace: true), workload.Restore));
        }
        Sampler.WarmUp(ways, warmUp);
        double[] times = Sampler.Medians(ways, effort.Budget, effort.FewestSamples);
        return [.. times.Chunk(ways.Count / contexts.Count).Select(own =>
            new Measurement(own[^2], own[^1], own.Length == 3 ? own[0] : double.NaN))];
    }
}

/// <summary>How long a measurement may take.</summary>
/// <param name="WarmUp">Before the first measurement of a loss in a precision, which is compiled code of its
/// own.</param>
/// <param name="Budget">Of a measurement, if that is enough for the fewest samples.</param>
/// <param name="FewestSamples">Of each way.</param>
internal sealed record Effort(TimeSpan WarmUp, TimeSpan Budget, int FewestSamples)
{
    /// <summary>Before anything is measured: .NET compiles nothing once more while there is still much to compile for
    /// the first time.</summary>
    public static TimeSpan Start { get; } = TimeSpan.FromSeconds(1);

    public static Effort Whole { get; } = new(TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(0.4), 9);

    public static Effort Quick { get; } = new(TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(0.05), 5);
}

/// <summary>A copy that moves as many bytes as a loss must: half of them read, half of them written.</summary>
internal sealed class Copying(long bytes, Slots slots)
{
    private const long ManyBytes = 1 << 20; // below, one thread copies faster than two begin

    private readonly Slot<byte> _from = slots.Take<byte>(bytes / 2), _to = slots.Take<byte>(bytes / 2);

    public void Run(int threads)
    {
        if (threads == 1 || bytes < ManyBytes) _from.Span.CopyTo(_to.Span);
        else Parallel.For(0, threads, part => RunPart(part, threads));
    }

    private void RunPart(int part, int parts)
    {
        int from = (int)((long)_from.Length * part / parts), to = (int)((long)_from.Length * (part + 1) / parts);
        _from.Span[from..to].CopyTo(_to.Span[from..to]);
    }
}
