using System.CommandLine;
using System.Globalization;
using FusedLoss.Catalogue;
using Spectre.Console;

namespace FusedLoss.Cli.Commands;

/// <summary><c>fusedloss verify</c>: the catalogue of the tests against its double-precision oracles, on this
/// machine.</summary>
internal static class VerifyCommand
{
    private static readonly Option<string> Isa = CommonOptions.Isa();
    private static readonly Option<string> Device = CommonOptions.Device();

    public static Command Create()
    {
        var command = new Command("verify", "every loss against a double-precision reference; exit 1 on any failure")
        {
            Isa, Device,
        };
        command.SetAction(Run);
        return command;
    }

    /// <summary>What losses run on.</summary>
    private sealed record Machine(InstructionSet Isa, CudaContext? Gpu)
    {
        public string Name => Gpu is null ? CommonOptions.NameOf(Isa) : $"cuda:{Gpu.Device.Index}";

        public static IEnumerable<string> Keys => LossCatalogue.All.Select(row => row.Key).Distinct();
    }

    /// <summary>Errors of all checks of one loss, with one instruction set, in one precision.</summary>
    private sealed record Line(string Key, string Machine, Precision Precision, IReadOnlyList<CheckResult> Checks)
    {
        public IEnumerable<CheckResult> Failed => Checks.Where(check => !check.Passed);
    }

    private static int Run(ParseResult parsed)
    {
        InstructionSet isa = CommonOptions.InstructionSetOf(parsed.GetValue(Isa)!);
        int? index = CommonOptions.GpuOf(parsed.GetValue(Device)!);
        using CudaContext? gpu = index is null ? null : LossContext.Cuda(index.Value);
        IReadOnlyList<InstructionSet> isas = isa == InstructionSet.Auto ? LossContext.AvailableInstructionSets : [isa];
        Machine[] machines = gpu is null ? [.. isas.Select(each => new Machine(each, null))] : [new(isa, gpu)];
        TextWriter stdout = parsed.InvocationConfiguration.Output;
        IAnsiConsole console = Terminal.On(stdout);
        Line[] lines = Terminal.IsInteractive(stdout)
            ? CheckWithBars(console, machines) : [.. machines.SelectMany(Check)];
        Write(console, lines);

        WriteFailures(stdout, lines);
        int checks = lines.Sum(line => line.Checks.Count), failed = lines.Sum(line => line.Failed.Count());
        stdout.WriteLine(failed == 0 ? $"All {checks} checks passed." : $"{failed} of {checks} checks FAILED.");
        return failed == 0 ? 0 : 1;
    }

    private static void WriteFailures(TextWriter stdout, Line[] lines)
    {
        foreach (Line line in lines.Where(line => line.Failed.Any()))
        {
            int more = line.Failed.Count() - 1;
            stdout.WriteLine(line.Failed.First().Failure + (more > 0 ? $" (and {more} more)" : ""));
        }
    }

    private static IEnumerable<Line> Check(Machine machine) => Machine.Keys.SelectMany(key => Check(machine, key));

    private static IEnumerable<Line> Check(Machine machine, string key) =>
        CatalogueRunner.Verify(machine.Isa, row => row.Key == key, machine.Gpu).ToArray()
            .GroupBy(check => check.Plan.Precision)
            .Select(checks => new Line(key, machine.Name, checks.Key, [.. checks]));

    private static Line[] CheckWithBars(IAnsiConsole console, Machine[] machines) =>
        console.Progress().Start(progress =>
        {
            var bars = Array.ConvertAll(machines, each => progress.AddTask(each.Name, maxValue: Machine.Keys.Count()));
            var lines = new List<Line>();
            foreach ((Machine machine, ProgressTask bar) in machines.Zip(bars))
            {
                foreach (string key in Machine.Keys)
                {
                    lines.AddRange(Check(machine, key));
                    bar.Increment(1);
                }
            }
            return lines.ToArray();
        });

    private static void Write(IAnsiConsole console, Line[] lines)
    {
        Table table = Terminal.Table(
            3, "loss", "machine", "dtype", "checks", "term", "gradient", "other gradients", "sum", "result");
        foreach (Line line in lines)
        {
            string Worst(Func<CheckResult, double> error) => Ulps(line.Checks.Max(error));
            table.AddLine(
                line.Key, line.Machine, $"{line.Precision}".ToLowerInvariant(),
                $"{line.Checks.Count}",
                Worst(check => check.Loss), Worst(check => check.Gradient), Worst(check => check.OtherGradients),
                Worst(check => check.Sum), line.Failed.Any() ? "FAILED" : "ok");
        }
        console.WriteLine("Worst errors in ulp; of the sum, in ulp of the sum of the terms' magnitudes.");
        console.Write(table);
    }

    private static string Ulps(double error) => error.ToString(error < 1e4 ? "F2" : "G3", CultureInfo.InvariantCulture);
}
