using FusedLoss.Interop;
using static FusedLoss.Interop.fl_status;

namespace FusedLoss.Tests.Contract;

/// <summary>What the C interface of each point-wise loss takes and refuses besides what they share.</summary>
public unsafe class NativePointwiseLossTests
{
    [Fact]
    public void EveryLossTakesValidArgumentsAndDefaults()
    {
        using var buffers = new NativeBuffers();
        var (context, args) = ((nint)buffers.Context, buffers.Pointwise());
        Assert.Equal(FL_OK, NativeMethods.fl_mse((fl_context*)context, &args));
        Assert.Equal(FL_OK, NativeMethods.fl_l1((fl_context*)context, &args));
        Assert.Equal(FL_OK, NativeMethods.fl_smooth_l1((fl_context*)context, &args, null));
        Assert.Equal(FL_OK, NativeMethods.fl_huber((fl_context*)context, &args, null));
        Assert.Equal(FL_OK, NativeMethods.fl_bce((fl_context*)context, &args));
        Assert.Equal(FL_OK, NativeMethods.fl_bce_with_logits((fl_context*)context, &args));
        Assert.Equal(FL_OK, NativeMethods.fl_sigmoid_focal((fl_context*)context, &args, null));
        Assert.Equal(FL_OK, NativeMethods.fl_poisson_nll((fl_context*)context, &args, null));
        Assert.Equal(FL_OK, NativeMethods.fl_kl_div((fl_context*)context, &args, null));
        args.target_gradient = null;
        Assert.Equal(FL_OK, NativeMethods.fl_soft_margin((fl_context*)context, &args));
        Assert.Equal(FL_OK, NativeMethods.fl_hinge_embedding((fl_context*)context, &args, null));
    }

    [Fact]
    public void RefusesAGradientToAConstantTarget()
    {
        using var buffers = new NativeBuffers();
        var args = buffers.Pointwise();
        args.target_gradient = buffers.TargetGradient;
        Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_soft_margin(buffers.Context, &args));
        Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_hinge_embedding(buffers.Context, &args, null));
        Assert.True(buffers.OutputsUntouched, "An output was written.");
    }

    [Theory]
    [InlineData(0), InlineData(-1), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void RefusesParametersOfCountsAndMargins(double wrong)
    {
        using var buffers = new NativeBuffers();
        var args = buffers.Pointwise();
        args.target_gradient = null;
        var poisson = new fl_poisson_nll_params { eps = wrong, log_input = 1 };
        Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_poisson_nll(buffers.Context, &args, &poisson));
        poisson = new() { eps = 1, log_input = 2 };
        Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_poisson_nll(buffers.Context, &args, &poisson));
        poisson = new() { eps = 1, full = -1 };
        Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_poisson_nll(buffers.Context, &args, &poisson));
        var divergence = new fl_kl_div_params { log_target = 2 };
        Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_kl_div(buffers.Context, &args, &divergence));
        var hinge = new fl_hinge_embedding_params { margin = double.IsFinite(wrong) ? double.NaN : wrong };
        Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_hinge_embedding(buffers.Context, &args, &hinge));
        Assert.True(buffers.OutputsUntouched, "An output was written.");
    }

    [Theory]
    [InlineData(-1), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void RefusesParameters(double wrong)
    {
        using var buffers = new NativeBuffers();
        var args = buffers.Pointwise();
        args.weight = buffers.Weight;
        Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_smooth_l1(buffers.Context, &args, null));
        Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_sigmoid_focal(buffers.Context, &args, null));
        args.weight = null;
        var beta = new fl_smooth_l1_params { beta = wrong };
        Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_smooth_l1(buffers.Context, &args, &beta));
        foreach (var bad in new[] { wrong, 0 })
        {
            var delta = new fl_huber_params { delta = bad };
            Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_huber(buffers.Context, &args, &delta));
        }
        var focal = new fl_sigmoid_focal_params { alpha = 0.5, gamma = wrong };
        Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_sigmoid_focal(buffers.Context, &args, &focal));
        focal = new() { alpha = wrong < 0 ? 1.5 : wrong, gamma = 2 };
        Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_sigmoid_focal(buffers.Context, &args, &focal));
        focal = new() { alpha = 0.5, gamma = 2, detach = 2 };
        Assert.Equal(FL_ERROR_PARAMETER, NativeMethods.fl_sigmoid_focal(buffers.Context, &args, &focal));
        Assert.True(buffers.OutputsUntouched, "An output was written.");
    }
}
