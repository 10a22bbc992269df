using System.Numerics.Tensors;

namespace FusedLoss.Tests.Contract;

/// <summary>However CTC is called, it is the same loss; its mistakes are told in one sentence; it leaves nothing
/// behind.</summary>
[Collection(Alone.Name)]
public class CtcContractTests
{
    private const int T = 9;
    private const int N = 2;
    private const int C = 5;

    private static readonly CtcShape Shape = new(T, N, C);
    private static readonly double[] X64 = [.. Enumerable.Range(0, T * N * C).Select(i => Math.Sin(7 * i) * 3)];
    private static readonly float[] X32 = Array.ConvertAll(X64, x => (float)x);
    private static readonly int[] Padded = [3, 1, 1, 4, 2, -1], Apart = [3, 1, 1, 4, 2], Lengths = [3, 2];
    private static readonly long[] Padded64 = [3, 1, 1, 4, 2, 99], Lengths64 = [3, 2];

    public static TheoryData<string> Wrong => [.. CtcRefusals.All.Select(refusal => refusal.What)];

    [Theory, MemberData(nameof(Wrong))]
    public void Refuses(string what)
    {
        var refusal = CtcRefusals.All.Single(row => row.What == what);
        var outputs = new RefusedOutputs();
        var exception = Assert.Throws(refusal.Exception, () => refusal.Call(outputs));
        Assert.Equal($"{refusal.Message} (Parameter '{refusal.Parameter}')", exception.Message);
        Assert.Equal(refusal.Parameter, ((ArgumentException)exception).ParamName);
        Assert.True(outputs.Untouched, "An output was written.");
    }

    [Fact]
    public void OtherElementTypesAreNotSupported() => Assert.Throws<NotSupportedException>(
        () => Loss.Ctc(new int[T * N * C], Shape, Apart, Lengths));

    [Fact]
    public void EveryOverloadIsTheSameLoss()
    {
        Same<float>(
            g => Loss.Ctc(X32, Shape, Apart, Lengths, g), g => Loss.Ctc(X32, Shape, Padded, Lengths, g),
            g => Loss.Ctc(X32, Shape, Padded64, Lengths64, g), g => Loss.Ctc(X32, Shape, Apart, Lengths64, g),
            g => Loss.Ctc(X32.AsSpan(), Shape, Apart.AsSpan(), Lengths.AsSpan(), g.AsSpan()),
            g => Loss.Ctc<float>(X32, Shape, Apart, Lengths, g),
            g => Loss.Ctc(Of(X32), Apart, Lengths, Of(g)),
            g => Loss.Ctc(Of(X32), new ReadOnlyTensorSpan<int>(Padded, [N, 3]),
                new ReadOnlyTensorSpan<int>(Lengths, [N]), Of(g)),
            g => Loss.Ctc<float>(
                new() { Logits = X32, Shape = Shape, Targets = Apart, TargetLengths = Lengths,
                    InputLengths = (int[])[T, T], Gradient = g }),
            g => Loss.Ctc<float>(
                new() { Logits = Of(X32), Shape = Shape, Targets = Tensor.Create(Padded64, [N, 3]),
                    TargetLengths = Tensor.Create(Lengths64, [N]), Gradient = g }));
        Same<double>(
            g => Loss.Ctc(X64, Shape, Apart, Lengths, g), g => Loss.Ctc(Of(X64), Padded, Lengths64, Of(g)),
            g => Loss.Ctc<double>(X64, Shape, Padded64, Lengths, g),
            g => Loss.Ctc<double>(
                new() { Logits = X64, Shape = Shape, Targets = Apart, TargetLengths = Lengths, Gradient = Of(g) }));
    }

    [Fact]
    public void ATensorOfOneSampleNeedsNoBatch()
    {
        var one = X32.AsSpan(0, T * C).ToArray();
        var (a, b) = (new float[one.Length], new float[one.Length]);
        var spans = Loss.Ctc(one, new CtcShape(T, 1, C), (int[])[3, 1, 1], (int[])[3], a);
        var tensor = new ReadOnlyTensorSpan<float>(one, [T, C]);
        Assert.Equal(spans, Loss.Ctc(tensor, (int[])[3, 1, 1], (int[])[3], new TensorSpan<float>(b, [T, C])));
        Assert.Equal(a, b);
    }

