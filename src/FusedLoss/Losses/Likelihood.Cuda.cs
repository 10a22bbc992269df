using FusedLoss.Interop;

namespace FusedLoss;

// The losses of Likelihood on a GPU.
public static partial class Loss
{
    /// <inheritdoc cref="PoissonNll{T}(in PointwiseArgs{T}, PoissonNllOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss PoissonNll<T>(
        DeviceBuffer<T> input, DeviceBuffer<T> target, DeviceBuffer<T>? gradient = null,
        PoissonNllOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => PoissonNll(
            new PointwiseArgs<T> { Input = input, Target = target, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="PoissonNll{T}(in PointwiseArgs{T}, PoissonNllOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss PoissonNll<T>(
        scoped in PointwiseArgs<T> args, PoissonNllOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new PoissonNllKernel(options), stream);

    /// <inheritdoc cref="KlDiv{T}(in PointwiseArgs{T}, KlDivOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss KlDiv<T>(
        DeviceBuffer<T> input, DeviceBuffer<T> target, DeviceBuffer<T>? gradient = null,
        KlDivOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => KlDiv(
            new PointwiseArgs<T> { Input = input, Target = target, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="KlDiv{T}(in PointwiseArgs{T}, KlDivOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss KlDiv<T>(
        scoped in PointwiseArgs<T> args, KlDivOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new KlDivKernel(options), stream);

    /// <inheritdoc cref="GaussianNll{T}(in GaussianNllArgs{T}, GaussianNllOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss GaussianNll<T>(
        scoped in GaussianNllArgs<T> args, GaussianNllOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new GaussianNllKernel(options), stream);
}
