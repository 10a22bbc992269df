namespace FusedLoss.Tests.House;

/// <summary>The sources that the tests were built from, found from where they run.</summary>
internal static class Repository
{
    private static readonly string[] Generated = [".git", "artifacts", "bin", "obj", "TestResults",
        "BenchmarkDotNet.Artifacts"];
    private static readonly string[] Code = [".c", ".h", ".cs", ".cmake", ".sh", ".ps1", ".props", ".targets", ".proj",
        ".csproj"];

    public static string Root { get; } = Find();

    /// <summary>Hand-written code, as paths from the root with forward slashes.</summary>
    public static string[] CodeFiles { get; } =
    [
        .. Files(Root).Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => Code.Contains(Path.GetExtension(path)) || Path.GetFileName(path) == "CMakeLists.txt")
            .Where(path => !path.EndsWith(".g.cs", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n");

    public static IEnumerable<string> In(string folder) =>
        CodeFiles.Where(path => path.StartsWith(folder, StringComparison.Ordinal));

    /// <summary>Fails with every offence, not only the first.</summary>
    public static void Clean(IEnumerable<string> offences)
    {
        var all = offences.ToArray();
        Assert.True(all.Length == 0, string.Join(Environment.NewLine, all));
    }

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder).Concat(
        Directory.EnumerateDirectories(folder).Where(child =>
            !Generated.Contains(Path.GetFileName(child))).SelectMany(Files));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "FusedLoss.slnx"))) return folder.FullName;
        throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }
}
