using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>An NVIDIA GPU, as its driver describes it.</summary>
/// <param name="Index">Its number, from 0, as <see cref="LossContext.Cuda"/> takes it.</param>
/// <param name="Name">Its name.</param>
/// <param name="ComputeCapability">What its multiprocessors can do.</param>
/// <param name="Multiprocessors">How many it has.</param>
/// <param name="MemoryBytes">Its memory, in bytes.</param>
public sealed record CudaDevice(
    int Index, string Name, Version ComputeCapability, int Multiprocessors, long MemoryBytes)
{
    /// <summary>The GPUs of this machine; none where there is no driver, no device or no library for them, which
    /// <see cref="WhyNone"/> tells apart.</summary>
    public static IReadOnlyList<CudaDevice> All => CudaDevices.Find(out _);

    /// <summary>Why <see cref="All"/> is empty, in a sentence; <see langword="null"/> when it is not.</summary>
    public static string? WhyNone
    {
        get
        {
            CudaDevices.Find(out var why);
            return why;
        }
    }
}
