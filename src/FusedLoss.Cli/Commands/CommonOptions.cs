using System.CommandLine;
using System.Globalization;

namespace FusedLoss.Cli.Commands;

/// <summary>Options that several commands take, and what their values mean.</summary>
internal static class CommonOptions
{
    public static Option<string> Isa() => new("--isa")
    {
        HelpName = "NAME", DefaultValueFactory = _ => "auto",
        Description = "instruction set to force: baseline, avx2, avx512 or neon",
    };

    public static Option<string?> Threads(string help) => new("--threads") { HelpName = "N", Description = help };

    public static Option<string> Device() => new("--device")
    {
        HelpName = "cpu|cuda[:i]", DefaultValueFactory = _ => "cpu", Description = "where losses run",
    };

    /// <summary>The index of a GPU, or null for the CPU.</summary>
    public static int? GpuOf(string device)
    {
        if (device == "cpu") return null;
        string index = device == "cuda" ? "0" : device.StartsWith("cuda:", StringComparison.Ordinal) ? device[5..] : "";
        return int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int gpu) ? gpu
            : throw new UsageException($"--device is '{device}', but cpu, cuda or cuda:INDEX is needed.");
    }

    public static InstructionSet InstructionSetOf(string name)
    {
        static string Names(IEnumerable<InstructionSet> isas) => string.Join(", ", isas.Select(NameOf));
        InstructionSet[] all = Enum.GetValues<InstructionSet>();
        int index = Array.FindIndex(all, isa => NameOf(isa) == name);
        if (index < 0) throw new UsageException($"--isa is '{name}', but one of {Names(all)} is needed.");
        return LossContext.IsAvailable(all[index]) ? all[index] : throw new UsageException(
            $"--isa is {name}, but this machine has {Names(LossContext.AvailableInstructionSets)}.");
    }

    public static string NameOf(InstructionSet isa) => isa.ToString().ToLowerInvariant();

    public static int MaxThreadsOf(string? threads, int otherwise)
    {
        if (threads is null) return otherwise;
        bool number = int.TryParse(threads, NumberStyles.None, CultureInfo.InvariantCulture, out int count);
        return number && count > 0 ? count : throw new UsageException(
            $"--threads is '{threads}', but a whole number from 1 is needed.");
    }
}
