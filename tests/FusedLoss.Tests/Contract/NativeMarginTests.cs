using FusedLoss.Interop;
using static FusedLoss.Interop.fl_status;

namespace FusedLoss.Tests.Contract;

/// <summary>The C interface of nll and of the margins over classes refuses what they do not take, and writes
/// nothing.</summary>
public unsafe class NativeMarginTests
{
    private delegate void Spoil(NativeBuffers buffers, fl_row_args* args);

    private enum Loss { Nll, MultiMargin, MultilabelMargin, MultilabelSoftMargin }

    private static readonly (string What, Loss Loss, fl_status Status, Spoil Spoil)[] Wrong =
    [
        .. NotTaken(Loss.Nll), .. NotTaken(Loss.MultiMargin), .. NotTaken(Loss.MultilabelMargin),
        .. NotTaken(Loss.MultilabelSoftMargin),
        ("labels missing", Loss.Nll, FL_ERROR_TARGET, (_, a) => a->labels = null),
        ("labels missing", Loss.MultiMargin, FL_ERROR_TARGET, (_, a) => a->labels = null),
        ("labels missing", Loss.MultilabelMargin, FL_ERROR_TARGET, (_, a) => a->labels = null),
        ("target missing", Loss.MultilabelSoftMargin, FL_ERROR_TARGET, (_, a) => a->target = null),
        ("target instead", Loss.Nll, FL_ERROR_TARGET, (b, a) => { a->labels = null; a->target = b.Target; }),
        ("target instead", Loss.MultiMargin, FL_ERROR_TARGET, (b, a) => { a->labels = null; a->target = b.Target; }),
        ("labels as well", Loss.MultilabelSoftMargin, FL_ERROR_TARGET, (b, a) => a->labels = b.Labels),
        ("class weights", Loss.MultilabelMargin, FL_ERROR_PARAMETER, (b, a) => a->class_weight = b.Weight),
        ("images", Loss.MultilabelMargin, FL_ERROR_COUNT, (_, a) => (a->outer, a->inner) = (1, 2)),
        ("images", Loss.MultilabelSoftMargin, FL_ERROR_COUNT, (_, a) => (a->outer, a->inner) = (1, 2)),
        ("too many classes", Loss.MultilabelMargin, FL_ERROR_COUNT,
            (_, a) => { a->classes = NativeMethods.FL_MULTILABEL_CLASSES + 1; a->losses = a->gradient = null; }),
        ("label too large", Loss.Nll, FL_ERROR_LABEL_RANGE, (b, _) => b.Labels[1] = 3),
        ("label too large", Loss.MultiMargin, FL_ERROR_LABEL_RANGE, (b, _) => b.Labels[1] = 3),
        ("ignored label", Loss.MultiMargin, FL_ERROR_LABEL_RANGE, (b, _) => b.Labels[1] = -100),
        ("label too large", Loss.MultilabelMargin, FL_ERROR_LABEL_RANGE, (b, _) => b.Labels[1] = 3),
        ("label too small", Loss.MultilabelMargin, FL_ERROR_LABEL_RANGE, (b, _) => b.Labels[1] = -2),
        ("label beyond 32 bits", Loss.MultilabelMargin, FL_ERROR_LABEL_RANGE, (b, _) => b.Labels[1] = 1L << 32),
    ];

    public static TheoryData<string> Rows => [.. Wrong.Select(row => $"{row.Loss}: {row.What}")];

    [Theory, MemberData(nameof(Rows))]
    public void RefusesAndWritesNothing(string what)
    {
        var (_, loss, status, spoil) = Wrong.Single(row => $"{row.Loss}: {row.What}" == what);
        using var buffers = new NativeBuffers();
        var args = Arguments(buffers, loss);
        spoil(buffers, &args);
        Assert.Equal(status, Call(loss, buffers, &args));
        Assert.True(buffers.OutputsUntouched, "An output was written.");
        Assert.Equal(NativeBuffers.Poison, args.loss);
        if (status == FL_ERROR_LABEL_RANGE) Assert.Equal(1, args.bad_index);
    }

    [Fact]
    public void TakeValidArgumentsAndDefaults()
    {
        foreach (var loss in Enum.GetValues<Loss>())
        {
            using var buffers = new NativeBuffers();
            var args = Arguments(buffers, loss);
            Assert.Equal(FL_OK, Call(loss, buffers, &args));
            Assert.Equal(-1, args.bad_index);
            Assert.Equal(FL_ERROR_NULL_POINTER, Call(loss, buffers, null));
        }
    }

    [Fact]
    public void SaysWhichOfTheListedLabelsIsBad()
    {
        using var buffers = new NativeBuffers();
        var args = Arguments(buffers, Loss.MultilabelMargin);
        for (var i = 0; i < 6; i++) buffers.Labels[i] = -1;
        buffers.Labels[5] = 3;
        Assert.Equal(FL_ERROR_LABEL_RANGE, NativeMethods.fl_multilabel_margin(buffers.Context, &args));
        Assert.Equal(5, args.bad_index);
    }

    [Fact]
    public void RefusesParameters()
    {
        using var buffers = new NativeBuffers();
        var args = Arguments(buffers, Loss.MultiMargin);
        foreach (var (margin, p) in ((double, int)[])[(1, 0), (1, 3), (1, -1), (double.NaN, 1), (1 / 0.0, 2)])
        {
            var hyper = new fl_multi_margin_params { margin = margin, p = p };
            Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_multi_margin(buffers.Context, &args, &hyper));
        }
        Assert.True(buffers.OutputsUntouched, "An output was written.");
    }

    private static (string What, Loss Loss, fl_status Status, Spoil Spoil)[] NotTaken(Loss loss) =>
    [
        ("sample weights", loss, FL_ERROR_PARAMETER, (b, a) => a->sample_weight = b.Weight),
        ("log-sum-exp", loss, FL_ERROR_PARAMETER, (b, a) => a->log_sum_exp = b.TargetGradient),
        ("predictions", loss, FL_ERROR_PARAMETER, (b, a) => a->predictions = b.TargetGradient),
    ];

    private static fl_row_args Arguments(NativeBuffers buffers, Loss loss)
    {
        var args = buffers.Rows();
        if (loss != Loss.MultilabelSoftMargin) return args;
        args.labels = null;
        args.target = buffers.Target;
        return args;
    }

    private static fl_status Call(Loss loss, NativeBuffers buffers, fl_row_args* args) => loss switch
    {
        Loss.Nll => NativeMethods.fl_nll(buffers.Context, args, null),
        Loss.MultiMargin => NativeMethods.fl_multi_margin(buffers.Context, args, null),
        Loss.MultilabelMargin => NativeMethods.fl_multilabel_margin(buffers.Context, args),
        _ => NativeMethods.fl_multilabel_soft_margin(buffers.Context, args),
    };
}
