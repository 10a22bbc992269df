namespace FusedLoss;

// The losses of Ctc on a GPU.
public static partial class Loss
{
    /// <inheritdoc cref="Ctc{T}(in CtcArgs{T}, CtcOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss Ctc<T>(scoped in CtcArgs<T> args, CtcOptions? options, CudaStream stream)
        where T : unmanaged => CtcCalls.Run(args._buffers, options, stream);
}
