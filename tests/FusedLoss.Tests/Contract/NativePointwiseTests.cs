using FusedLoss.Interop;
using static FusedLoss.Interop.fl_status;

namespace FusedLoss.Tests.Contract;

/// <summary>The C interface of the point-wise losses refuses what is wrong with the documented status and writes
/// nothing.</summary>
public unsafe class NativePointwiseTests
{
    private delegate void Spoil(NativeBuffers buffers, fl_pointwise_args* args);

    private static readonly (string What, fl_status Status, Spoil Spoil)[] Wrong =
    [
        ("struct_size 0", FL_ERROR_STRUCT_SIZE, (_, a) => a->struct_size = 0),
        ("struct_size of a later version", FL_ERROR_STRUCT_SIZE, (_, a) => a->struct_size += 8),
        ("dtype forgotten", FL_ERROR_DTYPE, (_, a) => a->dtype = 0),
        ("dtype unknown", FL_ERROR_DTYPE, (_, a) => a->dtype = (fl_dtype)5),
        ("count negative", FL_ERROR_COUNT, (_, a) => a->count = -1),
        ("count too large", FL_ERROR_COUNT, (_, a) => a->count = 1L << 60),
        ("input missing", FL_ERROR_NULL_POINTER, (_, a) => a->input = null),
        ("target missing", FL_ERROR_NULL_POINTER, (_, a) => a->target = null),
        ("extra not taken", FL_ERROR_PARAMETER, (b, a) => a->extra = b.Weight),
        ("reduction unknown", FL_ERROR_REDUCTION, (_, a) => a->reduction = (fl_reduction)4),
        ("reduction negative", FL_ERROR_REDUCTION, (_, a) => a->reduction = (fl_reduction)(-1)),
        ("flags unknown", FL_ERROR_REDUCTION, (_, a) => a->flags = 4),
        ("denominator negative", FL_ERROR_REDUCTION, (_, a) => a->denominator = -1),
        ("denominator NaN", FL_ERROR_REDUCTION, (_, a) => a->denominator = double.NaN),
        ("denominator infinite", FL_ERROR_REDUCTION, (_, a) => a->denominator = double.PositiveInfinity),
        ("denominator of a sum", FL_ERROR_REDUCTION, (_, a) =>
            { a->denominator = 2; a->reduction = fl_reduction.FL_SUM; }),
        ("batch negative", FL_ERROR_COUNT, (_, a) => { a->batch = -1; a->reduction = fl_reduction.FL_BATCHMEAN; }),
        ("upstream counted but missing", FL_ERROR_NULL_POINTER, (_, a) => a->upstream_count = 1),
        ("upstream per term of a mean", FL_ERROR_REDUCTION, (b, a) =>
            { a->upstream = b.Weight; a->upstream_count = 6; }),
        ("upstream of another count", FL_ERROR_REDUCTION,
            (b, a) => { a->upstream = b.Weight; a->upstream_count = 5; a->reduction = fl_reduction.FL_NONE; }),
        ("strides without shape", FL_ERROR_COUNT, (b, a) => a->input_strides = b.Strides),
        ("shape of another count", FL_ERROR_COUNT, (b, a) =>
            { a->input_strides = b.Strides; a->shape = Shape(1, 2, 4); }),
        ("shape negative", FL_ERROR_COUNT, (b, a) => { a->input_strides = b.Strides; a->shape = Shape(-1, -2, 3); }),
        ("stride negative", FL_ERROR_COUNT, (b, a) =>
            { a->input_strides = b.Three(1, 0, -3, 1); a->shape = Shape(1, 2, 3); }),
        ("stride overflows", FL_ERROR_COUNT,
            (b, a) => { a->input_strides = b.Three(1, 0, long.MaxValue, 1); a->shape = Shape(1, 2, 3); }),
        ("gradient repeats elements", FL_ERROR_COUNT,
            (b, a) => { a->gradient_strides = b.Three(1, 0, 0, 1); a->shape = Shape(1, 2, 3); }),
        ("gradient's rows overlap", FL_ERROR_COUNT,
            (b, a) => { a->gradient_strides = b.Three(1, 0, 2, 1); a->shape = Shape(1, 2, 3); }),
        ("gradient over part of the input", FL_ERROR_OVERLAP, (b, a) => a->input = b.Gradient - 1),
        ("gradient over the input, other strides", FL_ERROR_OVERLAP,
            (b, a) => { a->input = b.Gradient; a->input_strides = b.Three(1, 0, 0, 1); a->shape = Shape(1, 2, 3); }),
        ("gradient over the target", FL_ERROR_OVERLAP, (b, a) => a->target = b.Gradient),
        ("gradient over the losses", FL_ERROR_OVERLAP, (b, a) => a->gradient = b.Losses),
        ("gradient over the weight", FL_ERROR_OVERLAP, (b, a) => a->weight = b.Gradient),
        ("target gradient over the gradient", FL_ERROR_OVERLAP, (b, a) => a->target_gradient = b.Gradient + 5),
        ("losses over the upstream gradient", FL_ERROR_OVERLAP,
            (b, a) => { a->upstream = b.Losses + 2; a->upstream_count = 1; }),
    ];

    public static TheoryData<string> Rows => [.. Wrong.Select(row => row.What)];

    [Theory, MemberData(nameof(Rows))]
    public void RefusesAndWritesNothing(string what)
    {
        var (_, status, spoil) = Wrong.Single(row => row.What == what);
        using var buffers = new NativeBuffers();
        var args = buffers.Pointwise();
        spoil(buffers, &args);
        Assert.Equal(status, NativeMethods.fl_mse(buffers.Context, &args));
        Assert.True(buffers.OutputsUntouched, "An output was written.");
        Assert.Equal(NativeBuffers.Poison, args.loss);
    }

    [Fact]
    public void RefusesNullPointers()
    {
        using var buffers = new NativeBuffers();
        var args = buffers.Pointwise();
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_mse(null, &args));
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_mse(buffers.Context, null));
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_huber(buffers.Context, null, null));
        Assert.True(buffers.OutputsUntouched);
    }

    [Fact]
    public void NothingNeedsNoBuffers()
    {
        using var buffers = new NativeBuffers();
        fl_pointwise_args args = default;
        (args.struct_size, args.dtype, args.reduction) = (sizeof(fl_pointwise_args), fl_dtype.FL_FLOAT64,
            fl_reduction.FL_MEAN);
        Assert.Equal(FL_OK, NativeMethods.fl_mse(buffers.Context, &args));
        Assert.Equal(double.NaN, args.loss);
        args.flags = (uint)fl_flags.FL_FLAG_EMPTY_ZERO;
        Assert.Equal(FL_OK, NativeMethods.fl_mse(buffers.Context, &args));
        Assert.Equal(0, args.loss);
        (args.flags, args.reduction) = (0, fl_reduction.FL_SUM);
        Assert.Equal(FL_OK, NativeMethods.fl_mse(buffers.Context, &args));
        Assert.Equal(0, args.loss);
    }

    private static fl_pointwise_args._shape_e__FixedBuffer Shape(long a, long b, long c)
    {
        fl_pointwise_args._shape_e__FixedBuffer shape = default;
        (shape[0], shape[1], shape[2]) = (a, b, c);
        return shape;
    }
}
