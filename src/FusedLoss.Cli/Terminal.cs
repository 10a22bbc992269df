using Spectre.Console;

namespace FusedLoss.Cli;

/// <summary>A console for a writer: colours and live progress on a terminal, plain text of a fixed width
/// elsewhere.</summary>
internal static class Terminal
{
    private const int RedirectedWidth = 160;

    public static bool IsInteractive(TextWriter writer) =>
        ReferenceEquals(writer, Console.Out) && !Console.IsOutputRedirected;

    public static IAnsiConsole On(TextWriter writer)
    {
        bool interactive = IsInteractive(writer);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = interactive ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = interactive ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = interactive ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!interactive) console.Profile.Width = RedirectedWidth;
        return console;
    }

    /// <summary>A table with a header and right-aligned columns after the first <paramref name="left"/>.</summary>
    public static Table Table(int left, params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        for (int i = 0; i < columns.Length; i++)
        {
            var column = new TableColumn(new Text(columns[i])) { NoWrap = true };
            table.AddColumn(i < left ? column.LeftAligned() : column.RightAligned());
        }
        return table;
    }

    public static void AddLine(this Table table, params string[] cells) =>
        table.AddRow(cells.Select(cell => new Text(cell)));
}
