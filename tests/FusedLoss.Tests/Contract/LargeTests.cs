using System.Numerics.Tensors;
using FusedLoss.Interop;

namespace FusedLoss.Tests.Contract;

/// <summary>Calls beyond 32 bits and beyond the caches.</summary>
[Collection(Alone.Name)]
public class LargeTests
{
    private static readonly long Elements = (1L << 31) + 12_345;

    [Fact]
    public void MoreElementsThanAnIntCounts()
    {
        // Two numbers, repeated: no memory, and a sum that is exact.
        float[] two = [3], one = [1];
        nint[] shape = [checked((nint)Elements)], repeat = [0];
        var loss = Loss.Mse(
            new ReadOnlyTensorSpan<float>(two, 0, shape, repeat), new ReadOnlyTensorSpan<float>(one, 0, shape, repeat),
            options: new() { Reduction = Reduction.Sum });
        Assert.Equal(4.0 * Elements, loss);
    }

    [Fact]
    public unsafe void MoreLogitsThanAnIntCounts()
    {
        // Rows that overlap, each one element further than the last: classes + rows numbers make classes * rows logits.
        const int Classes = 5000, Rows = 440_000;
        Assert.True((long)Classes * Rows > int.MaxValue);
        var (logits, labels) = (new float[Classes + Rows], new int[Rows]);
        labels[^1] = Classes - 1;
        using var buffers = new NativeBuffers();
        var args = buffers.Rows();
        fixed (float* input = logits)
        fixed (int* label = labels)
        {
            (args.outer, args.classes, args.input_outer_stride) = (Rows, Classes, 1);
            args.input = input;
            args.labels = label;
            (args.label_type, args.reduction) = (fl_label_type.FL_INT32, fl_reduction.FL_SUM);
            args.gradient = args.losses = null;
            Assert.Equal(fl_status.FL_OK, NativeMethods.fl_cross_entropy(buffers.Context, &args, null));
            var expected = Math.Log(Classes) * Rows;
            Assert.Equal(expected, args.loss, Ulp.OfSum(Precision.Float32, expected, 1));
            labels[^1] = Classes;
            Assert.Equal(fl_status.FL_ERROR_LABEL_RANGE, NativeMethods.fl_cross_entropy(buffers.Context, &args, null));
            Assert.Equal(Rows - 1, args.bad_index);
        }
    }

    [Fact]
    public void GradientsPastTheCacheAreTheSame()
    {
        // From 32 MiB on, what is not in place is written past the caches.
        const int Count = (8 << 20) + 1003;
        var sample = new PointwiseInputs(Domain.SoftTargets).Sample<float>(Count, seed: 1);
        var (apart, inPlace) = (new float[Count], sample.Input.ToArray());
        foreach (var isa in LossContext.AvailableInstructionSets)
        {
            var context = CatalogueRunner.ContextOf(isa, -1);
            sample.Input.CopyTo(inPlace, 0);
            var loss = Loss.BceWithLogits(sample.Input, sample.Target, apart, context: context);
            Assert.Equal(loss, Loss.BceWithLogits(inPlace, sample.Target, inPlace, context: context));
            Assert.True(apart.AsSpan().SequenceEqual(inPlace), $"{isa}");
        }
    }

    [Theory, InlineData(840_001, 10, 1), InlineData(8_401, 1000, 1), InlineData(2, 21, 200_003),
        InlineData(75_001, 112, 1)]
    public void RowsPastTheCacheAreTheSame(int outer, int classes, int inner)
    {
        var logits = new float[(long)outer * classes * inner];
        for (var i = 0; i < logits.Length; i++) logits[i] = i * 2654435761u % 1024 / 64f;
        var labels = new int[outer * inner];
        for (var i = 0; i < labels.Length; i++) labels[i] = i % classes;
        var (apart, inPlace) = (new float[logits.Length], new float[logits.Length]);
        foreach (var isa in LossContext.AvailableInstructionSets)
        {
            var context = CatalogueRunner.ContextOf(isa, -1);
            logits.CopyTo(inPlace, 0);
            var shape = new ClassShape(outer, classes, inner);
            var loss = Loss.CrossEntropy<float>(
                new() { Logits = logits, Shape = shape, Labels = labels, Gradient = apart }, null, context);
            Assert.Equal(loss, Loss.CrossEntropy<float>(
                new() { Logits = inPlace, Shape = shape, Labels = labels, Gradient = inPlace }, null, context));
            Assert.True(apart.AsSpan().SequenceEqual(inPlace), $"{isa}");
        }
    }
}
