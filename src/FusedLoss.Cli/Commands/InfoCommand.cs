using System.CommandLine;
using System.Globalization;
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
        IReadOnlyList<CudaDevice> devices = CudaDevice.All;
        if (devices.Count == 0) Line("CUDA devices", $"none ({CudaDevice.WhyNone!.TrimEnd('.')})");
        foreach (CudaDevice device in devices) Line("CUDA device", Describe(device));
        Line("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, "
            + RuntimeInformation.FrameworkDescription);
        return 0;
    }

    private static string Describe(CudaDevice device) => string.Create(
        CultureInfo.InvariantCulture,
        $"{device.Index}: {device.Name}, compute capability {device.ComputeCapability}, "
        + $"{device.Multiprocessors} multiprocessors, {device.MemoryBytes / (double)(1 << 30):F1} GiB");
}
