using System.Numerics.Tensors;
using System.Runtime.InteropServices;
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
        // From 8 MiB on, what is not in place is written past the caches, line by line: wherever the gradient begins.
        const int Count = (8 << 20) + 1003;
        var sample = new PointwiseInputs(Domain.SoftTargets).Sample<float>(Count, seed: 1);
        var (memory, inPlace) = (new float[Count + 5], sample.Input.ToArray());
        foreach (var isa in LossContext.AvailableInstructionSets)
        {
            var context = CatalogueRunner.ContextOf(isa, -1);
            sample.Input.CopyTo(inPlace, 0);
            var expected = Loss.BceWithLogits(inPlace, sample.Target, inPlace, context: context);
            for (var lead = 0; lead <= 5; lead += 5)
            {
                var apart = memory.AsSpan(lead, Count);
                apart.Fill(float.NaN);
                Assert.Equal(expected, Loss.BceWithLogits(sample.Input, sample.Target, apart, context: context));
                Assert.True(apart.SequenceEqual(inPlace), $"{isa}");
            }
        }
    }

    [Theory, InlineData(1), InlineData(2)]
    public void LargeGradientsMayBeginAtAnyByte(int lead)
    {
        // Spans that were cast from bytes: no line of memory begins with an element of theirs.
        const int Classes = 100, Count = 21_000 * Classes;
        var sample = new PointwiseInputs(Domain.SoftTargets).Sample<float>(Count, seed: 1);
        var (bytes, labels) = (new byte[Count * sizeof(float) + lead], new int[Count / Classes]);
        var (gradient, rows) = (new float[Count], new float[Count]);
        foreach (var isa in LossContext.AvailableInstructionSets)
        {
            var context = CatalogueRunner.ContextOf(isa, -1);
            Loss.BceWithLogits(sample.Input, sample.Target, gradient, context: context);
            Loss.CrossEntropy(sample.Input, labels, rows, context: context);
            Array.Fill(bytes, (byte)0xFF); // NaN
            var apart = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(lead));
            Loss.BceWithLogits(sample.Input, sample.Target, apart, context: context);
            Assert.True(apart.SequenceEqual(gradient), $"{isa}");
            apart.Fill(float.NaN);
            Loss.CrossEntropy(sample.Input, labels, apart, context: context);
            Assert.True(apart.SequenceEqual(rows), $"{isa}");
        }
    }

    [Theory, InlineData(840_001, 10, 1, false), InlineData(8_401, 1000, 1, false), InlineData(2, 21, 200_003, false),
        InlineData(75_001, 112, 1, false), InlineData(8_401, 1001, 1, true), InlineData(75_001, 112, 1, true),
        InlineData(100, 90_001, 1, false)]
    public void RowsPastTheCacheAreTheSame(int outer, int classes, int inner, bool probabilities)
    {
        const int Lead = 3; // lines of memory begin elsewhere than rows
        var (logits, target) = (new float[(long)outer * classes * inner], Array.Empty<float>());
        for (var i = 0; i < logits.Length; i++) logits[i] = i * 2654435761u % 1024 / 64f;
        if (probabilities) target = Array.ConvertAll(logits, x => x / 16 / classes);
        var labels = new int[outer * inner];
        for (var i = 0; i < labels.Length; i++) labels[i] = i % 7 == 3 ? -100 : i % classes;
        var (apart, inPlace) = (new float[logits.Length + Lead], new float[logits.Length]);
        var options = new CrossEntropyOptions { LabelSmoothing = probabilities ? 0.1 : 0 };
        foreach (var isa in LossContext.AvailableInstructionSets)
        {
            var context = CatalogueRunner.ContextOf(isa, -1);
            logits.CopyTo(inPlace, 0);
            Array.Fill(apart, float.NaN);
            var loss = Run(logits, apart.AsSpan(Lead));
            Assert.Equal(loss, Run(inPlace, inPlace));
            Assert.True(apart.AsSpan(Lead).SequenceEqual(inPlace), $"{isa}");

            double Run(float[] input, Span<float> gradient) => Loss.CrossEntropy<float>(
                new()
                {
                    Logits = input, Shape = new(outer, classes, inner), Labels = probabilities ? default : labels,
                    Probabilities = target, Gradient = gradient,
                },
                options, context);
        }
    }

    public static TheoryData<string> RowLosses =>
        [.. LossCatalogue.Classes.Where(loss => loss.Variant.Length == 0).Select(loss => loss.Name)];

    [Theory, MemberData(nameof(RowLosses))]
    public void EveryLossOfRowsIsTheSamePastTheCache(string name)
    {
        // Just above 8 MiB: rows that are swept side by side and one by one, few of which are whole lines of memory;
        // images.
        ClassShape[] shapes =
            [new(1_100_003, 2), new(22_003, 100), new(2_103, 1001), new(257, 8_209), new(3, 21, 40_003)];
        var loss = (ClassCase)LossCatalogue.Named(name);
        foreach (var shape in shapes.Where(shape => CatalogueRunner.Fits(loss, shape)))
        {
            var sample = loss.Inputs.Sample<float>(shape, seed: 1);
            foreach (var isa in LossContext.AvailableInstructionSets)
            {
                var plan = new CheckPlan { Precision = Precision.Float32, Isa = isa, Threads = -1 };
                var (apart, inPlace) = (Bits(plan), Bits(plan with { InPlace = true }));
                Assert.True(apart.AsSpan().SequenceEqual(inPlace), $"{isa}, {shape}");
            }

            byte[] Bits(CheckPlan plan) => new ClassCheck<float>(loss, plan, shape, sample).Bits();
        }
    }
}
