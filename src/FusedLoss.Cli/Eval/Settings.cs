using System.Globalization;

namespace FusedLoss.Cli.Eval;

/// <summary>A hyper-parameter that <c>--set</c> takes, with PyTorch's name; its default's type is the setting's
/// type.</summary>
internal sealed record Setting(string Name, object Default)
{
    /// <summary>As it is written after --set: label_smoothing=0.</summary>
    public string Text => $"{Name}={Convert.ToString(Default, CultureInfo.InvariantCulture)!.ToLowerInvariant()}";

    public string Needs => Default switch
    {
        bool => "true or false",
        long => "a whole number",
        double => "a number",
        _ => "a name",
    };

    public object? Parse(string value)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        return Default switch
        {
            bool => ParseBool(value),
            long => long.TryParse(value, NumberStyles.AllowLeadingSign, culture, out long whole) ? whole : null,
            double => ParseDouble(value),
            _ => value,
        };
    }

    private static object? ParseBool(string value) => value.ToLowerInvariant() switch
    {
        "true" or "1" => true,
        "false" or "0" => false,
        _ => null,
    };

    private static object? ParseDouble(string value) => value.ToLowerInvariant() switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double x) ? x : null,
    };
}

/// <summary>The settings of one call: what was set, and PyTorch's defaults for the rest.</summary>
internal sealed class Settings(LossKey loss, IReadOnlyDictionary<string, string> given)
{
    private readonly Dictionary<string, object> _values = Parse(loss, given);

    public T Get<T>(string name) => (T)_values[name];

    public LossOptions Options => loss.Options(this);

    public bool IsGiven(string name) => given.ContainsKey(name);

    private static Dictionary<string, object> Parse(LossKey loss, IReadOnlyDictionary<string, string> given)
    {
        var values = loss.Settings.ToDictionary(setting => setting.Name, setting => setting.Default);
        foreach ((string name, string value) in given)
        {
            Setting setting = loss.Settings.Single(known => known.Name == name);
            values[name] = setting.Parse(value) ?? throw new UsageException(
                $"{name} is '{value}', but {setting.Needs} is needed.");
        }
        return values;
    }
}
