using System.Reflection;
using FusedLoss.Catalogue;

namespace FusedLoss.Cli.Eval;

/// <summary>What the shapes of a loss look like: one term per element (of two or of three arrays), per row of class
/// scores, per region, per pair or triple of vectors, or per sequence.</summary>
internal enum LossKin { Pointwise, ThirdOperand, Classes, Distributions, Regions, Pairs, Ctc }

/// <summary>A loss as <c>eval</c> offers it.</summary>
internal sealed record LossKey(
    string Key, string PyTorch, LossKin Kin, string[] Optional, string[] Gradients, Setting[] Settings,
    Func<Settings, LossOptions> Options)
{
    /// <summary>The arrays that must be given; the first one's dtype and shape are those of the loss.</summary>
    public string[] Required { get; init; } = ["input", "target"];

    /// <summary>Outputs besides the loss and its gradients.</summary>
    public string[] Statistics { get; init; } = [];

    /// <summary>What may be given instead of the first of them.</summary>
    public string? Alternative { get; init; }

    public IEnumerable<string> Arrays =>
        [.. Required, .. Alternative is null ? [] : (string[])[Alternative], .. Optional, "upstream"];

    public IEnumerable<string> Outputs => ["loss", .. Gradients.Select(name => "grad_" + name), .. Statistics];

    public override string ToString() => Key;
}

/// <summary>Every loss of <c>eval</c>: one row each, in one file per kin.</summary>
internal static partial class LossKeys
{
    private static readonly string[] Both = ["input", "target"];
    private static readonly Setting DType = new("dtype", "auto");
    private static readonly Setting IgnoreIndex = new("ignore_index", -100L);
    private static readonly Setting Gamma = new("gamma", 2.0);
    private static readonly Setting Detach = new("detach", false);

    // Made when it is asked for: what the files of the kins hold is initialised in no order.
    private static readonly Lazy<LossKey[]> Keys = new(() =>
    [
        .. Regression,
        .. Binary,
        .. Margins,
        .. Likelihood,
        .. Classes,
        .. Overlaps,
        .. Divergences,
        .. Pairs,
        Ctc,
        .. WithoutNamesake(),
    ]);

    public static IReadOnlyList<LossKey> All => Keys.Value;

    public static LossKey Find(string key) => All.FirstOrDefault(loss => loss.Key == key) ?? throw new UsageException(
        $"KEY is '{key}', but one of {string.Join(", ", All)} is needed.");

    /// <summary>Point-wise losses that PyTorch does not have need no row here: what they take is read off the
    /// catalogue, and their settings off their options.</summary>
    private static IEnumerable<LossKey> WithoutNamesake()
    {
        HashSet<string> known = [.. Pointwise.Select(loss => loss.Key)];
        foreach (IGrouping<string, PointwiseCase> rows in LossCatalogue.Pointwise.GroupBy(row => row.Key))
        {
            if (known.Contains(rows.Key)) continue;
            PointwiseCase row = rows.First();
            PropertyInfo[] options =
            [
                .. row.Options.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public)
                    .Where(option => option.CanWrite && option.DeclaringType == row.Options.GetType()),
            ];
            yield return new(
                rows.Key, "-", LossKin.Pointwise, rows.Any(each => each.Inputs.Weight) ? ["weight"] : [],
                row.TargetIsConstant ? ["input"] : Both,
                [.. options.Select(option => new Setting(Snake(option.Name), option.GetValue(row.Options)!)), DType],
                set => With(row.Options, options, set));
        }
    }

    private static IEnumerable<LossKey> Pointwise => [.. Regression, .. Binary, .. Margins, .. Likelihood];

    private static LossOptions With(LossOptions options, PropertyInfo[] settings, Settings set)
    {
        LossOptions copy = options with { };
        foreach (PropertyInfo setting in settings) setting.SetValue(copy, set.Get<object>(Snake(setting.Name)));
        return copy;
    }

    private static string Snake(string name) => string.Concat(
        name.Select((letter, i) => i > 0 && char.IsUpper(letter) ? $"_{letter}" : $"{letter}")).ToLowerInvariant();

    private static FocalGradient FocalGradientOf(Settings set) =>
        set.Get<bool>("detach") ? FocalGradient.Detached : FocalGradient.True;
}
