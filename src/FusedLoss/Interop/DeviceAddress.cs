namespace FusedLoss.Interop;

/// <summary>Addresses of a GPU's memory where the rest of the library has spans. Only their addresses and lengths are
/// ever looked at.</summary>
internal static unsafe class DeviceAddress
{
    public static nint Of<T>(nint first, long index)
        where T : unmanaged => checked(first + (nint)(index * sizeof(T)));

    public static ReadOnlySpan<T> AsSpan<T>(nint address, long length)
        where T : unmanaged
    {
        if (length <= int.MaxValue) return new((void*)address, (int)length);
        throw new ArgumentException(
            $"A device buffer has {length} elements, but a loss takes at most {int.MaxValue}.", nameof(length));
    }

    /// <summary>Copies in the stream's order, and waits where the host's side is written.</summary>
    public static void Copy<T>(nint device, ReadOnlySpan<T> host, StreamHandle stream)
        where T : unmanaged
    {
        fixed (T* from = host)
            CudaStatus.Check(CudaMethods.fl_cuda_copy(
                (void*)device, from, (long)host.Length * sizeof(T), stream.Stream));
    }

    public static void Copy<T>(Span<T> host, nint device, StreamHandle stream)
        where T : unmanaged
    {
        fixed (T* to = host)
        {
            CudaStatus.Check(CudaMethods.fl_cuda_copy(
                to, (void*)device, (long)host.Length * sizeof(T), stream.Stream));
            stream.Wait(); // `host` is pinned no longer than this
        }
    }

    public static DeviceMemory Allocate<T>(long length)
        where T : unmanaged => DeviceMemory.Allocate(checked(length * sizeof(T)));
}
