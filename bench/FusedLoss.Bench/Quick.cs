using System.Globalization;
using BenchmarkDotNet.Environments;
using FusedLoss.Cli.Bench;

namespace FusedLoss.Bench;

/// <summary>All losses in less than a minute: medians of samples that take turns, so that what disturbs the machine
/// disturbs all ways alike and the ratios stand.</summary>
internal static class Quick
{
    private const int FewestSamples = 9;
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1); // .NET compiles a hot method twice more
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(0.7);

    public static void Run(TextWriter output)
    {
        foreach (string line in HostEnvironmentInfo.GetCurrent().ToFormattedString()) output.WriteLine(line);
        output.WriteLine(
            $"FusedLoss {LossContext.LibraryVersion}, {Contest.OneThread.InstructionSet}, one thread{Load}");
        output.WriteLine();
        output.WriteLine(
            "| loss | elements | copy ns/el | fused ns/el | fused/copy | best managed ns/el | which | managed/fused " +
            "| with sums in double |");
        output.WriteLine("|---|--:|--:|--:|--:|--:|---|--:|--:|");
        List<Gain> gains = [];
        foreach (var (loss, ways) in Contests.Regression.Concat(Contests.Binary).Concat(Contests.Classes))
        {
            output.WriteLine(Row(new Contest(loss, ways(Contests.InCache)), WarmUp, gains));
            output.WriteLine(Row(new Contest(loss, ways(Contests.InMemory)), TimeSpan.Zero, gains));
            GC.Collect();
        }
        output.WriteLine();
        output.WriteLine(string.Create(Culture,
            $"Geometric means: best managed / fused {Mean(gain => gain.Best):F2}, TensorPrimitives / fused " +
            $"{Mean(gain => gain.Tensors):F2}"));
        output.WriteLine();
        var call = new CallOverhead();
        output.WriteLine("| call | ns | bytes allocated |");
        output.WriteLine("|---|--:|--:|");
        output.WriteLine(CallRow("mse of 1 element", () => call.Mse()));
        output.WriteLine(CallRow("bce_with_logits of 1 element", () => call.BceWithLogits()));
        output.WriteLine(CallRow("cross_entropy of 1 row, 2 classes", () => call.CrossEntropy()));

        double Mean(Func<Gain, double> ratio) => Math.Exp(gains.Average(gain => Math.Log(ratio(gain))));
    }

    private static string Load => File.Exists("/proc/loadavg")
        ? $", load average {File.ReadAllText("/proc/loadavg").Split(' ')[0]}" : "";

    private static string Row(Contest contest, TimeSpan warmUp, List<Gain> gains)
    {
        var ways = contest.Ways;
        List<Action> actions = [contest.Copy, () => ways.Fused(), () => ways.Tensors(), () => ways.Vectors()];
        if (ways.Polynomials is { } polynomials) actions.Add(() => polynomials());
        int rivals = actions.Count;
        if (ways.Doubles is { } doubles) actions.Add(() => doubles());
        double[] times = Measure(actions, warmUp);
        double copy = times[0], fused = times[1], best = times[2..rivals].Min();
        gains.Add(new(best / fused, times[2] / fused));
        string accurate = rivals < times.Length ? (times[rivals] / fused).ToString("F2", Culture) : "";
        string which = Array.LastIndexOf(times, best) switch
        {
            2 => "TensorPrimitives", 3 => "Vector512", _ => "Vector512, polynomials",
        };
        return string.Create(Culture,
            $"| {contest.Loss} | {ways.Gradient.Length} | {Each(copy)} | {Each(fused)} | {fused / copy:F2} " +
            $"| {Each(best)} | {which} | {best / fused:F2} | {accurate} |");

        string Each(double time) => (time / ways.Gradient.Length).ToString("F3", Culture);
    }

    private static string CallRow(string name, Action action)
    {
        double time = Measure([action], WarmUp)[0];
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return string.Create(Culture, $"| {name} | {time:F0} | {allocated} |");
    }

    /// <summary>How many times the library's time others take.</summary>
    private readonly record struct Gain(double Best, double Tensors);

    // The tool's `bench` times in the same way.
    private static double[] Measure(List<Action> actions, TimeSpan warmUp)
    {
        List<Way> ways = actions.ConvertAll(action => new Way(action));
        Sampler.WarmUp(ways, warmUp);
        return Sampler.Medians(ways, Budget, FewestSamples);
    }
}
