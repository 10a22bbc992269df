using System.Diagnostics;

namespace FusedLoss.Cli.Bench;

/// <summary>Something that is timed, and what must be done after it, untimed, before anything else is.</summary>
internal sealed record Way(Action Run, Action? Restore = null);

/// <summary>Times several ways in turn, so that a machine that changes its speed changes all of them. Before a sample
/// its way runs once, untimed: every way then finds in the caches what it left there itself, and not what another one
/// left or took.</summary>
internal static class Sampler
{
    private const double LeastSample = 200_000; // ns: far above the clock's resolution and the cost of reading it
    private const double CertainlyEnough = 10 * LeastSample; // even of a first call, which is slower

    // What takes long is disturbed by little: where samples are slow, fewer do.
    private const int FewestSlowSamples = 3, SlowAfter = 5;

    /// <summary>Runs all ways for so long that .NET notices that they are hot and compiles them once more, with all
    /// optimisations; it looks every 100 ms.</summary>
    public static void WarmUp(IReadOnlyList<Way> ways, TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            foreach (Way way in ways) Time(way, 1);
        }
    }

    /// <summary>The median time of each way, in nanoseconds per call.</summary>
    public static double[] Medians(IReadOnlyList<Way> ways, TimeSpan budget, int fewestSamples)
    {
        int[] calls = [.. ways.Select(CallsPerSample)];
        List<double>[] samples = [.. ways.Select(_ => new List<double>())];
        long start = Stopwatch.GetTimestamp();
        bool Enough(int count, TimeSpan time) =>
            time >= budget && (count >= fewestSamples || (count >= FewestSlowSamples && time >= SlowAfter * budget));
        while (!Enough(samples[0].Count, Stopwatch.GetElapsedTime(start)))
        {
            for (int i = 0; i < calls.Length; i++) samples[i].Add(Time(ways[i], calls[i]) / calls[i]);
        }
        return Array.ConvertAll(samples, Median);
    }

    // Doubling until a sample is long enough also warms up caches and pages.
    private static int CallsPerSample(Way way)
    {
        int calls = 1;
        if (Time(way, calls) >= CertainlyEnough) return calls;
        while (Time(way, calls) < LeastSample) calls *= 2;
        return calls;
    }

    private static double Time(Way way, int calls)
    {
        Action run = way.Run;
        run();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++) run();
        double time = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        way.Restore?.Invoke();
        return time;
    }

    private static double Median(List<double> samples)
    {
        samples.Sort();
        return (samples[(samples.Count - 1) / 2] + samples[samples.Count / 2]) / 2;
    }
}
