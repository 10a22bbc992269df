using System.CommandLine;
using System.Globalization;
using FusedLoss.Cli.Demo;
using Spectre.Console;

namespace FusedLoss.Cli.Commands;

/// <summary><c>fusedloss demo</c>: trains small models on real data, each with two losses.</summary>
internal static class DemoCommand
{
    private static readonly Argument<string?> Name = new("NAME")
    {
        Arity = ArgumentArity.ZeroOrOne, Description = $"one data set: {string.Join(", ", DataSets.Names)}; "
            + "or ctc: strings of digits, about a minute",
    };
    private static readonly Option<string?> PlotFile = new("--plot")
    {
        HelpName = "FILE", Description = "write the loss curves as an SVG",
    };

    public static Command Create()
    {
        var command = new Command("demo", "train on real data through the public API") { Name, PlotFile };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string? name = parsed.GetValue(Name);
        TextWriter stdout = parsed.InvocationConfiguration.Output;
        IReadOnlyList<TrainingResult> results = name == CtcTraining.Name
            ? [new CtcTraining().Run(stdout.WriteLine)]
            : Train(stdout, name);
        WriteTable(Terminal.On(stdout), results);
        if (parsed.GetValue(PlotFile) is { } file) WritePlot(stdout, file, results);
        return 0;
    }

    private static IReadOnlyList<TrainingResult> Train(TextWriter stdout, string? name)
    {
        string[] names = name is null ? [.. DataSets.Names] : [name];
        var data = names.ToDictionary(set => set, DataSets.Load);
        DemoTask[] tasks = [.. DemoTasks.All.Where(task => data.ContainsKey(task.DataSet))];
        return Terminal.IsInteractive(stdout)
            ? TrainWithBars(Terminal.On(stdout), tasks, data)
            : TrainWithLines(stdout, tasks, data);
    }

    private static IReadOnlyList<TrainingResult> TrainWithBars(
        IAnsiConsole console, DemoTask[] tasks, Dictionary<string, Split> data) =>
        console.Progress()
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
                new ElapsedTimeColumn())
            .Start(progress =>
            {
                var bars = tasks.Select(task => progress.AddTask(task.ToString(), maxValue: Training.Epochs)).ToArray();
                TrainingResult Train(DemoTask task, int i) =>
                    new Training(task, data[task.DataSet]).Run(epoch => bars[i].Value = epoch);
                return tasks.Select(Train).ToArray();
            });

    private static IReadOnlyList<TrainingResult> TrainWithLines(
        TextWriter stdout, DemoTask[] tasks, Dictionary<string, Split> data)
    {
        var results = new List<TrainingResult>();
        foreach (DemoTask task in tasks)
        {
            TrainingResult result = new Training(task, data[task.DataSet]).Run(_ => { });
            results.Add(result);
            stdout.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{task}: {Training.Epochs} epochs in {result.Elapsed.TotalSeconds:F1} s"));
        }
        return results;
    }

    private static void WriteTable(IAnsiConsole console, IReadOnlyList<TrainingResult> results)
    {
        Table table = Terminal.Table(
            2, "data set · loss", "model", "train loss", "held-out loss", "held-out samples");
        table.Columns[^1].LeftAligned();
        foreach (TrainingResult result in results)
        {
            EpochLoss last = result.Epochs[^1];
            table.AddLine(
                result.Name, result.Model, Number(last.Train), Number(last.HeldOut), result.HeldOut.Text);
        }
        console.Write(table);
    }

    private static string Number(double loss) => loss.ToString("F4", CultureInfo.InvariantCulture);

    private static void WritePlot(TextWriter stdout, string file, IReadOnlyList<TrainingResult> results)
    {
        try
        {
            File.WriteAllText(file, Plot.Draw(results));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"--plot cannot be written: {e.Message}");
        }
        stdout.WriteLine($"Loss curves: {file}");
    }
}
