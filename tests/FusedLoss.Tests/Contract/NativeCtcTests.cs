using FusedLoss.Interop;
using static FusedLoss.Interop.fl_status;

namespace FusedLoss.Tests.Contract;

/// <summary>The C interface of CTC refuses what is wrong with the documented status and writes nothing.</summary>
public sealed unsafe class NativeCtcTests : IDisposable
{
    private const int Times = 3, Batch = 2, Classes = 4, Elements = Times * Batch * Classes;
    private const float Poison = 123456;

    private readonly NativeBuffers _buffers = new();
    private readonly float* _floats;
    private readonly int* _ints;
    private readonly byte* _workspace;

    private delegate void Spoil(NativeCtcTests it, fl_ctc_args* args, fl_ctc_params* hyper);

    private static readonly (string What, fl_status Status, Spoil Spoil)[] Wrong =
    [
        ("struct_size 0", FL_ERROR_STRUCT_SIZE, (_, a, _) => a->struct_size = 0),
        ("struct_size of a later version", FL_ERROR_STRUCT_SIZE, (_, a, _) => a->struct_size += 8),
        ("dtype forgotten", FL_ERROR_DTYPE, (_, a, _) => a->dtype = 0),
        ("target_type forgotten", FL_ERROR_DTYPE, (_, a, _) => a->target_type = 0),
        ("length_type unknown", FL_ERROR_DTYPE, (_, a, _) => a->length_type = (fl_label_type)3),
        ("negative frames", FL_ERROR_COUNT, (_, a, _) => a->times = -1),
        ("negative batch", FL_ERROR_COUNT, (_, a, _) => a->batch = -1),
        ("no classes", FL_ERROR_COUNT, (_, a, _) => a->classes = 0),
        ("too many elements", FL_ERROR_COUNT, (_, a, _) => a->times = 1L << 60),
        ("negative stride", FL_ERROR_COUNT, (_, a, _) => a->input_time_stride = -1),
        ("stride overflows", FL_ERROR_COUNT, (_, a, _) => a->input_batch_stride = long.MaxValue),
        ("gradient's frames overlap", FL_ERROR_COUNT, (_, a, _) => (a->gradient_time_stride, a->gradient_batch_stride)
            = (5, 4)),
        ("negative target stride", FL_ERROR_COUNT, (_, a, _) => a->target_stride = -1),
        ("negative target count", FL_ERROR_COUNT, (_, a, _) => a->target_count = -1),
        ("input missing", FL_ERROR_NULL_POINTER, (_, a, _) => a->input = null),
        ("targets missing", FL_ERROR_NULL_POINTER, (_, a, _) => a->targets = null),
        ("target lengths missing", FL_ERROR_NULL_POINTER, (_, a, _) => a->target_lengths = null),
        ("more labels than targets", FL_ERROR_LENGTH, (_, a, _) => a->target_count = 3),
        ("more labels than the stride", FL_ERROR_LENGTH, (it, a, _) =>
            { a->target_stride = 1; it.TargetLengths[0] = 1; it.TargetLengths[1] = 2; }),
        ("negative length", FL_ERROR_LENGTH, (it, _, _) => it.TargetLengths[1] = -1),
        ("more frames than there are", FL_ERROR_LENGTH, (it, _, _) => it.InputLengths[1] = Times + 1),
        ("negative input length", FL_ERROR_LENGTH, (it, _, _) => it.InputLengths[1] = -1),
        ("label too large", FL_ERROR_LABEL_RANGE, (it, _, _) => it.Targets[3] = Classes),
        ("label negative", FL_ERROR_LABEL_RANGE, (it, _, _) => it.Targets[3] = -1),
        ("blank as a label", FL_ERROR_LABEL_RANGE, (it, _, _) => it.Targets[3] = 0),
        ("blank negative", FL_ERROR_PARAMETER, (_, _, p) => p->blank = -1),
        ("blank beyond the classes", FL_ERROR_PARAMETER, (_, _, p) => p->blank = Classes),
        ("zero_infinity 2", FL_ERROR_PARAMETER, (_, _, p) => p->zero_infinity = 2),
        ("log_probabilities 2", FL_ERROR_PARAMETER, (_, _, p) => p->log_probabilities = 2),
        ("true gradient of logits", FL_ERROR_PARAMETER, (_, _, p) => p->true_gradient = 1),
        ("reduction unknown", FL_ERROR_REDUCTION, (_, a, _) => a->reduction = (fl_reduction)4),
        ("flag that is none of CTC's", FL_ERROR_REDUCTION, (_, a, _) => a->flags = (uint)fl_flags.FL_FLAG_CORRECT),
        ("denominator of a sum", FL_ERROR_REDUCTION,
            (_, a, _) => { a->denominator = 2; a->reduction = fl_reduction.FL_SUM; }),
        ("upstream per sample of a mean", FL_ERROR_REDUCTION,
            (it, a, _) => { a->upstream = it.Input; a->upstream_count = 2; }),
        ("no workspace", FL_ERROR_WORKSPACE, (_, a, _) => a->workspace = null),
        ("workspace too small", FL_ERROR_WORKSPACE, (_, a, _) => a->workspace_bytes--),
        ("workspace not aligned", FL_ERROR_WORKSPACE, (_, a, _) => a->workspace = (byte*)a->workspace + 32),
        ("gradient over part of the input", FL_ERROR_OVERLAP, (it, a, _) => a->input = it.Gradient - 2),
        ("gradient over the input, other strides", FL_ERROR_OVERLAP, (it, a, _) =>
            { a->input = it.Gradient; (a->input_time_stride, a->input_batch_stride) = (Classes, Times * Classes); }),
        ("losses over the gradient", FL_ERROR_OVERLAP, (it, a, _) => a->losses = it.Gradient),
        ("gradient over the targets", FL_ERROR_OVERLAP, (it, a, _) => a->targets = it.Gradient),
        ("workspace over the input", FL_ERROR_OVERLAP, (it, a, _) => a->input = a->workspace),
    ];

