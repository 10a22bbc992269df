using FusedLoss.Interop;

namespace FusedLoss;

// The losses of Classes on a GPU.
public static partial class Loss
{
    /// <inheritdoc cref="CrossEntropy{T}(in ClassArgs{T}, CrossEntropyOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss CrossEntropy<T>(
        DeviceBuffer<T> logits, Labels labels, DeviceBuffer<T>? gradient = null,
        CrossEntropyOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => CrossEntropy(
            new ClassArgs<T> { Logits = logits, Labels = labels, Gradient = gradient }, options,
            stream ?? logits.Context.Stream);

    /// <inheritdoc cref="CrossEntropy{T}(in ClassArgs{T}, CrossEntropyOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss CrossEntropy<T>(
        scoped in ClassArgs<T> args, CrossEntropyOptions? options, CudaStream stream)
        where T : unmanaged => ClassCalls.Run(
            args._buffers, new CrossEntropyKernel(options), stream,
            args._buffers.Predictions.IsEmpty ? default : fl_flags.FL_FLAG_CORRECT);

    /// <inheritdoc cref="SoftmaxFocal{T}(in ClassArgs{T}, SoftmaxFocalOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss SoftmaxFocal<T>(
        DeviceBuffer<T> logits, Labels labels, DeviceBuffer<T>? gradient = null,
        SoftmaxFocalOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => SoftmaxFocal(
            new ClassArgs<T> { Logits = logits, Labels = labels, Gradient = gradient }, options,
            stream ?? logits.Context.Stream);

    /// <inheritdoc cref="SoftmaxFocal{T}(in ClassArgs{T}, SoftmaxFocalOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss SoftmaxFocal<T>(
        scoped in ClassArgs<T> args, SoftmaxFocalOptions? options, CudaStream stream)
        where T : unmanaged => ClassCalls.Run(args._buffers, new SoftmaxFocalKernel(options), stream);

    /// <inheritdoc cref="Nll{T}(in ClassArgs{T}, NllOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Nll<T>(
        DeviceBuffer<T> input, Labels labels, DeviceBuffer<T>? gradient = null,
        NllOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => Nll(
            new ClassArgs<T> { Logits = input, Labels = labels, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="Nll{T}(in ClassArgs{T}, NllOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Nll<T>(
        scoped in ClassArgs<T> args, NllOptions? options, CudaStream stream)
        where T : unmanaged => ClassCalls.Run(args._buffers, new NllKernel(options), stream);
}
