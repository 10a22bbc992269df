using System.Text.RegularExpressions;

namespace FusedLoss.Tests.House;

/// <summary>Small files, short lines, short functions.</summary>
public partial class SizeTests
{
    private const int MostFileLines = 300;
    private const int MostColumns = 120;
    private const int MostFunctionLines = 40;

    [Fact]
    public void FilesAreShort() => Repository.Clean(
        from path in Repository.CodeFiles
        let lines = Repository.Lines(path).Length
        where lines > MostFileLines
        select $"{path} has {lines} lines (at most {MostFileLines})");

    [Fact]
    public void LinesAreShort() => Repository.Clean(
        from path in Repository.CodeFiles
        from line in Repository.Lines(path).Select((text, index) => (text.Length, Number: index + 1))
        where line.Length > MostColumns
        select $"{path}:{line.Number} has {line.Length} columns (at most {MostColumns})");

    [Fact]
    public void FunctionsAreShort() => Repository.Clean(
        from path in Repository.CodeFiles
        from block in Blocks(path)
        where block.Lines > MostFunctionLines
        select $"{path}:{block.Number} has {block.Lines} lines (at most {MostFunctionLines})");

    [Fact]
    public void LinesEndCleanly() => Repository.Clean(
        from path in Repository.CodeFiles
        from line in Repository.Lines(path).Select((text, index) => (Text: text, Number: index + 1))
        where line.Text.EndsWith(' ') || line.Text.Contains('\t')
        select $"{path}:{line.Number} has a tab or ends with a space");

    // Formatting is uniform enough that indentation says where a function begins and ends.
    private static IEnumerable<(int Number, int Lines)> Blocks(string path) => Path.GetExtension(path) switch
    {
        ".c" or ".h" => BlocksAt(path, "", CFunction()),
        ".cs" => BlocksAt(path, "    ", Brace()).Concat(BlocksAt(path, "        ", Brace())),
        _ => [],
    };

    private static IEnumerable<(int Number, int Lines)> BlocksAt(string path, string indent, Regex opens)
    {
        var lines = Repository.Lines(path);
        for (var start = 0; start < lines.Length; start++)
        {
            if (!lines[start].StartsWith(indent, StringComparison.Ordinal)
                || !opens.IsMatch(lines[start][indent.Length..])) continue;
            if (IsType(lines, start)) continue;
            var end = Array.FindIndex(lines, start, line => Closes(line, indent));
            if (end > start) yield return (start + 1, end - start - 1);
        }
    }

    private static bool Closes(string line, string indent) =>
        line.StartsWith(indent + "}", StringComparison.Ordinal) && line.Length <= indent.Length + 3;

    private static bool IsType(string[] lines, int start)
    {
        for (var line = start; line >= 0 && line > start - 8; line--)
        {
            if (TypeKeyword().IsMatch(lines[line])) return true;
            if (line < start && (lines[line].Length == 0 || lines[line].EndsWith('}')
                || lines[line].EndsWith(';'))) return false;
        }
        return false;
    }

    [GeneratedRegex(@"^[A-Za-z_].*\{$|^ .*\) \{$")]
    private static partial Regex CFunction();

    [GeneratedRegex(@"^\{$")]
    private static partial Regex Brace();

    [GeneratedRegex(@"\b(class|struct|record|interface|enum|namespace|union|extern)\b")]
    private static partial Regex TypeKeyword();
}