    public NativeCtcTests()
    {
        _floats = (float*)System.Runtime.InteropServices.NativeMemory.AllocZeroed(3 * Elements, sizeof(float));
        _ints = (int*)System.Runtime.InteropServices.NativeMemory.AllocZeroed(16, sizeof(int));
        _workspace = (byte*)System.Runtime.InteropServices.NativeMemory.AlignedAlloc(1 << 16, 64);
        new Span<float>(Gradient, Elements + Batch).Fill(Poison);
        new Span<float>(_workspace, 1 << 14).Clear();
        for (var i = 0; i < 4; i++) Targets[i] = 1 + i % 3;
        (TargetLengths[0], TargetLengths[1]) = (3, 1);
        (InputLengths[0], InputLengths[1]) = (Times, Times);
    }

    public static TheoryData<string> Rows => [.. Wrong.Select(row => row.What)];

    private float* Input => _floats;
    private float* Gradient => _floats + Elements;
    private float* Losses => _floats + 2 * Elements;
    private int* Targets => _ints;
    private int* TargetLengths => _ints + 8;
    private int* InputLengths => _ints + 12;
    private bool OutputsUntouched => !new Span<float>(Gradient, Elements + Batch).ContainsAnyExcept(Poison);

    [Theory, MemberData(nameof(Rows))]
    public void RefusesAndWritesNothing(string what)
    {
        var (_, status, spoil) = Wrong.Single(row => row.What == what);
        var args = Args();
        fl_ctc_params hyper = default;
        spoil(this, &args, &hyper);
        Assert.Equal(status, NativeMethods.fl_ctc(_buffers.Context, &args, &hyper));
        Assert.True(OutputsUntouched, "An output was written.");
        Assert.Equal(Poison, args.loss);
        if (status == FL_ERROR_LENGTH) Assert.Equal(1, args.bad_index);
        if (status == FL_ERROR_LABEL_RANGE) Assert.Equal(3, args.bad_index);
    }

    [Fact]
    public void RefusesNullPointers()
    {
        var args = Args();
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_ctc(null, &args, null));
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_ctc(_buffers.Context, null, null));
        Assert.Equal(-1, NativeMethods.fl_ctc_workspace(null));
        Assert.True(OutputsUntouched, "An output was written.");
    }

    [Fact]
    public void WorkspaceGrowsSlowlyWithFrames()
    {
        // One sample of 4 labels: sixteen times the frames, not much more than four times the columns, and what is
        // kept per frame.
        var args = Args();
        (args.batch, args.times) = (1, 1 << 20);
        args.input_lengths = null;
        var bytes = NativeMethods.fl_ctc_workspace(&args);
        args.times <<= 4;
        var more = NativeMethods.fl_ctc_workspace(&args);
        Assert.InRange(bytes, 1, 16 << 20);
        Assert.InRange(more, bytes, 16 * bytes);
        args.times = -1;
        Assert.Equal(-1, NativeMethods.fl_ctc_workspace(&args));
    }

    [Fact]
    public void DefaultsAreTheOptionsDefaults()
    {
        var (args, explicitly) = (Args(), Args());
        fl_ctc_params hyper = default;
        Assert.Equal(FL_OK, NativeMethods.fl_ctc(_buffers.Context, &args, null));
        Assert.False(OutputsUntouched);
        Assert.Equal(FL_OK, NativeMethods.fl_ctc(_buffers.Context, &explicitly, &hyper));
        Assert.Equal((args.loss, -1L), (explicitly.loss, args.bad_index));
        // Uniform frames: one way for three labels, several for one.
        Assert.Equal(3 * Math.Log(4), Losses[0], Ulp.OfIdentity(Precision.Float32, 4));
    }

    public void Dispose()
    {
        _buffers.Dispose();
        System.Runtime.InteropServices.NativeMemory.Free(_floats);
        System.Runtime.InteropServices.NativeMemory.Free(_ints);
        System.Runtime.InteropServices.NativeMemory.AlignedFree(_workspace);
    }

    private fl_ctc_args Args()
    {
        fl_ctc_args args = new()
        {
            struct_size = sizeof(fl_ctc_args),
            dtype = fl_dtype.FL_FLOAT32,
            times = Times,
            batch = Batch,
            classes = Classes,
            input = Input,
            targets = Targets,
            target_count = 4,
            input_lengths = InputLengths,
            target_lengths = TargetLengths,
            target_type = fl_label_type.FL_INT32,
            length_type = fl_label_type.FL_INT32,
            reduction = fl_reduction.FL_MEAN,
            losses = Losses,
            gradient = Gradient,
            workspace = _workspace,
            loss = Poison,
        };
        args.workspace_bytes = NativeMethods.fl_ctc_workspace(&args);
        return args;
    }
}
