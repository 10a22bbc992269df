namespace FusedLoss.Cli.Eval;

/// <summary>Every key with its arrays, settings and outputs, one paragraph each: easy to read and to grep.</summary>
internal static class EvalList
{
    public static void Write(TextWriter stdout)
    {
        foreach (LossKey loss in LossKeys.All)
        {
            stdout.WriteLine($"{loss.Key}  ({loss.PyTorch})");
            var arrays = loss.Arrays.Where(array => array != loss.Alternative).Select(array => Needed(loss, array));
            stdout.WriteLine($"  arrays    {string.Join(' ', arrays)}");
            stdout.WriteLine($"  settings  {string.Join(' ', loss.Settings.Select(setting => setting.Text))}");
            stdout.WriteLine($"  outputs   {string.Join(' ', loss.Outputs)}");
        }
    }

    private static string Needed(LossKey loss, string array) =>
        !loss.Required.Contains(array) ? $"[{array}]"
        : array == loss.Required[0] && loss.Alternative is { } other ? $"{array}|{other}" : array;
}
