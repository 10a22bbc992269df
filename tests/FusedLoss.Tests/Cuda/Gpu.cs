using System.Runtime.CompilerServices;

namespace FusedLoss.Tests.Cuda;

/// <summary>The GPU of the tests: that of the library that FUSEDLOSS_CUDA_LIBRARY names, else a simulated one, which is
/// the same kernels compiled for the CPU. The simulation does one thing at a time, so all tests with it are one
/// collection.</summary>
internal static class Gpu
{
    public const string Collection = "GPU";

    private const string Variable = "FUSEDLOSS_CUDA_LIBRARY";

    private static readonly Lazy<CudaContext> s_context = new(() => LossContext.Cuda());

    /// <summary>Whether there is neither a GPU nor a simulation: it is built where there is g++ on Linux.</summary>
    public static bool IsMissing => CudaDevice.All.Count == 0 && !OperatingSystem.IsLinux();

    public static CudaContext Context => s_context.Value;

    [ModuleInitializer]
    internal static void ChooseLibrary()
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable))) return;
        var library = Path.Combine(
            House.Repository.Root, "artifacts", "native", "simulated", "libfusedloss_cuda_simulated.so");
        Environment.SetEnvironmentVariable(Variable, library);
    }
}
