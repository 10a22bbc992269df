using FusedLoss.Interop;
using static FusedLoss.Interop.fl_status;

namespace FusedLoss.Tests.Contract;

/// <summary>The C interface of the losses over classes refuses what is wrong with the documented status and writes
/// nothing.</summary>
public unsafe class NativeRowTests
{
    private delegate void Spoil(NativeBuffers buffers, fl_row_args* args);

    private static readonly (string What, fl_status Status, Spoil Spoil)[] Wrong =
    [
        ("struct_size 0", FL_ERROR_STRUCT_SIZE, (_, a) => a->struct_size = 0),
        ("struct_size of a later version", FL_ERROR_STRUCT_SIZE, (_, a) => a->struct_size += 8),
        ("dtype forgotten", FL_ERROR_DTYPE, (_, a) => a->dtype = 0),
        ("label_type forgotten", FL_ERROR_DTYPE, (_, a) => a->label_type = 0),
        ("label_type unknown", FL_ERROR_DTYPE, (_, a) => a->label_type = (fl_label_type)3),
        ("outer negative", FL_ERROR_COUNT, (_, a) => a->outer = -1),
        ("inner negative", FL_ERROR_COUNT, (_, a) => a->inner = -1),
        ("no classes", FL_ERROR_COUNT, (_, a) => a->classes = 0),
        ("too many rows", FL_ERROR_COUNT, (_, a) => a->outer = 1L << 60),
        ("too many elements", FL_ERROR_COUNT, (_, a) => { a->outer = 1L << 31; a->classes = 1L << 31; }),
        ("rows that overflow", FL_ERROR_COUNT, (_, a) => { a->outer = 1L << 40; a->inner = 1L << 40; }),
        ("input missing", FL_ERROR_NULL_POINTER, (_, a) => a->input = null),
        ("no target", FL_ERROR_TARGET, (_, a) => a->labels = null),
        ("two targets", FL_ERROR_TARGET, (b, a) => a->target = b.Target),
        ("target gradient of labels", FL_ERROR_TARGET, (b, a) => a->target_gradient = b.TargetGradient),
        ("outer stride negative", FL_ERROR_COUNT, (_, a) => a->input_outer_stride = -3),
        ("class stride negative", FL_ERROR_COUNT, (_, a) => a->input_class_stride = -1),
        ("class stride of rows", FL_ERROR_COUNT, (_, a) => a->input_class_stride = 2),
        ("stride overflows", FL_ERROR_COUNT, (_, a) => a->input_outer_stride = long.MaxValue),
        ("gradient's rows overlap", FL_ERROR_COUNT, (_, a) => a->gradient_outer_stride = 2),
        ("gradient's classes overlap", FL_ERROR_COUNT,
            (b, a) => { a->outer = 1; a->inner = 2; a->gradient_class_stride = 1; a->losses = null; }),
        ("reduction unknown", FL_ERROR_REDUCTION, (_, a) => a->reduction = (fl_reduction)4),
        ("flags unknown", FL_ERROR_REDUCTION, (_, a) => a->flags = 8),
        ("denominator of a batchmean", FL_ERROR_REDUCTION,
            (_, a) => { a->denominator = 2; a->reduction = fl_reduction.FL_BATCHMEAN; }),
        ("denominator NaN", FL_ERROR_REDUCTION, (_, a) => a->denominator = double.NaN),
        ("upstream counted but missing", FL_ERROR_NULL_POINTER, (_, a) => a->upstream_count = 2),
        ("upstream per row of a mean", FL_ERROR_REDUCTION, (b, a) =>
            { a->upstream = b.Weight; a->upstream_count = 2; }),
        ("gradient over part of the input", FL_ERROR_OVERLAP, (b, a) => a->input = b.Gradient - 2),
        ("gradient over the input, other strides", FL_ERROR_OVERLAP,
            (b, a) => { a->input = b.Gradient; a->input_outer_stride = 2; }),
        ("gradient over the labels", FL_ERROR_OVERLAP, (b, a) => a->gradient = b.Labels),
        ("gradient over the class weights", FL_ERROR_OVERLAP, (b, a) => a->class_weight = b.Gradient + 1),
        ("losses over the gradient", FL_ERROR_OVERLAP, (b, a) => a->losses = b.Gradient),
        ("losses over the upstream gradient", FL_ERROR_OVERLAP,
            (b, a) => { a->upstream = b.Losses; a->upstream_count = 1; }),
        ("label too large", FL_ERROR_LABEL_RANGE, (b, _) => b.Labels[1] = 3),
        ("label negative", FL_ERROR_LABEL_RANGE, (b, _) => b.Labels[1] = -1),
        ("label beyond 32 bits", FL_ERROR_LABEL_RANGE, (b, _) => b.Labels[1] = 1L << 32),
    ];

