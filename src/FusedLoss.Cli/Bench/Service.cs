using System.Diagnostics;
using System.Globalization;

namespace FusedLoss.Cli.Bench;

/// <summary>What a service sees: the time of one call with one element, and calls per second from many threads at
/// once, with contexts that lend threads and that do not.</summary>
internal static class Service
{
    private const int Rows = 1024, Classes = 1000, Batch = 20_000, Batches = 50;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.5); // .NET compiles a hot method twice more

    /// <summary>Nanoseconds of plain calls with the default context: the least of many batches.</summary>
    public static IEnumerable<string> Calls()
    {
        float[] input = [1], target = [0], gradient = [0];
        float[] logits = [1, 2], logitGradient = [0, 0];
        int[] label = [1];
        yield return Call("mse, 1 element", () => Time(() => Loss.Mse(input, target, gradient)));
        yield return Call("mse, 1 element, named", () => Time(() => Loss.Mse<float>(
            new() { Input = input, Target = target, Gradient = gradient })));
        yield return Call("cross_entropy, 1 x 2", () => Time(() => Loss.CrossEntropy(logits, label, logitGradient)));
    }

    /// <summary>Calls per second of cross_entropy on a thousand rows of a thousand classes, from so many threads at
    /// once.</summary>
    public static IEnumerable<string> Callers(int most, TimeSpan each)
    {
        using var alone = new LossContext(new LossContextOptions { MaxThreads = 1 });
        yield return $"{"callers",-9}{"own thread only",16}{"all processors",16}   calls per second";
        for (int callers = 1; callers <= most; callers *= 4)
        {
            double own = PerSecond(callers, alone, each), all = PerSecond(callers, LossContext.Default, each);
            yield return string.Create(CultureInfo.InvariantCulture, $"{callers,-9}{own,16:F0}{all,16:F0}");
        }
    }

    private static string Call(string name, Func<double> least) =>
        string.Create(CultureInfo.InvariantCulture, $"{name,-24}{least(),7:F0} ns");

    private static double Time(Action call)
    {
        double best = double.PositiveInfinity;
        Sampler.WarmUp([new Way(call)], WarmUp);
        for (int batch = 0; batch < Batches; batch++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Batch; i++) call();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / Batch);
        }
        return best;
    }

    private static double PerSecond(int callers, LossContext context, TimeSpan time)
    {
        long calls = 0;
        bool over = false;
        Thread[] threads = [.. Enumerable.Range(0, callers).Select(seed => new Thread(() =>
        {
            float[] logits = new float[Rows * Classes], gradient = new float[logits.Length];
            int[] labels = [.. Enumerable.Range(seed, Rows).Select(row => row * 7 % Classes)];
            for (int i = 0; i < logits.Length; i++) logits[i] = i % 13 - 6;
            while (!Volatile.Read(ref over))
            {
                Loss.CrossEntropy(logits, labels, gradient, context: context);
                Interlocked.Increment(ref calls);
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        Thread.Sleep(time / 3); // until all have their arrays
        long before = Interlocked.Read(ref calls), start = Stopwatch.GetTimestamp();
        Thread.Sleep(time);
        double rate = (Interlocked.Read(ref calls) - before) / Stopwatch.GetElapsedTime(start).TotalSeconds;
        Volatile.Write(ref over, true);
        foreach (Thread thread in threads) thread.Join();
        return rate;
    }
}
