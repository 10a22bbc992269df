using System.Globalization;

namespace FusedLoss.Cli.Bench;

/// <summary>What was measured, as a line for people and as a line for programs.</summary>
internal sealed record BenchRow(Workload Workload, LossContext Context, Measurement Time)
{
    /// <summary>Names of the columns of <see cref="ToCsv"/>; times are in nanoseconds.</summary>
    public const string CsvHeading =
        "loss,dtype,size,elements,bytes,threads,isa,copy_ns,copy_ns_per_element,copy_gb_per_s,ns,ns_per_element,"
        + "gb_per_s,ratio,in_place_ns,in_place_ns_per_element,in_place_gb_per_s,in_place_ratio";

    /// <summary>Names of the columns of <see cref="ToString"/>.</summary>
    public static string Heading { get; } =
        Line("", "", "", "", "one", "copy", "", "apart", "", "", "in place", "", "") + Environment.NewLine + Line(
            "loss", "dtype", "size", "threads", "call", "ns/el.", "GB/s", "ns/el.", "GB/s", "x copy", "ns/el.", "GB/s",
            "x copy");

    public override string ToString() => Line(
        Workload.Loss.Name, TypeName, $"{Workload.Size}", $"{Context.MaxThreads}", Duration(Time.Separate),
        Each(Time.Copy), Speed(Time.Copy), Each(Time.Separate), Speed(Time.Separate), Ratio(Time.Separate),
        Each(Time.InPlace), Speed(Time.InPlace), Ratio(Time.InPlace));

    public string ToCsv()
    {
        string[] cells =
        [
            Workload.Loss.Name, TypeName, $"{Workload.Size}", $"{Workload.Elements}", $"{Workload.Bytes}",
            $"{Context.MaxThreads}", Context.InstructionSet.ToString().ToLowerInvariant(), .. Cells(Time.Copy),
            .. Cells(Time.Separate), Cell(Time.Separate / Time.Copy), .. Cells(Time.InPlace),
            Cell(Time.InPlace / Time.Copy),
        ];
        return string.Join(',', cells);
    }

    private string TypeName => Workload.Precision.ToString().ToLowerInvariant();

    private string[] Cells(double time) => [Cell(time), Cell(time / Workload.Elements), Cell(Workload.Bytes / time)];

    private static string Cell(double value) => double.IsNaN(value) ? "" : value.ToString("G6", Invariant);

    private string Each(double time) => Number(time / Workload.Elements, 3);

    private string Speed(double time) => Number(Workload.Bytes / time, 1);

    private string Ratio(double time) => Number(time / Time.Copy, 2);

    private static string Duration(double time) => time switch
    {
        < 1e4 => $"{Number(time, 0)} ns",
        < 1e7 => $"{Number(time / 1e3, 1)} us",
        _ => $"{Number(time / 1e6, 1)} ms",
    };

    private static string Number(double value, int digits) =>
        double.IsNaN(value) ? "-" : value.ToString($"F{digits}", Invariant);

    private static CultureInfo Invariant => CultureInfo.InvariantCulture;

    private static string Line(params string[] c) =>
        $"{c[0],-29}{c[1],-10}{c[2],-18}{c[3],7}{c[4],11}{c[5],10}{c[6],8}{c[7],10}{c[8],8}{c[9],8}{c[10],10}{c[11],8}"
        + $"{c[12],8}";
}
