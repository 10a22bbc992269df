using System.Text.RegularExpressions;

namespace FusedLoss.Tests.House;

/// <summary>Where a line of code may live.</summary>
public partial class LawTests
{
    [Fact]
    public void LossesUseNoLibm() => Repository.Clean(Lines("native/src/losses/", MathHeader()));

    [Fact]
    public void LossesContainNoLoop() => Repository.Clean(Lines("native/src/losses/", Loop()));

    [Fact]
    public void NativeCodeCreatesNoThread() => Repository.Clean(Lines("native/src/", Threads()));

    [Fact]
    public void NativeCodePrintsNothingAndNeverExits() => Repository.Clean(Lines("native/src/", Output()));

    [Fact]
    public void UnsafeCodeStaysInItsRooms() => Repository.Clean(
        from line in Lines("src/", Unsafe())
        where !line.StartsWith("src/FusedLoss/Interop/", StringComparison.Ordinal)
            && !line.StartsWith("src/FusedLoss/Losses/", StringComparison.Ordinal)
        select line);

    [Fact]
    public void TestsHoldNoTolerances() => Repository.Clean(Lines("tests/FusedLoss.Tests/", ToleranceArgument()));

    private static IEnumerable<string> Lines(string folder, Regex pattern) =>
        from path in Repository.In(folder)
        from line in Repository.Lines(path).Select((text, index) => (Text: text, Number: index + 1))
        where pattern.IsMatch(line.Text)
        select $"{path}:{line.Number}: {line.Text.Trim()}";

    [GeneratedRegex(@"#\s*include\s*<(tg)?math\.h>")]
    private static partial Regex MathHeader();

    [GeneratedRegex(@"\b(for|while|do)\s*[({]")]
    private static partial Regex Loop();

    [GeneratedRegex(@"#\s*include\s*<(pthread|threads|omp)\.h>|#\s*pragma\s+omp\s+parallel")]
    private static partial Regex Threads();

    [GeneratedRegex(@"#\s*include\s*<stdio\.h>|\b(exit|abort|printf|fprintf|puts)\s*\(")]
    private static partial Regex Output();

    [GeneratedRegex(@"\bunsafe\b")]
    private static partial Regex Unsafe();

    [GeneratedRegex(@"\b(precision|tolerance): *[0-9.]")]
    private static partial Regex ToleranceArgument();
}
