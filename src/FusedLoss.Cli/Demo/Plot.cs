using System.Globalization;
using System.Security;
using System.Text;

namespace FusedLoss.Cli.Demo;

/// <summary>The loss curves of the demo as an SVG: one panel per model, two in a row.</summary>
internal sealed class Plot
{
    private const int PanelWidth = 460, PanelHeight = 300, HeaderHeight = 56;
    private const int Left = 62, Right = 18, Top = 46, Bottom = 48;
    // Told apart by every kind of eye (Okabe and Ito); dashes for what is printed in grey.
    private const string TrainColour = "#0072b2", HeldOutColour = "#d55e00";
    private const string HeldOutDashes = """ stroke-dasharray="6 3" """;

    private readonly StringBuilder _svg = new();

    public static string Draw(IReadOnlyList<TrainingResult> results)
    {
        var plot = new Plot();
        int columns = Math.Min(2, results.Count), rows = (results.Count + columns - 1) / columns;
        plot.Open(columns * PanelWidth, HeaderHeight + rows * PanelHeight);
        for (int i = 0; i < results.Count; i++)
        {
            plot.Panel(results[i], i % columns * PanelWidth, HeaderHeight + i / columns * PanelHeight);
        }
        plot._svg.AppendLine("</svg>");
        return plot._svg.ToString();
    }

    private void Open(int width, int height)
    {
        Add($"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" """
            + $"""viewBox="0 0 {width} {height}" font-size="12" fill="#333" """
            + """font-family="system-ui, 'Segoe UI', Helvetica, Arial, sans-serif">""");
        Add($"""<rect width="{width}" height="{height}" fill="white"/>""");
        Add($"""<text x="{Left}" y="26" font-size="16" font-weight="600">Loss after each epoch of training</text>""");
        Legend(Left, 44, "training samples", TrainColour, "");
        Legend(Left + 160, 44, "held-out samples", HeldOutColour, HeldOutDashes);
    }

    private void Legend(int x, int y, string text, string colour, string dashes)
    {
        Add($"""<line x1="{x}" y1="{y - 4}" x2="{x + 26}" y2="{y - 4}" stroke="{colour}" stroke-width="2"{dashes}/>""");
        Add($"""<text x="{x + 32}" y="{y}">{text}</text>""");
    }

    private void Panel(TrainingResult result, int x, int y)
    {
        double[] train = [.. result.Epochs.Select(epoch => epoch.Train)];
        double[] heldOut = [.. result.Epochs.Select(epoch => epoch.HeldOut)];
        PlotAxis losses = PlotAxis.ForValues([.. train, .. heldOut]);
        PlotAxis epochs = PlotAxis.Linear(0, train.Length - 1, 6);

        Add($"""<g transform="translate({x} {y})">""");
        Add($"""<text x="{Left}" y="18" font-size="13" font-weight="600">{Escaped(result.Name)}</text>""");
        Add($"""<text x="{Left}" y="35" fill="#666">held out: {Escaped(result.HeldOut.Text)}</text>""");
        HorizontalAxis(epochs);
        VerticalAxis(losses);
        Curve(train, epochs, losses, TrainColour, "");
        Curve(heldOut, epochs, losses, HeldOutColour, HeldOutDashes);
        Add("</g>");
    }

    private void HorizontalAxis(PlotAxis axis)
    {
        int bottom = PanelHeight - Bottom;
        foreach (double tick in axis.Ticks)
        {
            string x = X(axis, tick);
            Add($"""<line x1="{x}" y1="{bottom}" x2="{x}" y2="{bottom + 4}" stroke="#888"/>""");
            Add($"""<text x="{x}" y="{bottom + 17}" text-anchor="middle" fill="#666">{PlotAxis.Label(tick)}</text>""");
        }
        Add($"""<line x1="{Left}" y1="{bottom}" x2="{PanelWidth - Right}" y2="{bottom}" stroke="#888"/>""");
        int middle = (Left + PanelWidth - Right) / 2;
        Add($"""<text x="{middle}" y="{bottom + 34}" text-anchor="middle" fill="#666">epoch</text>""");
    }

    private void VerticalAxis(PlotAxis axis)
    {
        foreach (double tick in axis.Ticks)
        {
            string y = Y(axis, tick);
            Add($"""<line x1="{Left}" y1="{y}" x2="{PanelWidth - Right}" y2="{y}" stroke="#e4e4e4"/>""");
            string label = PlotAxis.Label(tick);
            Add($"""<text x="{Left - 8}" y="{y}" dy="0.35em" text-anchor="end" fill="#666">{label}</text>""");
        }
        int middle = (Top + PanelHeight - Bottom) / 2;
        string scale = axis.IsLogarithmic ? "mean loss (log)" : "mean loss";
        string turned = $"translate(14 {middle}) rotate(-90)";
        Add($"""<text transform="{turned}" text-anchor="middle" fill="#666">{scale}</text>""");
    }

    private void Curve(double[] values, PlotAxis epochs, PlotAxis losses, string colour, string dashes)
    {
        IEnumerable<string> points = values.Index().Where(point => double.IsFinite(point.Item))
            .Select(point => $"{X(epochs, point.Index)},{Y(losses, point.Item)}");
        Add($"""<polyline fill="none" stroke="{colour}" stroke-width="2" stroke-linejoin="round"{dashes} """
            + $"""points="{string.Join(' ', points)}"/>""");
    }

    private static string X(PlotAxis axis, double value) =>
        Pixel(Left + axis.Position(value) * (PanelWidth - Left - Right));

    private static string Y(PlotAxis axis, double value) =>
        Pixel(PanelHeight - Bottom - axis.Position(value) * (PanelHeight - Top - Bottom));

    private static string Pixel(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Escaped(string text) => SecurityElement.Escape(text);

    private void Add(string line) => _svg.AppendLine(line);
}
