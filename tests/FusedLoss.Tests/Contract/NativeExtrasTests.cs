using FusedLoss.Interop;
using static FusedLoss.Interop.fl_status;

namespace FusedLoss.Tests.Contract;

/// <summary>The extras of cross-entropy in the C interface: what is refused, and what is written when only they are
/// wanted.</summary>
public unsafe class NativeExtrasTests
{
    private delegate void Spoil(NativeBuffers buffers, fl_row_args* args);

    private static readonly (string What, fl_status Status, Spoil Spoil)[] Wrong =
    [
        ("gradient over the sample weights", FL_ERROR_OVERLAP, (b, a) => a->sample_weight = b.Gradient + 1),
        ("losses over the sample weights", FL_ERROR_OVERLAP, (b, a) => a->sample_weight = b.Losses),
        ("log-sum-exp over the input", FL_ERROR_OVERLAP, (b, a) => a->log_sum_exp = b.Input),
        ("log-sum-exp over the losses", FL_ERROR_OVERLAP, (b, a) => a->log_sum_exp = b.Losses + 1),
        ("log-sum-exp over the gradient", FL_ERROR_OVERLAP, (b, a) => a->log_sum_exp = b.Gradient + 2),
        ("predictions over the labels", FL_ERROR_OVERLAP, (b, a) => a->predictions = b.Labels),
        ("predictions over the gradient", FL_ERROR_OVERLAP, (b, a) => a->predictions = b.Gradient),
        ("predictions over the log-sum-exp", FL_ERROR_OVERLAP,
            (b, a) => a->predictions = a->log_sum_exp = b.TargetGradient),
        ("predictions of no type", FL_ERROR_DTYPE, (b, a) =>
        {
            a->labels = null;
            a->target = b.Target;
            a->label_type = 0;
            a->predictions = b.TargetGradient;
        }),
        ("flag that is none", FL_ERROR_REDUCTION, (_, a) => a->flags = 8),
    ];

    public static TheoryData<string> Rows => [.. Wrong.Select(row => row.What)];

    [Theory, MemberData(nameof(Rows))]
    public void RefusesAndWritesNothing(string what)
    {
        var (_, status, spoil) = Wrong.Single(row => row.What == what);
        using var buffers = new NativeBuffers();
        var args = buffers.Rows();
        spoil(buffers, &args);
        Assert.Equal(status, NativeMethods.fl_cross_entropy(buffers.Context, &args, null));
        Assert.True(buffers.OutputsUntouched, "An output was written.");
        Assert.Equal(NativeBuffers.Poison, args.loss);
    }

    [Theory, InlineData(-0.5), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void RefusesParameters(double wrong)
    {
        using var buffers = new NativeBuffers();
        var args = buffers.Rows();
        fl_cross_entropy_params[] all =
            [new() { ignore_index = -100, z_loss = wrong }, new() { ignore_index = -100, soft_cap = wrong }];
        foreach (var each in all)
        {
            var hyper = each;
            Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_cross_entropy(buffers.Context, &args, &hyper));
        }
        Assert.True(buffers.OutputsUntouched, "An output was written.");
    }

    [Fact]
    public void SoftmaxFocalTakesNone()
    {
        using var buffers = new NativeBuffers();
        Spoil[] extras =
        [
            (b, a) => a->sample_weight = b.Weight, (b, a) => a->log_sum_exp = b.TargetGradient,
            (b, a) => a->predictions = b.Labels + 2,
        ];
        foreach (var extra in extras)
        {
            var args = buffers.Rows();
            extra(buffers, &args);
            Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_softmax_focal(buffers.Context, &args, null));
        }
        Assert.True(buffers.OutputsUntouched, "An output was written.");
    }

    [Fact]
    public void WritesWhatIsWantedAndNothingElse()
    {
        using var buffers = new NativeBuffers();
        for (var i = 0; i < NativeBuffers.Count; i++) buffers.Input[i] = i % 4;
        (buffers.Labels[0], buffers.Labels[1]) = (2, -100);
        var args = buffers.Rows();
        args.losses = args.gradient = null;
        args.log_sum_exp = buffers.TargetGradient;
        args.predictions = buffers.Labels + 2;
        args.flags = (uint)fl_flags.FL_FLAG_CORRECT;
        Assert.Equal(FL_OK, NativeMethods.fl_cross_entropy(buffers.Context, &args, null));
        Assert.Equal((2, 0, 1), (buffers.Labels[2], buffers.Labels[3], args.correct));
        Assert.Equal(buffers.TargetGradient[0] - 2, args.loss, Ulp.OfSum(Precision.Float32, 2, 4));
        Assert.Equal(NativeBuffers.Poison, buffers.TargetGradient[2]);
        Assert.Equal(NativeBuffers.Poison, buffers.Losses[0]);
        Assert.Equal(NativeBuffers.Poison, buffers.Gradient[0]);
    }

    [Fact]
    public void CorrectIsMinusOneUnlessItCanBeCounted()
    {
        using var buffers = new NativeBuffers();
        var args = buffers.Rows();
        Assert.Equal(FL_OK, NativeMethods.fl_cross_entropy(buffers.Context, &args, null));
        Assert.Equal(-1, args.correct);
        args.flags = (uint)fl_flags.FL_FLAG_CORRECT;
        args.labels = null;
        args.target = buffers.Target;
        Assert.Equal(FL_OK, NativeMethods.fl_cross_entropy(buffers.Context, &args, null));
        Assert.Equal(-1, args.correct);
        args.labels = buffers.Labels;
        args.target = null;
        args.outer = 0;
        Assert.Equal(FL_OK, NativeMethods.fl_cross_entropy(buffers.Context, &args, null));
        Assert.Equal(0, args.correct);
    }

    [Fact]
    public void PredictionsHaveTheTypeOfLabels()
    {
        using var buffers = new NativeBuffers();
        var args = buffers.Rows();
        buffers.Input[5] = 1;
        (buffers.Labels[0], buffers.Labels[2], buffers.Labels[3]) = (0, -1, -1);
        args.label_type = fl_label_type.FL_INT32;
        args.predictions = buffers.Labels + 2;
        Assert.Equal(FL_OK, NativeMethods.fl_cross_entropy(buffers.Context, &args, null));
        Assert.Equal((2L << 32, -1L), (buffers.Labels[2], buffers.Labels[3]));
    }
}
