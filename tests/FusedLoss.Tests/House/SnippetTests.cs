using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace FusedLoss.Tests.House;

/// <summary>What the README and the documentation show is code that compiles and runs: it stands in
/// Snippets.cs and its parts.</summary>
public partial class SnippetTests
{
    private const string Home = "tests/FusedLoss.Tests/House/Snippets";

    [Fact]
    public void TheReadmeShowsCodeThatRuns()
    {
        var blocks = Blocks().Matches(Repository.Text("README.md")).Select(block => block.Groups[1].Value).ToArray();
        Assert.NotEmpty(blocks);
        Assert.All(blocks, AssertStandsInSnippets);
    }

    [Fact]
    public void ExamplesOfTheDocumentationAreCodeThatRuns()
    {
        var documentation = XDocument.Load(Path.ChangeExtension(typeof(Loss).Assembly.Location, ".xml"));
        var examples = documentation.Descendants("example").Descendants("code").Select(code =>
            code.Value).Distinct().ToArray();
        Assert.NotEmpty(examples);
        Assert.All(examples, AssertStandsInSnippets);
    }

    // Lines may be broken differently; words, and what comments claim, may not.
    private static void AssertStandsInSnippets(string code)
    {
        var home = string.Concat(Repository.In(Home).Select(Repository.Text));
        Assert.True(Words(home).Contains(Words(code), StringComparison.Ordinal), $"{Home}*.cs do not contain{code}");
        foreach (Match comment in Comment().Matches(code))
        {
            var claimed = home.Contains(comment.Value.Trim(), StringComparison.Ordinal);
            Assert.True(claimed, $"{Home}*.cs do not claim {comment.Value}");
        }
    }

    private static string Words(string text) => Space().Replace(Comment().Replace(text, ""), " ").Trim();

    [GeneratedRegex("//[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
