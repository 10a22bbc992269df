using FusedLoss.Interop;
using static FusedLoss.Interop.fl_status;

namespace FusedLoss.Tests.Contract;

/// <summary>The C interface of gaussian_nll and margin_ranking, which have three operands.</summary>
public unsafe class NativeThirdOperandTests
{
    private delegate void Spoil(NativeBuffers buffers, fl_pointwise_args* args);

    private static readonly (string What, fl_status Status, Spoil Spoil)[] Wrong =
    [
        ("extra missing", FL_ERROR_NULL_POINTER, (_, a) => a->extra = null),
        ("weight not taken", FL_ERROR_PARAMETER, (b, a) => a->weight = b.Target),
        ("extra gradient over the input", FL_ERROR_OVERLAP, (b, a) => a->input = b.ExtraGradient()),
        ("extra gradient over part of the extra", FL_ERROR_OVERLAP, (b, a) => a->extra = b.ExtraGradient() + 1),
        ("extra gradient over an extra that repeats", FL_ERROR_OVERLAP,
            (b, a) => { a->extra = b.ExtraGradient(); a->extra_strides = b.Three(1, 0, 0, 1); Shape(a); }),
        ("extra gradient over the gradient", FL_ERROR_OVERLAP, (b, a) => a->extra_gradient = b.Gradient),
        ("extra gradient that repeats", FL_ERROR_COUNT,
            (b, a) => { a->extra_gradient_strides = b.Three(1, 0, 0, 1); Shape(a); }),
        ("negative stride of the extra", FL_ERROR_COUNT,
            (b, a) => { a->extra_strides = b.Three(1, 0, -3, 1); Shape(a); }),
    ];

    public static TheoryData<string> Rows => [.. Wrong.Select(row => row.What)];

    [Theory, MemberData(nameof(Rows))]
    public void RefusesAndWritesNothing(string what)
    {
        var (_, status, spoil) = Wrong.Single(row => row.What == what);
        using var buffers = new NativeBuffers();
        var args = Arguments(buffers);
        spoil(buffers, &args);
        Assert.Equal(status, NativeMethods.fl_gaussian_nll(buffers.Context, &args, null));
        Assert.Equal(status, NativeMethods.fl_margin_ranking(buffers.Context, &args, null));
        Assert.True(buffers.OutputsUntouched, "An output was written.");
        Assert.Equal(NativeBuffers.Poison, args.loss);
    }

    [Fact]
    public void TakesValidArgumentsAndDefaults()
    {
        using var buffers = new NativeBuffers();
        var args = Arguments(buffers);
        Assert.Equal(FL_OK, NativeMethods.fl_gaussian_nll(buffers.Context, &args, null));
        Assert.Equal(0.5 * Math.Log(1e-6), args.loss, Ulp.OfSum(Precision.Float32, 7, 4));
        Assert.Equal(FL_OK, NativeMethods.fl_margin_ranking(buffers.Context, &args, null));
        Assert.Equal(0, args.loss);
        args.extra = buffers.ExtraGradient();
        Assert.Equal(FL_OK, NativeMethods.fl_gaussian_nll(buffers.Context, &args, null));
        args.count = 0;
        args.extra = null;
        Assert.Equal(FL_OK, NativeMethods.fl_gaussian_nll(buffers.Context, &args, null));
        Assert.Equal(double.NaN, args.loss);
    }

    [Fact]
    public void AnExtraMayRepeat()
    {
        using var buffers = new NativeBuffers();
        var args = Arguments(buffers);
        args.extra_strides = buffers.Three(1, 0, 0, 1);
        Shape(&args);
        for (var i = 0; i < 3; i++) buffers.Weight[i] = 1 + i;
        Assert.Equal(FL_OK, NativeMethods.fl_gaussian_nll(buffers.Context, &args, null));
        for (var i = 0; i < 6; i++)
            Assert.Equal(0.5 / (1 + i % 3) / 6, buffers.ExtraGradient()[i], Ulp.OfSum(Precision.Float32, 1, 4));
    }

    [Theory]
    [InlineData(0), InlineData(-1), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void RefusesParameters(double wrong)
    {
        using var buffers = new NativeBuffers();
        var args = Arguments(buffers);
        var gaussian = new fl_gaussian_nll_params { eps = wrong };
        Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_gaussian_nll(buffers.Context, &args, &gaussian));
        gaussian = new() { eps = 1, full = 2 };
        Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_gaussian_nll(buffers.Context, &args, &gaussian));
        var ranking = new fl_margin_ranking_params { margin = double.IsFinite(wrong) ? double.NaN : wrong };
        Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_margin_ranking(buffers.Context, &args, &ranking));
        Assert.True(buffers.OutputsUntouched, "An output was written.");
    }

    private static fl_pointwise_args Arguments(NativeBuffers buffers)
    {
        var args = buffers.Pointwise();
        args.extra = buffers.Weight;
        args.extra_gradient = buffers.ExtraGradient();
        return args;
    }

    private static void Shape(fl_pointwise_args* args) =>
        (args->shape[0], args->shape[1], args->shape[2]) = (1, 2, 3);
}

internal static unsafe class ThirdOperandBuffers
{
    /// <summary>What lies behind the outputs that every loss has.</summary>
    public static float* ExtraGradient(this NativeBuffers buffers) => buffers.TargetGradient + NativeBuffers.Count;
}
