using FusedLoss.Cli.Npy;

namespace FusedLoss.Cli.Eval;

/// <summary>What one <c>eval</c> was asked for, checked as far as it can be before a file is opened.</summary>
internal sealed record EvalRequest(LossKey Loss)
{
    public required IReadOnlyDictionary<string, string> Arrays { get; init; }
    public required Settings Settings { get; init; }
    public required IReadOnlyDictionary<string, string> Outputs { get; init; }
    public Reduction Reduction { get; init; } = Reduction.Mean;
    public double Denominator { get; init; }
    public LossContextOptions? Context { get; init; }

    /// <summary>The GPU to run on; null for the CPU.</summary>
    public int? Gpu { get; init; }

    public LossContext Open() => Gpu is { } index ? LossContext.Cuda(index) : new LossContext(Context);

    public LossOptions Options => Settings.Options with { Reduction = Reduction, Denominator = Denominator };
}

/// <summary>NAME=VALUE arguments, sorted into arrays, settings and outputs.</summary>
internal sealed class Assignments(LossKey loss)
{
    private readonly Dictionary<string, string> _arrays = [];
    private readonly Dictionary<string, string> _settings = [];
    private readonly Dictionary<string, string> _outputs = [];

    public IReadOnlyDictionary<string, string> Arrays => _arrays;

    public IReadOnlyDictionary<string, string> Settings => _settings;

    public IReadOnlyDictionary<string, string> Outputs => _outputs;

    public void AddArray(string text)
    {
        (string name, string value) = Split(text, "NAME=FILE.npy");
        Add(_arrays, loss.Arrays, name, value, "array");
    }

    /// <summary>--set and --out take all that follows them, so that an array after them is found here.</summary>
    public void AddSetting(string text)
    {
        (string name, string value) = Split(text, "--set NAME=VALUE");
        Setting? setting = loss.Settings.FirstOrDefault(s => s.Name == name);
        bool array = loss.Arrays.Contains(name) && setting?.Parse(value) is null;
        if (array) Add(_arrays, loss.Arrays, name, value, "array");
        else Add(_settings, loss.Settings.Select(s => s.Name), name, value, "setting");
    }

    public void AddOutput(string text)
    {
        (string name, string value) = Split(text, "--out NAME=FILE.npy");
        if (loss.Arrays.Contains(name)) Add(_arrays, loss.Arrays, name, value, "array");
        else Add(_outputs, loss.Outputs, name, value, "output");
    }

    private void Add(Dictionary<string, string> to, IEnumerable<string> known, string name, string value, string what)
    {
        if (!known.Contains(name))
        {
            throw new UsageException(
                $"{name} is not among the {what}s of {loss}, which are {string.Join(", ", known)}.");
        }
        if (!to.TryAdd(name, value)) throw new UsageException($"{name} is given twice, but once is needed.");
    }

    private static (string Name, string Value) Split(string text, string form)
    {
        if (text.StartsWith('-')) throw new UsageException($"{text} is not an option of eval (see --help).");
        int equals = text.IndexOf('=');
        if (equals < 1 || equals == text.Length - 1)
        {
            throw new UsageException($"'{text}' is not of the form {form}.");
        }
        return (text[..equals], text[(equals + 1)..]);
    }
}
