extern alias tool;

using tool::FusedLoss.Cli.Bench;

namespace FusedLoss.Tests.Tool;

/// <summary>What <c>bench</c> measures, and the shape of what it prints; times are nobody's promise.</summary>
public sealed class BenchTests : IDisposable
{
    private const int Ok = 0, UsageError = 2;
    private const string Columns =
        "loss,dtype,size,elements,bytes,threads,isa,copy_ns,copy_ns_per_element,copy_gb_per_s,ns,ns_per_element,"
        + "gb_per_s,ratio,in_place_ns,in_place_ns_per_element,in_place_gb_per_s,in_place_ratio";

    private readonly ToolRun _tool = new();

    public static TheoryData<string> Names => [.. Workloads.Losses.Select(loss => loss.Name)];

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void EveryLossIsMeasured()
    {
        Assert.Equal(
            LossCatalogue.All.Select(row => row.Key).Distinct().Order(),
            Workloads.Losses.Select(row => row.Key).Distinct().Order());
    }

    [Fact]
    public void PrintsAndWritesALineForEverySizeTypeAndThreadCount()
    {
        var csv = _tool.PathOf("times.csv");
        Assert.Equal(Ok, _tool.Run("bench", "ctc", "--quick", "--threads", "1,2", "--isa", "baseline", "--csv", csv));
        var printed = _tool.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches(@"^FusedLoss [\d.]+, baseline, 1 and 2 threads, .*\d{4}-\d\d-\d\d \d\d:\d\d UTC", printed[0]);
        var lines = File.ReadAllLines(csv);
        Assert.Equal("# " + printed[0].TrimEnd(), lines[0]);
        Assert.Equal(Columns, lines[1]);
        var rows = lines[2..].Select(line => line.Split(',')).ToArray();
        Assert.Equal(printed.Count(line => line.StartsWith("ctc ", StringComparison.Ordinal)), rows.Length);
        Assert.All(rows, row => Assert.Equal(Columns.Split(',').Length, row.Length));
        Assert.All(rows, row => Assert.All(row[7..], cell =>
            Assert.True(double.Parse(cell, System.Globalization.CultureInfo.InvariantCulture) > 0, cell)));
        string[] first = ["ctc", "float32", "100 x 32 x 80", "256000", "2050688", "2", "baseline"];
        Assert.Contains(rows, row => row[..7].SequenceEqual(first));
        Assert.Contains(rows, row => row is ["ctc", "float64", _, _, _, "1", ..]);
    }

    [Fact]
    public void CallsAndCallersAreCounted()
    {
        var calls = Service.Calls().ToArray();
        Assert.Equal(3, calls.Length);
        Assert.All(calls, line => Assert.Matches(@"^\w.* [1-9]\d* ns$", line));
        var callers = Service.Callers(most: 4, each: TimeSpan.FromMilliseconds(300)).ToArray();
        Assert.StartsWith("callers", callers[0], StringComparison.Ordinal);
        Assert.Equal([1, 4], callers[1..].Select(line => int.Parse(line.Split(' ')[0], null)));
        Assert.All(callers[1..], line => Assert.Matches(@"^\d+ +[1-9]\d* +[1-9]\d*$", line));
    }

    [Theory]
    [InlineData("KEY is 'nothing'", "bench", "nothing")]
    [InlineData("--threads is '0'", "bench", "mse", "--threads", "1,0")]
    [InlineData("--isa is 'mmx'", "bench", "mse", "--isa", "mmx")]
    [InlineData("--csv is", "bench", "mse", "--csv", "no/such/folder/times.csv")]
    public void MistakesAreOneSentence(string words, params string[] args)
    {
        Assert.Equal(UsageError, _tool.Run(args));
        Assert.Contains(words, _tool.Error, StringComparison.Ordinal);
        Assert.Single(_tool.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("", _tool.Output);
    }

    /// <summary>Denormal numbers and NaN may take longer, and are not what is to be measured.</summary>
    [Theory, MemberData(nameof(Names))]
    public void NumbersStayOrdinaryHoweverOftenGradientsAreWrittenOverThem(string name)
    {
        foreach (var workload in Of(name, size => !size.IsLarge && size.Elements > 2))
        {
            var first = workload.Run(LossContext.Default, inPlace: false);
            for (var call = 0; call < 12; call++)
            {
                Assert.True(double.IsFinite(workload.Run(LossContext.Default, inPlace: true)), $"{workload.Size}");
                if (call is not (0 or 1 or 2 or 11)) continue;
                var odd = workload.Overwritten.Where(x => !IsOrdinary(x, workload.Precision.ToString())).ToArray();
                Assert.True(odd is [], $"{workload.Precision} {workload.Size}, call {call}: {odd.FirstOrDefault()}");
            }
            workload.Restore();
            Assert.Equal(first, workload.Run(LossContext.Default, inPlace: false));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void ACallThatIsWarmAllocatesNothing(string name)
    {
        using var context = new LossContext(new() { MaxThreads = 1 });
        var least = Workloads.SizesOf(Workloads.Losses.Single(loss => loss.Name == name)).Min(size => size.Elements);
        foreach (var workload in Of(name, size => size.Elements == least))
        {
            for (var call = 0; call < 40; call++) workload.Run(context, inPlace: false);
            Assert.Equal((workload.Precision, 0), (workload.Precision, AllocatedBy(workload, context)));
        }
    }

    private static long AllocatedBy(Workload workload, LossContext context)
    {
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 5 && least > 0; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var call = 0; call < 20; call++) workload.Run(context, inPlace: false);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }

    private static IEnumerable<Workload> Of(string name, Func<Size, bool> only) =>
        Workloads.Of(Workloads.Losses.Single(loss => loss.Name == name), quick: false, new Slots(), only);

    private static bool IsOrdinary(double x, string precision) =>
        x == 0 || (double.IsFinite(x) && Math.Abs(x) >= LeastNormal(precision));

    private static double LeastNormal(string precision) =>
        Math.ScaleB(1, precision switch { "Float64" => -1022, "Float16" => -14, _ => -126 });
}
