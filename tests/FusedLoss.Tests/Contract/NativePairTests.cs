using FusedLoss.Interop;
using static FusedLoss.Interop.fl_status;

namespace FusedLoss.Tests.Contract;

/// <summary>The C interface of the losses over pairs and triples refuses what is wrong with the documented status and
/// writes nothing.</summary>
public unsafe class NativePairTests
{
    private delegate void Spoil(NativeBuffers buffers, fl_pair_args* args);

    private static readonly (string What, fl_status Status, Spoil Spoil)[] Wrong =
    [
        ("struct_size 0", FL_ERROR_STRUCT_SIZE, (_, a) => a->struct_size = 0),
        ("struct_size of a later version", FL_ERROR_STRUCT_SIZE, (_, a) => a->struct_size += 8),
        ("dtype forgotten", FL_ERROR_DTYPE, (_, a) => a->dtype = 0),
        ("dtype unknown", FL_ERROR_DTYPE, (_, a) => a->dtype = (fl_dtype)5),
        ("rows negative", FL_ERROR_COUNT, (_, a) => a->rows = -1),
        ("dimensions negative", FL_ERROR_COUNT, (_, a) => a->dimensions = -1),
        ("too many rows", FL_ERROR_COUNT, (_, a) => a->rows = 1L << 60),
        ("elements that overflow", FL_ERROR_COUNT, (_, a) => { a->rows = 1L << 40; a->dimensions = 1L << 40; }),
        ("input1 missing", FL_ERROR_NULL_POINTER, (_, a) => a->input1 = null),
        ("input2 missing", FL_ERROR_NULL_POINTER, (_, a) => a->input2 = null),
        ("stride negative", FL_ERROR_COUNT, (_, a) => a->stride2 = -3),
        ("stride overflows", FL_ERROR_COUNT, (_, a) => a->stride1 = long.MaxValue),
        ("gradient's vectors overlap", FL_ERROR_COUNT, (_, a) => a->gradient_stride1 = 2),
        ("reduction unknown", FL_ERROR_REDUCTION, (_, a) => a->reduction = (fl_reduction)4),
        ("flags unknown", FL_ERROR_REDUCTION, (_, a) => a->flags = 8),
        ("denominator of a batchmean", FL_ERROR_REDUCTION,
            (_, a) => { a->denominator = 2; a->reduction = fl_reduction.FL_BATCHMEAN; }),
        ("denominator NaN", FL_ERROR_REDUCTION, (_, a) => a->denominator = double.NaN),
        ("upstream counted but missing", FL_ERROR_NULL_POINTER, (_, a) => a->upstream_count = 2),
        ("upstream per row of a mean", FL_ERROR_REDUCTION,
            (b, a) => { a->upstream = b.Weight; a->upstream_count = 2; }),
        ("gradient over part of its input", FL_ERROR_OVERLAP, (b, a) => a->input1 = b.Gradient - 2),
        ("gradient over its input, other strides", FL_ERROR_OVERLAP,
            (b, a) => { a->input1 = b.Gradient; a->stride1 = 2; }),
        ("gradient over the other input", FL_ERROR_OVERLAP, (b, a) => a->input2 = b.Gradient),
        ("gradients over each other", FL_ERROR_OVERLAP, (b, a) => a->gradient2 = b.Gradient),
        ("losses over a gradient", FL_ERROR_OVERLAP, (b, a) => a->losses = b.Gradient),
        ("losses over the upstream gradient", FL_ERROR_OVERLAP,
            (b, a) => { a->upstream = b.Losses; a->upstream_count = 1; }),
    ];

    public static TheoryData<string> Rows => [.. Wrong.Select(row => row.What)];

    [Theory, MemberData(nameof(Rows))]
    public void RefusesAndWritesNothing(string what)
    {
        var (_, status, spoil) = Wrong.Single(row => row.What == what);
        using var buffers = new NativeBuffers();
        var args = Pairs(buffers);
        spoil(buffers, &args);
        Assert.Equal(status, NativeMethods.fl_cosine_embedding(buffers.Context, &args, null));
        Assert.True(buffers.OutputsUntouched, "An output was written.");
        Assert.Equal(NativeBuffers.Poison, args.loss);
        args = Triples(buffers);
        spoil(buffers, &args);
        Assert.Equal(status, NativeMethods.fl_triplet_margin(buffers.Context, &args, null));
        Assert.True(buffers.OutputsUntouched, "An output was written.");
    }

