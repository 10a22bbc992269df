using FusedLoss.Interop;
using static FusedLoss.Interop.fl_status;

namespace FusedLoss.Tests.Contract;

/// <summary>The C interface of class-balanced cross-entropy: its workspace, and what it refuses.</summary>
public unsafe class NativeBalancedTests
{
    private delegate void Spoil(NativeBuffers buffers, fl_row_args* args);

    private static readonly (string What, fl_status Status, Spoil Spoil)[] Wrong =
    [
        ("no workspace", FL_ERROR_WORKSPACE, (_, a) => a->workspace = null),
        ("workspace a byte too small", FL_ERROR_WORKSPACE, (_, a) => a->workspace_bytes--),
        ("no labels", FL_ERROR_TARGET, (_, a) => a->labels = null),
        ("probabilities", FL_ERROR_TARGET, (b, a) => { a->labels = null; a->target = b.Target; }),
        ("class weights", FL_ERROR_PARAMETER, (b, a) => a->class_weight = b.Weight),
        ("sample weights", FL_ERROR_PARAMETER, (b, a) => a->sample_weight = b.Weight),
        ("log-sum-exps", FL_ERROR_PARAMETER, (b, a) => a->log_sum_exp = b.TargetGradient),
        ("predictions", FL_ERROR_PARAMETER, (b, a) => a->predictions = b.TargetGradient),
        ("no classes", FL_ERROR_COUNT, (_, a) => a->classes = 0),
        ("label too large", FL_ERROR_LABEL_RANGE, (b, _) => b.Labels[1] = 3),
        ("negative label", FL_ERROR_LABEL_RANGE, (b, _) => b.Labels[1] = -1),
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
        args.workspace_bytes = NativeMethods.fl_balanced_cross_entropy_workspace(&args);
        Assert.InRange(args.workspace_bytes, 1, 64 * sizeof(long));
        spoil(buffers, &args);
        Assert.Equal(status, NativeMethods.fl_balanced_cross_entropy(buffers.Context, &args, null));
        Assert.True(buffers.OutputsUntouched, "An output was written.");
        Assert.Equal(NativeBuffers.Poison, args.loss);
        if (status == FL_ERROR_LABEL_RANGE) Assert.Equal(1, args.bad_index);
    }

    [Theory, InlineData(-0.5), InlineData(1.5), InlineData(double.NaN)]
    public void RefusesParameters(double wrong)
    {
        using var buffers = new NativeBuffers();
        var args = buffers.Rows();
        var scratch = stackalloc long[64];
        args.workspace = scratch;
        args.workspace_bytes = 64 * sizeof(long);
        var hyper = new fl_balanced_cross_entropy_params { beta = wrong };
        Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_balanced_cross_entropy(buffers.Context, &args, &hyper));
        hyper = new() { beta = 1, label_smoothing = wrong };
        Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_balanced_cross_entropy(buffers.Context, &args, &hyper));
        Assert.True(buffers.OutputsUntouched, "An output was written.");
    }

    [Fact]
    public void TheWorkspaceHoldsTheWeightsAfterwards()
    {
        using var buffers = new NativeBuffers();
        var args = buffers.Rows();
        var scratch = stackalloc long[64];
        args.workspace = scratch;
        args.workspace_bytes = 64 * sizeof(long);
        (buffers.Labels[0], buffers.Labels[1]) = (2, 0);
        Assert.Equal(FL_OK, NativeMethods.fl_balanced_cross_entropy(buffers.Context, &args, null));
        Assert.Equal((float[])[1, 0, 1], new ReadOnlySpan<float>(scratch, 3).ToArray());
        Assert.Equal(Loss.BalancedCrossEntropy(new float[6], (int[])[2, 0]), args.loss);
    }

    [Fact]
    public void TheWorkspaceHasNoSizeForShapesThatAreRefused()
    {
        using var buffers = new NativeBuffers();
        var args = buffers.Rows();
        foreach (var classes in (long[])[-1, 0, 1L << 62])
        {
            args.classes = classes;
            Assert.Equal(-1, NativeMethods.fl_balanced_cross_entropy_workspace(&args));
        }
    }

    [Fact]
    public void RefusesNullPointers()
    {
        using var buffers = new NativeBuffers();
        var args = buffers.Rows();
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_balanced_cross_entropy(null, &args, null));
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_balanced_cross_entropy(buffers.Context, null, null));
        Assert.True(buffers.OutputsUntouched);
    }
}