    public static TheoryData<string> Rows => [.. Wrong.Select(row => row.What)];

    [Theory, MemberData(nameof(Rows))]
    public void RefusesAndWritesNothing(string what)
    {
        var (_, status, spoil) = Wrong.Single(row => row.What == what);
        using var buffers = new NativeBuffers();
        var args = buffers.Rows();
        spoil(buffers, &args);
        var labels = buffers.Labels[0];
        Assert.Equal(status, NativeMethods.fl_cross_entropy(buffers.Context, &args, null));
        Assert.True(buffers.OutputsUntouched, "An output was written.");
        Assert.Equal(labels, buffers.Labels[0]);
        Assert.Equal(NativeBuffers.Poison, args.loss);
        Assert.Equal(status == FL_ERROR_LABEL_RANGE ? 1 : args.bad_index, args.bad_index);
    }

    [Fact]
    public void SaysWhichRowIsBad()
    {
        using var buffers = new NativeBuffers();
        var args = buffers.Rows();
        Assert.Equal(FL_OK, NativeMethods.fl_softmax_focal(buffers.Context, &args, null));
        Assert.Equal(-1, args.bad_index);
        (buffers.Labels[0], buffers.Labels[1]) = (-100, 7);
        Assert.Equal(FL_ERROR_LABEL_RANGE, NativeMethods.fl_softmax_focal(buffers.Context, &args, null));
        Assert.Equal(1, args.bad_index);
        buffers.Labels[1] = -100;
        Assert.Equal(FL_OK, NativeMethods.fl_softmax_focal(buffers.Context, &args, null));
        Assert.Equal((-1, double.NaN), (args.bad_index, args.loss));
    }

    [Fact]
    public void RefusesNullPointers()
    {
        using var buffers = new NativeBuffers();
        var args = buffers.Rows();
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_cross_entropy(null, &args, null));
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_cross_entropy(buffers.Context, null, null));
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_softmax_focal(buffers.Context, null, null));
        Assert.True(buffers.OutputsUntouched);
    }

    [Theory]
    [InlineData(-0.5), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void RefusesParameters(double wrong)
    {
        using var buffers = new NativeBuffers();
        var args = buffers.Rows();
        foreach (var bad in new[] { wrong, 1.5 })
        {
            var smoothing = new fl_cross_entropy_params { label_smoothing = bad, ignore_index = -100 };
            Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_cross_entropy(buffers.Context, &args, &smoothing));
        }
        fl_softmax_focal_params[] focals =
        [
            new() { gamma = wrong, alpha = -1 }, new() { gamma = 2, alpha = wrong < 0 ? 1.5 : wrong },
            new() { gamma = 2, alpha = 0.25 /* three classes */ }, new() { gamma = 2, alpha = -1, detach = -1 },
        ];
        foreach (var focal in focals)
        {
            var hyper = focal;
            Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_softmax_focal(buffers.Context, &args, &hyper));
        }
        (args.outer, args.classes) = (3, 2);
        args.class_weight = buffers.Weight;
        var both = new fl_softmax_focal_params { gamma = 2, alpha = 0.25 };
        Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_softmax_focal(buffers.Context, &args, &both));
        Assert.True(buffers.OutputsUntouched, "An output was written.");
    }

    [Fact]
    public void SoftmaxFocalTakesLabelsOnly()
    {
        using var buffers = new NativeBuffers();
        var args = buffers.Rows();
        args.labels = null;
        args.target = buffers.Target;
        Assert.Equal(FL_ERROR_TARGET, NativeMethods.fl_softmax_focal(buffers.Context, &args, null));
        Assert.True(buffers.OutputsUntouched, "An output was written.");
    }

    [Fact]
    public void TargetGradientMayNotBeTheTarget()
    {
        using var buffers = new NativeBuffers();
        var args = buffers.Rows();
        args.labels = null;
        args.target = args.target_gradient = buffers.TargetGradient;
        Assert.Equal(FL_ERROR_OVERLAP, NativeMethods.fl_cross_entropy(buffers.Context, &args, null));
    }
}
