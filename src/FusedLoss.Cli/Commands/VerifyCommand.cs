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

    public static Command Create()
    {
        var command = new Command("verify", "every loss against a double-precision reference; exit 1 on any failure")
        {
            Isa,
        };
        command.SetAction(Run);
        return command;
    }

    /// <summary>Errors of all checks of one loss, with one instruction set, in one precision.</summary>
    private sealed record Line(string Key, InstructionSet Isa, Precision Precision, IReadOnlyList<CheckResult> Checks)
    {
        public IEnumerable<CheckResult> Failed => Checks.Where(check => !check.Passed);
    }

    private static int Run(ParseResult parsed)
    {
        InstructionSet isa = CommonOptions.InstructionSetOf(parsed.GetValue(Isa)!);
        IReadOnlyList<InstructionSet> isas = isa == InstructionSet.Auto ? LossContext.AvailableInstructionSets : [isa];
        TextWriter stdout = parsed.InvocationConfiguration.Output;
        IAnsiConsole console = Terminal.On(stdout);
        Line[] lines = Terminal.IsInteractive(stdout) ? CheckWithBars(console, isas) : [.. isas.SelectMany(Check)];
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

    private static string[] Keys => [.. LossCatalogue.All.Select(row => row.Key).Distinct()];

    private static IEnumerable<Line> Check(InstructionSet isa) => Keys.SelectMany(key => Check(isa, key));

    private static IEnumerable<Line> Check(InstructionSet isa, string key) =>
        CatalogueRunner.Verify(isa, row => row.Key == key).ToArray()
            .GroupBy(check => check.Plan.Precision)
            .Select(checks => new Line(key, isa, checks.Key, [.. checks]));

    private static Line[] CheckWithBars(IAnsiConsole console, IReadOnlyList<InstructionSet> isas) =>
        console.Progress().Start(progress =>
        {
            var bars = isas.Select(isa => progress.AddTask(CommonOptions.NameOf(isa), maxValue: Keys.Length)).ToArray();
            var lines = new List<Line>();
            for (int i = 0; i < isas.Count; i++)
            {
                foreach (string key in Keys)
                {
                    lines.AddRange(Check(isas[i], key));
                    bars[i].Increment(1);
                }
            }
            return lines.ToArray();
        });

    private static void Write(IAnsiConsole console, Line[] lines)
    {
        Table table = Terminal.Table(
            3, "loss", "ISA", "dtype", "checks", "term", "gradient", "other gradients", "sum", "result");
        foreach (Line line in lines)
        {
            string Worst(Func<CheckResult, double> error) => Ulps(line.Checks.Max(error));
            table.AddLine(
                line.Key, CommonOptions.NameOf(line.Isa), $"{line.Precision}".ToLowerInvariant(),
                $"{line.Checks.Count}",
                Worst(check => check.Loss), Worst(check => check.Gradient), Worst(check => check.OtherGradients),
                Worst(check => check.Sum), line.Failed.Any() ? "FAILED" : "ok");
        }
        console.WriteLine("Worst errors in ulp; of the sum, in ulp of the sum of the terms' magnitudes.");
        console.Write(table);
    }

    private static string Ulps(double error) => error.ToString(error < 1e4 ? "F2" : "G3", CultureInfo.InvariantCulture);
}
