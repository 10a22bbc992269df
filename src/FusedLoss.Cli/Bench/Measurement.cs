using System.Diagnostics;

namespace FusedLoss.Cli.Bench;

/// <summary>Medians, in nanoseconds per call.</summary>
/// <param name="Separate">The loss with its gradient in a buffer of its own.</param>
/// <param name="InPlace">The loss with its gradient over the input.</param>
/// <param name="Copy">A copy that reads and writes as many bytes as the loss does.</param>
internal sealed record Measurement(double Separate, double InPlace, double Copy)
{
    private const double LeastSample = 200_000; // ns: far above the clock's resolution and the cost of reading it
    private const int FewestSamples = 7;
    private static readonly TimeSpan HotAfter = TimeSpan.FromMilliseconds(400); // .NET looks every 100 ms

    /// <summary>Lets .NET notice that a loss is hot and compile its calls once more, with all optimisations.</summary>
    public static void WarmUp(Workload workload)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < HotAfter)
        {
            workload.Run(inPlace: false);
            workload.Run(inPlace: true);
        }
    }

    /// <summary>Takes samples of the three in turn, so that a machine that changes its speed changes all of
    /// them.</summary>
    public static Measurement Take(Workload workload, TimeSpan budget)
    {
        byte[] from = new byte[workload.Bytes / 2], to = new byte[workload.Bytes / 2];
        Action[] actions =
        [
            () => workload.Run(inPlace: false), () => workload.Run(inPlace: true), () => from.CopyTo(to, 0),
        ];
        int[] calls = Array.ConvertAll(actions, CallsPerSample);
        var samples = actions.Select(_ => new List<double>()).ToArray();
        long start = Stopwatch.GetTimestamp();
        while (samples[0].Count < FewestSamples || Stopwatch.GetElapsedTime(start) < budget)
        {
            for (int i = 0; i < actions.Length; i++) samples[i].Add(Time(actions[i], calls[i]) / calls[i]);
        }
        return new Measurement(Median(samples[0]), Median(samples[1]), Median(samples[2]));
    }

    // Doubling until a sample is long enough also warms up caches and pages.
    private static int CallsPerSample(Action action)
    {
        int calls = 1;
        Time(action, calls);
        while (Time(action, calls) < LeastSample) calls *= 2;
        return calls;
    }

    private static double Time(Action action, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++) action();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
    }

    private static double Median(List<double> samples)
    {
        samples.Sort();
        return (samples[(samples.Count - 1) / 2] + samples[samples.Count / 2]) / 2;
    }
}
