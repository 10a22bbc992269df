using FusedLoss.Interop;
using static FusedLoss.Interop.fl_status;

namespace FusedLoss.Tests.Contract;

/// <summary>The C interface of distances between distributions, and what it refuses.</summary>
public unsafe class NativeDivergenceTests
{
    private delegate void Spoil(NativeBuffers buffers, fl_row_args* args);

    private static readonly (string What, fl_status Status, Spoil Spoil)[] Wrong =
    [
        ("no target", FL_ERROR_TARGET, (_, a) => a->target = null),
        ("labels", FL_ERROR_TARGET, (b, a) => { a->target = null; a->labels = b.Labels; }),
        ("labels and target", FL_ERROR_TARGET, (b, a) => a->labels = b.Labels),
        ("class weights", FL_ERROR_PARAMETER, (b, a) => a->class_weight = b.Weight),
        ("sample weights", FL_ERROR_PARAMETER, (b, a) => a->sample_weight = b.Weight),
        ("log-sum-exps", FL_ERROR_PARAMETER, (b, a) => a->log_sum_exp = b.Losses + 3),
        ("predictions", FL_ERROR_PARAMETER, (b, a) => a->predictions = b.Losses + 3),
        ("input missing", FL_ERROR_NULL_POINTER, (_, a) => a->input = null),
        ("no classes", FL_ERROR_COUNT, (_, a) => a->classes = 0),
        ("target gradient over part of the target", FL_ERROR_OVERLAP, (b, a) => a->target = b.TargetGradient + 2),
        ("target gradient over the gradient", FL_ERROR_OVERLAP, (b, a) => a->target_gradient = b.Gradient),
        ("target gradient over the input", FL_ERROR_OVERLAP, (b, a) => a->input = b.TargetGradient),
        ("losses over the target gradient", FL_ERROR_OVERLAP, (b, a) => a->losses = b.TargetGradient),
    ];

    public static TheoryData<string> Rows => [.. Wrong.Select(row => row.What)];

    [Theory, MemberData(nameof(Rows))]
    public void RefusesAndWritesNothing(string what)
    {
        var (_, status, spoil) = Wrong.Single(row => row.What == what);
        using var buffers = new NativeBuffers();
        var args = Valid(buffers);
        spoil(buffers, &args);
        Assert.Equal(status, NativeMethods.fl_jsd(buffers.Context, &args, null));
        Assert.Equal(status, NativeMethods.fl_tvd(buffers.Context, &args, null));
        Assert.True(buffers.OutputsUntouched, "An output was written.");
        Assert.Equal(NativeBuffers.Poison, args.loss);
    }

    [Theory, InlineData(-0.5), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void RefusesParameters(double wrong)
    {
        using var buffers = new NativeBuffers();
        var args = Valid(buffers);
        fl_jsd_params[] jsds =
        [
            new() { beta = wrong, temperature = 1 }, new() { beta = 1.5, temperature = 1 },
            new() { beta = 0.5, temperature = wrong }, new() { beta = 0.5 },
            new() { beta = 0.5, temperature = 1, log_probabilities = 2 },
            new() { beta = 0.5, temperature = 2, log_probabilities = 1 },
        ];
        foreach (var jsd in jsds)
        {
            var hyper = jsd;
            Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_jsd(buffers.Context, &args, &hyper));
        }
        fl_tvd_params[] tvds =
        [
            new() { temperature = wrong }, new(), new() { temperature = 1, log_probabilities = -1 },
            new() { temperature = 0.5, log_probabilities = 1 },
        ];
        foreach (var tvd in tvds)
        {
            var hyper = tvd;
            Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_tvd(buffers.Context, &args, &hyper));
        }
        Assert.True(buffers.OutputsUntouched, "An output was written.");
    }

    [Fact]
    public void RefusesNullPointers()
    {
        using var buffers = new NativeBuffers();
        var args = Valid(buffers);
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_jsd(null, &args, null));
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_jsd(buffers.Context, null, null));
        Assert.Equal(FL_ERROR_NULL_POINTER, NativeMethods.fl_tvd(null, &args, null));
        Assert.True(buffers.OutputsUntouched);
    }

    [Fact]
    public void DefaultsAreThoseOfTheOptions()
    {
        using var buffers = new NativeBuffers();
        var args = Valid(buffers);
        (buffers.Input[0], buffers.Target[4]) = (2, -1);
        var input = new ReadOnlySpan<float>(buffers.Input, NativeBuffers.Count);
        var target = new ReadOnlySpan<float>(buffers.Target, NativeBuffers.Count);
        Assert.Equal(FL_OK, NativeMethods.fl_jsd(buffers.Context, &args, null));
        Assert.Equal(Loss.Jsd(input, target, classes: 3), args.loss);
        Assert.Equal(FL_OK, NativeMethods.fl_tvd(buffers.Context, &args, null));
        Assert.Equal(Loss.Tvd(input, target, classes: 3), args.loss);
    }

    private static fl_row_args Valid(NativeBuffers buffers)
    {
        var args = buffers.Rows();
        args.labels = null;
        args.target = buffers.Target;
        args.target_gradient = buffers.TargetGradient;
        return args;
    }
}
