using System.Reflection;
using System.Runtime.Loader;

namespace FusedLoss.Tests.Contract;

/// <summary>How the native library is found, tried on a second copy of the managed one.</summary>
[Collection(Alone.Name)]
public sealed class LoaderTests : IDisposable
{
    private const string Variable = "FUSEDLOSS_LIBRARY";

    private readonly string? _before = Environment.GetEnvironmentVariable(Variable);

    [Fact]
    public void SaysWhereItLooked()
    {
        var missing = Path.Combine(Path.GetTempPath(), "no such folder", "fusedloss_native");
        Environment.SetEnvironmentVariable(Variable, missing);
        var exception = Assert.Throws<TargetInvocationException>(() => Read(Load(), "LibraryVersion"));
        var inner = exception.GetBaseException();
        Assert.IsType<DllNotFoundException>(inner);
        Assert.Contains(missing, inner.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TakesTheLibraryThatTheVariableNames()
    {
        Environment.SetEnvironmentVariable(Variable, LossContext.LibraryPath);
        var copy = Load();
        Assert.Equal(LossContext.LibraryVersion, Read(copy, "LibraryVersion"));
        Assert.Equal(LossContext.LibraryPath, Read(copy, "LibraryPath"));
    }

    public void Dispose() => Environment.SetEnvironmentVariable(Variable, _before);

    private static Assembly Load() =>
        new AssemblyLoadContext("another copy").LoadFromAssemblyPath(typeof(LossContext).Assembly.Location);

    private static object? Read(Assembly copy, string property) =>
        copy.GetType(typeof(LossContext).FullName!)!.GetProperty(property)!.GetValue(null);
}
