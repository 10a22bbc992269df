namespace FusedLoss.Tests.House;

/// <summary>The public API is what PublicAPI.txt says.</summary>
public class PublicApiTests
{
    private const string File = "tests/FusedLoss.Tests/House/PublicAPI.txt";

    [Fact]
    public void IsWhatTheFileSays()
    {
        var actual = PublicApi.Describe(typeof(Loss).Assembly);
        var path = Path.Combine(Repository.Root, File);
        if (Environment.GetEnvironmentVariable("FUSEDLOSS_ACCEPT_API") == "1") System.IO.File.WriteAllText(path,
            actual);
        var (promised, found) = (Repository.Text(File).Split('\n'), actual.Split('\n'));
        Repository.Clean(
        [
            .. promised.Except(found).Select(line => $"gone: {line.Trim()}"),
            .. found.Except(promised).Select(line => $"new: {line.Trim()}"),
            .. Repository.Text(File) == actual
                ? [] : new[] { $"Run once with FUSEDLOSS_ACCEPT_API=1 to write {File}." },
        ]);
    }
}
