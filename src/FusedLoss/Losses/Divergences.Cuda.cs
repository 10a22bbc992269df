using FusedLoss.Interop;

namespace FusedLoss;

// The losses of Divergences on a GPU.
public static partial class Loss
{
    /// <inheritdoc cref="Jsd{T}(in DistributionArgs{T}, JsdOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Jsd<T>(
        scoped in DistributionArgs<T> args, JsdOptions? options, CudaStream stream)
        where T : unmanaged => ClassCalls.Run(args._buffers, new JsdKernel(options), stream);

    /// <inheritdoc cref="Tvd{T}(in DistributionArgs{T}, TvdOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Tvd<T>(
        scoped in DistributionArgs<T> args, TvdOptions? options, CudaStream stream)
        where T : unmanaged => ClassCalls.Run(args._buffers, new TvdKernel(options), stream);

    /// <inheritdoc cref="MultilabelSoftMargin{T}(in DistributionArgs{T}, MultilabelSoftMarginOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss MultilabelSoftMargin<T>(
        scoped in DistributionArgs<T> args, MultilabelSoftMarginOptions? options, CudaStream stream)
        where T : unmanaged => ClassCalls.Run(args._buffers, new MultilabelSoftMarginKernel(options), stream);
}
