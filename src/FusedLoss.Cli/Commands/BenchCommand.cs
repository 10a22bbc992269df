using System.CommandLine;
using FusedLoss.Catalogue;
using FusedLoss.Cli.Bench;

namespace FusedLoss.Cli.Commands;

/// <summary><c>fusedloss bench</c>: losses with their gradients, next to a copy of as many bytes.</summary>
internal static class BenchCommand
{
    private static readonly Argument<string?> Key = new("KEY")
    {
        Arity = ArgumentArity.ZeroOrOne, Description = "one loss (all)",
    };
    private static readonly Option<bool> Quick = new("--quick")
    {
        Description = "fewer sizes and samples, large ones in float32 only: a minute instead of a quarter of an hour",
    };
    private static readonly Option<string> Isa = CommonOptions.Isa();
    private static readonly Option<string?> Threads = new("--threads")
    {
        HelpName = "N", Description = "most threads to use (1); several, as in 1,2, are measured in turn",
    };
    private static readonly Option<string?> Csv = new("--csv")
    {
        HelpName = "FILE", Description = "also write every row, and a first line that describes the machine, to FILE",
    };

    private static readonly Option<bool> Calls = new("--calls")
    {
        Description = "instead: what calls cost, and calls per second from 1 to 64 threads at once",
    };

    public static Command Create()
    {
        var command = new Command("bench", "ns per element, GB/s, and the ratio to a copy of the same bytes")
        {
            Key, Quick, Isa, Threads, Csv, Calls,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        if (parsed.GetValue(Calls))
        {
            TextWriter lines = parsed.InvocationConfiguration.Output;
            foreach (string line in (string[])[.. Service.Calls(), ""]) lines.WriteLine(line);
            foreach (string line in Service.Callers(most: 64, each: TimeSpan.FromSeconds(1.5))) lines.WriteLine(line);
            return 0;
        }
        LossCase[] losses = LossesOf(parsed.GetValue(Key));
        InstructionSet isa = CommonOptions.InstructionSetOf(parsed.GetValue(Isa)!);
        int[] threads = [.. (parsed.GetValue(Threads) ?? "1").Split(',').Select(n => CommonOptions.MaxThreadsOf(n, 1))];
        LossContext[] contexts = Array.ConvertAll(
            threads, count => new LossContext(new() { InstructionSet = isa, MaxThreads = count }));
        using StreamWriter? csv = CsvFile(parsed.GetValue(Csv));
        TextWriter stdout = parsed.InvocationConfiguration.Output;
        WriteHead(stdout, csv, Machine.Line(contexts[0], threads));
        foreach (BenchRow row in Measure(losses, contexts, parsed.GetValue(Quick)))
        {
            // Line by line as they are measured: nothing else runs meanwhile, no bar that moves either.
            stdout.WriteLine(row);
            csv?.WriteLine(row.ToCsv());
        }
        foreach (LossContext context in contexts) context.Dispose();
        return 0;
    }

    private static LossCase[] LossesOf(string? key)
    {
        LossCase[] losses = [.. Workloads.Losses.Where(loss => key is null || loss.Key == key)];
        return losses.Length > 0 ? losses : throw new UsageException(
            $"KEY is '{key}', but one of {string.Join(", ", Workloads.Losses.Select(loss => loss.Key).Distinct())} "
            + "is needed.");
    }

    private static StreamWriter? CsvFile(string? path)
    {
        if (path is null) return null;
        try
        {
            // What was measured so far is worth keeping when somebody interrupts the rest.
            return new StreamWriter(path) { AutoFlush = true, NewLine = "\n" };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"--csv is '{path}', which cannot be written: {e.Message}");
        }
    }

    private static void WriteHead(TextWriter stdout, StreamWriter? csv, string machine)
    {
        stdout.WriteLine(machine);
        stdout.WriteLine("Loss and gradient in one call; medians. GB/s counts every input read once and every gradient "
            + "written once.");
        stdout.WriteLine("x copy: time over that of a copy of as many bytes, half of them read and half written.");
        stdout.WriteLine("Apart: the gradient in a buffer of its own; in place: over the input.");
        stdout.WriteLine();
        stdout.WriteLine(BenchRow.Heading);
        csv?.WriteLine($"# {machine}");
        csv?.WriteLine(BenchRow.CsvHeading);
    }

    private static IEnumerable<BenchRow> Measure(LossCase[] losses, LossContext[] contexts, bool quick)
    {
        Effort effort = quick ? Effort.Quick : Effort.Whole;
        Slots inputs = new(), copies = new();
        (LossCase, Precision)? warm = null;
        foreach (Workload workload in losses.SelectMany(loss => Workloads.Of(loss, quick, inputs)))
        {
            (LossCase, Precision) next = (workload.Loss, workload.Precision);
            TimeSpan warmUp = warm is null ? Effort.Start : warm == next ? TimeSpan.Zero : effort.WarmUp;
            Measurement[] times = Measurement.Take(workload, contexts, effort, copies, warmUp);
            warm = next;
            for (int i = 0; i < times.Length; i++) yield return new(workload, contexts[i], times[i]);
        }
    }
}
