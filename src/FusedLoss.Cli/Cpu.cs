using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace FusedLoss.Cli;

/// <summary>What this machine's processor calls itself and what the .NET runtime finds it capable of.</summary>
internal static class Cpu
{
    public static string Name { get; } = ReadName();

    public static IEnumerable<string> Features => All.Where(feature => feature.Present).Select(feature => feature.Name);

    private static IEnumerable<(string Name, bool Present)> All =>
    [
        ("sse2", Sse2.IsSupported), ("sse4.2", Sse42.IsSupported), ("avx", Avx.IsSupported), ("avx2", Avx2.IsSupported),
        ("fma", Fma.IsSupported), ("bmi2", Bmi2.IsSupported), ("avx512f", Avx512F.IsSupported),
        ("avx512bw", Avx512BW.IsSupported), ("avx512dq", Avx512DQ.IsSupported), ("avx512vl", Avx512F.VL.IsSupported),
        ("neon", AdvSimd.IsSupported), ("dotprod", Dp.IsSupported),
    ];

    private static string ReadName()
    {
        const string linux = "/proc/cpuinfo";
        string? line = File.Exists(linux)
            ? File.ReadLines(linux).FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?.Split(':', 2)[1].Trim() ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown";
    }
}
