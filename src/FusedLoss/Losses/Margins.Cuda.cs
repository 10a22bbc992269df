using FusedLoss.Interop;

namespace FusedLoss;

// The losses of Margins on a GPU.
public static partial class Loss
{
    /// <inheritdoc cref="HingeEmbedding{T}(in PointwiseArgs{T}, HingeEmbeddingOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss HingeEmbedding<T>(
        DeviceBuffer<T> input, DeviceBuffer<T> target, DeviceBuffer<T>? gradient = null,
        HingeEmbeddingOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => HingeEmbedding(
            new PointwiseArgs<T> { Input = input, Target = target, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="HingeEmbedding{T}(in PointwiseArgs{T}, HingeEmbeddingOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss HingeEmbedding<T>(
        scoped in PointwiseArgs<T> args, HingeEmbeddingOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new HingeEmbeddingKernel(options), stream);

    /// <inheritdoc cref="MarginRanking{T}(in MarginRankingArgs{T}, MarginRankingOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss MarginRanking<T>(
        scoped in MarginRankingArgs<T> args, MarginRankingOptions? options, CudaStream stream)
        where T : unmanaged => PointwiseCalls.Run(args._buffers, new MarginRankingKernel(options), stream);

    /// <inheritdoc cref="MultiMargin{T}(in ClassArgs{T}, MultiMarginOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss MultiMargin<T>(
        DeviceBuffer<T> input, Labels labels, DeviceBuffer<T>? gradient = null,
        MultiMarginOptions? options = null, CudaStream? stream = null)
        where T : unmanaged => MultiMargin(
            new ClassArgs<T> { Logits = input, Labels = labels, Gradient = gradient }, options,
            stream ?? input.Context.Stream);

    /// <inheritdoc cref="MultiMargin{T}(in ClassArgs{T}, MultiMarginOptions?, LossContext?)"
    /// path="/summary|/typeparam|/remarks"/>
    /// <inheritdoc cref="IDeviceCall{T}.Launch" path="/param|/returns|/exception"/>
    public static DeviceLoss MultiMargin<T>(
        scoped in ClassArgs<T> args, MultiMarginOptions? options, CudaStream stream)
        where T : unmanaged => ClassCalls.Run(args._buffers, new MultiMarginKernel(options), stream);
}
