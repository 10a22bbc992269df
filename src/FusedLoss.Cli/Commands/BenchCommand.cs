using System.CommandLine;
using System.Globalization;
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
    private static readonly Option<bool> Quick = new("--quick") { Description = "fewer repetitions" };
    private static readonly Option<string> Isa = CommonOptions.Isa();
    private static readonly Option<string?> Threads = CommonOptions.Threads("most threads to use (1)");

    public static Command Create()
    {
        var command = new Command("bench", "ns per element, GB/s, and the ratio to a copy of the same bytes")
        {
            Key, Quick, Isa, Threads,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string? key = parsed.GetValue(Key);
        if (key is not null && !Workloads.Keys.Contains(key))
        {
            throw new UsageException($"KEY is '{key}', but one of {string.Join(", ", Workloads.Keys)} is needed.");
        }
        using var context = new LossContext(new()
        {
            InstructionSet = CommonOptions.InstructionSetOf(parsed.GetValue(Isa)!),
            MaxThreads = CommonOptions.MaxThreadsOf(parsed.GetValue(Threads), 1),
        });
        TimeSpan budget = TimeSpan.FromMilliseconds(parsed.GetValue(Quick) ? 60 : 600);
        TextWriter stdout = parsed.InvocationConfiguration.Output;
        stdout.WriteLine($"FusedLoss {LossContext.LibraryVersion}, {CommonOptions.NameOf(context.InstructionSet)}, "
            + $"{context.MaxThreads} {(context.MaxThreads == 1 ? "thread" : "threads")}, {Cpu.Name}");
        stdout.WriteLine("Loss and gradient in one call; medians. GB/s counts every byte read and every byte written.");
        stdout.WriteLine("x copy: time over that of a copy of as many bytes. In place: gradient over the input.");
        stdout.WriteLine();
        WriteTable(stdout, Workloads.Of(key, context), budget);
        return 0;
    }

    // Line by line as they are measured: nothing else runs meanwhile, no bar that moves either.
    private static void WriteTable(TextWriter stdout, IEnumerable<Workload> workloads, TimeSpan budget)
    {
        WriteRow(stdout, "loss", "dtype", "size", "ns/element", "GB/s", "x copy", "in place ns/el.", "x copy");
        (string, Precision)? warm = null;
        foreach (Workload workload in workloads)
        {
            if (warm != (workload.Key, workload.Precision)) Measurement.WarmUp(workload);
            warm = (workload.Key, workload.Precision);
            Measurement time = Measurement.Take(workload, budget);
            WriteRow(
                stdout, workload.Key, workload.Precision.ToString().ToLowerInvariant(), workload.Size,
                Number(time.Separate / workload.Elements, "F3"), Number(workload.Bytes / time.Separate, "F1"),
                Number(time.Separate / time.Copy, "F2"),
                Number(time.InPlace / workload.Elements, "F3"), Number(time.InPlace / time.Copy, "F2"));
        }
    }

    private static void WriteRow(TextWriter stdout, params string[] c) => stdout.WriteLine(
        $"{c[0],-16}{c[1],-9}{c[2],-13}{c[3],11}{c[4],8}{c[5],9}{c[6],17}{c[7],9}");

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
