using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace FusedLoss.Interop;

/// <summary>The one place where a status of the library for GPUs becomes an exception.</summary>
internal static unsafe class CudaStatus
{
    public const int NotReady = 600;
    private const int OutOfMemory = 2, NoDriver = 35, NoDevice = 100, InvalidDevice = 101;

    public static void Check(int status)
    {
        if (status != 0) Throw(status);
    }

    /// <summary>CUDA's sentence.</summary>
    public static string Message(int status) =>
        Marshal.PtrToStringUTF8((nint)CudaMethods.fl_cuda_message(status))!;

    [DoesNotReturn]
    private static void Throw(int status)
    {
        if (status < 0) Status.Throw((fl_status)status);
        var message = $"CUDA error {status}: {Message(status)}.";
        throw status switch
        {
            OutOfMemory => new OutOfMemoryException(message),
            NoDriver or NoDevice => new PlatformNotSupportedException(message),
            InvalidDevice => new ArgumentOutOfRangeException("device", message),
            _ => new FusedLossException(status, message),
        };
    }
}
