using FusedLoss.Interop;

namespace FusedLoss;

// The losses of Pairs on a GPU.
public static partial class Loss
{
    /// <inheritdoc cref="InfoNce{T}(in ClassArgs{T}, InfoNceOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss InfoNce<T>(
        scoped in ClassArgs<T> args, InfoNceOptions? options, CudaStream stream)
        where T : unmanaged => ClassCalls.Run(args._buffers, new InfoNceKernel(options), stream);

    /// <inheritdoc cref="CosineEmbedding{T}(in PairArgs{T}, CosineEmbeddingOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss CosineEmbedding<T>(
        scoped in PairArgs<T> args, CosineEmbeddingOptions? options, CudaStream stream)
        where T : unmanaged => PairCalls.Run(args._buffers, new CosineEmbeddingKernel(options), stream);

    /// <inheritdoc cref="TripletMargin{T}(in TripletArgs{T}, TripletMarginOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss TripletMargin<T>(
        scoped in TripletArgs<T> args, TripletMarginOptions? options, CudaStream stream)
        where T : unmanaged => PairCalls.Run(args._buffers, new TripletMarginKernel(options), stream);
}
