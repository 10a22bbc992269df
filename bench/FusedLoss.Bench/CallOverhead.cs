using BenchmarkDotNet.Attributes;

namespace FusedLoss.Bench;

/// <summary>What a call costs before it computes anything, and that it allocates nothing.</summary>
[MemoryDiagnoser]
public class CallOverhead
{
    private readonly float[] _input = [0.5f, -0.5f];
    private readonly float[] _target = [1];
    private readonly float[] _gradient = new float[2];
    private readonly int[] _labels = [1];

    [Benchmark]
    public double Mse() => Loss.Mse(_input.AsSpan(0, 1), _target, _gradient.AsSpan(0, 1), null, Contest.OneThread);

    [Benchmark]
    public double BceWithLogits() =>
        Loss.BceWithLogits(_input.AsSpan(0, 1), _target, _gradient.AsSpan(0, 1), null, Contest.OneThread);

    /// <summary>One row of two classes.</summary>
    [Benchmark]
    public double CrossEntropy() => Loss.CrossEntropy(_input, _labels, _gradient, null, Contest.OneThread);
}
