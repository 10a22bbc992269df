using System.CommandLine;
using System.Runtime.InteropServices;

namespace FusedLoss.Cli.Commands;

/// <summary><c>fusedloss info</c>: what was loaded and what it will use.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var command = new Command("info", "version, ABI, library path, CPU features, ISA in use, CUDA devices");
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        TextWriter stdout = parsed.InvocationConfiguration.Output;
        void Line(string name, string value) => stdout.WriteLine($"{name,-14}{value}");
        Line("version", LossContext.LibraryVersion);
        Line("ABI", $"{LossContext.AbiVersion}");
        Line("library", LossContext.LibraryPath);
        Line("CPU", Cpu.Name);
        Line("CPU features", string.Join(' ', Cpu.Features));
        Line("ISA in use", CommonOptions.NameOf(LossContext.Default.InstructionSet));
        Line("ISAs", string.Join(' ', LossContext.AvailableInstructionSets.Select(CommonOptions.NameOf)));
        Line("threads", $"up to {LossContext.Default.MaxThreads}");
        Line("CUDA devices", "none (this build has no GPU support)");
        Line("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, "
            + RuntimeInformation.FrameworkDescription);
        return 0;
    }
}
