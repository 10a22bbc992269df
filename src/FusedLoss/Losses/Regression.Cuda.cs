using FusedLoss.Interop;

namespace FusedLoss;

// The losses of Regression on a GPU.
public static partial class Loss
{
    /// <inheritdoc cref="Mse{T}(in PointwiseArgs{T}, MseOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Mse<T>(
        DeviceBuffer<T> input, DeviceBuffer<T> target, DeviceBuffer<T>? gradient = null,
        MseOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => Mse(
            new PointwiseArgs<T> { Input = input, Target = target, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="Mse{T}(in PointwiseArgs{T}, MseOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Mse<T>(
        scoped in PointwiseArgs<T> args, MseOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new MseKernel(options), stream);

    /// <inheritdoc cref="L1{T}(in PointwiseArgs{T}, L1Options?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss L1<T>(
        DeviceBuffer<T> input, DeviceBuffer<T> target, DeviceBuffer<T>? gradient = null,
        L1Options? options = null, CudaStream? stream = null)
        where T : unmanaged => L1(
            new PointwiseArgs<T> { Input = input, Target = target, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="L1{T}(in PointwiseArgs{T}, L1Options?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss L1<T>(
        scoped in PointwiseArgs<T> args, L1Options? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new L1Kernel(options), stream);

    /// <inheritdoc cref="SmoothL1{T}(in PointwiseArgs{T}, SmoothL1Options?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss SmoothL1<T>(
        DeviceBuffer<T> input, DeviceBuffer<T> target, DeviceBuffer<T>? gradient = null,
        SmoothL1Options? options = null, CudaStream? stream = null)
        where T : unmanaged => SmoothL1(
            new PointwiseArgs<T> { Input = input, Target = target, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="SmoothL1{T}(in PointwiseArgs{T}, SmoothL1Options?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss SmoothL1<T>(
        scoped in PointwiseArgs<T> args, SmoothL1Options? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new SmoothL1Kernel(options), stream);

    /// <inheritdoc cref="Huber{T}(in PointwiseArgs{T}, HuberOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Huber<T>(
        DeviceBuffer<T> input, DeviceBuffer<T> target, DeviceBuffer<T>? gradient = null,
        HuberOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => Huber(
            new PointwiseArgs<T> { Input = input, Target = target, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="Huber{T}(in PointwiseArgs{T}, HuberOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Huber<T>(
        scoped in PointwiseArgs<T> args, HuberOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new HuberKernel(options), stream);
}
