using BenchmarkDotNet.Attributes;

namespace FusedLoss.Bench;

/// <summary>What every family measures; the copy is the baseline, so the column Ratio is the ratio to it.</summary>
public abstract class Family
{
    private Contest _contest = null!;

    [Params(Contests.InCache, Contests.InMemory)]
    public int Elements { get; set; }

    [ParamsSource(nameof(Losses))]
    public string Loss { get; set; } = "";

    public IEnumerable<string> Losses => Ways.Keys;

    internal abstract IReadOnlyDictionary<string, Func<int, Ways>> Ways { get; }

    private protected Ways Rivals => _contest.Ways;

    [GlobalSetup]
    public void Setup() => _contest = new Contest(Loss, Ways[Loss](Elements));

    [Benchmark(Baseline = true)]
    public void Copy() => _contest.Copy();

    [Benchmark]
    public double Fused() => Rivals.Fused();

    [Benchmark]
    public double TensorPrimitives() => Rivals.Tensors();

    [Benchmark]
    public double Vector512() => Rivals.Vectors();
}

/// <summary>Losses of a real-valued prediction.</summary>
public class Regression : Family
{
    internal override IReadOnlyDictionary<string, Func<int, Ways>> Ways => Contests.Regression;

    [Benchmark]
    public double Vector512Doubles() => Rivals.Doubles!();
}

/// <summary>Losses of independent yes/no decisions.</summary>
public class Binary : Family
{
    internal override IReadOnlyDictionary<string, Func<int, Ways>> Ways => Contests.Binary;

    [Benchmark]
    public double Vector512Polynomials() => Rivals.Polynomials!();
}

/// <summary>Losses over classes.</summary>
public class Classes : Family
{
    internal override IReadOnlyDictionary<string, Func<int, Ways>> Ways => Contests.Classes;

    [Benchmark]
    public double Vector512Polynomials() => Rivals.Polynomials!();
}