    [Fact]
    public void RefusesNullPointers()
    {
        using var buffers = new NativeBuffers();
        var (pairs, triples) = (Pairs(buffers), Triples(buffers));
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_cosine_embedding(null, &pairs, null));
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_cosine_embedding(buffers.Context, null, null));
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_triplet_margin(null, &triples, null));
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_triplet_margin(buffers.Context, null, null));
        pairs.target = null;
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_cosine_embedding(buffers.Context, &pairs, null));
        triples.input3 = null;
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_triplet_margin(buffers.Context, &triples, null));
        Assert.True(buffers.OutputsUntouched);
    }

    [Fact]
    public void RefusesWhatIsNotTaken()
    {
        using var buffers = new NativeBuffers();
        var (pairs, triples) = (Pairs(buffers), Triples(buffers));
        pairs.input3 = buffers.Weight;
        Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_cosine_embedding(buffers.Context, &pairs, null));
        triples.target = Target(buffers);
        Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_triplet_margin(buffers.Context, &triples, null));
        Assert.True(buffers.OutputsUntouched);
    }

    [Theory, InlineData(double.NaN), InlineData(double.PositiveInfinity), InlineData(double.NegativeInfinity)]
    public void RefusesParameters(double wrong)
    {
        using var buffers = new NativeBuffers();
        var (pairs, triples) = (Pairs(buffers), Triples(buffers));
        var cosine = new fl_cosine_embedding_params { margin = wrong };
        Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_cosine_embedding(buffers.Context, &pairs, &cosine));
        fl_triplet_margin_params[] wrongs =
        [
            new() { margin = wrong, p = 2 }, new() { p = double.NaN }, new() { p = 2, eps = wrong },
            new() { p = 2, eps = -1e-6 }, new() { p = 2, swap = 2 }, new() { p = 2, swap = -1 },
            new() { p = 2, distance = (fl_distance)2 },
        ];
        foreach (var each in wrongs)
        {
            var hyper = each;
            Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_triplet_margin(buffers.Context, &triples, &hyper));
        }
        Assert.True(buffers.OutputsUntouched, "An output was written.");
    }

    [Fact]
    public void NoParametersAreTheDefaults()
    {
        using var buffers = new NativeBuffers();
        for (var i = 0; i < NativeBuffers.Count; i++) (buffers.Input[i], buffers.Target[i]) = (i, 1 - i % 2);
        var (pairs, triples) = (Pairs(buffers), Triples(buffers));
        Assert.Equal(FL_OK, NativeMethods.fl_cosine_embedding(buffers.Context, &pairs, null));
        var plain = pairs.loss;
        var cosine = default(fl_cosine_embedding_params);
        Assert.Equal(FL_OK, NativeMethods.fl_cosine_embedding(buffers.Context, &pairs, &cosine));
        Assert.Equal(plain, pairs.loss);
        Assert.Equal(FL_OK, NativeMethods.fl_triplet_margin(buffers.Context, &triples, null));
        plain = triples.loss;
        var hyper = new fl_triplet_margin_params { margin = 1, p = 2, eps = 1e-6 };
        Assert.Equal(FL_OK, NativeMethods.fl_triplet_margin(buffers.Context, &triples, &hyper));
        Assert.Equal(plain, triples.loss);
        Assert.True(plain > 0);
    }

    [Fact]
    public void InfoNceRefuses()
    {
        (fl_status Status, double Temperature, int NtXent, ClassShape Shape)[] wrongs =
        [
            (FL_ERROR_PARAMETER, 0, 0, new(2, 3)), (FL_ERROR_PARAMETER, -1, 0, new(2, 3)),
            (FL_ERROR_PARAMETER, double.NaN, 0, new(2, 3)), (FL_ERROR_PARAMETER, double.PositiveInfinity, 0, new(2, 3)),
            (FL_ERROR_PARAMETER, 1, 2, new(2, 2)), (FL_ERROR_PARAMETER, 1, -1, new(2, 2)),
            (FL_ERROR_COUNT, 1, 1, new(2, 3)), (FL_ERROR_COUNT, 1, 0, new(3, 2)), (FL_ERROR_COUNT, 1, 1, new(1, 1)),
            (FL_ERROR_COUNT, 1, 0, new(1, 3, 2)),
        ];
        using var buffers = new NativeBuffers();
        foreach (var (status, temperature, ntXent, shape) in wrongs)
        {
            var args = buffers.Rows();
            args.labels = null;
            (args.outer, args.classes, args.inner) = (shape.Outer, shape.Classes, shape.Inner);
            var hyper = new fl_info_nce_params { temperature = temperature, nt_xent = ntXent };
            Assert.Equal(status, NativeMethods.fl_info_nce(buffers.Context, &args, &hyper));
            Assert.True(buffers.OutputsUntouched, "An output was written.");
        }
    }

    private static fl_pair_args Pairs(NativeBuffers buffers) => new()
    {
        struct_size = sizeof(fl_pair_args),
        dtype = fl_dtype.FL_FLOAT32,
        rows = 2,
        dimensions = 3,
        input1 = buffers.Input,
        input2 = buffers.Target,
        target = Target(buffers),
        reduction = fl_reduction.FL_MEAN,
        losses = buffers.Losses,
        gradient1 = buffers.Gradient,
        gradient2 = buffers.TargetGradient,
        loss = NativeBuffers.Poison,
    };

    private static fl_pair_args Triples(NativeBuffers buffers)
    {
        var args = Pairs(buffers);
        args.target = null;
        args.input3 = buffers.Input + 8 * NativeBuffers.Count;
        return args;
    }

    private static float* Target(NativeBuffers buffers) => buffers.Input + 10 * NativeBuffers.Count;
}
