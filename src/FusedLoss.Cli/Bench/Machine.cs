using System.Globalization;
using System.Runtime.InteropServices;

namespace FusedLoss.Cli.Bench;

/// <summary>Where and when something was measured.</summary>
internal static class Machine
{
    /// <summary>One line: library, instruction set, threads, processor, system, load average, time.</summary>
    public static string Line(LossContext context, IEnumerable<int> threads)
    {
        string counts = string.Join(" and ", threads);
        string[] parts =
        [
            $"FusedLoss {LossContext.LibraryVersion}", context.InstructionSet.ToString().ToLowerInvariant(),
            counts == "1" ? "1 thread" : $"{counts} threads",
            $"{Cpu.Name} ({Environment.ProcessorCount} processors)", RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription, .. Load,
            DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
        ];
        return string.Join(", ", parts);
    }

    private static string[] Load
    {
        get
        {
            const string linux = "/proc/loadavg";
            return File.Exists(linux) ? [$"load average {File.ReadAllText(linux).Split(' ')[0]}"] : [];
        }
    }
}
