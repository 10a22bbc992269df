using FusedLoss.Interop;

namespace FusedLoss;

// The losses of Binary on a GPU.
public static partial class Loss
{
    /// <inheritdoc cref="Bce{T}(in PointwiseArgs{T}, BceOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Bce<T>(
        DeviceBuffer<T> input, DeviceBuffer<T> target, DeviceBuffer<T>? gradient = null,
        BceOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => Bce(
            new PointwiseArgs<T> { Input = input, Target = target, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="Bce{T}(in PointwiseArgs{T}, BceOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Bce<T>(
        scoped in PointwiseArgs<T> args, BceOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new BceKernel(options), stream);

    /// <inheritdoc cref="BceWithLogits{T}(in PointwiseArgs{T}, BceWithLogitsOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss BceWithLogits<T>(
        DeviceBuffer<T> input, DeviceBuffer<T> target, DeviceBuffer<T>? gradient = null,
        BceWithLogitsOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => BceWithLogits(
            new PointwiseArgs<T> { Input = input, Target = target, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="BceWithLogits{T}(in PointwiseArgs{T}, BceWithLogitsOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss BceWithLogits<T>(
        scoped in PointwiseArgs<T> args, BceWithLogitsOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new BceWithLogitsKernel(options), stream);

    /// <inheritdoc cref="SigmoidFocal{T}(in PointwiseArgs{T}, SigmoidFocalOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss SigmoidFocal<T>(
        DeviceBuffer<T> input, DeviceBuffer<T> target, DeviceBuffer<T>? gradient = null,
        SigmoidFocalOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => SigmoidFocal(
            new PointwiseArgs<T> { Input = input, Target = target, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="SigmoidFocal{T}(in PointwiseArgs{T}, SigmoidFocalOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss SigmoidFocal<T>(
        scoped in PointwiseArgs<T> args, SigmoidFocalOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new SigmoidFocalKernel(options), stream);

    /// <inheritdoc cref="SoftMargin{T}(in PointwiseArgs{T}, SoftMarginOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss SoftMargin<T>(
        DeviceBuffer<T> input, DeviceBuffer<T> target, DeviceBuffer<T>? gradient = null,
        SoftMarginOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => SoftMargin(
            new PointwiseArgs<T> { Input = input, Target = target, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="SoftMargin{T}(in PointwiseArgs{T}, SoftMarginOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss SoftMargin<T>(
        scoped in PointwiseArgs<T> args, SoftMarginOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new SoftMarginKernel(options), stream);
}
