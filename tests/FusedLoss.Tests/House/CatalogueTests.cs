using System.Reflection;
using System.Text.RegularExpressions;
using FusedLoss.Interop;

namespace FusedLoss.Tests.House;

/// <summary>A loss is one row in every list, and no list lacks it.</summary>
public partial class CatalogueTests
{
    private static readonly string[] AllKeys = [.. LossCatalogue.All.Select(row => row.Key).Distinct()];

    public static TheoryData<string> Keys => [.. AllKeys];

    [Theory, MemberData(nameof(Keys))]
    public void IsExportedAndBound(string key) => Assert.NotNull(typeof(NativeMethods).GetMethod($"fl_{key}"));

    [Theory, MemberData(nameof(Keys))]
    public void IsDeclaredAndDocumentedInC(string key)
    {
        var headers = string.Concat(Repository.In("native/include/").Select(Repository.Text));
        var declaration = Regex.Match(
            headers, $@"/\*\*((?:(?!\*/).)*)\*/\s*FL_API fl_status fl_{key}\(", RegexOptions.Singleline);
        Assert.True(declaration.Success, $"No header declares fl_{key} after a comment.");
        foreach (var word in new[] { "term", "error", "ulp", "since" })
            Assert.Contains(word, declaration.Groups[1].Value, StringComparison.Ordinal);
        Assert.Matches(@"\bd\w*/d[a-z]|\bgradient\b", declaration.Groups[1].Value);
    }

    [Theory, MemberData(nameof(Keys))]
    public void HasItsOverloadsInCSharp(string key)
    {
        var first = typeof(Loss).GetMethods().Where(method => method.Name == Pascal(key))
            .Select(method => method.GetParameters()[0].ParameterType).ToArray();
        Assert.Contains(typeof(ReadOnlySpan<float>), first);
        Assert.Contains(typeof(ReadOnlySpan<double>), first);
        Assert.Contains(first, type => type.IsGenericType && type.ContainsGenericParameters
            && type.GetGenericTypeDefinition() == typeof(ReadOnlySpan<>));
        Assert.Contains(first, type => type.IsByRef
            && type.GetElementType()!.Name.EndsWith("Args`1", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Keys))]
    public void HasOptionsWithPyTorchDefaults(string key)
    {
        var type = typeof(LossOptions).Assembly.GetType($"FusedLoss.{Pascal(key)}Options", throwOnError: true)!;
        var options = (LossOptions)Activator.CreateInstance(type)!;
        Assert.Equal((Reduction.Mean, 0.0, 1.0, true),
            (options.Reduction, options.Denominator, options.Upstream, options.ComputeLoss));
        Assert.Contains(LossCatalogue.All, row => row.Key == key && row.Options.Equals(options));
    }

    [Theory, MemberData(nameof(Keys))]
    public void IsInTheReadmesTable(string key) => Assert.Contains(
        Repository.Lines("README.md"), line => line.StartsWith('|')
            && line.Contains($"`Loss.{Pascal(key)}`", StringComparison.Ordinal)
                && line.Contains($"`fl_{key}`", StringComparison.Ordinal));

    [Fact]
    public void EveryExportedLossIsInTheCatalogue()
    {
        var exported = typeof(NativeMethods).GetMethods(BindingFlags.Static | BindingFlags.Public)
            .Where(method => method.GetParameters() is [var context, var args, ..]
                && context.ParameterType == typeof(fl_context).MakePointerType()
                && args.ParameterType.Name.EndsWith("_args*", StringComparison.Ordinal))
            .Select(method => method.Name["fl_".Length..]);
        Assert.Equal(AllKeys.Order(), exported.Order());
    }

    [Fact]
    public void EveryKernelIsOfALossOfTheCatalogue()
    {
        var lists = Lists().Matches(Repository.Text("native/src/losses/losses.h"))
            .ToDictionary(list => list.Groups[1].Value, list =>
                Row().Matches(list.Groups[2].Value).Select(row => row.Groups[1].Value).ToArray());
        Assert.All(lists.Where(list => list.Key != "REGION_INPUTS").SelectMany(list => list.Value), kernel =>
            Assert.Contains(AllKeys, key => kernel == key || kernel.StartsWith(key + "_", StringComparison.Ordinal)));
        Assert.Equal(LossCatalogue.Pointwise.Select(row => row.Key).Distinct().Order(),
            lists["PLAIN_LOSSES"].Concat(lists["HYPER_LOSSES"]).Concat(lists["TRIPLE_LOSSES"]).Order());
    }

    [Fact]
    public void NamesAreUnique()
    {
        var names = LossCatalogue.All.Select(row => row.Name).ToArray();
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    private static string Pascal(string key) =>
        string.Concat(key.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    [GeneratedRegex(@"#define FL_(\w+)\(X\)((?:[^\n]*\\\n)*[^\n]*)")]
    private static partial Regex Lists();

    [GeneratedRegex(@"\bX\((\w+)")]
    private static partial Regex Row();
}
