using FusedLoss.Interop;

namespace FusedLoss;

/// <summary>CPU instruction sets that the kernels are compiled for.</summary>
public enum InstructionSet
{
    /// <summary>The one that the environment variable <c>FUSEDLOSS_ISA</c> names, else the best that is
    /// available.</summary>
    Auto = 0,

    /// <summary>x86-64 with SSE2 and no fused multiply-add: the last bits of results differ from the others'.</summary>
    Baseline = 1,

    /// <summary>AVX2 with FMA.</summary>
    Avx2 = 2,

    /// <summary>AVX-512 F, VL, BW and DQ.</summary>
    Avx512 = 3,

    /// <summary>NEON, on every arm64.</summary>
    Neon = 4,
}

/// <summary>How a <see cref="LossContext"/> is created.</summary>
public sealed record LossContextOptions
{
    /// <summary>The most threads that one call uses, the calling one included: -1 (default) for one per processor, 1
    /// for the calling thread only. The others are lent by the .NET thread pool when a call is large enough to gain by
    /// them.</summary>
    public int MaxThreads { get; init; } = -1;

    /// <summary>The instruction set to force. Default <see cref="InstructionSet.Auto"/>.</summary>
    public InstructionSet InstructionSet { get; init; } = InstructionSet.Auto;
}

/// <summary>Where losses run: instruction set and number of threads. Immutable; any number of threads may use one at
/// the same time, and results depend neither on them nor on <see cref="MaxThreads"/>.</summary>
/// <example><code>
/// using var context = new LossContext(new LossContextOptions { MaxThreads = 4 });
/// double loss = Loss.Mse(prediction, target, gradient, context: context);
/// </code></example>
public class LossContext : IDisposable
{
    private static readonly object s_lock = new();
    private static LossContext? s_default;

    private readonly ContextHandle? _handle;

    /// <summary>Creates a context.</summary>
    /// <param name="options">How; <see langword="null"/> is the best instruction set and all processors.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its documented range.</exception>
    /// <exception cref="PlatformNotSupportedException">This machine does not have the forced instruction
    /// set.</exception>
    /// <exception cref="DllNotFoundException">The native library was not found; the message names every path
    /// tried.</exception>
    public LossContext(LossContextOptions? options = null)
        : this(options ?? new LossContextOptions(), immortal: false)
    {
    }

    private LossContext(LossContextOptions options, bool immortal)
    {
        MaxThreads = Require.Threads(options.MaxThreads);
        Require.Defined(options.InstructionSet, InstructionSet.Neon, nameof(options.InstructionSet));
        _handle = ContextHandle.Create((fl_isa)options.InstructionSet, MaxThreads, immortal);
        InstructionSet = (InstructionSet)_handle.Isa;
    }

    /// <summary>The base of a context that is no CPU's.</summary>
    private protected LossContext(int threads) => MaxThreads = threads;

    /// <summary>The context of calls that name none: best instruction set, all processors. It is created by its first
    /// use and lives as long as the process; disposing it does nothing.</summary>
    /// <exception cref="DllNotFoundException">The native library was not found; the message names every path
    /// tried.</exception>
    public static LossContext Default => Volatile.Read(ref s_default) ?? CreateDefault();

    /// <summary>The instruction set in use; <see cref="InstructionSet.Auto"/> on a GPU only.</summary>
    public InstructionSet InstructionSet { get; }

    /// <summary>The most threads that one call uses, the calling one included.</summary>
    public int MaxThreads { get; }

    /// <summary>The instruction sets that this machine and this build of the library have, in the order of the
    /// enumeration.</summary>
    public static IReadOnlyList<InstructionSet> AvailableInstructionSets =>
        Array.FindAll(Enum.GetValues<InstructionSet>(), set => set != InstructionSet.Auto && IsAvailable(set));

    /// <summary>Version of the native library, "major.minor.patch".</summary>
    public static string LibraryVersion => NativeLoader.LibraryVersion;

    /// <summary>Version of the native library's binary interface.</summary>
    public static int AbiVersion => NativeMethods.fl_abi_version();

    /// <summary>The file that the native library was loaded from; empty when it is linked into the
    /// executable.</summary>
    public static string LibraryPath => NativeLoader.LibraryPath;

    internal ContextHandle Handle => _handle ?? throw new NotSupportedException(
        "This does not run on a GPU; call it with another LossContext.");

    /// <summary>Whether a context can be created with an instruction set on this machine.</summary>
    /// <param name="instructionSet">The instruction set; <see cref="InstructionSet.Auto"/> is always available.</param>
    /// <returns><see langword="true"/> when the library has kernels for it and both the CPU and the operating system
    /// support it.</returns>
    public static bool IsAvailable(InstructionSet instructionSet) =>
        instructionSet == InstructionSet.Auto || NativeMethods.fl_isa_available((fl_isa)instructionSet) != 0;

    /// <summary>Opens a GPU, to run losses on.</summary>
    /// <param name="device">Its number, from 0: <see cref="CudaDevice.All"/> lists them.</param>
    /// <returns>The GPU's context, the caller's to dispose.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such device.</exception>
    /// <exception cref="PlatformNotSupportedException">There is no driver, no device, or no library for
    /// GPUs.</exception>
    public static CudaContext Cuda(int device = 0)
    {
        var devices = CudaDevices.Find(out var why);
        if (why is not null) throw new PlatformNotSupportedException($"There is no GPU to run on: {why}");
        if (device >= 0 && device < devices.Count) return new CudaContext(devices[device]);
        throw new ArgumentOutOfRangeException(
            nameof(device), $"device is {device}, but there are {devices.Count} GPUs, from 0.");
    }

    /// <summary>Frees the native context as soon as no call uses it any more. Later calls with it throw
    /// <see cref="ObjectDisposedException"/>.</summary>
    public virtual void Dispose()
    {
        GC.SuppressFinalize(this);
        if (this != s_default) _handle?.Dispose();
    }

    private static LossContext CreateDefault()
    {
        lock (s_lock) return s_default ??= new LossContext(new LossContextOptions(), immortal: true);
    }
}
