namespace FusedLoss.Tests;

/// <summary>Turns results of the catalogue's runner into failures of a test, all sizes of a test at once.</summary>
internal static class Checks
{
    /// <summary>Worst errors of the whole run, for whoever sets the limits: kept when FUSEDLOSS_WORST names a
    /// file.</summary>
    private static readonly string? s_worst = Environment.GetEnvironmentVariable("FUSEDLOSS_WORST");

    private static readonly Lock s_lock = new();

    public static void Pass(IEnumerable<CheckResult> results)
    {
        var failures = new List<string>();
        foreach (var result in results)
        {
            if (s_worst is not null) Record(result);
            if (result.Failure is { } failure) failures.Add(failure);
        }
        Assert.True(failures.Count == 0, string.Join(Environment.NewLine, failures));
    }

    private static void Record(CheckResult result)
    {
        var scaled = result.Plan.ScaleUlp == 0 ? "plain" : "scaled";
        var line = FormattableString.Invariant(
            $"{result.Case}\t{result.Plan.Precision}\t{result.Plan.Isa}\t{scaled}\t{result.Size}\t{result.Loss:G4}\t")
            + FormattableString.Invariant($"{result.Gradient:G4}\t{result.OtherGradients:G4}\t{result.Sum:G4}\n");
        lock (s_lock) File.AppendAllText(s_worst!, line);
    }
}
