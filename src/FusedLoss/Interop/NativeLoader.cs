using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FusedLoss.Interop;

/// <summary>Finds the native libraries and refuses those that speak another ABI.</summary>
internal static unsafe class NativeLoader
{
    private static readonly Library s_cpu = new(
        "fusedloss_native", "FUSEDLOSS_LIBRARY", nameof(NativeMethods.fl_abi_version));

    private static readonly Library s_cuda = new(
        "fusedloss_cuda_native", "FUSEDLOSS_CUDA_LIBRARY", nameof(CudaMethods.fl_cuda_abi_version));

    private static string? s_path;

    private static string PortableRid
    {
        get
        {
            var os = OperatingSystem.IsWindows() ? "win"
                : OperatingSystem.IsMacOS() ? "osx"
                : RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) ? "linux-musl"
                : "linux";
            return $"{os}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        }
    }

    public static string LibraryVersion => Marshal.PtrToStringUTF8((nint)NativeMethods.fl_version())!;

    public static string LibraryPath
    {
        get
        {
            NativeMethods.fl_abi_version();
            return s_path ??= FindLoaded();
        }
    }

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Whatever makes the first native call needs the resolver.")]
    internal static void Register() =>
        NativeLibrary.SetDllImportResolver(typeof(NativeLoader).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        var wanted = name == s_cpu.Name ? s_cpu : name == s_cuda.Name ? s_cuda : null;
        if (wanted is null) return 0;
        var forced = Environment.GetEnvironmentVariable(wanted.PathVariable);
        var paths = string.IsNullOrEmpty(forced) ? Candidates(assembly, wanted.FileName) : [Path.GetFullPath(forced)];
        foreach (var path in paths)
        {
            if (NativeLibrary.TryLoad(path, out var library)) return Accept(wanted, library, path);
        }

        var tried = string.Join("; ", paths);
        if (string.IsNullOrEmpty(forced)) // who sets the variable wants that file and no other
        {
            if (NativeLibrary.TryLoad(name, assembly, searchPath, out var library))
                return Accept(wanted, library, null);
            tried += $"; {name} where the runtime itself looks";
        }

        throw new DllNotFoundException(
            $"FusedLoss's native library {name} for {PortableRid} was not found or could not be loaded. "
            + $"Tried: {tried}.");
    }

    private static string[] Candidates(Assembly assembly, string fileName)
    {
        string[] folders = [BesideAssembly(assembly), AppContext.BaseDirectory];
        return
        [
            .. from folder in folders.Select(Path.TrimEndingDirectorySeparator).Distinct()
               where folder.Length > 0
               from place in new[] { "", Path.Combine("runtimes", PortableRid, "native") }
               select Path.Combine(folder, place, fileName),
        ];
    }

    [UnconditionalSuppressMessage(
        "SingleFile", "IL3000", Justification = "Empty in a single file, where the base directory serves.")]
    private static string BesideAssembly(Assembly assembly) => Path.GetDirectoryName(assembly.Location) ?? "";

    private static nint Accept(Library wanted, nint library, string? path)
    {
        var known = NativeLibrary.TryGetExport(library, wanted.VersionFunction, out var version);
        var abi = known ? ((delegate* unmanaged[Cdecl]<int>)version)() : 0;
        if (abi != NativeMethods.FL_ABI_VERSION)
        {
            NativeLibrary.Free(library);
            throw new FusedLossException(
                (int)fl_status.FL_ERROR_ABI_VERSION,
                $"{path ?? wanted.Name} has ABI {abi} but this assembly needs ABI {NativeMethods.FL_ABI_VERSION}.");
        }

        if (wanted == s_cpu) s_path = path;
        return library;
    }

    private static string FindLoaded()
    {
        using var process = Process.GetCurrentProcess();
        foreach (ProcessModule module in process.Modules)
        {
            if (Path.GetFileName(module.FileName) == s_cpu.FileName) return module.FileName;
        }

        return "";
    }

    /// <summary>A native library.</summary>
    /// <param name="Name">As imports name it.</param>
    /// <param name="PathVariable">The environment variable that names its file.</param>
    /// <param name="VersionFunction">What returns its ABI.</param>
    private sealed record Library(string Name, string PathVariable, string VersionFunction)
    {
        public string FileName =>
            OperatingSystem.IsWindows() ? $"{Name}.dll"
            : OperatingSystem.IsMacOS() ? $"lib{Name}.dylib"
            : $"lib{Name}.so";
    }
}
