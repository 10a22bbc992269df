using FusedLoss.Interop;
using static FusedLoss.Interop.fl_status;

namespace FusedLoss.Tests.Contract;

/// <summary>The C interface of losses over regions: terms per region, a workspace, and what they refuse.</summary>
public unsafe class NativeRegionTests
{
    private delegate void Spoil(NativeBuffers buffers, fl_row_args* args);

    private static readonly (string What, fl_status Status, Spoil Spoil)[] Wrong =
    [
        ("no workspace", FL_ERROR_WORKSPACE, (_, a) => a->workspace = null),
        ("workspace a byte too small", FL_ERROR_WORKSPACE, (_, a) => a->workspace_bytes--),
        ("workspace of negative size", FL_ERROR_WORKSPACE, (_, a) => a->workspace_bytes = -1),
        ("no target", FL_ERROR_TARGET, (_, a) => a->labels = null),
        ("two targets", FL_ERROR_TARGET, (b, a) => a->target = b.Target),
        ("class weights", FL_ERROR_PARAMETER, (b, a) => a->class_weight = b.Weight),
        ("sample weights", FL_ERROR_PARAMETER, (b, a) => a->sample_weight = b.Weight),
        ("log-sum-exps", FL_ERROR_PARAMETER, (b, a) => a->log_sum_exp = b.TargetGradient),
        ("predictions", FL_ERROR_PARAMETER, (b, a) => a->predictions = b.TargetGradient),
        ("target gradient", FL_ERROR_PARAMETER,
            (b, a) => { a->labels = null; a->target = b.Target; a->target_gradient = b.TargetGradient; }),
        ("no classes", FL_ERROR_COUNT, (_, a) => a->classes = 0),
        ("label too large", FL_ERROR_LABEL_RANGE, (b, _) => b.Labels[1] = 3),
        ("label of the background's other side", FL_ERROR_LABEL_RANGE,
            (b, a) => { a->outer = 3; a->classes = 1; b.Labels[1] = 2; }),
        ("upstream of another number than the regions", FL_ERROR_REDUCTION,
            (b, a) => { a->reduction = fl_reduction.FL_NONE; a->upstream = b.Weight; a->upstream_count = 2; }),
        ("losses over the gradient", FL_ERROR_OVERLAP, (b, a) => a->losses = b.Gradient + 3),
        ("workspace over the gradient", FL_ERROR_OVERLAP, (b, a) => a->workspace = b.Gradient),
    ];

    public static TheoryData<string> Rows => [.. Wrong.Select(row => row.What)];

    [Theory, MemberData(nameof(Rows))]
    public void RefusesAndWritesNothing(string what)
    {
        var (_, status, spoil) = Wrong.Single(row => row.What == what);
        using var buffers = new NativeBuffers();
        var args = buffers.Rows();
        var scratch = stackalloc long[64];
        args.workspace = scratch;
        args.workspace_bytes = NativeMethods.fl_dice_workspace(&args, null);
        Assert.InRange(args.workspace_bytes, 1, 64 * sizeof(long));
        spoil(buffers, &args);
        Assert.Equal(status, NativeMethods.fl_dice(buffers.Context, &args, null));
        Assert.True(buffers.OutputsUntouched, "An output was written.");
        Assert.Equal(NativeBuffers.Poison, args.loss);
        Assert.Equal(status, NativeMethods.fl_tversky(buffers.Context, &args, null));
        Assert.True(buffers.OutputsUntouched, "An output was written.");
        if (status == FL_ERROR_LABEL_RANGE) Assert.Equal(1, args.bad_index);
    }

    [Theory, InlineData(-0.5), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void RefusesParameters(double wrong)
    {
        using var buffers = new NativeBuffers();
        var args = buffers.Rows();
        var scratch = stackalloc long[64];
        args.workspace = scratch;
        args.workspace_bytes = 64 * sizeof(long);
        fl_dice_params[] dices =
        [
            new() { smooth = wrong }, new() { probabilities = 2 }, new() { all_classes = -1 },
            new() { per_sample = 2 },
        ];
        foreach (var dice in dices)
        {
            var hyper = dice;
            Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_dice(buffers.Context, &args, &hyper));
        }
        fl_tversky_params[] indices =
        [
            new() { alpha = wrong }, new() { beta = wrong }, new() { smooth = wrong }, new() { probabilities = -1 },
            new() { all_classes = 2 }, new() { per_sample = -1 },
        ];
        foreach (var index in indices)
        {
            var hyper = index;
            Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_tversky(buffers.Context, &args, &hyper));
        }
        Assert.True(buffers.OutputsUntouched, "An output was written.");
    }

    [Fact]
    public void TheWorkspaceHasASizeForEveryShape()
    {
        using var buffers = new NativeBuffers();
        var args = buffers.Rows();
        fl_tversky_params hyper = new() { per_sample = 1 };
        var small = NativeMethods.fl_tversky_workspace(&args, &hyper);
        args.outer = 2000;
        var large = NativeMethods.fl_tversky_workspace(&args, &hyper);
        Assert.True(small > 0 && large > small, $"{small} and {large} bytes");
        args.outer = 0;
        Assert.True(NativeMethods.fl_dice_workspace(&args, null) >= 0);
        foreach (var (outer, classes, inner) in ((long, long, long)[])[(-1, 3, 1), (2, 0, 1), (2, 3, -1),
            (1L << 40, 3, 1L << 40)])
        {
            (args.outer, args.classes, args.inner) = (outer, classes, inner);
            Assert.Equal(-1, NativeMethods.fl_dice_workspace(&args, null));
            Assert.Equal(-1, NativeMethods.fl_tversky_workspace(&args, null));
        }
    }

    [Fact]
    public void RefusesNullPointers()
    {
        using var buffers = new NativeBuffers();
        var args = buffers.Rows();
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_dice(null, &args, null));
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_dice(buffers.Context, null, null));
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_tversky(buffers.Context, null, null));
        Assert.True(buffers.OutputsUntouched);
    }

    [Fact]
    public void DefaultsAreThoseOfTheOptions()
    {
        using var buffers = new NativeBuffers();
        var args = buffers.Rows();
        var scratch = stackalloc long[64];
        args.workspace = scratch;
        args.workspace_bytes = 64 * sizeof(long);
        (buffers.Input[0], buffers.Labels[0], buffers.Labels[1]) = (2, 1, -100);
        Assert.Equal(FL_OK, NativeMethods.fl_tversky(buffers.Context, &args, null));
        var input = new ReadOnlySpan<float>(buffers.Input, NativeBuffers.Count);
        Assert.Equal(Loss.Tversky(input, (int[])[1, -100]), args.loss);
        Assert.Equal(FL_OK, NativeMethods.fl_dice(buffers.Context, &args, null));
        Assert.Equal(Loss.Dice(input, (int[])[1, -100]), args.loss);
        Assert.Equal(-1, args.bad_index);
    }
}
