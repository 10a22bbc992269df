using System.Numerics.Tensors;

namespace FusedLoss.Tests.Accuracy;

/// <summary>Weights that repeat: bit for bit what the written-out weights give.</summary>
public class BroadcastTests
{
    private const int N = 37;
    private const int C = 6;
    private const int D = 5;

    private static readonly PointwiseInputs Inputs = new(Domain.SoftTargets, Weight: true, PosWeight: true);
    private static readonly PointwiseSample<float> Sample = Inputs.Sample<float>(N * C * D, seed: 11);

    public static TheoryData<string> Shapes =>
        ["1", "5", "6,1", "6,5", "37,1,1", "37,6,1", "1,6,1", "37,6,5", "37,1,5"];

    [Theory, MemberData(nameof(Shapes))]
    public void TensorsBroadcastAsInPyTorch(string text)
    {
        nint[] shape = [.. text.Split(',').Select(nint.Parse)];
        var (small, full) = Expand(shape);
        var repeated = Run(new()
        {
            Weight = new ReadOnlyTensorSpan<float>(small, shape),
            PosWeight = new ReadOnlyTensorSpan<float>(small, shape),
        });
        Assert.Equal(Run(new() { Weight = full, PosWeight = full }), repeated);
    }

    [Theory, InlineData(1), InlineData(D), InlineData(C * D), InlineData(N * C * D)]
    public void ShortSpansRepeatAlongLeadingDimensions(int length)
    {
        var small = Sample.Weight.AsSpan(0, length).ToArray();
        var full = Enumerable.Range(0, N * C * D).Select(i => small[i % length]).ToArray();
        Assert.Equal(Run(new() { Weight = full, PosWeight = full }), Run(new() { Weight = small, PosWeight = small }));
        Assert.Equal(
            Run(new() { Weight = full, PosWeight = full }, dense: true),
                Run(new() { Weight = small, PosWeight = small }, dense: true));
    }

    [Fact]
    public void ScalarPosWeightIsAnOption()
    {
        var options = new BceWithLogitsOptions { PosWeight = 2.5 };
        var (a, b) = (new float[Sample.Input.Length], new float[Sample.Input.Length]);
        var loss = Loss.BceWithLogits(Sample.Input, Sample.Target, a, options);
        var same = Loss.BceWithLogits<float>(
            new() { Input = Sample.Input, Target = Sample.Target, PosWeight = (float[])[2.5f], Gradient = b });
        Assert.Equal(same, loss);
        Assert.Equal(b, a);
    }

    [Fact]
    public void OneUpstreamValueIsTheOption()
    {
        var (a, b) = (new float[Sample.Input.Length], new float[Sample.Input.Length]);
        Loss.BceWithLogits<float>(
            new() { Input = Sample.Input, Target = Sample.Target, Upstream = (float[])[0.375f], Gradient = a });
        Loss.BceWithLogits(Sample.Input, Sample.Target, b, new BceWithLogitsOptions { Upstream = 0.375 });
        Assert.Equal(b, a);
    }

    private static (float[] Small, float[] Full) Expand(nint[] shape)
    {
        var small = Sample.Weight.AsSpan(0, (int)shape.Aggregate((a, b) => a * b)).ToArray();
        nint[] aligned = [.. Enumerable.Repeat((nint)1, 3 - shape.Length), .. shape];
        var full = new float[N * C * D];
        for (var i = 0; i < full.Length; i++)
        {
            nint[] index = [i / (C * D), i / D % C, i % D];
            nint at = 0;
            for (var d = 0; d < 3; d++) at = at * aligned[d] + (aligned[d] == 1 ? 0 : index[d]);
            full[i] = small[at];
        }
        return (small, full);
    }

    private static float[] Run(PointwiseArgs<float> weights, bool dense = false)
    {
        var results = new float[2 * N * C * D];
        var args = new PointwiseArgs<float>
        {
            Input = dense ? Sample.Input : new ReadOnlyTensorSpan<float>(Sample.Input, [N, C, D]),
            Target = dense ? Sample.Target : new ReadOnlyTensorSpan<float>(Sample.Target, [N, C, D]),
            Weight = weights.Weight,
            PosWeight = weights.PosWeight,
            Losses = results.AsSpan(0, N * C * D),
            Gradient = results.AsSpan(N * C * D),
        };
        var loss = Loss.BceWithLogits(args, new BceWithLogitsOptions { Reduction = Reduction.Sum });
        return [.. results, (float)loss];
    }
}
