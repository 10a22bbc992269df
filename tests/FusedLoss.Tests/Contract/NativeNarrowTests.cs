using FusedLoss.Interop;
using static FusedLoss.Interop.fl_status;

namespace FusedLoss.Tests.Contract;

/// <summary>The C interface knows how large the elements of 16-bit types are, and that their terms are
/// float32.</summary>
public unsafe class NativeNarrowTests
{
    private const int ElementBytes = 2 * NativeBuffers.Count, TermBytes = 4 * NativeBuffers.Count;

    private static readonly fl_dtype[] Narrow = [fl_dtype.FL_FLOAT16, fl_dtype.FL_BFLOAT16];

    [Fact]
    public void ElementsHaveTwoBytes()
    {
        foreach (var dtype in Narrow)
        {
            using var buffers = new NativeBuffers();
            var args = Pointwise(buffers, dtype);
            args.input = (byte*)buffers.Gradient - ElementBytes;
            args.target = (byte*)buffers.Gradient + ElementBytes;
            args.losses = args.target_gradient = null;
            Assert.Equal(FL_OK, NativeMethods.fl_mse(buffers.Context, &args));
            args.target = (byte*)buffers.Gradient + ElementBytes - 2;
            Assert.Equal(FL_ERROR_OVERLAP, NativeMethods.fl_mse(buffers.Context, &args));
        }
    }

    [Fact]
    public void TermsHaveFourBytes()
    {
        foreach (var dtype in Narrow)
        {
            using var buffers = new NativeBuffers();
            var args = Pointwise(buffers, dtype);
            args.upstream = (byte*)buffers.Losses + TermBytes;
            (args.upstream_count, args.reduction) = (NativeBuffers.Count, fl_reduction.FL_NONE);
            args.gradient = buffers.Input;
            args.target_gradient = null;
            Assert.Equal(FL_OK, NativeMethods.fl_mse(buffers.Context, &args));
            args.upstream = (byte*)buffers.Losses + TermBytes - 4;
            Assert.Equal(FL_ERROR_OVERLAP, NativeMethods.fl_mse(buffers.Context, &args));
        }
    }

    [Fact]
    public void ClassWeightsAndLossesOfRowsHaveFourBytes()
    {
        foreach (var dtype in Narrow)
        {
            using var buffers = new NativeBuffers();
            var args = buffers.Rows();
            args.dtype = dtype;
            args.class_weight = buffers.Losses + 2; // two rows: two terms
            Assert.Equal(FL_OK, NativeMethods.fl_cross_entropy(buffers.Context, &args, null));
            args.class_weight = buffers.Losses + 1;
            Assert.Equal(FL_ERROR_OVERLAP, NativeMethods.fl_cross_entropy(buffers.Context, &args, null));
        }
    }

    private static fl_pointwise_args Pointwise(NativeBuffers buffers, fl_dtype dtype)
    {
        var args = buffers.Pointwise();
        args.dtype = dtype;
        return args;
    }
}
