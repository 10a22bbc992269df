using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FusedLoss.Interop;

/// <summary>Finds the native library and refuses one that speaks another ABI.</summary>
internal static unsafe class NativeLoader
{
    private const string LibraryName = "fusedloss_native";
    private const string PathVariable = "FUSEDLOSS_LIBRARY";

    private static string? s_path;

    private static string FileName =>
        OperatingSystem.IsWindows() ? $"{LibraryName}.dll"
        : OperatingSystem.IsMacOS() ? $"lib{LibraryName}.dylib"
        : $"lib{LibraryName}.so";

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
        if (name != LibraryName) return 0;
        var forced = Environment.GetEnvironmentVariable(PathVariable);
        var paths = string.IsNullOrEmpty(forced) ? Candidates(assembly) : [Path.GetFullPath(forced)];
        foreach (var path in paths)
        {
            if (NativeLibrary.TryLoad(path, out var library)) return Accept(library, path);
        }

        var tried = string.Join("; ", paths);
        if (string.IsNullOrEmpty(forced)) // who sets the variable wants that file and no other
        {
            if (NativeLibrary.TryLoad(LibraryName, assembly, searchPath, out var library)) return Accept(library, null);
            tried += $"; {LibraryName} where the runtime itself looks";
        }

        throw new DllNotFoundException(
            $"FusedLoss's native library for {PortableRid} was not found or could not be loaded. Tried: {tried}.");
    }

    private static string[] Candidates(Assembly assembly)
    {
        string[] folders = [BesideAssembly(assembly), AppContext.BaseDirectory];
        return
        [
            .. from folder in folders.Select(Path.TrimEndingDirectorySeparator).Distinct()
               where folder.Length > 0
               from place in new[] { "", Path.Combine("runtimes", PortableRid, "native") }
               select Path.Combine(folder, place, FileName),
        ];
    }

    [UnconditionalSuppressMessage(
        "SingleFile", "IL3000", Justification = "Empty in a single file, where the base directory serves.")]
    private static string BesideAssembly(Assembly assembly) => Path.GetDirectoryName(assembly.Location) ?? "";

    private static nint Accept(nint library, string? path)
    {
        var known = NativeLibrary.TryGetExport(library, nameof(NativeMethods.fl_abi_version), out var version);
        var abi = known ? ((delegate* unmanaged[Cdecl]<int>)version)() : 0;
        if (abi != NativeMethods.FL_ABI_VERSION)
        {
            NativeLibrary.Free(library);
            throw new FusedLossException(
                (int)fl_status.FL_ERROR_ABI_VERSION,
                $"{path ?? LibraryName} has ABI {abi} but this assembly needs ABI {NativeMethods.FL_ABI_VERSION}.");
        }

        s_path = path;
        return library;
    }

    private static string FindLoaded()
    {
        using var process = Process.GetCurrentProcess();
        foreach (ProcessModule module in process.Modules)
        {
            if (Path.GetFileName(module.FileName) == FileName) return module.FileName;
        }

        return "";
    }
}
