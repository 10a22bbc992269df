namespace FusedLoss.Tests.Cuda;

/// <summary>Calls on buffers of a GPU: at once, read later, mistakes where they belong.</summary>
[Collection(Gpu.Collection)]
public class CudaContractTests
{
    private static readonly float[] s_logits = [3, 1, 1, 2, 5, 4];
    private static readonly int[] s_labels = [0, 1, 1];

    public static bool IsMissing => Gpu.IsMissing;

    private static CudaContext Context => Gpu.Context;

    [Fact(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation")]
    public async Task ALossIsReadWhenItIsWanted()
    {
        using var logits = Context.Upload(s_logits);
        using var labels = Context.Upload(s_labels);
        using var gradient = Context.Allocate<float>(6);
        var expected = new float[6];
        var loss = Loss.CrossEntropy(s_logits, s_labels, expected, context: Context);
        using var result = Loss.CrossEntropy(logits, labels, gradient);
        Assert.Equal(loss, await result);
        Assert.Equal(loss, result.Value);
        Assert.True(result.IsCompleted);
        Assert.Equal(expected, gradient.ToArray());
        Assert.Equal(s_logits, logits.ToArray());
    }

    [Fact(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation")]
    public void TheGradientMayTakeTheInputsPlace()
    {
        using var logits = Context.Upload(s_logits);
        using var labels = Context.Upload(Array.ConvertAll(s_labels, label => (long)label));
        var expected = new float[6];
        var loss = Loss.CrossEntropy(s_logits, s_labels, expected, context: Context);
        Assert.Equal(loss, Loss.CrossEntropy(logits, labels, logits).Value);
        Assert.Equal(expected, logits.ToArray());
    }

    [Fact(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation")]
    public void EveryOptionalBufferMayBeThere()
    {
        using var stream = Context.CreateStream();
        using var logits = Context.Upload(s_logits, stream);
        using var labels = Context.Upload(s_labels, stream);
        using var weights = Context.Upload(new[] { 2f, 1f }, stream);
        using var losses = Context.Allocate<float>(3);
        using var predictions = Context.Allocate<int>(3);
        var args = new ClassArgs<float>
        {
            Logits = logits, Labels = labels, ClassWeights = weights, Losses = losses, Predictions = predictions,
        };
        var options = new CrossEntropyOptions { Reduction = Reduction.Sum };
        using var result = Loss.CrossEntropy(args, options, stream);
        var expected = new float[3];
        var sum = Loss.CrossEntropy(
            new ClassArgs<float>
            {
                Logits = s_logits, Labels = s_labels, ClassWeights = new[] { 2f, 1f }, Losses = expected,
            },
            options, Context);
        Assert.Equal(sum, result.Value);
        Assert.Equal(2, result.Correct);
        Assert.Equal(expected, losses.ToArray(stream));
        Assert.Equal([0, 1, 0], predictions.ToArray(stream));
    }

    [Fact(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation")]
    public void NumbersAmongTheOptionsReachTheGpu()
    {
        using var input = Context.Upload(new[] { 1f, 2f, 4f });
        using var target = Context.Upload(new[] { 0f, 0f, 0f });
        using var gradient = Context.Allocate<float>(3);
        var options = new MseOptions { Upstream = 3, Denominator = 6 };
        Assert.Equal(21.0 / 6, Loss.Mse(input, target, gradient, options).Value);
        Assert.Equal([1f, 2f, 4f], gradient.ToArray());

        using var zero = Context.Upload(new[] { 0f });
        using var one = Context.Upload(new[] { 1f });
        var weighted = new BceWithLogitsOptions { PosWeight = 4, Upstream = 2 };
        Loss.BceWithLogits(zero, one, zero, weighted).Dispose();
        Assert.Equal([-4f], zero.ToArray());
    }

    [Fact(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation")]
    public void WhatWasNotCountedIsMinusOne()
    {
        using var input = Context.Upload(new[] { 1f, 2f });
        using var label = Context.Upload(new[] { 1 });
        using var mse = Loss.Mse(input, input);
        using var entropy = Loss.CrossEntropy(input, label);
        using var nll = Loss.Nll(input, label);
        Assert.Equal([-1, -1, -1], new[] { mse.Correct, entropy.Correct, nll.Correct });
    }

    [Fact(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation")]
    public void AddressesAndStreamsOfOthersAreTaken()
    {
        using var memory = Context.Upload(new[] { -1f, 1f, 3f, 0f, 1f, 1f });
        using var stream = new CudaStream(Context.Stream.Handle);
        var all = new DeviceSpan<float>(memory.Span.Address, memory.Length);
        using var result = Loss.Mse(
            new PointwiseArgs<float> { Input = all.Slice(1, 2), Target = all.Slice(4, 2), Gradient = all.Slice(1, 2) },
            null, stream);
        Assert.Equal(2.0, result.Value);
        Assert.Equal([-1f, 0f, 2f, 0f, 1f, 1f], memory.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => all.Slice(5, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeviceSpan<float>(0, -1));
    }

    [Fact(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation")]
    public void CtcTakesLengthsThatTheHostCannotSee()
    {
        var shape = new CtcShape(T: 3, N: 2, C: 3);
        var scores = Enumerable.Range(0, 18).Select(i => i % 5 * 0.25f).ToArray();
        using var logits = Context.Upload(scores);
        using var padded = Context.Upload(new[] { 1, 2, 2, 0 });
        using var lengths = Context.Upload(new[] { 2, 1 });
        using var joined = Context.Upload(new[] { 1, 2, 2 });
        var args = new CtcArgs<float> { Logits = logits, Shape = shape, Targets = joined, TargetLengths = lengths };
        using var expected = Loss.Ctc(args, null, Context.Stream);
        args = new CtcArgs<float>
        {
            Logits = logits, Shape = shape, Targets = padded, TargetLengths = lengths, TargetStride = 2,
        };
        using var result = Loss.Ctc(args, null, Context.Stream);
        Assert.Equal(expected.Value, result.Value);
        Assert.True(double.IsFinite(result.Value));
    }

    [Fact(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation")]
    public void ManyLossesMayBeOnTheirWay()
    {
        using var target = Context.Upload(new[] { 0f });
        using var stream = Context.CreateStream();
        var buffers = Enumerable.Range(0, 200).Select(i => Context.Upload(new[] { (float)i })).ToArray();
        var results = Array.ConvertAll(buffers, buffer => Loss.Mse(buffer, target, null, null, stream));
        stream.Wait();
        for (var i = results.Length - 1; i >= 0; i -= 2) results[i].Dispose();
        for (var i = results.Length - 2; i >= 0; i -= 2) Assert.Equal((double)i * i, results[i].Value);
        foreach (var buffer in buffers) buffer.Dispose();
    }

    [Fact(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation")]
    public async Task AWrongLabelSurfacesWhereTheLossIsRead()
    {
        using var logits = Context.Upload(s_logits);
        using var labels = Context.Upload(new[] { 0, 2, 1 });
        using var gradient = Context.Allocate<float>(6);
        using var result = Loss.CrossEntropy(logits, labels, gradient);
        var mistake = Assert.Throws<ArgumentOutOfRangeException>(() => result.Value);
        Assert.Equal("labels", mistake.ParamName);
        Assert.StartsWith("labels[1] is none of the 2 classes of logits (0 to 1).", mistake.Message);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await result);
        Assert.Equal([0f, 0f], gradient.ToArray()[2..4]);
        Assert.All(gradient.ToArray(), value => Assert.True(float.IsFinite(value)));
    }

    [Fact(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation")]
    public async Task RegionsAndBalancedClassesTakeBuffers()
    {
        using var logits = Context.Upload(s_logits);
        using var labels = Context.Upload(s_labels);
        using var gradient = Context.Allocate<float>(6);
        var expected = new float[6];
        var loss = Loss.Tversky(s_logits, s_labels, expected, context: Context);
        using var tversky = Loss.Tversky(logits, labels, gradient);
        Assert.Equal(loss, await tversky);
        Assert.Equal(expected, gradient.ToArray());
        using var dice = Loss.Dice(logits, labels, gradient);
        Assert.Equal(Loss.Dice(s_logits, s_labels, expected, context: Context), dice.Value);
        Assert.Equal(expected, gradient.ToArray());
        using var balanced = Loss.BalancedCrossEntropy(logits, labels, logits);
        Assert.Equal(Loss.BalancedCrossEntropy(s_logits, s_labels, expected, context: Context), balanced.Value);
        Assert.Equal(expected, logits.ToArray());
    }

    [Fact(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation")]
    public void AWrongLabelOfARegionLeavesTheOthersTheirGradients()
    {
        using var logits = Context.Upload(s_logits);
        using var labels = Context.Upload(new[] { 0, 2, 1 });
        using var gradient = Context.Allocate<float>(6);
        var expected = new float[6];
        var ignoring = new DiceOptions { IgnoreIndex = 2 };
        Loss.Dice(s_logits, new[] { 0, 2, 1 }, expected, ignoring, Context);
        using var result = Loss.Dice(logits, labels, gradient);
        var mistake = Assert.Throws<ArgumentOutOfRangeException>(() => result.Value);
        Assert.StartsWith("labels[1] is none of the 2 classes of input (0 to 1).", mistake.Message);
        Assert.Equal(expected, gradient.ToArray());
    }

    [Fact(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation")]
    public void AWrongLabelOfTheHostLeavesTheOutputsAlone()
    {
        float[] gradient = [7, 7, 7, 7, 7, 7];
        var mistake = Assert.Throws<ArgumentOutOfRangeException>(
            () => Loss.CrossEntropy(s_logits, new[] { 0, -3, 1 }, gradient, context: Context));
        Assert.Equal("labels", mistake.ParamName);
        Assert.All(gradient, value => Assert.Equal(7f, value));
    }

    [Fact(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation")]
    public void MemoryOnTheWrongSideIsRefused()
    {
        using var input = Context.Upload(new[] { 1f, 2f });
        float[] host = [0, 0];
        var mixed = Assert.Throws<ArgumentException>(() => Loss.Mse(
            new PointwiseArgs<float> { Input = input, Target = host }, null, Context.Stream));
        Assert.Equal("target", mixed.ParamName);
        Assert.StartsWith("target is memory of the host", mixed.Message);
        foreach (var context in new[] { null, LossContext.Default, Context })
        {
            var device = Assert.Throws<ArgumentException>(() => Loss.Mse(
                new PointwiseArgs<float> { Input = host, Target = input }, null, context));
            Assert.Equal("target", device.ParamName);
            Assert.StartsWith("target is memory of a GPU", device.Message);
        }
        using var labels = Context.Upload(new[] { 0 });
        Assert.Throws<ArgumentException>(() => Loss.CrossEntropy(host, labels));
        Assert.Throws<ArgumentNullException>(() => Loss.Mse(
            new PointwiseArgs<float> { Input = input, Target = input }, null, (CudaStream)null!));
    }

    [Fact(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation")]
    public void MistakesOfShapeAreFoundBeforeALaunch()
    {
        using var input = Context.Upload(new[] { 1f, 2f });
        using var target = Context.Upload(new[] { 1f });
        var length = Assert.Throws<ArgumentException>(() => Loss.Mse(input, target));
        Assert.Equal("target", length.ParamName);
        var overlap = Assert.Throws<ArgumentException>(() => Loss.L1(input, input, input));
        Assert.Equal("gradient", overlap.ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Loss.Huber(input, input, null, new HuberOptions { Delta = 0 }));
        Assert.Throws<ArgumentException>(() => input.CopyTo(new float[3]));
        Assert.Throws<ArgumentException>(() => input.CopyFrom([1f]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Context.Allocate<float>(-1));
    }

    [Fact(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation")]
    public void WhatIsDisposedSaysSo()
    {
        var stream = Context.CreateStream();
        var input = Context.Upload(new[] { 3f });
        using var target = Context.Upload(new[] { 1f });
        var read = Loss.Mse(input, target, null, null, stream);
        var forgotten = Loss.Mse(input, target, null, null, stream);
        forgotten.Dispose();
        stream.Dispose();
        stream.Dispose();
        Assert.Equal(4.0, read.Value);
        Assert.Throws<ObjectDisposedException>(() => forgotten.Value);
        Assert.Throws<ObjectDisposedException>(() => Loss.Mse(input, target, null, null, stream));
        Assert.Throws<ObjectDisposedException>(stream.Wait);
        input.Dispose();
        Assert.Throws<ObjectDisposedException>(() => input.Span);
        Assert.Throws<ObjectDisposedException>(() => Loss.Mse(input, target));
    }

    [Fact(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation")]
    public void AContextEndsWithItsStream()
    {
        var context = LossContext.Cuda(0);
        Assert.Equal(0, context.Device.Index);
        Assert.Equal(InstructionSet.Auto, context.InstructionSet);
        context.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Loss.Mse([1f], [0f], context: context));
        Assert.Throws<ObjectDisposedException>(() => context.Upload(new[] { 1f }));
    }

    [Fact(SkipWhen = nameof(IsMissing), Skip = "no GPU, no simulation")]
    public void DevicesAreListed()
    {
        Assert.Null(CudaDevice.WhyNone);
        Assert.Equal(Enumerable.Range(0, CudaDevice.All.Count), CudaDevice.All.Select(device => device.Index));
        Assert.All(CudaDevice.All, device => Assert.True(device is { Name.Length: > 0, Multiprocessors: > 0 }));
        foreach (var wrong in new[] { -1, CudaDevice.All.Count })
            Assert.Throws<ArgumentOutOfRangeException>(() => LossContext.Cuda(wrong));
    }
}