    [Fact]
    public void BatchMajorIsTheSameInAnotherOrder()
    {
        var (turned, back, gradient) = (new float[X32.Length], new float[X32.Length], new float[X32.Length]);
        Turn(X32, turned);
        var loss = Loss.Ctc(X32, Shape, Apart, Lengths, gradient);
        Turn(gradient, back);
        var batchMajor = Loss.Ctc<float>(
            new()
            {
                Logits = turned, Shape = Shape, Layout = CtcLayout.BatchMajor, Targets = Apart, TargetLengths = Lengths,
                Gradient = turned,
            });
        Assert.Equal(loss, batchMajor);
        Assert.Equal(back, turned);
    }

    [Fact]
    public void NothingIsAllocatedPerCall()
    {
        using var context = new LossContext(new LossContextOptions { MaxThreads = 1 });
        var (shape, options) = (new CtcShape(200, 8, 30), new CtcOptions { ZeroInfinity = true });
        var (x, g) = (new float[200 * 8 * 30], new float[200 * 8 * 30]);
        var (targets, lengths) = (Enumerable.Repeat(2, 8 * 20).ToArray(), Enumerable.Repeat(20, 8).ToArray());
        Action[] calls =
        [
            () => Loss.Ctc(x, shape, targets, lengths, g, options, context),
            () => Loss.Ctc<float>(
                new() { LogProbabilities = x, Shape = shape, Targets = targets, TargetLengths = lengths, Gradient = g },
                options, context),
        ];
        foreach (var call in calls)
        {
            for (var i = 0; i < 40; i++) call();
            var least = long.MaxValue;
            for (var attempt = 0; attempt < 5 && least > 0; attempt++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                for (var i = 0; i < 20; i++) call();
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }
            Assert.Equal(0, least);
        }
    }

    [Fact]
    public void AWorkspaceThatIsTooLargeToRentIsTheSame()
    {
        // 64 lattices of 3,000 frames and 1,000 labels at once; all but the last sample are over after one frame.
        var shape = new CtcShape(3000, 65, 2);
        var (x, gradient) = (new float[3000 * 65 * 2], new float[3000 * 65 * 2]);
        int[] frames = [.. Enumerable.Repeat(1, 64), 3000], lengths = [.. Enumerable.Repeat(1, 64), 1000];
        var targets = Enumerable.Repeat(1, 64 + 1000).ToArray();
        var losses = new float[65];
        Loss.Ctc<float>(
            new()
            {
                Logits = x, Shape = shape, Targets = targets, TargetLengths = lengths, InputLengths = frames,
                Losses = losses, Gradient = gradient,
            });
        var alone = Loss.Ctc(
            new float[3000 * 2], new CtcShape(3000, 1, 2), targets.AsSpan(64), (int[])[1000],
            options: new() { Reduction = Reduction.Sum });
        Assert.Equal((float)alone, losses[64]);
        Assert.Equal((float)Math.Log(2), losses[0], Ulp.OfIdentity(Precision.Float32, 1));
    }

    private static void Turn(float[] from, float[] to)
    {
        for (var t = 0; t < T; t++)
            for (var n = 0; n < N; n++) from.AsSpan((t * N + n) * C, C).CopyTo(to.AsSpan((n * T + t) * C));
    }

    private static void Same<TElement>(Func<TElement[], double> first, params Func<TElement[], double>[] others)
    {
        var expected = new TElement[X32.Length];
        var loss = first(expected);
        foreach (var other in others)
        {
            var actual = new TElement[X32.Length];
            Assert.Equal(loss, other(actual));
            Assert.Equal(expected, actual);
        }
    }

    private static TensorSpan<TElement> Of<TElement>(TElement[] values) => new(values, [T, N, C]);
}
